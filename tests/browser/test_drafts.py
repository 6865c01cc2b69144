"""What somebody has begun is in each of their browsers, and two browsers that write at once lose nothing."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.person import PATIENCE_SECONDS, Person
from tests.browser.settled import Settled


def field(person: Person) -> Any:
    return person.page.get_by_label("Message", exact=True)


def holds(person: Person, text: str) -> None:
    expect(field(person)).to_have_value(text)


def kept(stage: Settled, name: str, slot: str, text: str | None) -> None:
    """The person's Python client, on another device, reads this draft: so it lies at the server, sealed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = stage.run(stage[name].drafts.read()).get(slot)
        value = None if found is None or found.value is None else found.value["text"]
        if value == text:
            return
        assert time.monotonic() < until, f"{slot[:8]}: {value!r} instead of {text!r}"


def test_a_draft_is_in_every_browser_of_its_author_and_nothing_of_two_is_lost(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "On two computers", "Please answer by Friday")
    office = stage.watch("Sol")
    office.go("Conversations").open_conversation("On two computers")
    field(office).press_sequentially(f"Dear Ana {CANARY}")
    kept(stage, "Sol", conversation, f"Dear Ana {CANARY}")
    office.page.reload()
    holds(office, f"Dear Ana {CANARY}")

    home = stage.arrive("Sol")
    home.sees("Draft").open_conversation("On two computers")
    holds(home, f"Dear Ana {CANARY}")
    field(home).fill(f"Dear Ana, {CANARY}")
    holds(office, f"Dear Ana, {CANARY}")
    office.check()

    stage.run(stage.proxy.cut())
    for person, words in ((office, "the register"), (home, "the owner")):
        person.sees("No connection since")
        field(person).fill(f"Dear Ana, {CANARY} {words}")
        field(person).blur()
    stage.run(stage.proxy.mend())
    expect(field(office)).to_have_value(
        re.compile("the (owner|register)\n\nDear Ana.* the (register|owner)$")
    )
    both = field(office).input_value()
    assert "the owner" in both
    assert "the register" in both
    holds(home, both)

    office.press("Send").sees_everything_sent()
    holds(office, "")
    holds(home, "")
    home.sees_message("the owner")
    kept(stage, "Sol", conversation, None)
    assert stage.read("Ana", conversation) == ["Please answer by Friday", both]
    for person in (office, home):
        person.check()


def test_a_conversation_that_is_begun_without_a_line_is_kept_as_a_draft(stage: Settled) -> None:
    tam = stage.watch("Tam")
    tam.begin_writing_to("North", "Begun on the train", f"The tunnel is long {CANARY}")
    stage.run(stage.proxy.cut())
    tam.sees("No connection since").press("Send")
    tam.sees("There is no connection, so the conversation was not opened.").check()
    stage.run(stage.proxy.mend())
    kept(stage, "Tam", "new", f"The tunnel is long {CANARY}")
    tam.page.reload()
    tam.sees_heading("New conversation").go("Conversations")
    tam.page.get_by_role("link", name=re.compile("^Draft Begun on the train")).click()
    tam.sees_heading("New conversation")
    expect(tam.page.get_by_label("Subject")).to_have_value("Begun on the train")
    holds(tam, f"The tunnel is long {CANARY}")
    expect(tam.page.get_by_role("list", name="Chosen")).to_contain_text("North")
    tam.press("Send").sees_heading("Begun on the train").sees_message("The tunnel is long")
    kept(stage, "Tam", "new", None)
    tam.check()
