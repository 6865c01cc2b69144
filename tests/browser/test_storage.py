"""What a browser keeps is emptied, damaged, full or taken away: what can be is put right, and the rest is said."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.canary import CANARY
from tests.browser.person import PATIENCE_SECONDS, Person
from tests.browser.settled import Settled

OPENED = """
const open = (version) => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, version);
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const [name] = (await indexedDB.databases()).map(({name}) => name)
  .filter((name) => /^entente-vault-[0-9a-f]{64}-[0-9a-f]{32}$/.test(name));
"""


def in_storage(page: Page, act: str) -> Any:
    """Does something to the vault behind the back of the page."""
    return page.evaluate(f"async () => {{ {OPENED} {act} }}")


def wipe(page: Page) -> None:
    in_storage(page, "await done(indexedDB.deleteDatabase(name));")


def damage(page: Page, store: str, which: str) -> int:
    """Overwrites the records of a store whose key fits; tells how many."""
    return int(
        in_storage(
            page,
            f"""
            const database = await open();
            const objects = database.transaction("{store}", "readwrite").objectStore("{store}");
            const keys = (await done(objects.getAllKeys())).filter((key) => {which});
            for (const key of keys) await done(objects.put(new Uint8Array(40), key));
            database.close();
            return keys.length;
            """,
        )
    )


def remove(page: Page, store: str, which: str) -> int:
    """Takes records away as if they had never been."""
    return int(
        in_storage(
            page,
            f"""
            const database = await open();
            const objects = database.transaction("{store}", "readwrite").objectStore("{store}");
            const keys = (await done(objects.getAllKeys())).filter((key, index, all) => {which});
            for (const key of keys) await done(objects.delete(key));
            database.close();
            return keys.length;
            """,
        )
    )


def leave(person: Person) -> Page:
    """Closes Entente, but stays at its address, where its storage can be reached."""
    person.page.goto(f"{person.address}/api/session")
    return person.page


def come_back(person: Person) -> Person:
    person.page.goto(f"{person.address}/")
    return person


@pytest.fixture(scope="module")
def una(stage: Settled) -> Person:
    """Somebody new, whose one browser suffers all of this."""
    stage.appoint("Sol", "Una")
    return stage.arrive("Una")


def talking(stage: Settled, person: Person, subject: str) -> str:
    """They read a conversation that has just begun."""
    conversation = stage.begin("Ana", "South", subject, f"First of {subject}")
    person.go("Conversations").open_conversation(subject).sees_message(f"First of {subject}")
    return conversation


def test_a_vault_that_is_emptied_while_it_is_open_loses_nothing(stage: Settled, una: Person) -> None:
    conversation = talking(stage, una, "Emptied")
    stage.run(stage.proxy.cut())
    una.sees("No connection since").say(f"Not sent yet {CANARY}")
    wipe(una.page)
    stage.run(stage.proxy.mend())
    una.sees("It was fetched again; nothing is missing.").sees_everything_sent()
    una.sees_message("First of Emptied").sees_message("Not sent yet")
    una.check()
    una.press("Understood").does_not_see("It was fetched again; nothing is missing.")
    una.page.reload()
    una.sees_heading("Emptied").sees_message("First of Emptied").sees_message("Not sent yet")

    assert stage.read("Ana", conversation) == ["First of Emptied", f"Not sent yet {CANARY}"]
    una.check()


def test_a_browser_that_cleared_everything_says_what_is_lost(stage: Settled, una: Person) -> None:
    conversation = talking(stage, una, "Cleared")
    stage.run(stage.proxy.cut())
    una.sees("No connection since").say(f"Lost with the browser {CANARY}")
    una.page.goto("about:blank")
    stage.run(stage.proxy.mend())
    wipe(leave(una))
    come_back(una).sees_heading("Open your messages on this browser")
    una.sees("This browser has cleared what it kept")
    una.sees("1 message was never sent and cannot be read any more.")
    una.check_accessibility()
    una.give_recovery_code().sees_heading("Choose a conversation")
    una.open_conversation("Cleared").sees_message("First of Cleared").say(f"Written again {CANARY}")
    una.sees_everything_sent()

    assert stage.read("Ana", conversation) == ["First of Cleared", f"Written again {CANARY}"]
    una.check()


def test_keys_that_cannot_be_read_are_opened_again_and_what_waits_goes_out(
    stage: Settled, una: Person
) -> None:
    conversation = talking(stage, una, "Damaged keys")
    device = una.device
    stage.run(stage.proxy.cut())
    una.sees("No connection since").say(f"Kept over the repair {CANARY}")
    una.page.goto("about:blank")
    stage.run(stage.proxy.mend())
    assert damage(leave(una), "records", 'key === "keys"') == 1
    come_back(una).sees_heading("Your keys in this browser cannot be read")
    una.sees("1 message that was not sent yet: it lies here, encrypted, and is kept.")
    una.check_accessibility()
    una.press("Put it right with the recovery code").sees_heading("Open your messages on this browser")
    una.sees("1 message that was not sent yet is kept. It leaves once you have entered the code.")
    una.check_accessibility()
    una.give_recovery_code().sees_heading("Choose a conversation")
    una.open_conversation("Damaged keys").sees_message("Kept over the repair").sees_everything_sent()

    assert stage.read("Ana", conversation) == ["First of Damaged keys", f"Kept over the repair {CANARY}"]
    assert una.device != device
    una.go_to("/account/keys").sees_heading("Browsers with keys")
    expect(una.page.get_by_text("This browser", exact=True)).to_be_visible()
    una.check()
    patience = time.monotonic() + PATIENCE_SECONDS
    while device in active_devices(stage, "Una"):
        assert time.monotonic() < patience, "the keys that were lost are still counted on"


def active_devices(stage: Settled, name: str) -> set[str]:
    async def look() -> set[str]:
        client = stage["Ana"]
        await client.register.catch_up()
        person = client.register.account(stage[name].account)
        return {device for device, row in person.devices.items() if row.active}

    return stage.run(look())


def test_damaged_and_missing_records_are_fetched_again(stage: Settled, una: Person) -> None:
    conversation = talking(stage, una, "Damaged records")
    stage.fill("Ana", conversation, 4, "Number")
    una.sees_message("Number 4")
    expected = ["First of Damaged records", *(f"Number {number} of 4" for number in range(1, 5))]

    here = f'key[0] === "{conversation}"'
    assert damage(leave(una), "items", f"{here} && key[1] === 4") == 1
    come_back(una).open_conversation("Damaged records").sees_message("Number 4")
    una.sees("It was fetched again; nothing is missing.")
    expect(una.messages).to_have_count(5)
    assert una.texts() == expected
    una.check()

    for store, which in (
        ("items", f"{here} && key[1] === 5"),
        ("conversations", f'key === "{conversation}"'),
        ("records", 'key === "register"'),
    ):
        assert remove(leave(una), store, which) >= 1
        come_back(una).open_conversation("Damaged records").sees_message("Number 4")
        expect(una.messages).to_have_count(5)
        assert una.texts() == expected
        assert damage(leave(una), store, which) >= 1
        come_back(una).open_conversation("Damaged records").sees_message("Number 4")
        expect(una.messages).to_have_count(5)
        assert una.texts() == expected
    una.check()


NO_ROOM = """() => {
  globalThis.putBefore = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = globalThis.putBefore; }"


