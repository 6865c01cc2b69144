"""Whoever loses keys or sign-in comes back with the help of others, and reads again whatever they are handed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled

Record = Callable[[str, object], None]


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
    person.type("E-mail address", person.secrets.sign_in.email).type(
        "Password", person.secrets.sign_in.password
    )
    person.press("Continue").sees_heading("Confirm that it is you")
    person.press("Use a one-time backup code instead")
    person.type("Backup code", person.secrets.sign_in.backup_codes.pop())
    person.press("Sign in").sees_heading("Now your keys")
    person.make_keys().sees_heading("Your new keys wait for a signature")


def choose_sign_in_anew(person: Person, link: str) -> None:
    """From the link of a reset to the notice of it, in a browser that has the keys."""
    person.page.goto("about:blank")
    person.page.goto(link)
    person.sees_heading("Choose your sign-in anew").check()
    person.press("This is me, continue").sees_heading("Choose a password")
    sign_in = person.secrets.sign_in
    sign_in.password = "amber window river forty-one"
    person.type("Password", sign_in.password).type("The same password again", sign_in.password)
    person.press("Save the password").sees_heading("Set up your second factor")
    sign_in.totp_secret = "".join(person.page.locator(".factor__secret").inner_text().split())
    sign_in.last_step = -1
    person.type("One-time code", person.secrets.next_code()).press("Check the code")
    person.sees_heading("Keep your backup codes")
    sign_in.backup_codes = person.page.locator("main .backup-codes li").all_inner_texts()
    person.tick("I have kept the backup codes")
    person.press("Continue").sees("Your sign-in was reset").sees("No key was touched")


def test_a_person_who_lost_everything_reads_every_old_message_again(stage: Settled) -> None:
    stage.appoint("Sol", "Noemi")
    conversation = stage.begin("Ana", "South", "What Noemi knew", f"Before the loss: {CANARY}")
    stage.say("Noemi", conversation, f"Noemi wrote this: {CANARY}")
    lead = stage.watch("Sol")
    lead.go("People").sees("Noemi").press("More for Noemi")
    lead.page.get_by_role("menuitem", name="Give new keys").click()
    lead.sees("Only for somebody who has lost every browser")
    lead.check()
    lead.press("Make the link")
    link = lead.hand_over_link()

    nora = stage.stranger(stage.secrets("Noemi"))
    open_rekey_link(nora, link)
    lead.sees("New keys of Noemi")
    compare_and(lead, "Sign the new keys")
    lead.unlock_if_asked("Noemi has new keys")

    nora.sees_heading("Choose a conversation").go_to(f"/conversations/{conversation}")
    nora.sees_heading("Subject not readable yet")
    nora.sees(re.compile("^What was written before cannot be opened with your present keys")).check()
    nora.sees("Not readable: ask a colleague to hand it over").does_not_see("Waiting for the key")
    lead.go("Conversations").open_conversation("What Noemi knew")
    lead.sees_message("Noemi wrote this")
    lead.press("Hand over earlier messages").sees("Hand earlier messages over to Noemi")
    lead.sees("Noemi will be able to read everything written here from")
    lead.check()
    compare_and(lead, "Hand over")
    lead.sees("Noemi can read the earlier messages now")

    nora.sees_heading("What Noemi knew").sees_message("Before the loss").sees_message("Noemi wrote this")
    nora.sees(re.compile("^Sol handed everything since .* over to Noemi"))
    nora.say(f"I am back: {CANARY}")
    lead.sees_message("I am back")
    assert stage.read("Ana", conversation)[-1] == f"I am back: {CANARY}"
    for person in (lead, nora):
        person.check()


def test_somebody_new_reads_what_is_handed_over_at_once_and_untouched(
    stage: Settled, record_property: Record
) -> None:
    subjects = ("Before Odo came", "Also before Odo")
    for subject in subjects:
        conversation = stage.begin("Ana", "South", subject, f"In {subject}: {CANARY}")
    stage.appoint("Sol", "Odo")
    stage.say("Ana", conversation, f"Odo reads this: {CANARY}")
    odo, lead = stage.arrive("Odo"), stage.watch("Sol")
    odo.go_to(f"/conversations/{conversation}").sees_message("Odo reads this")
    odo.does_not_see(f"In {subjects[1]}")
    odo.sees(re.compile("^What was written before you came is not open to you. Ask .*Sol")).check()
    first = odo.messages.filter(has_text=f"In {subjects[1]}").first
    lead.go("People").press("Odo").sees("Browsers in use")
    dialog = lead.page.get_by_role("dialog")
    lead.press("Hand over earlier messages", within=dialog).sees("Which conversations")
    lead.check()
    for subject in subjects:
        dialog.get_by_text(subject).click()
    lead.sees("Odo will be able to read:")
    lead.press("Hand over", within=dialog)
    begun = time.perf_counter()
    lead.sees("Odo can read the earlier messages now")  # said for some seconds only, so looked for at once
    expect(first).to_be_visible()
    record_property("handed over: first old message readable, seconds", round(time.perf_counter() - begun, 2))
    odo.sees_heading(subjects[1]).sees_message("Odo reads this")
    odo.sees(re.compile("^Sol handed everything since .* over to Odo")).does_not_see("Show older messages")
    for subject in subjects:
        row = odo.page.get_by_role("link", name=re.compile(subject))
        expect(row).to_be_visible()
        expect(row.locator(".count")).to_have_count(0)
    odo.open_conversation(subjects[0]).sees_message(f"In {subjects[0]}").does_not_see(
        "New since you last read"
    )
    odo.sees(re.compile("^Sol handed everything since .* over to Odo"))
    odo.check()


def test_a_lead_who_lost_everything_is_brought_back_by_officers_and_a_colleague(stage: Settled) -> None:
    stage.run(stage.network.admit("East", "XC", "Eva"))
    stage.appoint("Eva", "Edo")
    conversation = stage.begin("Ana", "East", "What Eva knew", f"Before the loss: {CANARY}")
    first, second = (stage.watch(f"officer {number}", "Secretariat") for number in (1, 2))
    first.press("More for East")
    first.page.get_by_role("menuitem", name="New keys for the lead").click()
    first.sees("another officer does the same").check()
    first.press("Make the link")
    link = first.hand_over_link()

    eva = stage.stranger(stage.secrets("Eva"))
    open_rekey_link(eva, link)
    eva.sees("Two officers of the secretariat compare the code below").check()
    first.sees("New keys of Eva")
    compare_and(first, "Sign first")
    first.unlock_if_asked("Signed. Now another officer must sign.")
    second.sees("New keys of a focal point").sees("Eva").check()
    second.tick("The code is the same")
    second.press("Sign second").unlock_if_asked("Signed. It is in force.")

    eva.sees_heading("Your conversations open as soon as you are confirmed")
    eva.sees("A colleague has to confirm you first").sees("Ask Edo").does_not_see("What Eva knew")
    eva.check()
    meanwhile = stage.stranger(stage.secrets("Ana"))
    meanwhile.sign_in_with_backup_code().give_recovery_code()
    meanwhile.open_conversation("What Eva knew").say(f"While Eva is held: {CANARY}").sees_everything_sent()
    side = meanwhile.page.get_by_role("complementary", name="Who can read this")
    expect(side.locator(".readers__label + ul", has_text="Eva")).to_contain_text("Waits for a colleague")
    meanwhile.sees("Eva waits to be confirmed by a colleague and cannot read until then").check()
    eva.sees("A colleague has to confirm you first").does_not_see("While Eva is held")
    colleague = stage.arrive("Edo")
    colleague.go("People").sees("Eva waits to be confirmed")
    colleague.press("Confirm").sees("Compare this code with them first")
    colleague.press("Confirm Eva").sees("Eva has new keys and lacks earlier messages")
    colleague.check()
    colleague.press("Hand over earlier messages").sees("Hand earlier messages over to Eva")
    compare_and(colleague, "Hand over")
    colleague.sees("Eva can read the earlier messages now")

    eva.go_to(f"/conversations/{conversation}").sees_heading("What Eva knew").sees_message("Before the loss")
    eva.sees_message("While Eva is held").does_not_see("A colleague has to confirm you first")
    eva.say(f"Back at the desk: {CANARY}").sees_everything_sent()
    eva.sees("From here on you could not read").sees("You can read again from here on")
    assert stage.read("Ana", conversation)[-1] == f"Back at the desk: {CANARY}"
    for person in (eva, colleague):
        person.check()


def test_a_new_sign_in_touches_no_key(stage: Settled) -> None:
    stage.appoint("Sol", "Tina")
    stage.begin("Ana", "South", "What Tina reads", f"Still here: {CANARY}")
    tina = stage.arrive("Tina")
    tina.open_conversation("What Tina reads").sees_message("Still here")
    tina.context.clear_cookies()
    lead = stage.watch("Sol")
    lead.go("People").sees("Tina").press("More for Tina")
    lead.page.get_by_role("menuitem", name="Reset the sign-in").click()
    lead.sees("No key is touched").check()
    lead.press("Make the link")
    link = lead.hand_over_link()
    lead.sees("Link not used yet").check()

    choose_sign_in_anew(tina, link)
    notice = tina.page.get_by_role("alertdialog").or_(tina.page.get_by_role("dialog"))
    expect(notice).to_contain_text(re.compile("The link was given by.*Sol.*South", re.DOTALL))
    tina.sees("Was it not you?").check()
    tina.press("It was me").sees_heading("Choose a conversation")
    tina.open_conversation("What Tina reads").sees_message("Still here").say("With a new password")
    again = stage.stranger(tina.secrets)
    again.sign_in_with_backup_code().give_recovery_code().sees_heading("Choose a conversation")
    again.does_not_see("Your sign-in was reset")
    lead.page.reload()
    lead.sees("Done")
    for person in (tina, again, lead):
        person.check()


def test_the_sign_in_of_a_lead_is_reset_by_two_officers(stage: Settled) -> None:
    stage.run(stage.network.admit("Far East", "XD", "Fay"))
    stage.begin("Ana", "Far East", "What Fay reads", f"Still here: {CANARY}")
    fay = stage.arrive("Fay")
    fay.open_conversation("What Fay reads").sees_message("Still here")
    fay.context.clear_cookies()
    first, second = (stage.watch(f"officer {number}", "Secretariat") for number in (1, 2))
    first.press("More for Far East")
    first.page.get_by_role("menuitem", name="Reset the sign-in of the lead").click()
    first.sees("another officer has to confirm the reset").check()
    first.press("Make the link").sees("as soon as another officer has confirmed the reset")
    link = first.hand_over_link()
    first.sees("Waits for a second officer").check()

    fay.page.goto("about:blank")
    fay.page.goto(link)
    fay.sees("A second officer has to confirm first").check()
    waiting = second.page.locator("li.rows__row", has_text="Fay")
    second.page.reload()
    expect(waiting).to_contain_text("Waits for a second officer")
    second.press("Confirm", within=waiting).sees("Confirm the reset of the sign-in of Fay?").check()
    second.press("Confirm", within=second.page.get_by_role("dialog"))
    second.sees("Confirmed. The link works now.")
    expect(waiting).to_contain_text("Link not used yet")

    choose_sign_in_anew(fay, link)
    notice = fay.page.get_by_role("alertdialog").or_(fay.page.get_by_role("dialog"))
    expect(notice).to_contain_text(re.compile("The link was given by.*It was confirmed by", re.DOTALL))
    for number in (1, 2):
        expect(notice).to_contain_text(f"Officer {number}")
    fay.check()
    fay.press("It was me").sees_heading("Choose a conversation")
    fay.open_conversation("What Fay reads").sees_message("Still here").say("With a new password")
    first.page.reload()
    first.sees("Confirmed by").sees("Done")
    for person in (fay, first, second):
        person.check()
