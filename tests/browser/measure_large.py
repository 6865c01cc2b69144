"""Measures the large demonstration in a real browser: new browsers, reloads, and the long lists of the screens.

Run it by hand: `python -m tests.browser.measure_large [factor] [DIRECTORY]`. The factor slows the page down, as a weak
computer is slow. The large demonstration is made first, in the directory if one is given (and used as it is if it lies
there already). It prints one figure a line.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Browser, sync_playwright

from network import chromium
from network.client.memory import SignIn
from network.demo.command import fill_in_a_process
from tests.browser.measure_absence import LONG_TASKS, Slowness, appeared, long_tasks, now, slow_down, tell
from tests.browser.person import Person, Secrets
from tests.servers import running

LEAD, OFFICER = "arvenia_lead", "officer_membership"
TYPED: Final = """async ([label, text]) => {
  const field = document.querySelector(`input[type="search"], input[aria-label="${label}"]`);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  let longest = 0;
  for (let end = 1; end <= text.length; end++) {
    const began = performance.now();
    set.call(field, text.slice(0, end));
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    longest = Math.max(longest, performance.now() - began);
  }
  return Math.round(longest);
}"""
"""The longest time from a key to what it has changed on the screen, in ms."""

SCROLLED: Final = """async () => {
  const frames = [];
  let last = performance.now();
  while (frames.length < 120) {
    for (const one of document.querySelectorAll("main, html")) one.scrollTop += 60;
    const next = await new Promise(requestAnimationFrame);
    frames.push(next - last);
    last = next;
  }
  frames.sort((a, b) => a - b);
  return [frames[Math.floor(frames.length * 0.95)], frames.at(-1)].map(Math.round);
}"""
"""The 95th of a hundred frames and the longest, in ms, while one scrolls down."""


class Persona(Secrets):
    """Somebody of the demonstration, whose secrets the portal gives out."""

    def __init__(self, address: str, name: str) -> None:
        self._ask = f"{address}/api/demo/personas/{name}/fill"
        self._address = address
        given = self._fill()
        super().__init__(
            SignIn(email=given["email"], password=given["password"]),
            recovery=given["recovery_code"].split("-"),
        )

    def _fill(self) -> dict[str, str]:
        with httpx.Client(headers={"Origin": self._address}) as client:
            token = client.get(f"{self._address}/api/session").json()["csrf_token"]
            answer = client.post(self._ask, headers={"X-CSRFToken": token})
            answer.raise_for_status()
            filled: dict[str, str] = answer.json()
            return filled

    def next_code(self) -> str:
        return self._fill()["code"]


class Stage:
    """The portal of the large demonstration, and browsers before it."""

    def __init__(self, browser: Browser, address: str, how: Slowness) -> None:
        self.browser, self.address, self.how = browser, address, how
        self.people = {name: Persona(address, name) for name in (LEAD, OFFICER)}

    def signed_in(self, name: str) -> Person:
        """A new browser, before the recovery code is given."""
        person = Person(self.browser, self.address, self.people[name])
        person.context.add_init_script(LONG_TASKS)
        person.sign_in().sees_heading("Open your messages on this browser")
        slow_down(person, self.how)
        return person


def measure_new_browser(stage: Stage, what: str) -> Person:
    person = stage.signed_in(LEAD)
    long_tasks(person)
    began = now(person)
    person.paste_recovery_code()
    tell(f"{what}: conversations readable after", appeared(person, "a.conv", since=began))
    tell("  long tasks of the page", long_tasks(person))
    return person


def measure_reload(person: Person) -> None:
    person.page.wait_for_load_state("networkidle")
    person.page.reload(wait_until="commit")
    tell("reload: conversations readable after", appeared(person, "a.conv"))
    person.page.wait_for_load_state("networkidle")
    tell("  long tasks of the page", long_tasks(person))


def measure_screen(person: Person, path: str, place: str, what: str, *, least: int, search: str = "") -> None:
    """A screen that is gone to, its search if it has one, and how it scrolls."""
    long_tasks(person)
    began = now(person)
    person.go_to(path)
    tell(f"{what}: drawn after", appeared(person, place, least=least, since=began))
    tell("  elements on the page", person.page.evaluate("document.querySelectorAll('*').length"))
    tell("  long tasks of the page", long_tasks(person))
    if search:
        longest = person.page.evaluate(TYPED, [search, "integrity"])
        tell("  from a key to its effect, at most", f"{longest} ms")
        person.page.evaluate(TYPED, [search, ""])
        tell("  long tasks of the page", long_tasks(person))
        person.page.get_by_role("searchbox").first.fill("")
    usual, longest = person.page.evaluate(SCROLLED)
    tell("  scrolled: 95 % of frames within, at most", f"{usual} ms, {longest} ms")
    tell("  long tasks of the page", long_tasks(person))


def measure(stage: Stage) -> None:
    first = measure_new_browser(stage, "a new browser without a bookmark")
    measure_reload(first)
    measure_screen(first, "/directory", ".entry", "the directory", least=1, search="Search")
    measure_screen(
        first, "/conversations/new", "[role=option]", "to whom one writes", least=1, search="Search"
    )
    first.close()
    measure_new_browser(stage, "a new browser with a bookmark").close()
    officer = stage.signed_in(OFFICER)
    began = now(officer)
    officer.paste_recovery_code()
    tell("an officer in a new browser: the desk after", appeared(officer, ".rows__row", since=began))
    tell("  long tasks of the page", long_tasks(officer))
    measure_screen(officer, "/directory", ".entry", "the directory of an officer", least=1)
    measure_screen(officer, "/secretariat", ".rows__row", "the desk", least=20)
    measure_screen(officer, "/secretariat/log", ".log-rows__number", "the log", least=20)
    measure_screen(officer, "/charter/1.2?acceptances", "main .rows__row", "who accepted", least=20)
    officer.close()


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.replace(".", "").isdigit()]
    factors = [float(word) for word in sys.argv[1:] if word not in words]
    with ExitStack() as kept:
        data = Path(words[0] if words else kept.enter_context(tempfile.TemporaryDirectory())) / "large"
        if not (data / "demo_personas.json").exists():
            fill_in_a_process(data, large=True)
        server = kept.enter_context(running(data, ENTENTE_DEMO="1"))
        playwright = kept.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(chromium.require()), args=chromium.ARGUMENTS)
        measure(Stage(browser, server.address, Slowness(factors[0] if factors else 1.0)))
        browser.close()


if __name__ == "__main__":
    main()
