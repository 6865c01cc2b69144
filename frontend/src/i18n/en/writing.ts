/** What was written and has not left yet, and what was only begun. */
export const writing = {
  age: {
    now: "written just now",
    minutes: { one: "for {count} minute", other: "for {count} minutes" },
    today: "written today at {time}",
    yesterday: "written yesterday at {time}",
    day: "written on {day} at {time}",
  },
  why: {
    charter: "Waiting until the charter is accepted",
    offline: "Waiting for connection",
    register: "Waiting until the Register is up to date",
    keys: "Waiting for a colleague’s key",
    server: "Waiting: the server had a fault",
    restoring: "Waiting until the portal is complete again",
    storage: "Waiting for room in this browser",
  },
  edit: {
    button: "Change",
    title: "Change the message before it leaves",
    label: "Message",
    save: "Save the change",
    may_have_left:
      "A first attempt may have reached the server. Then the earlier words count, and yours stay here as a message that was not sent.",
    to_field: "Put these words into the message field",
    failed: "The message was not changed. {reason}",
  },
  discard: {
    title: "Delete this message?",
    text: "It was not sent. Nobody else has its words.",
    may_have_left:
      "An attempt may have reached the server: the message may still appear in the conversation.",
    confirm: "Delete it",
  },
  in_list: { one: "{count} not sent yet", other: "{count} not sent yet" },
  leaving: {
    title: { one: "{count} message was not sent yet", other: "{count} messages were not sent yet" },
    text: "What was not sent stays on this computer, encrypted. It leaves after you sign in here again, and nobody else can read it until then.",
    confirm: "Sign out all the same",
    stay: "Stay signed in",
  },
  locked: {
    waiting: {
      one: "{count} message of yours waits on this computer, encrypted. It leaves after you sign in here again.",
      other:
        "{count} messages of yours wait on this computer, encrypted. They leave after you sign in here again.",
    },
    lost: {
      one: "{count} message was never sent and cannot be opened any more, because the keys of this browser are no longer valid. Write it again.",
      other:
        "{count} messages were never sent and cannot be opened any more, because the keys of this browser are no longer valid. Write them again.",
    },
  },
  draft: {
    in_list: "Draft",
    not_kept: "This draft could not be kept on this computer. Do not close the page. {reason}",
    offline:
      "There is no connection, so the conversation was not opened. What you wrote is kept as a draft; send it when you are connected again.",
  },
} as const;
