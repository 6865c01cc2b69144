"""From an application to the first message of a new member; and what may come in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.applications import point
from tests.browser.applicant import Applicant
from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled, settled

AGENCY = "Anti-Corruption Agency, Ulanbey"


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    with settled(browser, tmp_path_factory.mktemp("vetting") / "data") as made:
        yield made


def applies(stage: Settled, mail: str, **form: Any) -> Applicant:
    """Somebody hands in all that the form asks for."""
    applicant = Applicant(stage.address, stage.data / "mail", mail)
    applicant.fill(**form).hand_in("mandate", "Mandate law, articles 4–9")
    return applicant.hand_in("state_confirmation", "State confirmation letter").submit()


def officer(stage: Settled, number: int) -> Person:
    return stage.watch(f"officer {number}", "Secretariat")


def open_case(person: Person, applicant: Applicant) -> Person:
    return person.go_to(f"/secretariat/applications/{applicant.id}")


def panel(person: Person) -> Any:
    return person.page.locator(".vet__panel")


def decide(person: Person, why: str, act: str) -> Person:
    """The present step is passed, for a reason."""
    person.type("Why", why).press(act).sees("The step is passed.")
    return person.sees(why)


def answer(person: Person, words: str, act: str, done: str) -> Person:
    """The open dialog asks for words."""
    dialog = person.page.get_by_role("dialog").or_(person.page.get_by_role("alertdialog"))
    dialog.get_by_role("textbox").last.fill(words)
    person.press(act, within=dialog).sees(done)
    return person


def judge(person: Person, document: str, remark: str = "") -> Person:
    person.press(f"Assess {document}")
    return answer(person, remark, "Save the assessment", "Accepted")


def test_it_is_returned_completed_looked_into_and_objected_to(stage: Settled) -> None:
    applicant = applies(stage, "applicant@xh.example")
    one = officer(stage, 1)

    # the list: where it stands, for whom it waits
    one.go("Applications").sees_heading("Applications").sees("Waits for you: Completeness").check()
    one.page.get_by_role("tab", name="Overdue").click()
    one.sees("Nothing is overdue.")
    one.page.get_by_role("tab", name=re.compile("^You")).click()
    one.type("Search by name or State", "коррупции").sees("1 application")
    one.page.get_by_role("link", name=re.compile("Anti-Corruption Agency")).click()
    expect(one.page.get_by_role("heading", level=1, name=re.compile("Anti-Corruption"))).to_be_focused()
    one.sees_heading(AGENCY).sees("Why").check()

    # returned with what is missing, and completed
    one.press("Return as incomplete")
    one.page.get_by_role("dialog").get_by_text("Independence").click()
    answer(one, "Say who appoints the director.", "Return it", "It is returned to the applicant.")
    one.sees("Asked for:").check()
    assert applicant.read()["wanted"] == ["independence"]
    applicant.fill(independence="Director appointed by parliament for six years.").submit()
    open_case(one, applicant)
    one.page.reload()
    one.sees("Changes between submissions").sees("Changed")

    # each step with a reason; the State's letter is looked at first
    decide(one, "Nothing is missing.", "It is complete")
    decide(one, "Investigates under its own law.", "It is eligible")
    one.sees("No State confirmation letter is accepted yet.")
    one.type("Why", "Letter came.").press("The State has confirmed")
    expect(panel(one).get_by_role("alert")).to_contain_text("No State confirmation letter")
    judge(one, "State confirmation letter", "Note verbale, checked by telephone")
    decide(one, "Note verbale of the ministry.", "The State has confirmed")
    one.sees(re.compile("^Open for objections until")).check()

    # a member objects, changes it and withdraws it; another objection is settled
    lead, deputy = stage.watch("Ana"), stage.watch("Ben")
    lead.go("People").sees("1 application of a new authority is open for objections.").check()
    lead.page.get_by_role("link", name="Look at it").click()
    lead.sees_heading("Applications of new authorities").sees(AGENCY).check()
    lead.press("Object")
    answer(lead, f"Not independent: {CANARY}"[:20], "Send the objection", "Objection of your authority")
    deputy.go_to("/objections").sees("Objection of your authority").press("Withdraw the objection")
    deputy.press("Withdraw the objection", within=deputy.page.get_by_role("alertdialog"))
    deputy.sees("The objection is withdrawn.").press("Object")
    answer(deputy, "Its director is under inquiry.", "Send the objection", "Objection of your authority")
    deputy.check()
    one.page.reload()
    one.sees("1 objection is not settled.").sees("Its director is under inquiry.")
    one.press("Settle")
    answer(one, "The inquiry was closed in May.", "Objection settled", "The objection is settled.")
    one.sees("The inquiry was closed in May.").press("Whole history").sees("Objection withdrawn.").check()
    applicant.close()


def test_two_officers_admit_it_and_the_new_member_writes(stage: Settled) -> None:
    first, second = officer(stage, 1), officer(stage, 2)

    # this network does without a window for objections, and says so
    first.go_to("/secretariat/vetting").sees_heading("Steps and deadlines").sees("Always the first step")
    first.press("Move up: Objections").press("Remove: Objections").check()
    first.press("Save the steps").sees("The steps are saved.").check()

    applicant = applies(
        stage,
        "applicant@xf.example",
        state="XF",
        focal_points=[
            point("lead", "lead@xf.example", "Ines Marou"),
            point("deputy", "deputy@xf.example", "Tavi Ló"),
        ],
    )
    open_case(first, applicant).sees_heading("Anti-Corruption Agency, Tessaly Islands")
    decide(first, "Nothing is missing.", "It is complete")
    decide(first, "Investigates under its own law.", "It is eligible")
    judge(first, "State confirmation letter")
    decide(first, "Note verbale of the ministry.", "The State has confirmed")

    # the lead named in the application is invited, and makes keys
    first.sees("Ines Marou").press("Make the link for the lead").sees("These particulars come from").check()
    first.press("Make the link")
    link = first.hand_over_link()
    first.sees("The link is made, not opened yet").check()
    client, _ = stage.run(stage.network.enrol(link))
    first.sees("Keys wait for a signature")
    first.type("Why you agree", "All documents in order.")
    first.tick("The code is the same").press("Sign first")
    first.unlock_if_asked("Signed. Now another officer must sign.")
    first.sees("Whoever signed first cannot sign second.").check()
    expect(first.page.get_by_role("button", name="Sign and admit")).to_have_count(0)

    # what changed meanwhile cannot be signed
    open_case(second, applicant).sees("All documents in order.").press("Return as incomplete")
    answer(second, "The address is an old one.", "Return it", "It is returned to the applicant.")
    applicant.fill(
        state="XF", address="2 New Square", focal_points=applicant.application["form"]["focal_points"]
    ).submit()
    second.page.reload()
    second.sees("Changed since the first signature").check()
    expect(panel(second).get_by_role("listitem").filter(has_text="Address")).to_be_visible()
    expect(second.page.get_by_role("button", name="Sign and admit")).to_have_count(0)
    second.press("Do not sign, send back").sees("Sent back. Nothing was changed.")

    # signed again, and by the second beside what the application says
    first.page.reload()
    first.type("Why you agree", "The new address is checked.").tick("The code is the same")
    first.press("Sign first").unlock_if_asked("Signed. Now another officer must sign.")
    second.page.reload()
    second.sees("The new address is checked.").sees("exactly those that were signed").check()
    second.type("Why you agree", "Eligibility and confirmation checked again.")
    second.tick("The code is the same").press("Sign and admit")
    second.unlock_if_asked("Signed. The authority is admitted.")
    expect(second.page.get_by_role("heading", name="Admitted", exact=True)).to_be_focused()
    second.sees("Second signature under the admission.")
    second.sees("Open the directory entry").check()

    # its lead writes to a member
    async def written() -> None:
        await client.arrive()
        north = stage.network.authorities["North"]
        own = client.register.account(client.account).authority
        assert own is not None
        await client.conversations.create([own, north], [own], subject="First", text=f"Hello: {CANARY}")
        await client.close()

    stage.run(written())
    lead = stage.watch("Ana")
    lead.go("Conversations").open_conversation("First").sees_message("Hello").check()
    applicant.close()


def test_a_body_that_prevents_becomes_an_observer_and_a_company_nothing(stage: Settled) -> None:
    first, second = officer(stage, 1), officer(stage, 2)
    court = applies(stage, "court@xf.example", name_en="Audit Court", state="XF", powers=["prevent"])
    open_case(first, court)
    decide(first, "Nothing is missing.", "It is complete")
    first.sees("It only prevents corruption").check()
    first.press("Offer observer status")
    dialog = first.page.get_by_role("dialog", name="Offer observer status?")
    expect(dialog.get_by_label("Why observer status")).to_have_value(re.compile("status of an observer"))
    first.press("Offer observer status", within=dialog).sees("Observer status is offered")
    court.accept_observer_status()
    first.page.reload()
    decide(first, "An observer.", "It is eligible")
    decide(first, "Not needed for observers.", "The State has confirmed")
    first.type("Why you agree", "Known from its reports.").press("Sign first")
    first.unlock_if_asked("Signed. Now another officer must sign.")
    open_case(second, court).type("Why you agree", "Agreed.").press("Sign and admit")
    second.unlock_if_asked("Signed. The authority is admitted.").check()

    company = applies(stage, "office@consultants.example", name_en="Global Integrity Consultants Ltd")
    open_case(first, company).press("Decline the application")
    asked = first.page.get_by_role("alertdialog", name="Decline this application?")
    first.press("Not a public authority", within=asked)
    first.press("Decline the application", within=asked).sees("The applicant has read this reason:")
    assert "Only public authorities" in company.read()["events"][-1]["text"]

    # the same in a language from right to left
    first.speak("ar").check()
    first.go_to("/secretariat/applications")
    expect(first.page.get_by_role("heading", level=1)).to_have_text("طلبات الانضمام")
    first.check()
    first.speak("en")
    court.close()
    company.close()
