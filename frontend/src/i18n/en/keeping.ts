/** What stays on this computer, what leaves it, and what fails where nobody sees it. */
export const keeping = {
  fault: {
    title: "A part of this page does not work as it should.",
    text: "It is tried again by itself, and nothing that you wrote is lost. Load the page again. If this stays, tell the operator what stands below.",
    reload: "Load the page again",
  },
  free: {
    open: "Free space here",
    title: "Free space in this browser",
    text: "Conversations are removed from this computer and fetched again from the server, the newest messages only. Older ones are fetched when you scroll up to them.",
    stays: "Messages that were not sent yet, drafts, your keys and what you have read stay as they are.",
    pause:
      "Fetching older messages in the background is paused. You can let it go on below the list of conversations.",
    confirm: "Free space",
    acting: "One moment",
    done: "Space was freed here: about {size} MB. The newest messages are fetched again.",
    offline: "This needs a connection, since the messages are fetched again.",
    failed: "Space could not be freed. {reason}",
  },
  draft: {
    too_long:
      "This draft is so long that it is kept on this computer only. Your other browsers do not have it.",
    too_many:
      "The server keeps no more drafts of yours. This one is kept on this computer only. Send or empty another one.",
    in_list: "Draft, on this computer only",
  },
  /** The database of the portal was put back to an older copy. */
  restoring: {
    title: "The portal was put back to an older copy and is being completed.",
    text: "Browsers hand back what is missing there. Everything that you see here can be read. What you write waits on this computer and is sent by itself afterwards.",
    none: "This browser has had nothing to hand back so far.",
    handed: {
      one: "This browser has handed back {count} item so far.",
      other: "This browser has handed back {count} items so far.",
    },
    office: "How far the portal is complete",
    people: "People whose browsers have handed back: {came} of {expected}",
    whole: "Register: every entry that is known of is there again",
    lacking: "Register: entries are still missing",
    ask: "Ask colleagues to open the portal in the browsers that they use. It takes what is new once the operator has ended this.",
  },
  ending:
    "Your keys are locked. There was no connection to end your session at the server: it ends as soon as there is one again, also after this page was closed and opened anew.",
} as const;
