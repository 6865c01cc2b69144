/** When what this browser keeps fails, is lost, or may be. */
export const storage = {
  kinds: {
    unavailable: {
      title: "This browser gives this page no storage",
      what: "It is switched off or damaged. Without it your keys cannot be kept here.",
      first: "Leave the private window, or allow this site to store data in the settings of the browser.",
      second: "Then try again.",
      third: "If it stays, use another browser and your recovery code.",
    },
    newer: {
      title: "This page is older than what lies here",
      what: "A newer version of Entente has been open in this browser. This tab still runs the older one, and changes nothing.",
      first: "Close the other tabs of Entente.",
      second: "Load this page again.",
      third: "If it stays, tell the operator that an older version was put back.",
    },
    full: {
      title: "There is no room left in this browser",
      what: "What must be kept here cannot be written any more.",
      first: "Free some disk space on this computer.",
      second: "Then try again.",
      third: "Do not clear the data of this site: your keys lie there.",
    },
    closed: {
      title: "The browser has taken its storage away",
      what: "It closed what this page keeps, and does not open it again.",
      first: "Load the page again.",
      second: "If that does not help, close the browser and open it again.",
      third: "If it stays, use another browser and your recovery code.",
    },
    damaged: {
      title: "What this browser keeps is damaged",
      what: "More than single parts of it cannot be read.",
      first: "Put it right: what the server has is fetched again.",
      second: "If it comes back, let somebody look at the disk of this computer.",
      third: "Until then you can use another browser and your recovery code.",
    },
    keys: {
      title: "Your keys in this browser cannot be read",
      what: "The part of the storage that holds them is damaged or gone. Nobody else can read them either.",
      first: "Have your recovery code at hand.",
      second: "Put it right with the code. This takes a minute.",
      third: "No recovery code? Every other browser that holds your keys goes on working.",
    },
  },
  safe: {
    server: "Your messages: they are kept encrypted on the server.",
    code: "Your keys: your recovery code opens them on any browser.",
    waiting: {
      one: "{count} message that was not sent yet: it lies here, encrypted, and is kept.",
      other: "{count} messages that were not sent yet: they lie here, encrypted, and are kept.",
    },
  },
  lost: {
    one: "{count} message was never sent and cannot be read any more. Look in the conversation, and write it again.",
    other:
      "{count} messages were never sent and cannot be read any more. Look in the conversations, and write them again.",
  },
  kept: {
    one: "{count} message that was not sent yet is kept. It leaves once you have entered the code.",
    other: "{count} messages that were not sent yet are kept. They leave once you have entered the code.",
  },
  act: {
    again: "Try again",
    reload: "Load the page again",
    repair: "Put it right",
    repair_code: "Put it right with the recovery code",
    acting: "One moment",
    detail: "For whoever helps you",
  },
  unreachable: {
    offline: {
      title: "No connection to the portal",
      text: "What this browser keeps is untouched, and nothing was lost. This page tries again by itself.",
    },
    server: {
      title: "The portal does not answer as it should",
      text: "The server has a fault. What this browser keeps is untouched. This page tries again by itself.",
    },
    unexpected: {
      title: "This page cannot go on",
      text: "Something failed here, and nothing was changed. Load the page again. If it stays, tell the operator.",
    },
  },
  before: {
    vanished: {
      title: "This browser has cleared what it kept",
      text: "Your keys are gone from here, and so is what was not sent yet. Everything that was sent is on the server.",
      look: "Look in the conversation whether your last message is there. If not, write it again.",
    },
    unknown: {
      title: "The server no longer knows the keys of this browser",
      text: "It may have been put back to an older state. Your messages are not affected. Your recovery code gives this browser new keys.",
    },
    revoked: {
      title: "The keys of this browser were revoked",
      text: "What lay here was removed. If you want to use this browser again, enter your recovery code. If you did not expect this, call your lead first.",
    },
    damaged: {
      title: "Almost there: the recovery code is needed",
      text: "What could not be read was removed from this browser. Your recovery code opens your keys anew.",
    },
  },
  band: {
    full: "There is no room left in this browser.",
    full_text:
      "What you write now cannot be kept. Leave it in the field, free some disk space, then try again.",
    repaired: {
      one: "{count} part of what this browser keeps was damaged. It was fetched again; nothing is missing.",
      other:
        "{count} parts of what this browser keeps were damaged. They were fetched again; nothing is missing.",
    },
    passing: "This browser may clear what this page keeps,",
    passing_text:
      "for example in a private window or when the disk is full. Keep your recovery code at hand, and send what you write before you close the window.",
    seen: "Understood",
  },
} as const;
