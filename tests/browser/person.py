"""A person in a browser of their own, who does what people do: opens links, types codes, reads and writes.

Everything is reached by role and accessible name, as with a screen reader; nothing waits for time to pass.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from network.client.memory import SignIn
from network.client.totp import STEP_SECONDS, TOLERANCE, code_of

PASSWORD = "violet harbour ladder seventeen"
PATIENCE_SECONDS = 60
"""A busy computer is slow, not broken: what does not come in this time does not come."""
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

WATCH_VIOLATIONS = """
window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusedByPolicy.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
AT_REST = """() => Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished))"""

told = logging.getLogger(__name__)
"""Figures, with `--log-cli-level=INFO`."""


@dataclass
class Secrets:
    """What a person keeps outside the browser: on paper, on the telephone, in the head."""

    sign_in: SignIn
    recovery: list[str] = field(default_factory=list)
    former_recovery: list[str] = field(default_factory=list)

    def next_code(self) -> str:
        """The next one-time code that was not used; waits for the clock when all that count are used."""
        while True:
            present = int(time.time()) // STEP_SECONDS
            step = max(present, self.sign_in.last_step + 1)
            if step <= present + TOLERANCE:
                self.sign_in.last_step = step
                return code_of(self.sign_in.totp_secret, step)
            time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)


