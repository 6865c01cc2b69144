"""Applications: the working list, cases at several steps, the steps of the network, and what members may object to."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

from members import clock
from network.gallery.stage import Stage

LIST = "/secretariat/applications"
OBJECTIONS = "**/api/objections"


def officer(stage: Stage, page: Page) -> None:
    cases = {one["name_en"]: f"{LIST}/{one['id']}" for one in _listed(stage, page)}
    stage.photograph(page, "applications", "The applications, by step and by whom they wait for", LIST, _rows)
    stage.photograph(page, "applications-none", "A search that finds no application", LIST, _search_in_vain)
    for key, title, name in (
        ("application-signature", "An admission waits for the second signature", "Anti-Corruption Agency"),
        ("application-offered", "Observer status is offered", "Audit Court"),
        ("application-returned", "Returned to the applicant", "Customs Integrity Unit"),
        ("application-declined", "Declined, with the reason", "Global Integrity Consultants Ltd"),
    ):
        stage.photograph(page, key, title, cases[name], _case)
    agency = cases["Anti-Corruption Agency"]
    stage.photograph(page, "application-return", "What is missing is marked", agency, _return)
    stage.photograph(
        page, "vetting-steps", "The steps and deadlines of a network", "/secretariat/vetting", _steps
    )


def lead(stage: Stage, page: Page) -> None:
    page.context.route(OBJECTIONS, _one_is_open)
    stage.photograph(page, "objections", "An application is open for objections", "/objections", _article)
    page.context.unroute(OBJECTIONS)


def _listed(stage: Stage, page: Page) -> list[dict[str, Any]]:
    answer = page.context.request.get(f"{stage.address}/api/vetting")
    return list(answer.json()["applications"])


def _one_is_open(route: Route) -> None:
    """The same network while a window is open."""
    open_one = {
        "id": "0" * 32,
        "name": "Агентство по противодействию коррупции",
        "name_en": "Anti-Corruption Agency",
        "state": "XH",
        "membership": "member",
        "powers": ["investigate", "prosecute"],
        "mandate": "Investigates corruption offences and brings them before the courts.",
        "legal_basis": "Law on the Anti-Corruption Agency, articles 4 to 9",
        "website": "https://aca.ulanbey.example",
        "until": clock.now() + 9 * clock.DAY,
        "own": None,
    }
    route.fulfill(json=[open_one])


def _rows(page: Page) -> None:
    expect(page.locator("main .case").first).to_be_visible()


def _search_in_vain(page: Page) -> None:
    page.locator("main input[type=search]").first.fill("zzzz")
    expect(page.locator("main .empty")).to_be_visible()


def _case(page: Page) -> None:
    expect(page.locator("main .vet__panel .card")).to_be_visible()


def _return(page: Page) -> None:
    page.locator(".other-acts .button").first.click()
    expect(page.locator("[role=dialog] .wanted")).to_be_visible()


def _steps(page: Page) -> None:
    expect(page.locator("main .own-words").first).to_be_visible()


def _article(page: Page) -> None:
    expect(page.locator("main article")).to_be_visible()
