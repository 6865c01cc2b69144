"""The directory: a lead writes and signs the entry of their authority, and counterparts see that it is theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from members.protocol.directory import empty_entry
from tests.browser.person import Person
from tests.browser.settled import Settled, settled

SWITCHBOARD, FORGED = "+000 555 0101", "+000 555 0666"
ALWAYS = {"days": [1, 2, 3, 4, 5, 6, 7], "from": 0, "until": 1440}


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    with settled(browser, tmp_path_factory.mktemp("directory") / "data") as made:
        yield made


def link(person: Person, name: str | re.Pattern[str]) -> Locator:
    return person.page.get_by_role("link", name=name).first


def row(person: Person, name: str) -> Locator:
    return person.page.locator(".dir-row").filter(has_text=name)


def search(person: Person, text: str) -> Person:
    person.page.get_by_role("searchbox").fill(text)
    return person


def choose(person: Person, field: str, option: str) -> Person:
    person.page.get_by_role("button", name=re.compile(f"{field}$")).first.click()
    person.page.get_by_role("option", name=option, exact=True).click()
    return person


def pick(person: Person, field: str, text: str, option: str) -> Person:
    """One of many, by typing a part of its name."""
    person.page.get_by_role("combobox", name=field).fill(text)
    person.page.get_by_role("option", name=option).first.click()
    return person


def with_another_number(route: Route) -> None:
    """What a server does that wants a call to reach somebody else."""
    answer = route.fetch()
    assert SWITCHBOARD in answer.text()
    route.fulfill(response=answer, body=answer.text().replace(SWITCHBOARD, FORGED))


def test_a_lead_writes_and_signs_an_entry_and_a_counterpart_sees_whose_it_is(stage: Settled) -> None:
    ana, sol = stage.watch("Ana"), stage.watch("Sol")
    ana.go("Directory").sees_heading("Directory")
    expect(row(ana, "North")).to_contain_text("Unverified")
    ana.check()
    link(ana, "North").click()
    ana.sees("Nobody of this authority has signed an entry yet.").check()
    link(ana, "Write the entry").click()

    # what is wrong is named where it stands, and what was typed outlives the page
    ana.sees_heading("Entry of North").type(re.compile("العربية"), "هيئة الشمال")
    ana.type("E-mail address of the desk", "no address").type("Telephone of the switchboard", SWITCHBOARD)
    ana.press("Read before signing").sees("1 field needs another look.").sees("This is not an e-mail address")
    expect(ana.page.get_by_label("E-mail address of the desk")).to_be_focused()
    ana.check()
    ana.page.reload()
    ana.sees(re.compile("What you wrote on .* and did not sign is here again."))
    expect(ana.page.get_by_label("Telephone of the switchboard")).to_have_value(SWITCHBOARD)
    ana.type("E-mail address of the desk", "desk@north.example")
    pick(ana, "Time zone", "UTC+3", "UTC+3")
    ana.tick("Say working days and hours").tick("There is a duty line")
    ana.type("Telephone of the duty line", "+000 555 0109")
    pick(ana, "Add a language", "Arab", "Arabic")
    ana.page.get_by_role("group", name="Competences").get_by_text("Bank data").click()
    ana.page.get_by_role("group", name="Bank data").get_by_text("Formal request").click()
    ana.type("Bank data, formal request: how (optional)", "By a court")
    ana.check()
    ana.press("Read before signing").sees("This is what you sign").sees("By a court").sees("Duty line")
    ana.check()
    ana.press("Sign the entry")
    asked = ana.page.get_by_role("dialog", name="Sign the entry of North?")
    ana.press("Sign the entry", within=asked).sees("The entry is signed.")
    ana.sees(re.compile("Signed by Ana, ")).sees(SWITCHBOARD).check()

    # a counterpart finds it by what it acts on and by its name in another language, and sees that it is theirs
    sol.go("Directory").sees_heading("Directory")
    for words in ("bank", "هيئة الشمال", "arabic"):
        search(sol, words)
        expect(row(sol, "North")).to_contain_text("Signed")
        sol.sees("1 entry")
    search(sol, "nothing like it").sees("Nothing matches").check()
    sol.page.get_by_role("button", name="Clear search and filters").last.click()
    sol.sees("2 entries")
    choose(choose(sol, "Language", "Arabic"), "Competence", "Bank data").sees("1 entry")
    choose(sol, "Kind", "Observer").sees("Nothing matches")
    choose(sol, "Kind", "Any kind").tick("Can be reached now").sees("1 entry")  # by the duty line at least
    link(sol, "North").click()
    sol.sees(re.compile("Signed by Ana, ")).sees(SWITCHBOARD).sees("+000 555 0109").check()
    sol.page.go_back()
    sol.sees("1 entry")  # the filters are as they were
    link(sol, "North").click()
    sol.speak("ar").check()
    expect(sol.page.get_by_role("heading", level=1)).to_have_text("هيئة الشمال")
    sol.go_to("/directory")
    expect(sol.page.locator(".dir-row").first).to_be_visible()
    sol.check()
    sol.speak("en")

    # a colleague who does not speak for it cannot edit, and signs who they are themself
    cleo = stage.watch("Cleo")
    cleo.go_to("/account/profile").sees_heading("Your profile").sees("You have not signed a profile yet.")
    cleo.type("Your title", "Night desk")
    pick(cleo, "Add a language", "Fren", "French")
    cleo.press("Sign your profile").sees("Your profile is signed.").check()
    cleo.go("Directory")
    link(cleo, "North").click()
    cleo.sees("Night desk")
    expect(link(cleo, "Edit the entry")).to_have_count(0)
    sol.go("Directory")
    link(sol, "North").click()
    sol.sees("Night desk").sees("French")

    # somebody else signs while one writes: nothing is signed over it, and what was written stays
    link(ana, "Edit the entry").click()
    ana.sees_heading("Entry of North").type("Anything else that counterparts should know", "Ring twice")
    path = f"authority/{stage.network.authorities['North']}"
    stage.run(
        stage["Ana"].directory.sign(path, empty_entry() | {"switchboard": SWITCHBOARD, "note": "No bell"})
    )
    ana.press("Read before signing").press("Sign the entry")
    ana.press("Sign the entry", within=ana.page.get_by_role("dialog"))
    ana.sees("Somebody else has signed meanwhile")
    link(ana, "Look at the new version").click()
    ana.sees("No bell").press("Show earlier versions").sees(re.compile("Version 2: Ana, ")).check()
    link(ana, "Edit the entry").click()
    ana.sees(re.compile("Somebody has signed a newer version since")).check()
    expect(ana.page.get_by_label("Anything else that counterparts should know")).to_have_value("Ring twice")


def test_a_telephone_number_that_the_server_changed_is_said_and_never_shown(stage: Settled) -> None:
    path = f"authority/{stage.network.authorities['North']}"
    entry = empty_entry() | {"switchboard": SWITCHBOARD, "zone": "Etc/GMT", "hours": ALWAYS}
    stage.run(stage["Ana"].directory.sign(path, entry))
    tam = stage.watch("Tam")
    tam.context.route("**/api/directory/entries?after=*", with_another_number)
    tam.go("Directory")
    expect(row(tam, "North")).to_contain_text("Not valid")
    expect(row(tam, "North")).not_to_contain_text("Open")
    link(tam, "North").click()
    tam.sees("What the server shows of this entry is not valid").sees("Nothing of it is used.")
    tam.does_not_see(FORGED).does_not_see(SWITCHBOARD).check()
    tam.context.unroute("**/api/directory/entries?after=*")
    tam.page.reload()
    tam.sees(SWITCHBOARD).does_not_see("is not valid")

    # from now on this browser has what was signed, and goes on showing it
    later = entry | {"note": "Later"}
    stage.run(stage["Ana"].directory.sign(path, later))
    tam.context.route("**/api/directory/entries?after=*", with_another_number)
    tam.page.reload()
    tam.sees("What the server shows of this entry is not valid").sees(
        "What is shown here was checked before."
    )
    tam.sees(SWITCHBOARD).does_not_see(FORGED).does_not_see("Later").check()
    tam.context.unroute("**/api/directory/entries?after=*")


def test_an_officer_signs_for_a_central_authority_that_is_no_member(stage: Settled) -> None:
    officer = stage.watch("officer 1", "Secretariat")
    officer.go("Directory").press("Enter a central authority")
    asked = officer.page.get_by_role("dialog")
    officer.press("Go to the form", within=asked).sees("Two letters")
    officer.type("Code of the State", "xd").press("Go to the form", within=asked)
    officer.sees_heading(re.compile("Entry of Belmara")).press("Read before signing")
    officer.sees("A name for at least one language").type("Name: Español", "Ministerio de Justicia").check()
    officer.press("Read before signing").press("Sign the entry")
    officer.press("Sign the entry", within=officer.page.get_by_role("dialog")).sees("The entry is signed.")
    officer.sees("It holds no account in this network.").check()
    sol = stage.watch("Sol").go_to("/directory")
    search(sol, "justicia")
    expect(row(sol, "Ministerio de Justicia")).to_contain_text("Central authority")
    expect(row(sol, "Ministerio de Justicia").get_by_role("link", name="Write")).to_have_count(0)
    body = json.loads(
        stage.run(stage["Sol"].http.get("/api/directory/history?subject=state/XD"))["rows"][0]["body"]
    )
    assert body["entry"]["central"] is True
