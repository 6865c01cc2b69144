"""Whoever loses keys or sign-in comes back with the help of others, and reads again whatever they are handed."""

from __future__ import annotations

import re

from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled


def compare_and(person: Person, name: str) -> None:
    """Says that the code on the screen was compared, and signs."""
    person.tick(re.compile("^I compared this code with"))
    person.press(name)


def open_rekey_link(person: Person, link: str) -> None:
    """The way of somebody with new keys: the link, the sign-in as ever, new keys and a new code."""
    person.page.goto(link)
    person.sees_heading("You get new keys").sees("Do you still have a browser with your keys")
    person.check()
    person.press("This is me, sign in").sees_heading("Sign in")
    person.type("E-mail address", person.secrets.email).type("Password", person.secrets.password)
    person.press("Continue").sees_heading("Confirm that it is you")
    person.press("Use a one-time backup code instead")
    person.type("Backup code", person.secrets.backup_codes.pop())
    person.press("Sign in").sees_heading("Now your keys")
    person.make_keys().sees_heading("Your new keys wait for a signature")


def test_a_person_who_lost_everything_reads_every_old_message_again(stage: Settled) -> None:
    stage.appoint("Sol", "Nora")
    conversation = stage.begin("Ana", "South", "What Nora knew", f"Before the loss: {CANARY}")
    stage.say("Nora", conversation, f"Nora wrote this: {CANARY}")
    lead = stage.arrive("Sol")
    lead.go("People").sees("Nora").press("More for Nora")
    lead.page.get_by_role("menuitem", name="Give new keys").click()
    lead.sees("Only for somebody who has lost every browser")
    lead.check()
    lead.press("Make the link")
    link = lead.hand_over_link()

    nora = stage.stranger(stage.secrets("Nora"))
    open_rekey_link(nora, link)
    nora.check()
    lead.sees("New keys of Nora")
    compare_and(lead, "Sign the new keys")
    lead.unlock_if_asked("Nora has new keys")

    nora.sees_heading("Choose a conversation").go_to(f"/conversations/{conversation}")
    nora.sees_heading("Subject not readable yet")
    nora.sees(re.compile("^What was written before cannot be opened with your present keys")).check()
    lead.go("Conversations").open_conversation("What Nora knew")
    lead.sees_message("Nora wrote this")
    lead.press("Hand over earlier messages").sees("Hand earlier messages over to Nora")
    lead.sees("Nora will be able to read everything written here from")
    lead.check()
    compare_and(lead, "Hand over")
    lead.sees("Nora can read the earlier messages now")

    nora.sees_heading("What Nora knew").sees_message("Before the loss").sees_message("Nora wrote this")
    nora.sees(re.compile("^Sol handed everything since .* over to Nora"))
    nora.say(f"I am back: {CANARY}")
    lead.sees_message("I am back")
    assert stage.read("Ana", conversation)[-1] == f"I am back: {CANARY}"
    for person in (lead, nora):
        person.check()
