"""A touch signs in, and says again that it is you; one that was removed does so no more."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.settled import Settled
from tests.browser.touching import Authenticator


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
