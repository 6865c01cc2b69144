"""Leads, authorities and officers change by two officers' signatures: who is out is out at once, and others see it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled

Record = Callable[[str, object], None]

# the moment at which a text appears, by the clock of the page, which is that of this test
APPEARS = """(text) => {
    window.appearedAt = null;
    const look = () => {
        if (window.appearedAt === null && document.body.innerText.includes(text)) window.appearedAt = Date.now();
    };
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


class Watch:
    """How long somebody's open page takes, from another's signature to what it then says."""

    def __init__(self, person: Person, text: str) -> None:
        self.person, self.text = person, text
        person.page.evaluate(APPEARS, text)
        self.since = time.time()

    def seconds(self) -> float:
        """Waits until the page says it."""
        self.person.sees(self.text)
        at = float(self.person.page.wait_for_function("() => window.appearedAt").json_value())
        return round(at / 1000 - self.since, 2)


def choose(person: Person, whose: str, item: str) -> Person:
    """An item of the menu beside a name."""
    person.press(f"More for {whose}")
    person.page.get_by_role("menuitem", name=item).click()
    return person


def officers(stage: Settled) -> tuple[Person, Person]:
    first, second = (stage.watch(f"officer {number}", "Secretariat") for number in (1, 2))
    for officer in (first, second):
        officer.go_to("/secretariat").sees_heading("Secretariat")
    return first, second


def sign_first(first: Person) -> None:
    first.press("Sign first").unlock_if_asked("Signed. Now another officer must sign.")


def test_a_suspended_authority_is_out_in_its_open_pages_at_once_and_comes_back(
    stage: Settled, record_property: Record
) -> None:
    stage.run(stage.network.admit("Islet", "XE", "Ida"))
    conversation = stage.begin("Ana", "Islet", "What Ida reads", f"While all is well: {CANARY}")
    ida = stage.arrive("Ida")
    ida.open_conversation("What Ida reads").sees_message("While all is well").say(f"I read it: {CANARY}")
    first, second = officers(stage)
    choose(first, "Islet", "Suspend").sees("Suspend Islet?").type("Reason", "Under review")
    sign_first(first)
    second.sees("Suspension of an authority").check()
    first.page.get_by_role("button", name="Take back my signature").click()
    second.does_not_see("Suspension of an authority")

    choose(first, "Islet", "Suspend").type("Reason", "Under review after all")
    sign_first(first)
    second.sees("Under review after all").sees("You may sign: the first signature is another officer’s.")
    card = first.page.locator(".card", has_text="Suspension of an authority")
    expect(card.get_by_role("button", name="Sign and suspend")).to_have_count(0)
    watch = Watch(ida, "Your authority is suspended")
    second.press("Sign and suspend").unlock_if_asked("Signed. It is in force.")
    record_property("suspended: open page locked, seconds", watch.seconds())
    stage.say("Ana", conversation, f"Not for Ida: {CANARY}")
    ida.does_not_see("Not for Ida").check()
    ida.page.reload()
    ida.sees("Your authority is suspended").does_not_see("Not for Ida")
    ida.go("People").sees("Your authority is suspended").check()

    choose(first, "Islet", "Reinstate").type("Reason", "Cleared up")
    sign_first(first)
    second.press("Sign and reinstate").unlock_if_asked("Signed. It is in force.")
    ida.does_not_see("Your authority is suspended")
    stage.say("Ana", conversation, f"Ida is back: {CANARY}")
    ida.go("Conversations").open_conversation("What Ida reads").sees_message("Ida is back")
    ida.does_not_see("Not for Ida").say(f"I am: {CANARY}").check()


def test_a_lead_who_left_is_replaced_from_outside_and_what_they_left_is_taken_on(
    stage: Settled, record_property: Record
) -> None:
    stage.run(stage.network.admit("Coast", "XF", "Cora"))
    stage.run(stage.network.appoint("Cora", "Dirk", role="deputy"))
    conversation = stage.begin("Ana", "Coast", "What Cora read", f"For Coast: {CANARY}")
    cora, deputy = stage.arrive("Cora"), stage.arrive("Dirk")
    cora.open_conversation("What Cora read").sees_message("For Coast")
    cora.go("People").press("Invite a focal point")
    cora.type("Name of the person", "Nils").type("Function", "Analyst")
    cora.type("E-mail address", "nils@example.org").press("Make the link")
    cora.sees("Never to a shared mailbox").check()
    stage.enrol(cora.hand_over_link())
    cora.sees("reads aloud the code on their page").check()
    stage.say("Ana", conversation, f"Has anybody read this? {CANARY}")

    first, second = officers(stage)
    choose(first, "Coast", "Replace the lead").sees("What has happened?").tick("Cora has left")
    first.sees("Within a second of the second signature Cora is signed out everywhere").check()
    first.press("Sign first: lock Cora out").unlock_if_asked("Signed. Now another officer must sign.")
    second.sees("Removal of a focal point").sees("Cora, Head of unit").check()
    watch = Watch(cora, "You no longer have access")
    second.press("Sign second").unlock_if_asked("Signed. It is in force.")
    record_property("lead removed: open page locked, seconds", watch.seconds())
    cora.check()

    deputy.sees("What Cora left behind").sees("Invitation of Nils").sees("waits for a signature")
    deputy.sees("There is something new that none of you has read.").sees("Only the lead can take over")
    deputy.check()
    deputy.open_conversation("What Cora read").sees_message("Has anybody read this?")
    deputy.go("People").does_not_see("There is something new that none of you has read.")
    deputy.press("Withdraw", within=deputy.page.locator("li", has_text="Invitation of Nils"))
    deputy.press("Withdraw the invitation").does_not_see("What Cora left behind")

    first.sees("No lead")
    choose(first, "Coast", "Name a lead").sees("Coast has no lead").tick("Somebody who is not here yet")
    first.sees("They read nothing until a colleague at Coast confirms them").check()
    first.press("Go on to the invitation").sees("Invite the new lead of Coast").check()
    first.type("Name of the person", "Nia").type("Function", "Director")
    first.type("E-mail address", "nia@example.org").press("Make the link")
    nia, sheet = stage.run(stage.network.enrol(first.hand_over_link()))
    stage.network.people["Nia"] = stage.network.people["Cora"].__class__(nia, sheet)
    card = first.page.locator(".card", has_text="Nia").filter(has=first.page.get_by_role("button"))
    first.press("Sign first", within=card).unlock_if_asked("Signed. Now another officer must sign.")
    second.sees("Appointment of a lead").sees("Nia, Director")
    second.press("The code differs").sees("Stop: the code differs").check()
    second.press("Cancel").tick("The code is the same")
    second.press("Sign second").unlock_if_asked("Signed. It is in force.")

    other = stage.watch("Ana")
    other.go("Directory")
    other.page.locator(".dir-row", has_text="Coast").get_by_role("link").first.click()
    other.sees("Nia")
    row = other.page.locator(".focal__person", has_text="Nia")
    expect(row).to_contain_text("Waits for a colleague")
    other.press("Nia", within=row).sees("Not confirmed by a colleague yet").check()
    other.press("Close")
    stage.run(nia.arrive())
    held = stage.arrive_at("Nia", "Your conversations open as soon as you are confirmed")
    held.sees("A colleague has to confirm you first").check()
    deputy.sees("Nia waits to be confirmed").press("Confirm").press("Confirm Nia")
    deputy.sees("Nia is confirmed")
    held.does_not_see("A colleague has to confirm you first")
    expect(row).not_to_contain_text("Waits for a colleague")
    stage.begin("Ana", "Coast", "For the new lead", f"Welcome, Nia: {CANARY}")
    held.open_conversation("For the new lead").sees_message("Welcome, Nia")
    for person in (held, deputy, other, first, second):
        person.check()


def test_a_lead_makes_way_and_the_deputy_leads_from_then_on(stage: Settled) -> None:
    stage.run(stage.network.admit("Delta", "XG", "Delia"))
    stage.run(stage.network.appoint("Delia", "Dan", role="deputy"))
    delia, dan = stage.arrive("Delia"), stage.arrive("Dan")
    first, second = officers(stage)
    choose(first, "Delta", "Replace the lead").sees("Delia hands over and stays").tick("Dan")
    first.sees("Dan leads Delta, and invites its people from then on.")
    first.sees("Delia becomes deputy: reads and writes as before").check()
    sign_first(first)
    second.sees("Change of a role").press("Sign second").unlock_if_asked("Signed. It is in force.")
    for person in (delia, dan):
        person.go("People")
        row = person.page.get_by_role("row", name=re.compile("^Dan"))
        expect(row).to_contain_text("Lead focal point")
        expect(person.page.get_by_role("row", name=re.compile("^Delia"))).to_contain_text("Deputy")
        person.check()
    expect(dan.page.get_by_role("button", name="Invite a focal point")).to_be_visible()
    expect(delia.page.get_by_role("button", name="Invite a focal point")).to_have_count(0)


def test_an_officer_leaves_office_only_where_enough_remain(stage: Settled, record_property: Record) -> None:
    first, second = officers(stage)
    choose(first, "Officer 3", "Remove from office").sees("Too few officers would be left")
    first.sees("At least 3 officers must remain").check()
    first.press("Cancel")
    officer = stage["officer 1"].membership
    made = stage.run(
        officer.invite("officer", email="fourth@example.org", name="Fred", function="Legal officer")
    )
    client, sheet = stage.run(stage.network.enrol(made.link))
    stage.network.people["Fred"] = stage.network.people["officer 1"].__class__(client, sheet)
    waiting = next(each for each in stage.run(officer.waiting()) if each["id"] == made.id)
    stage.run(officer.propose_officer(waiting))
    second.sees("Appointment of an officer").tick("The code is the same")
    second.press("Sign and appoint").unlock_if_asked("Signed. It is in force.")
    second.does_not_see("Appointment of an officer")
    stage.run(client.arrive())
    leaver = stage.arrive_at("Fred", "Secretariat")
    leaver.sees_heading("Secretariat")

    choose(first, "Fred", "Remove from office").sees("What Fred has signed first and nobody second")
    first.check()
    sign_first(first)
    second.sees("Removal of an officer").sees("Fred").check()
    watch = Watch(leaver, "You no longer have access")
    second.press("Sign second").unlock_if_asked("Signed. It is in force.")
    record_property("officer removed: open page locked, seconds", watch.seconds())
    leaver.check()
    first.page.reload()
    first.sees_heading("Secretariat").does_not_see("Fred")
    first.check()


def test_a_lone_holder_is_warned_and_an_absence_is_seen_where_one_writes(stage: Settled) -> None:
    stage.run(stage.network.admit("Atoll", "XH", "Ada"))
    stage.begin("Ana", "Atoll", "For Ada alone", f"Only Ada reads: {CANARY}")
    ada = stage.arrive("Ada")
    ada.sees("Only you hold the keys of your authority").sees("What to do").check()
    ada.press("Remind me in a week").does_not_see("Only you hold the keys of your authority")
    ada.page.reload()
    ada.sees_heading("Choose a conversation").does_not_see("Only you hold the keys of your authority")
    ada.go("People").sees("Only you hold the keys of your authority")
    ada.sees("keep your recovery code on paper").check()
    first, _ = officers(stage)
    expect(first.page.locator("li.rows__row", has_text="Atoll")).to_contain_text("One person holds the keys")
    first.check()

    today = ada.page.evaluate("new Intl.DateTimeFormat('en-CA').format(Date.now())")
    ada.press("Enter an absence").press("Save").sees("Choose the first and the last day").check()
    ada.type("First day", today).type("Last day", today).press("Save").sees("The absence is saved")
    ada.sees("Away now").sees(re.compile("^Away until")).check()
    other = stage.arrive("Tam")
    other.begin_writing_to("Atoll", "Is anybody there?", "Hello")
    other.sees(re.compile("Ada of Atoll is away until .* Nobody else there reads until then."))
    other.check()
    stage.run(stage.network.appoint("Ada", "Abe", role="deputy"))
    other.sees(re.compile("Abe reads along"))
    ada.does_not_see("Only you hold the keys of your authority")
    ada.press("Change", within=ada.page.locator("li.rows__row", has_text="Away now"))
    ada.page.get_by_label("Who stands in").click()
    ada.page.get_by_role("option", name="Abe").click()
    ada.press("Save").sees("Abe stands in").check()
    ada.press("Withdraw").press("Withdraw the absence").sees("Nobody is entered as away.")
    other.page.reload()
    other.sees_heading("New conversation").does_not_see("Ada of Atoll is away")
    other.check()
