"""Several tabs of one browser have one core: when the worker that holds it ends in any way, another takes over."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled

told = logging.getLogger(__name__)
"""Figures, with `--log-cli-level=INFO`."""

HELD_SECONDS = 12.0
"""So long the leader is held: four times as long as it is waited for."""

FREEZE = """async (held) => {
    // between two transactions of the vault: one that is open keeps everybody waiting, whoever leads
    for (const { name } of await indexedDB.databases()) {
        await new Promise((done) => {
            indexedDB.open(name).onsuccess = ({ target: { result } }) => {
                const transaction = result.transaction(result.objectStoreNames, "readwrite");
                transaction.oncomplete = () => { result.close(); done(); };
            };
        });
    }
    setTimeout(() => { const end = Date.now() + held; while (Date.now() < end) { /* held */ } }, 0);
}"""


def kill_worker(person: Person) -> None:
    """The worker ends as when the browser takes its memory away: nobody is told."""
    (worker,) = person.page.workers
    worker.evaluate("self.close()")


def seconds_until_sent(person: Person, text: str, since: float) -> float:
    """How long somebody waits who goes on writing; the page must be the one in front, others are slowed down."""
    person.say(text).sees_everything_sent()
    return time.monotonic() - since


def test_another_tab_takes_over_when_the_worker_that_leads_is_killed(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Takeover", "For both tabs")
    first = stage.watch("Sol")
    first.go("Conversations").open_conversation("Takeover").sees_message("For both tabs")
    second = first.another_tab(f"/conversations/{conversation}")
    second.sees_message("For both tabs")

    second.say(f"With a leader {CANARY}").sees_everything_sent()
    since = time.monotonic()
    kill_worker(first)
    taken = seconds_until_sent(second, f"After the worker was killed {CANARY}", since)
    told.info("killed worker: the next has sent after %.2f s", taken)
    first.sees_message("After the worker was killed").say(f"From the tab that led {CANARY}")
    second.sees_message("From the tab that led").sees_everything_sent()

    expected = [
        "For both tabs",
        f"With a leader {CANARY}",
        f"After the worker was killed {CANARY}",
        f"From the tab that led {CANARY}",
    ]
    assert stage.read("Ana", conversation) == first.texts() == second.texts() == expected
    for tab in (first, second):
        tab.check()
    second.page.close()  # it leads
    since = time.monotonic()
    first.page.bring_to_front()
    taken = seconds_until_sent(first, f"After the tab was closed {CANARY}", since)
    told.info("closed tab: the next has sent after %.2f s", taken)
    assert stage.read("Ana", conversation) == [*expected, f"After the tab was closed {CANARY}"]


def test_a_message_that_waits_outlives_the_tab_in_which_it_was_written(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Closed too early", "Are you there?")
    first = stage.watch("Sol")
    first.go("Conversations").open_conversation("Closed too early").sees_message("Are you there?")
    second = first.another_tab(f"/conversations/{conversation}")
    second.sees_message("Are you there?")
    kill_worker(first)
    second.say(f"The second leads {CANARY}").sees_everything_sent()
    first.sees_message("The second leads").sees_everything_sent()

    stage.run(stage.proxy.cut())
    second.sees("No connection since").say(f"Written before closing {CANARY}")
    second.sees("Waiting for connection")
    second.page.close()
    # the vault is opened without a line, and what is written meanwhile is kept in it
    first.sees_message("Written before closing").say(f"Written after closing {CANARY}")
    expect(first.page.locator(".state--pending")).to_have_count(2)
    first.check()
    stage.run(stage.proxy.mend())
    first.sees_everything_sent()

    assert stage.read("Ana", conversation) == [
        "Are you there?",
        f"The second leads {CANARY}",
        f"Written before closing {CANARY}",
        f"Written after closing {CANARY}",
    ]


def test_a_leader_that_is_held_still_is_deposed(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Frozen", "Before the frost")
    first = stage.watch("Sol")
    first.go("Conversations").open_conversation("Frozen").sees_message("Before the frost")
    second = first.another_tab(f"/conversations/{conversation}")
    second.sees_message("Before the frost")

    second.say(f"With a leader {CANARY}").sees_everything_sent()
    first.page.workers[0].evaluate(FREEZE, HELD_SECONDS * 1000)
    since = time.monotonic()
    taken = seconds_until_sent(second, f"While one is held {CANARY}", since)
    told.info("leader held still: the next has sent after %.2f s", taken)
    first.sees_message("While one is held").say(f"When it goes on {CANARY}").sees_everything_sent()
    second.sees_message("When it goes on")

    assert stage.read("Ana", conversation) == [
        "Before the frost",
        f"With a leader {CANARY}",
        f"While one is held {CANARY}",
        f"When it goes on {CANARY}",
    ]
    for tab in (first, second):
        tab.check()
    second.page.close()


def hold_worker(person: Person) -> Callable[[], None]:
    """A debugger holds the worker wherever it stands; what is returned lets it go on."""
    session = person.context.new_cdp_session(person.page)
    attached: list[str] = []
    session.on("Target.attachedToTarget", lambda event: attached.append(event["sessionId"]))
    session.send(
        "Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
    )
    (worker,) = attached

    def tell(number: int, method: str) -> None:
        message = json.dumps({"id": number, "method": method})
        session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})

    tell(1, "Debugger.enable")
    tell(2, "Debugger.pause")
    return lambda: tell(3, "Debugger.resume")


def test_a_leader_that_a_debugger_holds_and_one_whose_tab_crashes_are_replaced(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Held and crashed", "Before")
    first = stage.arrive("Tam")
    first.open_conversation("Held and crashed").sees_message("Before")
    second = first.another_tab(f"/conversations/{conversation}")
    second.sees_message("Before")
    second.say(f"With a leader {CANARY}").sees_everything_sent()

    go_on = hold_worker(first)
    taken = seconds_until_sent(second, f"While one is held {CANARY}", time.monotonic())
    told.info("leader held by a debugger: the next has sent after %.2f s", taken)
    go_on()
    first.sees_message("While one is held").say(f"When it goes on {CANARY}").sees_everything_sent()
    second.sees_message("When it goes on")

    with pytest.raises(PlaywrightError, match="crash"):
        second.page.goto("chrome://crash")  # it leads
    since = time.monotonic()
    first.page.bring_to_front()
    taken = seconds_until_sent(first, f"After the crash {CANARY}", since)
    told.info("tab crashed: the next has sent after %.2f s", taken)

    expected = ["Before", "With a leader", "While one is held", "When it goes on", "After the crash"]
    assert stage.read("Ana", conversation) == ["Before", *(f"{each} {CANARY}" for each in expected[1:])]
    first.check()
