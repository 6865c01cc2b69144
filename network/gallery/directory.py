"""The directory: the list and what finds, an entry with its proof and without, and how one is written and signed."""

from __future__ import annotations

import json
from functools import partial

from playwright.sync_api import Page, Route, expect

from network.gallery.stage import Stage

ENTRIES = "**/api/directory/entries?after=*"
NORVIK = "Economic Crime Authority"


def reader(stage: Stage, page: Page) -> None:
    stage.photograph(page, "directory", "The directory", "/directory", _read)
    stage.photograph(page, "directory-none", "Nothing in the directory matches", "/directory?q=xyzzy", _empty)
    stage.photograph(page, "directory-now", "Who can be reached now", "/directory?now=1", _read)
    stage.photograph(page, "directory-entry", "The entry of an authority", "/directory?q=XG", _opened)
    stage.photograph(page, "who", "Who is this?", "/directory?q=XG", _ask_who)
    stage.photograph(page, "profile", "One’s own profile", "/account/profile", _profile)


def tampered(stage: Stage, page: Page) -> None:
    """On a browser that has read nothing of the directory yet: a server that changes a telephone number."""
    page.context.route(ENTRIES, _with_another_number)
    stage.photograph(
        page, "directory-broken", "What the server shows does not hold", "/directory?q=XG", _opened
    )
    page.context.unroute(ENTRIES)


def lead(stage: Stage, page: Page) -> None:
    stage.photograph(page, "directory-edit", "Writing the entry of one’s authority", "/directory", _edited)
    stage.photograph(
        page,
        "directory-preview",
        "What is signed is read before",
        "/directory",
        partial(_edited, previewed=True),
    )


def _with_another_number(route: Route) -> None:
    answer = route.fetch()
    given = answer.json()
    for row in given["rows"]:
        body = json.loads(row["body"])
        if body["entry"]["switchboard"] == "+000 555 0160":
            row["body"] = row["body"].replace("+000 555 0160", "+000 555 0666")
    route.fulfill(response=answer, json=given)


def _read(page: Page) -> None:
    expect(page.locator(".dir-row .proof").first).to_be_visible()


def _empty(page: Page) -> None:
    expect(page.locator(".empty")).to_be_visible()


def _opened(page: Page) -> None:
    page.locator(".dir-row__name a").first.click()
    expect(page.locator(".strip, .notice--bad").first).to_be_visible()


def _ask_who(page: Page) -> None:
    _opened(page)
    page.locator(".focal .person-link").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _profile(page: Page) -> None:
    expect(page.locator("input[name=title]")).to_be_visible()


def _edited(page: Page, *, previewed: bool = False) -> None:
    page.locator(".dir-row__name a").first.click()
    page.locator(".entry-head .actions a[href$=edit]").click()
    expect(page.locator("textarea[name=address]")).to_be_visible()
    if previewed:
        page.locator(".dir-form__end button").click()
        expect(page.locator(".strip")).to_be_visible()
