/** When the core refuses to talk, and when the keys are locked. */
export const alarms = {
  stopped: "This browser has stopped reading and writing here",
  noticed: "Noticed: {day}, {time}",
  kinds: {
    rolled_back: {
      title: "The Register has lost entries",
      what: "This browser saw signed entries earlier that the server no longer shows. Somebody may have put the network back to an older state, for example to bring back a person who was removed.",
      ask: "Ask whether the portal was restored from a backup.",
    },
    forked: {
      title: "The server shows two versions of the Register",
      what: "What the server shows now does not continue what this browser saw before. Different people may be shown different members.",
      ask: "Ask a colleague whether their browser has stopped too.",
    },
    bad_signature: {
      title: "The Register is not signed as it must be",
      what: "The server shows a Register whose signature is missing or false. It may come from somebody else.",
      ask: "Look whether the address of this page is the one of your network.",
    },
    identity_swapped: {
      title: "A key was swapped",
      what: "The network shows another key than the one that was made here or vouched for. Somebody may be trying to stand between you and the others.",
      ask: "Sign nothing, and type your recovery code nowhere, until it is settled.",
    },
    bad_history: {
      title: "The past of a conversation was changed",
      what: "The server shows a conversation that does not continue as this browser knows it. Words may have been left out, moved or put in.",
      ask: "Ask colleagues what was written in the conversations that you share.",
    },
    withheld: {
      title: "Something is being kept from this browser",
      what: "Another browser has signed that it holds more than the server shows here: messages, or entries of the Register. The server is withholding them from you.",
      ask: "Ask colleagues what they wrote last in the conversations that you share, and who came or left.",
    },
  },
  /** Calm bands under the header: how old the word of the Register key is, and whose browser is not heard of. */
  freshness: {
    confirmed: "The Register was last confirmed {moment}.",
    never: "The Register has never been confirmed here.",
    stale:
      "Members may have changed since then. You can go on reading and writing. Check that the date and time of this computer are right.",
    stopped:
      "Nothing is sent for now. What you write waits on this computer. Check that the date and time of this computer are right; if they are, call the secretariat.",
    again: "Check again",
  },
  unheard: {
    title: "You may not be seeing everything that {names} can see.",
    text: "For some hours the server has not passed on what they hold. Ask them, on a number that you know from elsewhere, what they wrote last.",
  },
  safe_title: "What is safe",
  safe: {
    kept: "Your messages and keys in this browser: untouched and locked.",
    nothing_left: "What you write: nothing leaves this browser until this is settled.",
    readers: "What was sent before: only the people in the conversation can read it.",
  },
  do_title: "What to do",
  do: {
    save: "Save the evidence. It holds signatures and numbers, no message that can be read.",
    call: "Call your lead or the secretariat on a number that you know from elsewhere, not from this portal. Read them what stands above.",
    wait: "Write nothing from other browsers until it is settled.",
    keep: "Do not clear this browser. It remembers what it saw before.",
    after:
      "When you hear that it is settled, choose “{again}”. If all is as it was, you go on where you were.",
  },
  evidence: "Evidence",
  evidence_file: "entente-evidence.txt",
  evidence_kind: "Finding",
  save: "Save the evidence",
  show: "Show the evidence",
  again: "Check again",
  checking: "Checking",
  locked: {
    signed_out: {
      title: "You are signed out",
      what: "Your keys are locked in this browser. Messages that could not be sent yet wait here until you sign in again.",
    },
    session_ended: {
      title: "Your session has ended",
      what: "It ran out or was ended from another place. Your keys are locked in this browser; nothing was lost.",
    },
    device_revoked: {
      title: "The keys of this browser were revoked",
      what: "It can read nothing new. If you want to use it again, sign in and enter your recovery code. If you did not expect this, call your lead.",
    },
    removed: {
      title: "You no longer have access",
      what: "Your authority or the secretariat ended your access. What you wrote stays with your colleagues. If you did not expect this, call your lead.",
    },
  },
  sign_in: "Sign in again",
} as const;
