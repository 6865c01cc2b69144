"""What is photographed, in the order of the index: who stands where, and what they did to get there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from network.client.totp import STEP_SECONDS, code_of
from network.gallery import charter, directory, offices, vetting
from network.gallery.applying import applying
from network.gallery.losses import losses
from network.gallery.passkeys import passkeys
from network.gallery.restoration import Operate, restoration
from network.gallery.stage import LANGUAGES, WIDTHS, Picture, Stage
from network.gallery.storage import storage
from network.gallery.waiting import waiting

SYNC = "**/api/conversations/sync"
EPOCHS = re.compile(r"/epochs\?")
PROPOSALS = "**/api/register/proposals"
LOG = re.compile(r"/api/audit\?")
HARBOUR = re.compile("Harbour")
SABLE_QUAY = re.compile("Sable Quay")


def everything(stage: Stage, stop: Callable[[], None], operate: Operate) -> None:
    sign_in(stage)
    applying(stage)
    duty_officer(stage)
    lead(stage)
    officer(stage)
    passkeys(stage)
    enrolment(stage)
    locked(stage)
    waiting(stage)
    storage(stage)
    restoration(stage, operate)
    warnings(stage)
    without_server(stage, stop)


def sign_in(stage: Stage) -> None:
    page = stage.open()
    stage.photograph(page, "sign-in", "Sign in, with the personas of the demonstration", "/")
    stage.photograph(page, "invitation-missing", "An invitation link that is incomplete", "/enrol")
    stage.photograph(page, "sign-in-refused", "A password that is not right", "/", _wrong_password)
    page.context.close()


def _wrong_password(page: Page) -> None:
    page.locator("input[type=email]").fill("nobody@demo.example")
    page.locator("input[type=password]").fill("not the password")
    page.locator("form button[type=submit]").click()
    expect(page.locator("[role=alert], .notice--bad").first).to_be_visible()


def duty_officer(stage: Stage) -> None:
    page = stage.sign_in(
        "qasrain_duty",
        lambda one: stage.photograph_as_it_stands(one, "second-factor", "The second step of signing in"),
    )
    stage.photograph(page, "new-browser", "A new browser asks for the recovery code", "/")
    stage.speak(page, "en")
    page.goto(stage.address)
    not_loaded(stage, page)
    stage.photograph(page, "conversations", "Conversations of the duty officer", "/conversations", _listed)
    stage.speak(page, "en")
    page.goto(f"{stage.address}/conversations")
    page.get_by_role("link", name=SABLE_QUAY).first.click()
    page.wait_for_url(re.compile("/conversations/[0-9a-f]+"))
    talk = page.url.removeprefix(stage.address)
    stage.photograph(page, "conversation", "A conversation, and who can read it", talk, _read)
    stage.photograph(page, "new-conversation", "Writing to an authority", "/conversations/new")
    directory.reader(stage, page)
    stage.photograph(page, "people-member", "People of an authority, as a member sees them", "/people")
    stage.photograph(page, "sessions", "Sessions", "/account/sessions")
    stage.photograph(page, "happened", "What happened, as everybody reads it of themselves", "/account/log")
    stage.photograph(page, "keys", "Keys, devices and codes", "/account/keys")
    stage.photograph(page, "revoke", "Revoking the keys of a browser", "/account/keys", _ask_to_revoke)
    stage.photograph(page, "unlock", "An act asks for the recovery code", "/account/keys", ask_for_code)
    stage.photograph(page, "replacement", "A new recovery code", "/account/keys", _replace_code)
    stage.photograph(page, "not-found", "A page that does not exist", "/nowhere")


def not_loaded(stage: Stage, page: Page) -> None:
    """The keys are opened while the server gives no conversations, and then no members of their epochs."""
    page.context.route(SYNC, lambda route: route.abort())
    stage.open_keys(page)
    stage.photograph(
        page, "not-loaded", "Conversations that could not be loaded", "/conversations", _said_in_the_list
    )
    page.context.unroute(SYNC)

    def without_members(route: Route) -> None:
        answer = route.fetch()
        given = answer.json()
        for each in given["conversations"]:
            each["epochs"] = []
        route.fulfill(response=answer, json=given)

    page.context.route(SYNC, without_members)
    page.context.route(EPOCHS, lambda route: route.fulfill(json=[]))
    stage.photograph(
        page, "stalled", "Newer messages that could not be loaded", "/conversations", _said_in_the_list
    )
    page.context.unroute(SYNC)
    page.context.unroute(EPOCHS)


def _said_in_the_list(page: Page) -> None:
    expect(page.locator(".listheld .notice")).to_be_visible()


def without_server(stage: Stage, stop: Callable[[], None]) -> None:
    """The last scene: the server is gone, and what was read stays readable."""
    page = stage.people["qasrain_duty"].pages[0]
    pages = {}
    for language in LANGUAGES:
        stage.speak(page, language)
        pages[language] = page.context.new_page()
        pages[language].goto(f"{stage.address}/conversations")
        pages[language].locator("a.conv").first.click()
        _read(pages[language])
    stop()
    for language, one in pages.items():
        expect(one.locator(".band")).to_be_visible(timeout=30_000)
        for width, height in WIDTHS.items():
            one.set_viewport_size({"width": width, "height": height})
            stage.take(one, Picture("offline", "The connection is lost", language, width))


def _listed(page: Page) -> None:
    expect(page.locator("a[href^='/conversations/']").first).to_be_visible()


def _read(page: Page) -> None:
    expect(page.locator("article.msg__body").first).to_be_visible()


def lead(stage: Stage) -> None:
    page = stage.open_keys(stage.sign_in("arvenia_lead"))
    page.goto(f"{stage.address}/conversations")
    page.get_by_role("link", name=HARBOUR).first.click()
    page.wait_for_url(re.compile("/conversations/[0-9a-f]+"))
    talk = page.url.removeprefix(stage.address)
    stage.photograph(page, "case-room", "A conversation of three authorities", talk, _read)
    stage.photograph(page, "people-lead", "People of an authority, as its lead sees them", "/people")
    stage.photograph(page, "removal", "Removing a person, and what that does", "/people", _ask_to_remove)
    stage.photograph(page, "invite", "Inviting a focal point", "/people", _open_invitation)
    charter.lead(stage, page, talk)
    directory.tampered(stage, page)
    directory.lead(stage, page)
    vetting.lead(stage, page)
    newcomer = invited(stage, invite(stage, page))
    stage.photograph(
        page, "people-to-sign", "An enrolment waits for the lead’s signature", "/people", _to_sign
    )
    offices.lead(stage, page)
    losses(stage, page, "Night desk", newcomer)
    alone = stage.open_keys(stage.sign_in("tessaly_lead"))
    stage.photograph(alone, "people-alone", "The only person of an authority", "/people")
    stage.photograph(alone, "home-alone", "The same at home, until it is put off", "/conversations", _warned)
    offices.deputy(stage)


def invite(stage: Stage, page: Page) -> str:
    """The lead invites somebody; returns the link that leaves the portal by another way."""
    stage.speak(page, "en")
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    page.goto(f"{stage.address}/people")
    page.get_by_role("button", name="Invite a focal point").click()
    page.get_by_label("Name of the person").fill("Night desk")
    page.get_by_label("Function", exact=True).fill("International cooperation")
    page.get_by_label("E-mail address").fill("night.desk@demo.example")
    page.get_by_role("button", name="Make the link").click()
    box = page.locator("#invitation-link")
    expect(box).to_have_value(re.compile("/enrol#"))
    link = box.input_value()
    stage.take(page, Picture("invite-link", "The link of an invitation, shown once", "en", 1280))
    box.focus()
    page.get_by_role("button", name="I have handed it over").click()
    return link


def invited(stage: Stage, link: str) -> Page:
    """The way in, step by step, in a browser that nobody has used."""
    page = stage.open()
    stage.speak(page, "en")
    page.goto(link)
    expect(page.get_by_role("heading", name="You are invited")).to_be_visible()
    stage.photograph_as_it_stands(page, "enrol-1-invited", "Enrolment: the invitation")
    page.get_by_role("button", name="This is me, continue").click()
    page.get_by_label("Password", exact=True).fill("violet harbour ladder seventeen")
    stage.photograph_as_it_stands(page, "enrol-2-password", "Enrolment: the password")
    page.get_by_label("The same password again").fill("violet harbour ladder seventeen")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    stage.photograph_as_it_stands(page, "enrol-3-second-factor", "Enrolment: the second factor")
    page.get_by_role("button", name="Demonstration: fill in the code").click()
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("heading", name="Keep your backup codes")).to_be_visible()
    stage.photograph_as_it_stands(page, "enrol-4-backup-codes", "Enrolment: the backup codes")
    page.get_by_text("I have kept the backup codes").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make my keys").click()
    sheet = page.get_by_role("list", name="Recovery code, eight groups")
    expect(sheet).to_be_visible()
    groups = [one.strip() for one in sheet.locator("b").all_inner_texts()]
    boxes = page.get_by_label(re.compile(r"^Group \d$"))
    boxes.first.fill("ZZZZZ")
    stage.photograph_as_it_stands(
        page, "enrol-5-recovery-code", "Enrolment: the recovery code, a group mistyped"
    )
    for place in range(boxes.count()):
        number = int(boxes.nth(place).evaluate("(input) => input.labels[0].textContent").split()[-1])
        boxes.nth(place).fill(groups[number - 1])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Your lead vouches for you now")).to_be_visible()
    stage.photograph_as_it_stands(page, "enrol-6-waiting", "Enrolment: waiting for the lead’s signature")
    return page


def _warned(page: Page) -> None:
    expect(page.locator(".home-notices .notice")).to_be_visible()


def _open_invitation(page: Page) -> None:
    page.locator("main .button--main").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _ask_to_revoke(page: Page) -> None:
    page.locator("main .button--danger").first.click()
    expect(page.locator("section.dialog")).to_be_visible()


def ask_for_code(page: Page) -> None:
    """The recovery code is to be replaced, which needs the signing key."""
    page.locator("main .card__body > .stack > .button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _replace_code(page: Page) -> None:
    ask_for_code(page)
    dialog = page.get_by_role("dialog")
    dialog.locator("button:has(svg)").last.click()
    expect(dialog.locator("input").last).not_to_have_value("")
    dialog.locator(".button--main").click()
    expect(page.locator("main .code-sheet")).to_be_visible()


def _ask_to_remove(page: Page) -> None:
    page.locator("main [aria-haspopup]").nth(1).click()
    page.get_by_role("menuitem").last.click()
    expect(page.locator("section.dialog")).to_be_visible()


def locked(stage: Stage) -> None:
    page = stage.open_keys(stage.sign_in("prosecutor_lead"))
    page.locator("button.me").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    stage.photograph_as_it_stands(page, "locked", "Signed out: the keys are locked")


def founding(stage: Stage, link: str) -> None:
    """The first of three officers, on a portal that is no demonstration."""
    page = stage.open()
    stage.speak(page, "en")
    page.goto(link)
    page.get_by_role("button", name="This is me, continue").click()
    page.get_by_label("Password", exact=True).fill("violet harbour ladder seventeen")
    page.get_by_label("The same password again").fill("violet harbour ladder seventeen")
    page.get_by_role("button", name="Save the password").click()
    secret = page.locator(".factor__secret")
    expect(secret).to_be_visible()
    code = code_of("".join(secret.inner_text().split()), int(time.time()) // STEP_SECONDS)
    page.get_by_label("One-time code").fill(code)
    page.get_by_role("button", name="Check the code").click()
    page.get_by_text("I have kept the backup codes").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make my founding key").click()
    expect(page.get_by_text("Your key is made. Waiting for the other officers.")).to_be_visible()
    stage.photograph_as_it_stands(page, "founding", "Three officers found the network")
    page.context.close()


def _to_sign(page: Page) -> None:
    expect(page.locator(".sign-card").first).to_be_visible()


def officer(stage: Stage) -> None:
    page = stage.open_keys(stage.sign_in("officer_membership"))
    stage.photograph(page, "secretariat", "The secretariat, with an admission to sign second", "/secretariat")
    charter.officer(stage, page)
    offices.officer(stage, page)
    vetting.officer(stage, page)
    page.context.route(PROPOSALS, lambda route: route.abort())
    stage.photograph(
        page,
        "secretariat-not-loaded",
        "The secretariat, when what waits could not be loaded",
        "/secretariat",
        lambda one: expect(one.locator("main .notice--warn")).to_be_visible(),
    )
    page.context.unroute(PROPOSALS)
    stage.photograph(page, "log", "The log of what happened, for officers", "/secretariat/log")
    stage.photograph(
        page, "log-nothing", "The log, with filters that find nothing", "/secretariat/log", _filter_in_vain
    )
    page.context.route(LOG, lambda route: route.abort())
    stage.photograph(
        page,
        "log-not-loaded",
        "The log, when it could not be loaded",
        "/secretariat/log",
        lambda one: expect(one.locator("main .notice--bad")).to_be_visible(),
    )
    page.context.unroute(LOG)
    first = stage.open_keys(stage.sign_in("officer_operations"))
    stage.photograph(
        first, "secretariat-first", "The secretariat, as who signed first sees it", "/secretariat"
    )


def _filter_in_vain(page: Page) -> None:
    page.locator("input[type=date]").first.fill("2099-01-01")
    expect(page.locator("main .empty")).to_be_visible()


def enrolment(stage: Stage) -> None:
    page = stage.pick("ulanbey_lead")
    stage.second_step(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Two officers sign now")).to_be_visible()
    stage.photograph(page, "waiting", "Enrolled, and waiting for the signatures", "/")
    page.context.close()


def warnings(stage: Stage) -> None:
    page = stage.people["norvik_deputy"].pages[0]
    page.context.route(
        "**/api/register/checkpoint", lambda route: route.fulfill(body="no checkpoint at all\n")
    )
    stage.photograph(page, "alarm", "The Register does not fit: the browser refuses to talk", "/", _alarmed)
    page.context.unroute("**/api/register/checkpoint")


def _alarmed(page: Page) -> None:
    expect(page.locator("h1:visible").first).to_be_visible()
