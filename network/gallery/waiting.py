"""Scenes of what waits: messages without a line, a locked outbox, a long thread that is still fetched, a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from network.gallery.stage import LANGUAGES, Stage

UNREAD = 48
"""More than a new browser fetches of a conversation at once."""

OLDER = "**/items?*"

CUT = """() => {
  globalThis.sendBefore = WebSocket.prototype.send;
  WebSocket.prototype.send = function () { this.close(); };
  dispatchEvent(new Event("offline"));
}"""
"""Ends the socket, which outlives being offline, and each that is opened after it."""
MEND = "() => { WebSocket.prototype.send = globalThis.sendBefore; dispatchEvent(new Event('online')); }"

EARLIER = "(minutes) => { const now = Date.now; Date.now = () => now() - minutes * 60_000; }"
"""The clock of the worker, so that what is written has waited for some time."""

BREAK = """() => {
  const later = setTimeout;
  AbortSignal.timeout = () => { throw new TypeError("timeout is not a function"); };
  globalThis.setTimeout = (task, after, ...rest) => later(task, Math.min(after ?? 0, 200), ...rest);
}"""
"""A fault of the page under everything that asks the server, and no patience before the next attempt."""


def waiting(stage: Stage) -> None:
    without_line(stage)
    reader = long_thread(stage)
    fault(stage, reader)
    reader.context.close()


def without_line(stage: Stage) -> None:
    """What is written without a line waits, can be changed, and outlives the session."""
    page = stage.open_keys(stage.sign_in("belmara_duty"))
    open_first(page, "Sable Quay")
    for language in reversed(LANGUAGES):  # what a language says is fetched when it is first spoken
        stage.switch(page, language)
    cut(page)
    (worker,) = page.workers
    worker.evaluate(EARLIER, 25)
    say(page, "El banco pregunta si la orden puede llegar hoy **antes de las 16:00**.")
    worker.evaluate(EARLIER, -18)
    say(page, "En caso afirmativo, llamen al número de guardia.")
    worker.evaluate(EARLIER, -7)
    say(page, "Referencia del banco: BM-04 2210.")
    stage.photograph_as_it_stands(page, "waits", "Messages wait for a connection")
    stage.photograph_as_it_stands(page, "waits-change", "Changing a message before it leaves", _change)
    stage.photograph_as_it_stands(page, "waits-sign-out", "Signing out while messages wait", _sign_out)
    _end_session(stage, page)
    mend(page)
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    stage.photograph_as_it_stands(page, "waits-locked", "The session has ended while messages wait")
    page.context.close()


def long_thread(stage: Stage) -> Page:
    """Somebody comes back to many messages, in a browser that still fetches them; returns the page of the reader."""
    writer = stage.open_keys(stage.sign_in("arvenia_analyst"))
    open_first(writer, "Harbour")
    for number in range(1, UNREAD + 1):
        say(writer, f"Invoice {number} of {UNREAD} is compared with the ledger.")
    expect(writer.locator(".state--pending")).to_have_count(0)
    reader = stage.sign_in("belmara_lead")
    with _held(reader):
        stage.open_keys(reader)
        expect(reader.locator(".history")).to_be_visible()
        stage.photograph_as_it_stands(reader, "history", "Older messages are being fetched")
        open_first(reader, "Harbour")
        expect(reader.locator(".thread__searching")).to_be_visible()
        stage.photograph_as_it_stands(reader, "searching", "Fetching up to the first unread message")
        reader.locator(".thread__searching button").click()
        expect(reader.locator(".thread__above")).to_be_visible()
        stage.photograph_as_it_stands(reader, "unread-above", "Unread messages further up")
    reader.locator(".thread__above button").click()
    expect(reader.locator(".newmark")).to_be_in_viewport()
    stage.photograph_as_it_stands(reader, "new", "New since you last read")
    stage.photograph_as_it_stands(reader, "date", "Going to a date", _go_to_date)
    say(reader, "Recibido todo, gracias.")
    stage.photograph_as_it_stands(writer, "who-has", "Who has received and read this message", _who_has)
    stage.photograph_as_it_stands(reader, "typing", "Somebody is writing", lambda one: _type(writer, one))
    writer.context.close()
    return reader


def fault(stage: Stage, reader: Page) -> None:
    """Drafts cannot be kept at the server, again and again."""
    expect(reader.locator(".typing")).to_have_count(0)
    (worker,) = reader.workers
    worker.evaluate(BREAK)
    reader.locator("textarea.write__text").fill("El banco pide")
    expect(reader.locator(".band details")).to_be_visible()
    reader.locator(".band summary").click()
    stage.photograph_as_it_stands(reader, "fault", "A part of the page does not work")


def cut(page: Page) -> None:
    """Takes the line away from a browser."""
    page.context.set_offline(True)
    (worker,) = page.workers
    worker.evaluate(CUT)
    expect(page.locator(".band")).to_be_visible()


def mend(page: Page) -> None:
    """Gives the line back."""
    page.context.set_offline(False)
    (worker,) = page.workers
    worker.evaluate(MEND)


def open_first(page: Page, subject: str) -> None:
    """Opens a conversation by a word of its subject."""
    page.get_by_role("link", name=re.compile(subject)).first.click()
    expect(page.locator("article.msg__body").first).to_be_visible()


def say(page: Page, text: str) -> None:
    """Writes a message; it is in the thread, sent or not."""
    page.locator("textarea.write__text").fill(text)
    page.locator(".write__send button").click()
    expect(page.locator("textarea.write__text")).to_have_value("")


def _change(page: Page) -> None:
    page.locator(".msg__failed button").first.click()
    expect(page.locator("section.dialog textarea")).to_be_visible()


def _sign_out(page: Page) -> None:
    page.locator("button.me").click()
    page.get_by_role("menuitem").last.click()
    expect(page.locator("section.dialog")).to_be_visible()


def _end_session(stage: Stage, page: Page) -> None:
    """The session ends at the server while the browser has no line to it."""
    session = f"{stage.address}/api/session"
    token = page.request.get(session).json()["csrf_token"]
    ended = page.request.delete(session, headers={"X-CSRFToken": token, "Origin": stage.address})
    expect(ended).to_be_ok()


@contextmanager
def _held(page: Page) -> Iterator[None]:
    """Older messages come only when the block ends."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route(OLDER, hold)
    yield
    for route in held:
        route.continue_()
    page.context.unroute(OLDER)


def _go_to_date(page: Page) -> None:
    page.locator(".talk__head button[aria-haspopup]").last.click()
    page.get_by_role("menuitem").first.click()
    expect(page.locator("section.dialog input[type=date]")).to_be_visible()


def _who_has(page: Page) -> None:
    page.locator(".state--open").last.click()
    expect(page.locator("section.dialog dd").first).to_be_visible()


def _type(writer: Page, reader: Page) -> None:
    writer.locator("textarea.write__text").press_sequentially("Thank you")
    expect(reader.locator(".typing")).to_be_visible()
