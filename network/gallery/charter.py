"""The charter: what a lead is shown and asked, what officers prepare, and where somebody may only read."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from members import clock
from network.gallery.stage import Stage

CHARTER = "**/api/charter"


def lead(stage: Stage, page: Page, conversation: str) -> None:
    stage.photograph(page, "charter", "The charter: a new version waits for the lead", "/charter", _read)
    stage.photograph(page, "charter-accept", "What exactly the lead signs", "/charter", _asked)
    stage.photograph(
        page, "charter-acceptances", "Who has accepted, with proof", "/charter/1.3?acceptances", _listed
    )
    page.context.route(CHARTER, _signed_otherwise)
    stage.photograph(
        page, "charter-broken", "A signature that does not hold", "/charter/1.3?acceptances", _not_holding
    )
    page.context.unroute(CHARTER)
    page.context.route(CHARTER, _the_day_has_come)
    stage.photograph(
        page, "charter-read-only", "The day has come, and the authority only reads", conversation, _only_reads
    )
    page.context.unroute(CHARTER)


def officer(stage: Stage, page: Page) -> None:
    stage.photograph(
        page, "charter-missing", "Officers see who has not accepted yet", "/charter/1.3?acceptances", _missing
    )
    stage.photograph(page, "charter-draft", "The next version is prepared", "/charter/draft", _prepared)


def _the_day_has_come(route: Route) -> None:
    """The same network some weeks later, if it asked for the acceptance."""
    answer = route.fetch()
    given = answer.json()
    given["required"] = True
    given["versions"][-1]["effective"] = clock.now() - clock.HOUR
    route.fulfill(response=answer, json=given)


def _signed_otherwise(route: Route) -> None:
    """As a server answers that has changed a signature."""
    answer = route.fetch()
    given = answer.json()
    first, second = given["versions"][-1]["acceptances"][:2]
    first["signature"] = second["signature"]
    route.fulfill(response=answer, json=given)


def _not_holding(page: Page) -> None:
    expect(page.locator("main .chip--bad").first).to_be_visible()


def _read(page: Page) -> None:
    expect(page.locator(".charter-text ins").first).to_be_visible()


def _asked(page: Page) -> None:
    button = page.locator("main .charter .button--main")
    expect(button).to_be_visible()
    button.scroll_into_view_if_needed()


def _listed(page: Page) -> None:
    expect(page.locator("main .chip--ok").last).to_be_visible()


def _missing(page: Page) -> None:
    remind = page.locator("main .charter .actions .button")
    expect(remind).to_be_visible()
    remind.scroll_into_view_if_needed()


def _prepared(page: Page) -> None:
    expect(page.locator("main textarea").first).to_be_visible()


def _only_reads(page: Page) -> None:
    expect(page.locator(".write .notice--warn")).to_be_visible()