def test_a_full_browser_keeps_the_words_in_the_field_until_there_is_room(stage: Settled, una: Person) -> None:
    conversation = talking(stage, come_back(una), "No room")
    (worker,) = una.page.workers
    worker.evaluate(NO_ROOM)
    una.type("Message", f"There is no room {CANARY}").press("Send")
    una.sees(re.compile("your words are still in the field"))
    field = una.page.get_by_label("Message", exact=True)
    expect(field).to_have_value(f"There is no room {CANARY}")
    stage.say("Ana", conversation, "Cannot be kept here")
    una.sees("What you write now cannot be kept.").check()
    worker.evaluate(ROOM)
    una.sees_message("Cannot be kept here").does_not_see("What you write now cannot be kept.")
    una.press("Send").sees_message("There is no room").sees_everything_sent()

    assert stage.read("Ana", conversation) == [
        "First of No room",
        "Cannot be kept here",
        f"There is no room {CANARY}",
    ]
    una.check()


def test_a_page_that_is_older_than_what_lies_here_changes_nothing(stage: Settled) -> None:
    zoe = stage.arrive("Ben")
    talking(stage, zoe, "Older page")
    in_storage(zoe.page, "(await open(99)).close();")
    stage.say("Ana", zoe.page.url.rsplit("/", 1)[-1], "For a page that is older")
    zoe.sees_heading("This page is older than what lies here")
    zoe.check_accessibility()
    zoe.page.reload()
    zoe.sees_heading("This page is older than what lies here").sees("Load the page again")
    assert (
        in_storage(zoe.page, "const db = await open(); const held = db.version; db.close(); return held;")
        == 99
    )


def test_a_browser_without_storage_says_so(stage: Settled) -> None:
    tam = stage.stranger(stage.secrets("Tam"))

    def without_storage(route: Route) -> None:
        answer = route.fetch()
        refuse = 'indexedDB.open = () => { throw new DOMException("switched off", "SecurityError"); };'
        route.fulfill(response=answer, body=f"{refuse}\n{answer.text()}")

    tam.context.route(re.compile(r"/assets/worker.*\.js"), without_storage)
    tam.sign_in_with_backup_code().sees_heading("This browser gives this page no storage")
    tam.check_accessibility()
    tam.context.unroute_all()
    tam.page.reload()
    tam.sees_heading("Open your messages on this browser")


def test_what_may_be_cleared_is_said_once(una: Person) -> None:
    come_back(una).sees_heading("Choose a conversation").sees("This browser may clear what this page keeps")
    una.check()
    una.press("Understood").does_not_see("This browser may clear what this page keeps")
    una.page.reload()
    una.sees_heading("Choose a conversation").does_not_see("This browser may clear what this page keeps")


def test_a_portal_that_cannot_be_reached_is_not_an_empty_one(una: Person) -> None:
    una.page.route("**/api/**", lambda route: route.abort())
    una.page.reload()
    una.sees_heading("No connection to the portal")
    una.check_accessibility()
    una.page.unroute_all()
    una.press("Try again").sees_heading("Choose a conversation")
    una.check()


def test_conversations_that_did_not_come_are_not_none(stage: Settled) -> None:
    stage.begin("Ana", "South", "There all the time", "Opening words")
    tam = stage.stranger(stage.secrets("Tam"))
    tam.context.route("**/api/conversations/sync", lambda route: route.abort())
    tam.sign_in_with_backup_code().give_recovery_code()
    tam.sees("Your conversations could not be loaded.").does_not_see("No conversation yet")
    tam.check()
    tam.context.unroute_all()
    expect(tam.page.get_by_role("link", name=re.compile("There all the time"))).to_be_visible()
    tam.does_not_see("Your conversations could not be loaded.").check()
