/** The people of an authority and of the secretariat: leads, leavers, lone holders, and what to do with links and codes. */
export const people = {
  lone: {
    title: "Only you hold the keys of your authority",
    title_other: "Only {name} holds the keys of your authority",
    text: "If you lose every browser and your recovery code, nobody can ever open what was written to your authority, and nobody there can confirm you again.",
    text_other:
      "If {name} loses every browser and the recovery code, nobody can ever open what was written to your authority.",
    todo_lead: "Invite a second person as deputy. It takes you five minutes, and them ten.",
    todo_other:
      "Only a lead can invite. Ask the secretariat who leads your authority now; two officers can name a lead.",
    todo_held: "{names} cannot read before you confirm: do it below, if you know that they work with you.",
    todo_paper: "Until then keep your recovery code on paper, in the safe of your authority.",
    invite: "Invite a deputy",
    open_people: "What to do",
    later: "Remind me in a week",
    no_deputy_title: "Your authority has no deputy",
    no_deputy_text:
      "While you are away nobody can lock out a colleague who leaves. Make one of your people deputy: under “More” beside the name, “Change role”.",
    office_title: {
      one: "{count} authority depends on one person",
      other: "{count} authorities depend on one person each",
    },
    office_text:
      "If that person loses everything, nobody can open what was written to the authority. Call the lead and ask them to invite a deputy.",
    chip: "One person holds the keys",
  },
  lead: {
    act: "Replace the lead",
    act_none: "Name a lead",
    chip_none: "No lead",
    title: "Another lead for {name}",
    title_none: "{name} has no lead",
    none_text: "Nobody there can invite people or give new keys until somebody leads it. Who follows?",
    what: "What has happened?",
    stays: "{name} hands over and stays",
    stays_text: "Nobody is locked out. {name} becomes deputy.",
    left: "{name} has left, or must be locked out",
    left_text: "Lock them out first; then name who follows.",
    lost: "{name} has lost all keys and remains the lead",
    lost_text: "No other lead is needed, but new keys are.",
    who: "Who follows?",
    outside: "Somebody who is not here yet",
    outside_text: "You invite them; a colleague there must confirm them",
    choose: "Choose who follows",
    then_lead: "{name} leads {authority}, and invites its people from then on.",
    then_deputy: "{name} becomes deputy: reads and writes as before, and no longer invites.",
    then_keys: "No key changes, nobody is signed out, every conversation goes on.",
    then_seen: "All members see in the directory who leads now and since when.",
    then_out:
      "Within a second of the second signature {name} is signed out everywhere and receives nothing more.",
    then_new_keys: "Every conversation of {authority} gets a new key before its next message.",
    then_left: "The deputies are shown what {name} left behind.",
    then_next: "Then come back here and name who follows. Until then the authority has no lead.",
    then_link:
      "You hand over a link. When their keys are made you compare a code and sign, and another officer signs second.",
    then_held:
      "They read nothing until a colleague at {authority} confirms them; all members see that it is not done yet.",
    then_rekey:
      "{name} gets new keys by a link, a compared code and two signatures, and is held until a colleague confirms them.",
    nobody_title: "Nobody is left there who could confirm a new lead",
    nobody_text:
      "Whoever you brought in would wait for ever. End this membership and admit the authority anew; what was written to it before stays closed.",
    act_remove: "Sign first: lock {name} out",
    act_name: "Sign first",
    act_invite: "Go on to the invitation",
    invite_title: "Invite the new lead of {name}",
    invite_text:
      "When they have made their keys, two officers sign. Then a colleague of theirs confirms them, and only then do they read.",
    ask_title: "If somebody else is to lead",
    ask_text:
      "Two officers of the secretariat name another lead: call them. If you stay, you become deputy and read on; if you leave, they lock you out.",
  },
  officer: {
    act: "Remove from office",
    title: "Remove {name} from the secretariat?",
    you: "You remove yourself.",
    out: "Within a second of the second signature {name} is signed out everywhere.",
    counts: "What {name} has signed first and nobody second no longer counts.",
    left: "Invitations that {name} has open are shown to the other officers, who take them over or withdraw them.",
    stays: "Whatever {name} signed with another officer stays in force.",
    few_title: "Too few officers would be left",
    few_text:
      "At least {needed} officers must remain, so that two can still sign when one is away. Without {name} there would be {left}. Appoint another officer first.",
  },
  left: {
    title: "What {name} left behind",
    invitation: "Invitation of {name}",
    rekey: "New keys for {name}",
    state: {
      open: "The link was not opened yet.",
      enrolling: "The person is setting up their sign-in.",
      waiting: "The person has made keys and waits for a signature.",
    },
    waits: "Waits",
    take_over: "Take over",
    take_title: "Take over the invitation of {name}?",
    take_text:
      "The link goes on working. Its secret is known to {name} alone, so you compare a code by telephone before you sign. It is noted in the log.",
    taken: "Taken over. It waits here for your signature as soon as the keys are made.",
    taken_from: "You took this over from {name}, and the secret of the link is not known to you.",
    only_lead: "Only the lead can take over; you can withdraw.",
    unread: "There is something new that none of you has read.",
    read: "Read",
    further: { one: "and {count} further conversation", other: "and {count} further conversations" },
  },
  differs: {
    act: "The code differs",
    title: "Stop: the code differs",
    again: "Read it once more, slowly, group by group. If it is the same after all, cancel here.",
    why: "If it still differs, somebody may have put a key of their own in the place of that of {name}. It is not your mistake.",
    invitation: "The invitation is withdrawn, and everything that depends on it is discarded.",
    proposal: "Nothing is signed, and the proposal goes back.",
    person: "Write nothing to {name} that matters until it is cleared up.",
    noted: "It is noted in the log, where the secretariat reads it.",
    call: "Then call the secretariat, on a number that you know from elsewhere.",
    call_officer: "Then speak with the officer who signed first, and with the person on a published number.",
    do_invitation: "Withdraw and report",
    do_proposal: "Send back and report",
    do_person: "Report it",
    acting: "Reporting",
    done: "Reported. Nothing was signed.",
  },
  how: {
    title: "What to do",
    link_1: "Copy the link now, or write it down. It is shown only this once.",
    link_2:
      "Give it to {name} yourself: face to face, on paper, or where the two of you already write to each other. Never to a shared mailbox.",
    link_3: "{name} opens it and makes keys. That takes ten minutes. The link works once, for 7 days.",
    link_4: "Then it appears here under “Waiting for your signature”: sign it there.",
    link_astray:
      "Was the link lost, or did it reach the wrong person? Withdraw it under “Open invitations”, and make another.",
    matches:
      "Did you give the link to {name} yourself? Then you may sign. If you are not sure who got it, do this first:",
    compare_1: "Call {name} on a number that you know from elsewhere, and not from a recent message.",
    compare_2: "{name} reads aloud the code on their page. Follow it here, group by group.",
    compare_3: "Every group the same? Then sign. Anything else? Do not sign, and press “The code differs”.",
    compare_why:
      "The code stands for the keys of {name}. When both see the same, nobody has put their own in between.",
    compare_confirm:
      "They find theirs under “Your keys”. Anything different? Do not confirm, and press “The code differs”.",
  },
} as const;
