"""Measures long conversations and long absences in a real browser against a real server.

Run it by hand: `python -m tests.browser.measure_absence [factor] [line]`. The factor slows the page down, as a weak
computer is slow; with `line` everything that the browser fetches comes at 256 kbit/s, 300 ms late. It prints one figure
a line. A slow line is asked only for what one waits for, not for the whole past.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from network import chromium
from tests.browser.person import Person
from tests.browser.settled import Settled, settled

LONG: Final = 10_000
MANY: Final = 50
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


APPEARED: Final = """([place, text, least]) => new Promise((resolve) => {
  const look = () => {
    const found = [...document.querySelectorAll(place)].filter((one) => one.textContent.includes(text));
    if (found.length < least) return false;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    return true;
  };
  const observer = new MutationObserver(look);
  if (!look()) observer.observe(document, { subtree: true, childList: true, characterData: true });
})"""
"""When a text has been drawn at so many places, by the clock of the page: in ms since it was asked for."""

SCROLLED: Final = """async () => {
  const thread = document.querySelector(".thread");
  const frames = [];
  let last = performance.now();
  const until = last + 5000;
  while (last < until) {
    thread.scrollTop -= 40;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  return [1000 * frames.length / 5000, frames[Math.floor(frames.length * 0.95)], frames.at(-1)].map(Math.round);
}"""
"""Frames a second, the 95th of a hundred and the longest in ms, while five seconds of messages are rolled back."""


@dataclass(frozen=True)
class Slowness:
    """How weak the computer is, and whether its line is slow."""

    factor: float = 1.0
    line: bool = False


def tell(what: str, value: object) -> None:
    sys.stdout.write(f"{what}: {value}\n")
    sys.stdout.flush()


def wait_for_items(person: Person, least: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(person.page.evaluate(KEPT)) < least:
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def slow_down(person: Person, how: Slowness) -> None:
    session = person.context.new_cdp_session(person.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": how.factor})
    if how.line:
        bytes_a_second = 256_000 / 8
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 300,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            },
        )


def long_tasks(person: Person) -> str:
    found = person.page.evaluate("window.longTasks.splice(0)")
    return f"{len(found)} over 50 ms, the longest {max(found, default=0)} ms"


def now(person: Person) -> float:
    return float(person.page.evaluate("performance.now()"))


def appeared(person: Person, place: str, text: str = "", *, least: int = 1, since: float = 0.0) -> str:
    """How long it took until something was drawn; waits for it. The time is that of the page, in which nobody polls."""
    at = float(person.page.evaluate(APPEARED, [place, text, least]))
    return f"{round(at - since)} ms"


def measure(stage: Settled, how: Slowness) -> None:
    """One after the other, in one network."""
    measure_sign_in(stage, how)
    away = measure_absence(stage, how)
    measure_new_browser(stage, how)
    measure_long(stage, away, how)


def measure_sign_in(stage: Settled, how: Slowness) -> None:
    """With the pages in the cache, as on a computer that was used before."""
    stage.begin("Ana", "South", "Before", "There is something to see")
    person = stage.arrive("Tam")
    person.sees("There is something to see")
    person.page.locator("button.me").click()
    person.page.get_by_role("menuitem", name="Sign out").click()
    person.press("Sign in again").sees_heading("Sign in")
    person.type("E-mail address", person.secrets.sign_in.email)
    person.type("Password", person.secrets.sign_in.password)
    person.press("Continue").sees_heading("Confirm that it is you")
    person.type("Code from your authenticator app", person.secrets.next_code())
    slow_down(person, how)
    began = now(person)
    person.press("Sign in")
    tell(
        "signed in, until the list can be read",
        appeared(person, "a.conv", "There is something to see", since=began),
    )
    person.close()


def measure_absence(stage: Settled, how: Slowness) -> Person:
    away = stage.arrive("Tam")
    away.context.add_init_script(LONG_TASKS)
    away.page.reload()
    away.sees_heading("Choose a conversation")

    several = [stage.begin("Ana", "South", f"Matter {number}", "Opening words") for number in range(MANY)]
    wait_for_items(away, 2 * MANY)
    address = away.page.url
    away.page.goto("about:blank")
    for conversation in several:
        stage.fill("Ana", conversation, LONG // MANY, "Absent")
    tell("written", f"{LONG} messages in {MANY} conversations")

    slow_down(away, how)
    newest = f"Absent {LONG // MANY} of"
    began = time.monotonic()
    away.page.goto(address, wait_until="commit")
    tell("a month away: usable after", appeared(away, "a.conv"))
    tell("  the newest is in the list after", appeared(away, "a.conv", newest))
    tell("  the newest of all is in the list after", appeared(away, "a.conv", newest, least=MANY))
    if not how.line:
        wait_for_items(away, LONG)
        tell("  all of it is here after", f"{round((time.monotonic() - began) * 1000)} ms")
    tell("  long tasks of the page", long_tasks(away))
    return away


def measure_new_browser(stage: Settled, how: Slowness) -> None:
    fresh = stage.stranger(stage.secrets("Sol"))
    fresh.context.add_init_script(LONG_TASKS)
    fresh.sign_in_with_backup_code()
    slow_down(fresh, how)
    fresh.sees_heading("Open your messages on this browser")
    began, opened = time.monotonic(), now(fresh)
    fresh.paste_recovery_code()
    newest = f"Absent {LONG // MANY} of"
    tell(
        f"a new browser, {MANY} conversations: readable after",
        appeared(fresh, "a.conv", newest, since=opened),
    )
    tell(
        "  the newest of all is in the list after",
        appeared(fresh, "a.conv", newest, least=MANY, since=opened),
    )
    if not how.line:
        wait_for_items(fresh, LONG)
        tell("  all of it is here after", f"{round((time.monotonic() - began) * 1000)} ms")
    tell("  long tasks of the page", long_tasks(fresh))


def measure_long(stage: Settled, person: Person, how: Slowness) -> None:
    """Once everything of it is in the vault."""
    if how.line:
        return
    long = stage.begin("Ana", "South", "The long one", "Opening words")
    stage.fill("Ana", long, LONG, "Long")
    wait_for_items(person, 2 * LONG)
    person.open_conversation("Matter 7")
    long_tasks(person)
    began = now(person)
    person.page.get_by_role("link", name=re.compile("The long one")).first.click()
    tell(
        f"{LONG} in one: the first screen after",
        appeared(person, "article.msg__body", f"Long {LONG} of", since=began),
    )
    tell("  long tasks of the page", long_tasks(person))
    frames, usual, longest = person.page.evaluate(SCROLLED)
    tell(
        "  rolled back for five seconds",
        f"{frames} frames a second, 95 % within {usual} ms, at most {longest} ms",
    )
    tell("  long tasks of the page", long_tasks(person))
    person.page.reload(wait_until="commit")
    tell("  loaded anew, to its newest message", appeared(person, "article.msg__body", f"Long {LONG} of"))


def main() -> None:
    how = Slowness(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, "line" in sys.argv[2:])
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=chromium.ARGUMENTS)
        with settled(browser, Path(directory) / "data") as stage:
            measure(stage, how)
        browser.close()


if __name__ == "__main__":
    main()
