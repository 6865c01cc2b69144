"""Measures long conversations and long absences in a real browser against a real server.

Run it by hand: `python -m tests.browser.measure_absence [factor]`; the factor slows the page down, as a weak computer
is slow. It prints one figure a line.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from network import chromium
from network.client import Client
from tests.browser.person import Person
from tests.browser.settled import Settled, settled

LONG: Final = 10_000
MANY: Final = 50
AT_ONCE: Final = 50
PATIENCE_SECONDS: Final = 300
LONG_TASKS: Final = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
}).observe({ type: "longtask", buffered: true });
"""
KEPT: Final = """async () => {
  const { name } = (await indexedDB.databases()).find(({ name }) => /^entente-vault-[0-9a-f]{64}-/.test(name));
  return await new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const counting = opening.result.transaction("items").objectStore("items").count();
      counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
  });
}"""
"""How many items the vault of this browser holds."""


def tell(what: str, value: object) -> None:
    sys.stdout.write(f"{what}: {value}\n")
    sys.stdout.flush()


def timed(what: str, act: Callable[[], object]) -> None:
    began = time.monotonic()
    act()
    tell(what, f"{round((time.monotonic() - began) * 1000)} ms")


async def fill(client: Client, conversation: str, messages: int, words: str) -> None:
    """Many messages, fifty in a request."""
    await client.register.catch_up()
    await client.conversations.sync()
    for start in range(0, messages, AT_ONCE):
        given = []
        for one in range(start, min(start + AT_ONCE, messages)):
            frame = await client.conversations.frame_for(conversation, f"{words} {one + 1} of {messages}")
            assert frame is not None
            given.append({"body": frame["body"], "signature": frame["signature"]})
        await client.http.post(f"/api/conversations/{conversation}/items", {"items": given})
        await client.conversations.sync()


def seed(stage: Settled, conversation: str, messages: int, words: str) -> None:
    stage.backstage.begin(fill(stage["Ana"], conversation, messages, words)).result(PATIENCE_SECONDS)


def wait_for_items(person: Person, least: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(person.page.evaluate(KEPT)) < least:
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def slow_down(person: Person, factor: float) -> None:
    person.context.new_cdp_session(person.page).send("Emulation.setCPUThrottlingRate", {"rate": factor})


def long_tasks(person: Person) -> str:
    found = person.page.evaluate("window.longTasks.splice(0)")
    return f"{len(found)} over 50 ms, the longest {max(found, default=0)} ms"


def measure(stage: Settled, factor: float) -> None:
    """One after the other, in one network."""
    away = stage.arrive("Tam")
    away.context.add_init_script(LONG_TASKS)
    away.page.reload()
    away.sees_heading("Choose a conversation")

    several = [stage.begin("Ana", "South", f"Matter {number}", "Opening words") for number in range(MANY)]
    wait_for_items(away, 2 * MANY)
    address = away.page.url
    away.page.goto("about:blank")
    for conversation in several:
        seed(stage, conversation, LONG // MANY, "Absent")
    tell("written", f"{LONG} messages in {MANY} conversations")

    slow_down(away, factor)
    before = int(time.monotonic() * 1000)
    away.page.goto(address)
    away.sees(f"Absent {LONG // MANY} of")
    tell("a month away: the newest is in the list after", f"{int(time.monotonic() * 1000) - before} ms")
    wait_for_items(away, LONG)
    tell("  all of it is here after", f"{int(time.monotonic() * 1000) - before} ms")
    tell("  long tasks of the page", long_tasks(away))

    fresh = stage.stranger(stage.secrets("Sol"))
    fresh.context.add_init_script(LONG_TASKS)
    fresh.sign_in_with_backup_code()
    slow_down(fresh, factor)
    fresh.sees_heading("Open your messages on this browser")
    fresh.give_recovery_code()
    before = int(time.monotonic() * 1000)
    fresh.sees_heading("Choose a conversation")
    fresh.sees(f"Absent {LONG // MANY} of")
    tell("a new browser, 50 conversations: usable after", f"{int(time.monotonic() * 1000) - before} ms")
    wait_for_items(fresh, LONG)
    tell("  all of it is here after", f"{int(time.monotonic() * 1000) - before} ms")
    tell("  long tasks of the page", long_tasks(fresh))

    long = stage.begin("Ana", "South", "The long one", "Opening words")
    seed(stage, long, LONG, "Long")
    wait_for_items(away, 2 * LONG)
    away.open_conversation("The long one").sees_message(f"Long {LONG} of")
    long_tasks(away)
    away.page.reload()
    shown = "performance.now()"
    away.sees_message(f"Long {LONG} of")
    tell("10,000 in one: reload to its newest message on screen", f"{round(away.page.evaluate(shown))} ms")
    tell("  long tasks of the page", long_tasks(away))


def main() -> None:
    factor = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=chromium.ARGUMENTS)
        with settled(browser, Path(directory) / "data") as stage:
            measure(stage, factor)
        browser.close()


if __name__ == "__main__":
    main()
