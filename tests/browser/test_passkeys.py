"""A touch signs in, says again that it is you, and opens the keys, also on a new browser; until it is removed."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.backstage import Backstage
from tests.browser.canary import CANARY
from tests.browser.person import Person, Secrets
from tests.browser.settled import Settled
from tests.browser.touching import Authenticator
from tests.network.client.network import made_at
from tests.servers import running

WATCH_SECRETS = """
window.derived = [];
for (const name of navigator.credentials ? ["create", "get"] : []) {
  const ask = navigator.credentials[name].bind(navigator.credentials);
  navigator.credentials[name] = async (options) => {
    const answer = await ask(options);
    const secret = answer?.getClientExtensionResults().prf?.results?.first;
    if (secret) window.derived.push([...new Uint8Array(secret)]);
    return answer;
  };
}
"""
"""Remembers what the authenticator derives, so that a test can look for it wherever it must not be."""


def forget_everything(person: Person) -> None:
    """The browser is as new; the authenticator beside it is not."""
    line = person.context.new_cdp_session(person.page)
    person.page.goto("about:blank")
    line.send("Storage.clearDataForOrigin", {"origin": person.address, "storageTypes": "all"})
    person.context.clear_cookies()
    name, _, value = person.mark.partition("=")
    person.context.add_cookies([{"name": name, "value": value, "url": person.address}])
    person.page.goto(person.address)
    person.sees_heading("Sign in")


def as_it_may_be_written(secret: bytes) -> list[bytes]:
    """The forms in which 32 bytes travel."""
    text = [secret.hex(), base64.b64encode(secret).decode(), base64.urlsafe_b64encode(secret).decode()]
    numbers = ",".join(str(byte) for byte in secret)
    return [secret, numbers.encode(), *(each.rstrip("=").encode() for each in text)]


def add_passkey(person: Person, name: str) -> None:
    person.go_to("/account/keys").sees_heading("Passkeys")
    person.press("Add a passkey").sees("Give it a name")
    person.type("Name of the passkey", name).press("Continue")
    person.sees("The passkey was added.")
    expect(person.page.get_by_role("table", name="Passkeys")).to_contain_text(name)


def sign_out(person: Person) -> None:
    person.page.locator("button.me").click()
    person.page.get_by_role("menuitem", name="Sign out").click()
    person.sees_heading("You are signed out").press("Sign in again").sees_heading("Sign in")


def test_a_passkey_is_added_and_signs_in_until_it_is_removed(stage: Settled) -> None:
    stage.appoint("Sol", "Iris")
    iris = stage.arrive("Iris")
    key = Authenticator(iris, prf=False)
    iris.go_to("/account/keys").sees("No passkey yet.").check()
    add_passkey(iris, "Office computer")
    iris.sees("Signs in only").sees("this authenticator can derive no key")
    iris.check()
    assert len(key.credentials()) == 1

    iris.press("Rename the passkey Office computer")
    iris.type("Name of the passkey", "Desk").press("Save the name").sees("The passkey has its new name.")

    sign_out(iris)
    iris.check()
    iris.press("Sign in with a passkey").sees_heading("Your keys")

    sign_out(iris)
    iris.type("E-mail address", iris.secrets.sign_in.email).type("Password", iris.secrets.sign_in.password)
    iris.press("Continue").sees_heading("Confirm that it is you").sees("Touch your security key")
    iris.check()
    iris.press("Use a passkey").sees_heading("Your keys")

    iris.press("Remove the passkey Desk").sees("It signs you in no longer")
    iris.check()
    iris.press("Remove this passkey").sees("The passkey was removed.").sees("No passkey yet.")
    sign_out(iris)
    iris.press("Sign in with a passkey").sees("This passkey does not open this account")
    iris.check()


def test_an_authenticator_that_does_not_ask_who_one_is_is_no_passkey(stage: Settled) -> None:
    stage.appoint("Sol", "Jon")
    jon = stage.arrive("Jon")
    Authenticator(jon, verifies=False)
    jon.go_to("/account/keys").press("Add a passkey")
    jon.type("Name of the passkey", "Bare key").press("Continue")
    jon.sees("no authenticator here can check who you are").check()
    jon.press("Cancel").sees("No passkey yet.")


def test_a_new_browser_opens_everything_by_one_touch(stage: Settled) -> None:
    stage.appoint("Sol", "Lio")
    conversation = stage.begin("Ana", "South", "By a touch", f"Before: {CANARY}")
    lio = stage.arrive("Lio")
    lio.context.add_init_script(WATCH_SECRETS)
    lio.page.reload()
    lio.sees_heading("Choose a conversation").sees("A second way to your messages").check()
    Authenticator(lio)
    with stage.proxy.overhear(lio) as said:
        lio.go_to("/account/keys").sees_heading("Passkeys")
        lio.press("Add a passkey").type("Name of the passkey", "Blue key").press("Continue")
        lio.unlock_if_asked("This passkey now opens your keys.")
        lio.sees("Opens your keys").check()
        derived = lio.page.evaluate("window.derived")

        forget_everything(lio)
        lio.press("Sign in with a passkey").sees_heading("Choose a conversation")
        lio.does_not_see("A second way to your messages")
        lio.go_to(f"/conversations/{conversation}").sees_message(f"Before: {CANARY}")
        lio.say(f"From the new browser: {CANARY}")
        derived += lio.page.evaluate("window.derived")
    lio.check()
    secrets = {bytes(each) for each in derived}
    assert len(secrets) == 1, "one passkey derives one secret in one network"
    heard = b"\n".join(said)
    assert b"/api/session/passkey" in heard
    assert [form for each in secrets for form in as_it_may_be_written(each) if form in heard] == []


def test_signing_is_a_touch_until_the_passkey_is_removed(stage: Settled) -> None:
    stage.appoint("Sol", "Pia")
    pia = stage.arrive("Pia")
    Authenticator(pia)
    pia.go_to("/account/keys").press("Add a passkey").type("Name of the passkey", "Desk").press("Continue")
    pia.unlock_if_asked("This passkey now opens your keys.")
    pia.press("Lock now").sees("The signing key is locked.")

    pia.press("Replace the recovery code").sees("A touch of your passkey or your recovery code")
    pia.check()
    pia.press("Unlock with a passkey").sees("Write down your recovery code")
    pia.press("Keep the old code").sees_heading("Passkeys")

    pia.press("Remove the passkey Desk").sees("opens your keys no longer")
    pia.press("Remove this passkey").sees("The passkey was removed.")
    pia.press("Lock now").press("Replace the recovery code").sees_heading("Your recovery code")
    pia.does_not_see("Unlock with a passkey")
    pia.press("Cancel")
    forget_everything(pia)
    pia.press("Sign in with a passkey").sees("This passkey does not open this account")
    pia.check()


def test_a_passkey_without_a_key_says_so_on_a_new_browser(stage: Settled) -> None:
    stage.appoint("Sol", "Ugo")
    ugo = stage.arrive("Ugo")
    Authenticator(ugo, prf=False)
    add_passkey(ugo, "Old key")
    forget_everything(ugo)
    ugo.press("Sign in with a passkey").sees_heading("Open your messages on this browser")
    ugo.sees("it is a second factor only").check()
    ugo.press("Open with a passkey").sees("This authenticator derives no key").check()
    ugo.paste_recovery_code().sees_heading("Choose a conversation").check()


def test_an_officer_comes_no_further_without_a_passkey_where_the_network_says_so(
    browser: Browser, tmp_path: Path
) -> None:
    with Backstage() as backstage, running(tmp_path) as server:
        network = backstage.run(made_at(server, tmp_path))
        one = network.people["officer 1"]
        secrets = Secrets(one.client.memory.sign_in, recovery=one.sheet.code.split("-"))
        backstage.run(network.close())
    with running(tmp_path, ENTENTE_OFFICERS_NEED_PASSKEYS="1") as server:
        officer = Person(browser, server.address, secrets)
        Authenticator(officer)
        officer.sign_in_past_the_forms().sees_heading("Officers confirm with a passkey").check()
        officer.press("Add a passkey").type("Name of the passkey", "Desk").press("Continue")
        officer.sees("Touch your security key").check()
        officer.press("Use a passkey").sees_heading("Open your messages on this browser")
        officer.paste_recovery_code().sees_heading("Secretariat")
        officer.sees("A second way to your messages").check()

        officer.go_to("/account/keys").press("Let it open your keys")
        officer.unlock_if_asked("This passkey now opens your keys.")
        forget_everything(officer)
        officer.press("Sign in with a passkey").sees_heading("Secretariat").check()
        officer.close()
