"""Scenes of a browser that is full, or has lost what it kept: what was not sent, its keys, or the storage itself."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from network.gallery.stage import PASSING_SEEN, Stage
from network.gallery.waiting import cut, mend, open_first, say

IN_VAULT = """async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const { name } = (await indexedDB.databases()).find(({ name }) => /^entente-vault-[0-9a-f]{64}-/.test(name));
  %s
}"""
"""Does something to what the browser keeps, behind the back of the page."""
WIPE = IN_VAULT % "await done(indexedDB.deleteDatabase(name));"
DAMAGE_KEYS = (
    IN_VAULT
    % """
  const database = await done(indexedDB.open(name));
  await done(database.transaction("records", "readwrite").objectStore("records").put(new Uint8Array(40), "keys"));
  database.close();"""
)
NEWER = IN_VAULT % "(await done(indexedDB.open(name, 99))).close();"

NO_ROOM = """() => {
  globalThis.putBefore = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = globalThis.putBefore; }"
NO_STORAGE = 'indexedDB.open = () => { throw new DOMException("switched off", "SecurityError"); };'


def storage(stage: Stage) -> None:
    """One browser suffers all of it, one after the other."""
    page = stage.sign_in("belmara_deputy")
    page.evaluate("(item) => localStorage.removeItem(item)", PASSING_SEEN)
    stage.open_keys(page)
    expect(page.locator(".band--calm")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-passing", "A browser that may clear what it keeps")
    page.get_by_role("button", name="Understood").click()
    expect(page.locator(".band")).to_have_count(0)
    full(stage, page)
    cleared(stage, page)
    unreadable_keys(stage, page)
    unavailable(stage, page)
    newer(stage, page)
    page.context.close()


def full(stage: Stage, page: Page) -> None:
    """There is no room, and then there is some again."""
    open_first(page, "Harbour")
    cut(page)
    say(page, "Mañana a las 10 UTC tenemos el informe del banco.")
    (worker,) = page.workers
    worker.evaluate(NO_ROOM)
    mend(page)
    expect(page.get_by_role("button", name="Free space here")).to_be_visible()
    ask = page.locator(".band button")
    stage.photograph_as_it_stands(page, "storage-full", "A browser without room")
    stage.photograph_as_it_stands(page, "storage-free", "Freeing space", lambda _: ask.click())
    worker.evaluate(ROOM)
    ask.click()
    page.locator("section.dialog .button--main").click()
    expect(page.locator(".band--calm")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-freed", "Space was freed")


def cleared(stage: Stage, page: Page) -> None:
    """The browser has cleared everything, and a message with it."""
    _leave_with_a_message(stage, page)
    page.evaluate(WIPE)
    page.goto(stage.address)
    expect(page.get_by_role("heading", name="Open your messages on this browser")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-cleared", "A browser that has cleared what it kept")
    stage.open_keys(page)


def unreadable_keys(stage: Stage, page: Page) -> None:
    """The keys are damaged, and a message is kept."""
    _leave_with_a_message(stage, page)
    page.evaluate(DAMAGE_KEYS)
    page.goto(stage.address)
    expect(page.get_by_role("heading", name="Your keys in this browser cannot be read")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-keys", "Keys that cannot be read")
    page.get_by_role("button", name="Put it right with the recovery code").click()
    expect(page.get_by_role("heading", name="Open your messages on this browser")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-code", "Putting keys right with the recovery code")
    stage.open_keys(page)


def unavailable(stage: Stage, page: Page) -> None:
    """As in a private window that keeps nothing."""

    def without_storage(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{NO_STORAGE}\n{answer.text()}")

    page.context.route("**/assets/worker*.js", without_storage)
    page.goto(stage.address)
    expect(page.get_by_role("heading", name="This browser gives this page no storage")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-none", "A browser that gives no storage")
    page.context.unroute("**/assets/worker*.js")


def newer(stage: Stage, page: Page) -> None:
    """A later version of the page has been here."""
    page.goto(f"{stage.address}/api/session")
    page.evaluate(NEWER)
    page.goto(stage.address)
    expect(page.get_by_role("heading", name="This page is older than what lies here")).to_be_visible()
    stage.photograph_as_it_stands(page, "storage-newer", "A page that is older than what lies here")


def _leave_with_a_message(stage: Stage, page: Page) -> None:
    """Writes without a line and leaves the page, but stays at its address, where its storage can be reached."""
    open_first(page, "Harbour")
    cut(page)
    say(page, "El informe del banco sale hoy.")
    expect(page.locator(".state--pending")).to_be_visible()
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{stage.address}/api/session")
