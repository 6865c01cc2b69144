"""The browsers of the gallery: each persona signs in once, as people do, and is then photographed in every language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

LANGUAGES = ("en", "ar")
WIDTHS = {1280: 800, 375: 812}
MORE = 25_000

PASSING_SEEN = "entente.passing-seen"
"""Under this name a browser remembers that it said that it may clear what it keeps: once is enough for all pictures."""
TOLD = f"try {{ localStorage.setItem('{PASSING_SEEN}', '1') }} catch {{ /* no page of the portal */ }}"

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """One file of the gallery."""

    scene: str
    title: str
    language: str
    width: int

    @property
    def file(self) -> str:
        return f"{self.scene}.{self.language}.{self.width}.png"


class Stage:
    """Takes pictures into `out`, and remembers them in their order."""

    def __init__(self, browser: Browser, address: str, out: Path) -> None:
        expect.set_options(timeout=MORE)
        self.browser = browser
        self.address = address
        self.out = out
        self.pictures: list[Picture] = []
        self.people: dict[str, BrowserContext] = {}

    def close(self) -> None:
        for context in self.people.values():
            context.close()

    def open(self) -> Page:
        """A browser that nobody has used."""
        context = self.browser.new_context(locale="en", reduced_motion="reduce")
        context.add_init_script(TOLD)
        page = context.new_page()
        page.set_default_timeout(MORE)
        return page

    def photograph(self, page: Page, scene: str, title: str, path: str, act: Act | None = None) -> None:
        """The scene at every width and in every language, opened anew for each."""
        for language in LANGUAGES:
            self.speak(page, language)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{self.address}{path}")
                if act is not None:
                    act(page)
                self.take(page, Picture(scene, title, language, width))

    def photograph_as_it_stands(self, page: Page, scene: str, title: str, act: Act | None = None) -> None:
        """A step that is not opened anew: the language is changed in the middle of it; `act` opens what Escape ends."""
        for language in LANGUAGES:
            self.switch(page, language)
            if act is not None:
                act(page)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                self.take(page, Picture(scene, title, language, width))
            page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
            if act is not None:
                page.keyboard.press("Escape")
        self.switch(page, "en")

    def switch(self, page: Page, language: str) -> None:
        """Another language without opening the page anew: by the menu of the person, or by the row before it."""
        page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
        person = page.locator("button.me")
        if person.is_visible():
            person.click()
            page.locator(f"[role=menuitemradio] [lang={language}]").click()
        else:
            page.locator(f".languages__one[lang={language}]").click()
        expect(page.locator(f"html[lang={language}]")).to_be_attached()

    def take(self, page: Page, picture: Picture) -> None:
        """One picture of the page as it stands; of the whole page where it is narrow."""
        self._settle(page)
        whole = picture.width < 1000
        page.screenshot(path=str(self.out / picture.file), full_page=whole, animations="disabled")
        self.pictures.append(picture)

    def speak(self, page: Page, language: str) -> None:
        """The language that pages of this browser open in from now on."""
        if not page.url.startswith(self.address):
            page.goto(self.address)
        page.evaluate("(language) => localStorage.setItem('entente.language', language)", language)

    def _settle(self, page: Page) -> None:
        page.wait_for_function("document.fonts.status === 'loaded'")
        expect(page.locator("h1:visible, h2:visible").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)

    def sign_in(self, persona: str, before_second_factor: Act | None = None) -> Page:
        """A persona in a browser of their own: picked on the sign-in page, filled in and signed in."""
        page = self.pick(persona)
        self.second_step(page)
        if before_second_factor is not None:
            before_second_factor(page)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Open your messages on this browser")).to_be_visible()
        self.people[persona] = page.context
        return page

    def open_keys(self, page: Page) -> Page:
        page.get_by_role("button", name="Demonstration: fill in the recovery code").click()
        page.get_by_role("button", name="Open my messages").click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        return page

    def pick(self, persona: str) -> Page:
        """The sign-in page with the persona's address and password filled in."""
        page = self.open()
        self.speak(page, "en")
        page.goto(self.address)
        page.get_by_role("button", name=re.compile("^Show all")).click()
        listed = page.request.get(f"{self.address}/api/demo/personas").json()
        place = next(index for index, one in enumerate(listed) if one["id"] == persona)
        page.locator("button.persona").nth(place).click()
        expect(page.get_by_label("E-mail address")).to_have_value(f"{persona.replace('_', '.')}@demo.example")
        return page

    def second_step(self, page: Page) -> None:
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        expect(page.get_by_label("Code from your authenticator app")).to_have_value(re.compile(r"^\d{6}$"))
