"""In a long thread a reader keeps their place, finds their way, and is told what is still on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.person import Person
from tests.browser.settled import Settled
from tests.hostile import lies

WRITTEN = 320
"""More than the window of a thread holds, and more than a reader is taken back over unasked."""

TO_NEWEST = re.compile(r"^Newest messages$|^\d+ new messages?$")
OLDER = re.compile(r"/api/conversations/[0-9a-f]+/items\?")

AT_TOP = """(thread) => {
  const edge = thread.getBoundingClientRect().top;
  const line = [...thread.querySelectorAll("[data-key]")].find((one) => one.getBoundingClientRect().bottom > edge);
  return { key: line.dataset.key, offset: line.getBoundingClientRect().top - edge };
}"""
"""The line at the upper edge of the thread, and where it stands, in pixels."""

PLACE_OF = """(thread, key) =>
  thread.querySelector(`[data-key="${key}"]`).getBoundingClientRect().top - thread.getBoundingClientRect().top"""


def thread_of(person: Person) -> Any:
    return person.page.locator("section.thread")


def in_sight(person: Person, text: str) -> None:
    expect(person.messages.filter(has_text=text).first).to_be_in_viewport()


def go_to(person: Person, place: str) -> None:
    person.press("More", within=person.page.locator(".talk__head"))
    person.page.get_by_role("menuitem", name=place).click()


@contextmanager
def older_held_back(person: Person) -> Iterator[None]:
    """What this browser asks for of older messages comes only when the block ends."""
    held: list[Route] = []
    over = False

    def hold(route: Route) -> None:
        if over:
            route.continue_()
        else:
            held.append(route)

    person.context.route(OLDER, hold)
    yield
    over = True
    for route in held:
        route.continue_()


def stays(person: Person, before: dict[str, Any]) -> None:
    """The line that the reader looked at stands where it stood."""
    after = thread_of(person).evaluate(PLACE_OF, before["key"])
    assert abs(after - before["offset"]) < 2, (before, after)


def test_a_reader_keeps_their_place_and_finds_their_way_in_a_long_thread(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "The long case", "Opening words")
    stage.fill("Ana", conversation, WRITTEN, "Line")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("The long case")
    in_sight(sol, f"Line {WRITTEN} of {WRITTEN}")

    sol.press(f"{WRITTEN + 1} unread messages further up")
    in_sight(sol, "Opening words")
    expect(sol.page.get_by_text("New since you last read")).to_be_in_viewport()
    sol.check()

    sol.press(TO_NEWEST)
    in_sight(sol, f"Line {WRITTEN} of {WRITTEN}")
    thread = thread_of(sol)
    number = thread.locator("article").count()
    thread.evaluate("(thread) => { thread.scrollTop = 300; }")
    before = thread.evaluate(AT_TOP)
    expect(thread.locator("article")).not_to_have_count(number)
    stays(sol, before)

    before = thread.evaluate(AT_TOP)
    stage.say("Ana", conversation, "Said while Sol reads what is older")
    expect(thread).to_have_attribute("aria-busy", "false")
    expect(sol.page.get_by_role("link", name=re.compile("Said while Sol reads"))).to_be_visible()
    stays(sol, before)
    sol.press(TO_NEWEST)
    in_sight(sol, "Said while Sol reads what is older")

    go_to(sol, "A date")
    dialog = sol.page.get_by_role("dialog", name="Go to a date")
    dialog.get_by_label("Date").fill("2999-01-01")
    sol.press("Show", within=dialog).sees("This day is still to come").check()
    dialog.get_by_label("Date").fill("2020-01-01")
    sol.press("Show", within=dialog)
    in_sight(sol, "Opening words")
    expect(thread).to_be_focused()

    sol.say("Whoever writes is at the end again")
    in_sight(sol, "Whoever writes is at the end again")
    assert sol.undecryptable() == 0


def test_what_comes_at_once_and_is_more_than_fits_is_read_from_its_beginning(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "A burst", "Before the burst")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("A burst").sees_message("Before the burst")
    # nothing of it until the next message shows that more is there, and then all of it comes in one answer
    with (
        stage.proxy.lie_in_frames(lambda frame: [] if frame["type"] == "item" else [frame], sol),
        stage.proxy.lie("/conversations/sync", lies.without(conversation), sol),
    ):
        stage.fill("Ana", conversation, 30, "Burst")
    stage.say("Ana", conversation, "After the burst")
    in_sight(sol, "Burst 1 of 30")
    expect(sol.messages.filter(has_text="After the burst")).not_to_be_in_viewport()
    row = sol.page.get_by_role("link", name=re.compile("A burst"))
    expect(row.locator(".count")).to_be_visible()
    sol.press(TO_NEWEST)
    in_sight(sol, "After the burst")
    expect(row.locator(".count")).to_have_count(0)
    sol.check()


def test_what_is_still_on_its_way_is_told_and_can_be_stopped(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "The case of before", "How it began")
    stage.fill("Ana", conversation, WRITTEN, "Earlier")
    tam = stage.stranger(stage.secrets("Tam"))
    with older_held_back(tam):
        tam.sign_in_with_backup_code().give_recovery_code()
        tam.sees("Older messages are being fetched").check()
        tam.press("Pause").sees("Fetching older messages is paused")
        tam.open_conversation("The case of before")
        in_sight(tam, f"Earlier {WRITTEN} of {WRITTEN}")
        go_to(tam, "First unread message")
        tam.sees("Fetching older messages up to the place you chose").check()
        tam.press("Stay here").does_not_see("Fetching older messages up to the place you chose")
        in_sight(tam, f"Earlier {WRITTEN} of {WRITTEN}")
    tam.press("Go on")
    expect(tam.page.locator(".history")).to_have_count(0)
    go_to(tam, "First unread message")
    in_sight(tam, "How it began")
    assert tam.undecryptable() == 0
