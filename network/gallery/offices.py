"""Scenes of people who come, go and are away: absences, another lead, an officer who leaves, a code that differs."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from network.gallery.stage import Stage


def deputy(stage: Stage) -> None:
    """The deputy of an authority whose lead is away."""
    page = stage.open_keys(stage.sign_in("norvik_deputy"))
    stage.photograph(page, "people-away", "Somebody of an authority is away", "/people", _absence)
    stage.photograph(page, "absence", "Entering an absence", "/people", _enter)


def officer(stage: Stage, page: Page) -> None:
    """What an officer is asked before another lead is named, and before an officer leaves."""
    stage.photograph(page, "lead-makes-way", "Another lead: what has happened", "/secretariat", _ask_for_lead)
    stage.photograph(
        page, "lead-left", "A lead who left is locked out by two officers", "/secretariat", _lock_out
    )
    stage.photograph(
        page, "officer-few", "Too few officers would be left", "/secretariat", _ask_to_remove_officer
    )


def lead(stage: Stage, page: Page) -> None:
    """While an enrolment waits for the lead's signature."""
    stage.photograph(page, "code-differs", "The code on the telephone is another one", "/people", _differs)


def _absence(page: Page) -> None:
    expect(page.locator(".absences .rows__row")).to_be_visible()


def _enter(page: Page) -> None:
    page.locator(".absences .section-head button").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _ask_for_lead(page: Page) -> None:
    page.locator(".rows__row", has_text="Anti-Corruption Bureau").locator("[aria-haspopup]").click()
    page.get_by_role("menuitem").nth(2).click()
    expect(page.locator("section.dialog")).to_be_visible()
    page.locator("section.dialog input[type=radio]").nth(3).check(force=True)


def _lock_out(page: Page) -> None:
    _ask_for_lead(page)
    page.locator("section.dialog input[type=radio]").nth(1).check(force=True)
    page.locator("section.dialog .button--danger").scroll_into_view_if_needed()


def _ask_to_remove_officer(page: Page) -> None:
    people = page.locator(".rows__row").filter(has=page.locator(".person-link"))
    people.first.locator("[aria-haspopup]").click()
    page.get_by_role("menuitem").last.click()
    expect(page.locator("section.dialog .notice")).to_be_visible()


def _differs(page: Page) -> None:
    page.locator(".sign-card .actions button:not(.button--main):not(.button--danger)").first.click()
    expect(page.locator("section.dialog")).to_be_visible()
