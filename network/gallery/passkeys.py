"""Passkeys: the list of them, what is asked before a touch, and where a touch stands before the codes."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Locator, Page, Route, expect

from network.gallery.stage import WIDTHS, Stage

KEYS = "/account/keys"
SESSION = "**/api/session"


def passkeys(stage: Stage) -> None:
    """One person adds a passkey that opens their keys, and one that cannot; officers may have to have one."""
    page = stage.open_keys(stage.sign_in("prosecutor_deputy"))
    line = page.context.new_cdp_session(page)
    stage.photograph(page, "passkeys-none", "No passkey yet", KEYS, _list)
    stage.photograph(page, "passkey-add", "A passkey is given a name", KEYS, _ask_to_add)
    able = _authenticator(line, derives=True)
    _add(stage, page, "Blue key")
    _let_it_open_the_keys(page)
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": able})
    _authenticator(line, derives=False)
    _add(stage, page, "Office computer")
    stage.photograph(page, "passkeys", "Passkeys: one opens the keys, one only signs in", KEYS, _list)
    stage.photograph(page, "passkey-rename", "A passkey gets another name", KEYS, _rename)
    stage.photograph(page, "passkey-remove", "Removing a passkey that opens the keys", KEYS, _remove)
    stage.photograph(page, "unlock-touch", "An act asks for a touch or for the code", KEYS, _act)
    _second_step(stage)
    _needed(stage)


def _authenticator(line: CDPSession, *, derives: bool) -> str:
    """Chromium's own one, which is touched as soon as it is asked; returns its id."""
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": derives,
        "automaticPresenceSimulation": True,
    }
    made: str = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return made


def _add(stage: Stage, page: Page, name: str) -> None:
    stage.speak(page, "en")
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    page.goto(f"{stage.address}{KEYS}")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("table", name="Passkeys")).to_contain_text(name)


def _let_it_open_the_keys(page: Page) -> None:
    code = page.get_by_role("dialog", name="Your recovery code")
    opened = page.get_by_text("This passkey now opens your keys.")
    expect(code.or_(opened).first).to_be_visible()
    if code.is_visible():
        code.get_by_role("button", name="Demonstration: fill in the recovery code").click()
        code.get_by_role("button", name="Unlock").click()
    expect(opened).to_be_visible()


def _second_step(stage: Stage) -> None:
    """Whoever has a passkey is asked for it before a code; it is not at hand, so that the question stays."""
    page = stage.pick("prosecutor_deputy")
    email = page.get_by_label("E-mail address").input_value()
    password = page.get_by_label("Password").input_value()
    page.context.close()
    page = stage.open()
    stage.speak(page, "en")
    page.goto(stage.address)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    stage.photograph_as_it_stands(page, "second-factor-touch", "The second step, for whoever has a passkey")
    page.context.close()


def _needed(stage: Stage) -> None:
    """As in a network that lets its officers act only with a passkey."""
    page = stage.people["officer_membership"].pages[0]
    page.context.route(SESSION, _asks_for_a_passkey)
    stage.photograph(
        page,
        "passkey-needed",
        "Officers need a passkey, where a network says so",
        "/",
        lambda one: expect(one.locator("main .button--l")).to_be_visible(),
    )
    page.context.unroute(SESSION)


def _asks_for_a_passkey(route: Route) -> None:
    if route.request.method != "GET":
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"passkey_needed": True})


def _list(page: Page) -> None:
    expect(_adding(page)).to_be_visible()


def _adding(page: Page) -> Locator:
    return page.locator("main .card-foot .button:has(svg)").last


def _ask_to_add(page: Page) -> None:
    _adding(page).click()
    expect(page.locator("section.dialog input")).to_be_visible()


def _rename(page: Page) -> None:
    page.locator("main table:has(.row-notes) .actions").first.locator("button").first.click()
    expect(page.locator("section.dialog")).to_be_visible()


def _remove(page: Page) -> None:
    page.locator("main table:has(.row-notes) .actions").last.locator(".button--danger").click()
    expect(page.locator("section.dialog")).to_be_visible()


def _act(page: Page) -> None:
    page.locator("main .card__body > .stack > .button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
