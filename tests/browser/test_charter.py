"""A charter from its first word to its acceptance; and the day from which whoever has not accepted only reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from members import clock
from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled, settled
from tests.charter import TEXTS

NEXT_MONTH = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    """A network that asks for the acceptance of its charter."""
    with settled(browser, tmp_path_factory.mktemp("charter") / "data", ENTENTE_CHARTER_REQUIRED="1") as made:
        yield made


def view(person: Person, name: str) -> Person:
    """One of the views of a version or of a draft."""
    person.page.get_by_role("tab", name=name).click()
    return person


def follow(person: Person, link: str) -> Person:
    person.page.get_by_role("link", name=link).click()
    return person


def begin(stage: Settled) -> None:
    """The first version is published, comes into force seconds later, and South accepts it."""

    async def begun() -> None:
        soon = clock.now() + 3 * clock.SECOND
        await stage["officer 1"].charter.write(number="1.0", effective=soon, texts=TEXTS)
        await stage["officer 2"].charter.publish()
        await stage["Sol"].charter.accept("1.0")

    stage.run(begun())


def test_it_is_written_published_compared_and_accepted_and_who_has_not_only_reads(stage: Settled) -> None:
    conversation = stage.begin("Sol", "North", "Before the day", f"Before: {CANARY}")
    lead, member = stage.watch("Ana"), stage.watch("Ben")
    member.open_conversation("Before the day").sees_message("Before").say(f"Still writing: {CANARY}")

    # the day comes, and North has not accepted
    begin(stage)
    member.sees("Your authority can only read.").sees("as soon as Ana has accepted it")
    expect(member.page.get_by_label("Message", exact=True)).to_have_count(0)
    stage.say("Sol", conversation, f"Reading goes on: {CANARY}")
    member.sees_message("Reading goes on").check()
    lead.go_to("/people").sees("Your authority can only read.").check()
    follow(lead, "Read and accept").sees("All six languages, as one").check()
    lead.press("Sign and accept").sees("Accepted for your authority by Ana")
    lead.does_not_see("Your authority can only read.")
    member.say(f"Writing again: {CANARY}")

    # the next version: written by one officer, published by another
    first, second = (stage.watch(f"officer {number}", "Secretariat") for number in (1, 2))
    first.go_to("/charter").sees("No version is being prepared.").check()
    follow(first, "Prepare the next version").sees_heading("Next version")
    first.type("Text: English", TEXTS["en"].replace("work together", "work together in trust"))
    first.type("Applies from", NEXT_MONTH).press("Save the draft").sees("You wrote last")
    expect(first.page.get_by_role("button", name="Publish this version")).to_have_count(0)
    first.check()
    second.go_to("/charter").sees("Version 1.1 is being prepared.")
    follow(second, "Open the draft").sees("Written by").check()
    view(second, "Changes").sees("1 passage has changed.")
    second.press("Publish this version")
    asked = second.page.get_by_role("dialog", name="Publish version 1.1?")
    second.press("Publish this version", within=asked).sees("Published.")

    # the lead sees what is new, in two languages, and accepts
    follow(lead.sees("Version 1.1 of the charter waits for your acceptance."), "Read and accept")
    lead.sees("Compared with version 1.0, which your authority accepted")
    expect(lead.page.locator(".charter-text ins")).to_contain_text("in trust")
    lead.check()
    lead.speak("ar").check()
    expect(lead.page.locator("[dir=rtl] .charter-text").first).to_be_visible()
    lead.speak("en").press("Sign and accept").sees("Accepted for your authority by Ana")

    # everybody sees who has, with proof; officers also who has not
    view(member.go_to("/charter/1.1"), "Acceptances").sees("1 of 2 authorities have accepted this version.")
    member.sees("Signature holds").does_not_see("Not accepted yet")
    view(second, "Acceptances").sees("Not accepted yet").check()
    second.press("Remind by mail").sees("1 lead is reminded by mail.")
    second.press("Remind by mail").sees("Nobody was reminded")
    for person in (first, second, lead, member):
        person.check()