class Person:
    """One browser context; `secrets` may be shared between several browsers of the same person."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        secrets: Secrets,
        *,
        language: str = "en",
        careful: bool = False,
    ) -> None:
        self.address = address
        self.secrets = secrets
        self.careful = careful
        """Looks at every screen on the way for what shuts people out, not at the last one only."""
        self.context: BrowserContext = browser.new_context(locale=language, reduced_motion="reduce")
        self.context.add_init_script(WATCH_VIOLATIONS)
        self.mark = f"browser={uuid.uuid4().hex}"
        """Stands in all that this browser asks for, so that it can be told from others."""
        name, _, value = self.mark.partition("=")
        self.context.add_cookies([{"name": name, "value": value, "url": address}])
        self.open_tab()

    def open_tab(self) -> None:
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.complaints: list[str] = []
        self.page.add_locator_handler(
            self.page.get_by_role("dialog", name="Confirm that it is you"), self._confirm_again
        )
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _confirm_again(self, dialog: Locator) -> None:
        """Whoever gave a code more than ten minutes ago is asked for one before they sign."""
        dialog.get_by_role("textbox").fill(self.secrets.next_code())
        dialog.get_by_role("button", name="Confirm", exact=True).click()

    def _heard(self, message: ConsoleMessage) -> None:
        # a refused request is an answer that the page shows; whatever else the browser calls an error is ours
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def close(self) -> None:
        self.context.close()

    def leave(self) -> None:
        """Entente is closed in this browser, in all tabs."""
        if self.page.is_closed():
            self.open_tab()
        self.page.goto("about:blank")
        for page in self.context.pages:
            if page != self.page:
                page.close()

    def come_back(self) -> Self:
        """Opens Entente where it was closed."""
        if self.page.url == "about:blank":
            self.page.goto(self.address)
        return self

    @contextmanager
    def away(self) -> Iterator[None]:
        """Entente is closed here while the block lasts, and hears of nothing; then it is opened where it was."""
        before = self.page.url
        self.page.goto("about:blank")
        yield
        self.page.goto(before)

    # looking

    def sees(self, text: str | re.Pattern[str]) -> Self:
        expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def sees_heading(self, name: str | re.Pattern[str]) -> Self:
        expect(self.page.get_by_role("heading", name=name).first).to_be_visible()
        if self.careful:
            self.check_accessibility()
        return self

    def sees_at_once(self, text: str | re.Pattern[str]) -> Self:
        """What the server tells by itself: the promise is a second, and how long it took is told."""
        since = time.monotonic()
        self.sees(text)
        told.info("%s: %.2f s", text, time.monotonic() - since)
        return self

    @property
    def device(self) -> str:
        """The device that this browser's session is bound to."""
        return str(self.context.request.get(f"{self.address}/api/session").json()["device"])

    def does_not_see(self, text: str) -> Self:
        expect(self.page.get_by_text(text)).to_have_count(0)
        return self

    def press(self, name: str | re.Pattern[str], *, within: Any = None) -> Self:
        (within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
        return self

    def tick(self, name: str | re.Pattern[str]) -> Self:
        self.page.get_by_text(name).first.click()
        return self

    def type(self, label: str | re.Pattern[str], text: str) -> Self:
        self.page.get_by_label(label, exact=isinstance(label, str)).first.fill(text)
        return self

    def check(self) -> None:
        """Nothing was refused by the policy, thrown or left unreadable, and the screen is open to everybody."""
        assert self.undecryptable() == 0
        assert self.complaints == [], self.complaints
        assert self.page.evaluate("window.refusedByPolicy") == []
        self.check_accessibility()

    def check_accessibility(self) -> None:
        """The screen that stands now breaks no rule of WCAG 2.2 AA, and no good practice."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        # a colour on its way from one to another is neither of them
        self.page.evaluate(AT_REST)
        # the announcer of the component library names buttons whose pending state is over; it empties itself
        found = self.page.evaluate(
            "async (rules) => (await axe.run({exclude: ['[data-live-announcer]']}, {runOnly: rules})).violations"
            ".map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)",
            RULES,
        )
        assert found == [], f"{self.page.url}: {found}"

    # coming in

    def open_link(self, link: str) -> Self:
        self.page.goto(link)
        self.press("This is me, continue")
        self.sees_heading("Choose a password")
        self.type("Password", self.secrets.sign_in.password)
        self.type("The same password again", self.secrets.sign_in.password)
        self.press("Save the password")
        self.sees_heading("Set up your second factor")
        self.secrets.sign_in.totp_secret = "".join(self.page.locator(".factor__secret").inner_text().split())
        self.type("One-time code", self.secrets.next_code())
        self.press("Check the code")
        self.sees_heading("Keep your backup codes")
        self.secrets.sign_in.backup_codes = self.page.locator("main .backup-codes li").all_inner_texts()
        self.tick("I have kept the backup codes")
        self.press("Continue")
        return self

    def make_keys(self) -> Self:
        self.press("Make my keys")
        return self.keep_recovery_code()

    def keep_recovery_code(self) -> Self:
        """Writes the code down and types back the two groups that are asked for."""
        sheet = self.page.get_by_role("list", name="Recovery code, eight groups")
        expect(sheet).to_be_visible()
        self.secrets.former_recovery = self.secrets.recovery
        self.secrets.recovery = [each.strip() for each in sheet.locator("b").all_inner_texts()]
        assert len(self.secrets.recovery) == 8
        asked = self.page.get_by_label(re.compile(r"^Group \d$"))
        for place in range(asked.count()):
            box = asked.nth(place)
            number = int((box.get_attribute("aria-label") or self._label_of(box)).split()[-1])
            box.fill(self.secrets.recovery[number - 1])
        self.press("Continue")
        return self

    def _label_of(self, box: Any) -> str:
        return str(box.evaluate("(input) => input.labels[0].textContent"))

    def sign_in(self) -> Self:
        self.page.goto(self.address)
        self.type("E-mail address", self.secrets.sign_in.email)
        self.type("Password", self.secrets.sign_in.password)
        self.press("Continue")
        self.sees_heading("Confirm that it is you")
        self.type("Code from your authenticator app", self.secrets.next_code())
        return self.press("Sign in")

    def sign_in_past_the_forms(self) -> Self:
        """Sends what the forms of the sign-in send: for stories that begin after it, as most do."""
        sign_in = self.secrets.sign_in
        self._send("password", email=sign_in.email, password=sign_in.password)
        self._send("second-factor", backup_code=sign_in.backup_codes.pop())
        self.page.goto(self.address)
        return self

    def _send(self, step: str, **given: str) -> None:
        asks, address = self.context.request, f"{self.address}/api/session"
        patience = PATIENCE_SECONDS * 1000
        token = asks.get(address, timeout=patience).json()["csrf_token"]
        headers = {"Origin": self.address, "X-CSRFToken": token}
        answer = asks.post(f"{address}/{step}", data=given, headers=headers, timeout=patience)
        assert answer.ok, answer.text()

    def sign_in_with_backup_code(self) -> Self:
        """As when the telephone is not at hand."""
        self.page.goto(self.address)
        self.type("E-mail address", self.secrets.sign_in.email)
        self.type("Password", self.secrets.sign_in.password)
        self.press("Continue")
        self.sees_heading("Confirm that it is you")
        self.press("Use a one-time backup code instead")
        self.type("Backup code", self.secrets.sign_in.backup_codes.pop())
        return self.press("Sign in")

    def give_recovery_code(self, groups: list[str] | None = None) -> Self:
        """Types the code from paper, group by group."""
        self.sees_heading("Open your messages on this browser")
        self._type_groups(groups or self.secrets.recovery, within=self.page)
        return self.press("Open my messages")

    def paste_recovery_code(self) -> Self:
        """Pastes the whole code into the first group, as from a password store."""
        self.sees_heading("Open your messages on this browser")
        self.page.get_by_label("Group 1", exact=True).evaluate(
            """(input, text) => {
                const clipboardData = new DataTransfer();
                clipboardData.setData("text", text);
                input.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
            }""",
            " ".join(self.secrets.recovery),
        )
        return self.press("Open my messages")

    def _type_groups(self, groups: list[str], *, within: Any) -> None:
        for number, group in enumerate(groups, start=1):
            within.get_by_label(f"Group {number}", exact=True).fill(group)

    def unlock_if_asked(self, outcome: str) -> Self:
        """Answers the question for the recovery code, which stands before an act of a locked identity key."""
        dialog = self.page.get_by_role("dialog", name="Your recovery code")
        expect(dialog.or_(self.page.get_by_text(outcome)).first).to_be_visible()
        if dialog.is_visible():
            self._type_groups(self.secrets.recovery, within=dialog)
            self.press("Unlock", within=dialog)
        return self.sees(outcome)

    def hand_over_link(self) -> str:
        """The link that was made for somebody, as it is copied from the dialog."""
        box = self.page.get_by_label(re.compile("^Link for"))
        box.focus()
        link = box.input_value()
        self.press("I have handed it over")
        return link

    # going about

    def go(self, name: str) -> Self:
        self.page.get_by_role("navigation").get_by_role("link", name=re.compile(rf"^{name}")).first.click()
        return self

    def go_to(self, path: str) -> Self:
        """A page by its address, without loading anew: keys that are open stay open."""
        self.page.evaluate(
            "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
            path,
        )
        return self

    def speak(self, language: str) -> Self:
        """Another language, chosen in this browser."""
        self.page.evaluate("(language) => localStorage.setItem('entente.language', language)", language)
        self.page.reload()
        expect(self.page.locator(f"html[lang={language}]")).to_be_attached()
        expect(self.page.get_by_role("heading", level=1).first).to_be_visible()
        return self

    def another_tab(self, path: str) -> Person:
        """The same browser, in one more tab."""
        tab = copy(self)
        tab.open_tab()
        tab.page.goto(f"{self.address}{path}")
        return tab

    # conversations

    def begin_writing_to(self, authority: str, subject: str, text: str) -> Self:
        self.go("Conversations")
        self.page.get_by_role("link", name="Write").or_(
            self.page.get_by_role("button", name="Write")
        ).first.click()
        self.sees_heading("New conversation")
        self.type("Search by authority or State", authority)
        self.page.get_by_role("option", name=re.compile(authority)).first.click()
        self.type("Subject", subject)
        return self.type("Message", text)

    def write_to(self, authority: str, subject: str, text: str) -> Self:
        self.begin_writing_to(authority, subject, text).press("Send")
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()
        return self.sees_message(text)

    def open_conversation(self, subject: str) -> Self:
        self.page.get_by_role("link", name=re.compile(re.escape(subject))).first.click()
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()
        return self

    def say(self, text: str) -> Self:
        self.type("Message", text)
        self.press("Send")
        return self.sees_message(text)

    def sees_message(self, text: str) -> Self:
        expect(self.messages.filter(has_text=text).first).to_be_visible()
        return self

    @property
    def messages(self) -> Any:
        return self.page.locator("article.msg__body")

    def texts(self) -> list[str]:
        """Every message on the screen, from the oldest to the newest."""
        return [str(text) for text in self.messages.locator(".words").all_inner_texts()]

    def direction_of(self, text: str) -> str:
        """Which way the words of a message run."""
        words = self.page.locator("article.msg__body").get_by_text(text).first
        return str(words.evaluate("(element) => getComputedStyle(element).direction"))

    def sees_everything_sent(self) -> Self:
        """Nothing waits any longer."""
        expect(self.page.locator(".state--pending, .state--failed")).to_have_count(0)
        return self

    def undecryptable(self) -> int:
        """How many items this browser could not open although it was a member: always none."""
        return int(self.page.evaluate("document.documentElement.dataset.undecryptable ?? '-1'"))
