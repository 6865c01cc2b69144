"""What fails where nobody waits is said: faults of the page, no room under what leaves, a sign-out without a line."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.settled import Settled
from tests.browser.test_outbox import ask_to_sign_out
from tests.browser.test_storage import NO_ROOM, ROOM

BREAK = """() => {
  globalThis.before = { timeout: AbortSignal.timeout, later: setTimeout.bind(globalThis) };
  AbortSignal.timeout = () => { throw new TypeError("made up for this test"); };
  globalThis.setTimeout = (task, after, ...rest) => before.later(task, Math.min(after ?? 0, 200), ...rest);
}"""
"""A fault of the page itself under everything that asks the server; the next attempt comes sooner."""
MEND = "() => { AbortSignal.timeout = before.timeout; }"
CLOCK = "() => { globalThis.setTimeout = before.later; }"


def test_a_fault_of_the_page_is_said_after_three_times_and_no_longer_when_it_is_over(stage: Settled) -> None:
    stage.begin("Ana", "South", "Faults", "Before it breaks")
    tam = stage.watch("Tam")
    tam.open_conversation("Faults").sees_message("Before it breaks")
    (worker,) = tam.page.workers
    worker.evaluate(BREAK)
    stage.begin("Ana", "South", "Faults again", "Something to fetch")
    tam.sees("A part of this page does not work as it should.")
    tam.page.get_by_text("For whoever helps you").click()
    tam.sees(re.compile("TypeError: made up for this test"))
    tam.check_accessibility()
    assert tam.complaints, "a fault is written to the console, so that no test passes over it"
    assert all("A task in the background failed" in each for each in tam.complaints)
    assert len(tam.complaints) == len(set(tam.complaints)), "each kind once"
    tam.complaints.clear()
    worker.evaluate(MEND)
    tam.does_not_see("A part of this page does not work as it should.")
    worker.evaluate(CLOCK)
    expect(tam.page.get_by_role("link", name=re.compile("Faults again"))).to_be_visible()
    tam.check()


def test_no_room_under_what_leaves_is_said_and_space_is_freed_without_losing_anything(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "No room to leave", "Number 0")
    stage.fill("Ana", conversation, 7, "Number")
    tam = stage.watch("Tam")
    tam.open_conversation("No room to leave").sees_message("Number 7")
    stage.run(stage.proxy.cut())
    tam.sees("No connection since").say(f"Waits for room {CANARY}")
    tam.type("Message", f"Begun {CANARY}")
    tam.page.get_by_label("Message", exact=True).blur()
    expect(tam.page.locator(".state--pending")).to_have_count(1)
    (worker,) = tam.page.workers
    worker.evaluate(NO_ROOM)
    stage.run(stage.proxy.mend())
    tam.sees("There is no room left in this browser.").sees("What you write now cannot be kept.")
    tam.press("Free space here").sees_heading("Free space in this browser").check_accessibility()
    worker.evaluate(ROOM)
    dialog = tam.page.get_by_role("alertdialog", name="Free space in this browser")
    tam.press("Free space", within=dialog).sees(re.compile("^Space was freed here: about "))
    tam.does_not_see("There is no room left in this browser.").sees_everything_sent()
    tam.sees_message("Number 7").sees_message("Waits for room")
    expect(tam.page.get_by_label("Message", exact=True)).to_have_value(f"Begun {CANARY}")
    lines = [f"Number {number} of 7" for number in range(1, 8)]
    assert stage.read("Ana", conversation) == ["Number 0", *lines, f"Waits for room {CANARY}"]
    tam.check()


def test_who_signs_out_without_a_line_is_out_as_soon_as_there_is_one(stage: Settled) -> None:
    stage.begin("Ana", "South", "Left in the tunnel", "Good night")
    tam = stage.arrive("Tam")
    tam.open_conversation("Left in the tunnel").sees_message("Good night")
    stage.run(stage.proxy.cut())
    tam.sees("No connection since")
    ask_to_sign_out(tam)
    tam.sees_heading("You are signed out").sees(re.compile("it ends as soon as there is one again"))
    tam.check_accessibility()
    tam.page.goto("about:blank")
    stage.run(stage.proxy.mend())
    cookies = {each["name"]: each["value"] for each in tam.context.cookies()}
    tam.page.goto(stage.address)
    tam.sees_heading("Sign in")
    assert any("session" in name for name in cookies), "the browser still had what the server takes for one"
    answer = tam.context.request.get(f"{stage.address}/api/session").json()
    assert answer["state"] == "anonymous"
