"""Scenes of coming back after a loss: handing over, new keys, and a sign-in that is chosen anew."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from network.gallery.stage import WIDTHS, Stage

NEW_KEYS, NEW_SIGN_IN = 2, 3


def losses(stage: Stage, lead: Page, name: str, newcomer: Page) -> None:
    """The lead signs for somebody who waits in a browser of their own, and helps them in every way there is."""
    _sign(stage, lead)
    expect(newcomer.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    stage.photograph(lead, "hand-over", "Handing earlier messages over", "/people", _hand_over_to(name))
    stage.photograph(lead, "rekey", "Giving somebody new keys", "/people", _choose(name, NEW_KEYS))
    stage.photograph(lead, "reset", "Resetting somebody’s sign-in", "/people", _choose(name, NEW_SIGN_IN))
    _choose_anew(stage, newcomer, _make_link(stage, lead, name, NEW_SIGN_IN))
    page = stage.open()
    page.goto(_make_link(stage, lead, name, NEW_KEYS))
    expect(page.get_by_role("heading", name="You get new keys")).to_be_visible()
    stage.photograph_as_it_stands(page, "rekey-opened", "The link to new keys")
    page.context.close()
    newcomer.context.close()


def _sign(stage: Stage, lead: Page) -> None:
    _at_people(stage, lead)
    card = lead.locator(".sign-card").first
    compared = card.get_by_text(re.compile("^I compared this code"))
    if compared.is_visible():
        compared.click()
    card.get_by_role("button", name="Sign and appoint").click()
    code = lead.get_by_role("dialog", name="Your recovery code")
    signed = lead.get_by_text("is appointed")
    expect(code.or_(signed).first).to_be_visible()
    if code.is_visible():
        code.get_by_role("button", name="Demonstration: fill in the recovery code").click()
        code.get_by_role("button", name="Unlock").click()


def _choose_anew(stage: Stage, page: Page, link: str) -> None:
    """From the link of a reset to the notice of it, in a browser that has the keys."""
    page.context.clear_cookies()
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading", name="Choose your sign-in anew")).to_be_visible()
    stage.photograph_as_it_stands(page, "reset-opened", "The link to a new sign-in")
    page.get_by_role("button", name="This is me, continue").click()
    for label in ("Password", "The same password again"):
        page.get_by_label(label, exact=True).fill("amber window river forty-one")
    page.get_by_role("button", name="Save the password").click()
    page.get_by_role("button", name="Demonstration: fill in the code").click()
    page.get_by_role("button", name="Check the code").click()
    page.get_by_text("I have kept the backup codes").click()
    page.get_by_role("button", name="Continue").click()
    stage.photograph(page, "reset-notice", "Your sign-in was reset", "/", _told)


def _told(page: Page) -> None:
    expect(page.locator("section.dialog")).to_be_visible()


def _at_people(stage: Stage, lead: Page) -> None:
    stage.speak(lead, "en")
    lead.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    lead.goto(f"{stage.address}/people")


def _hand_over_to(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("main .person-link", has_text=name).click()
        page.locator(".dialog__actions button:has(svg)").click()
        choices = page.locator(".hand-over__choice label")
        choices.first.click()
        expect(page.locator(".dialog__body .consequences li")).to_have_count(1)

    return act


def _choose(name: str, entry: int) -> Callable[[Page], None]:
    """Opens the dialog behind an entry of the menu of a person."""

    def act(page: Page) -> None:
        page.locator("main tr", has_text=name).locator("[aria-haspopup]").click()
        page.get_by_role("menuitem").nth(entry).click()
        expect(page.locator("section.dialog")).to_be_visible()

    return act


def _make_link(stage: Stage, lead: Page, name: str, entry: int) -> str:
    _at_people(stage, lead)
    _choose(name, entry)(lead)
    lead.get_by_role("button", name="Make the link").click()
    box = lead.get_by_label(re.compile("^Link for"))
    expect(box).to_have_value(re.compile("/(enrol|reset)#"))
    link = box.input_value()
    box.focus()
    lead.get_by_role("button", name="I have handed it over").click()
    return link
