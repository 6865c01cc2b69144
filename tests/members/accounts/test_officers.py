"""A network may let its officers act only in sessions in which they have touched a passkey; everybody else as ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from messaging.live import admission
from tests import kit
from tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.OFFICERS_NEED_PASSKEYS = True


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


def options(client: Client, path: str) -> dict[str, Any]:
    asked: dict[str, Any] = kit.post(client, f"/api/{path}/options", {}).json()["options"]
    return asked


def add(client: Client, key: Authenticator) -> None:
    made = key.make(options(client, "passkeys"))
    assert kit.post(client, "/api/passkeys", made | {"name": "Key"}).status_code == 200


def needed(client: Client) -> bool:
    return bool(client.get("/api/session").json()["passkey_needed"])


def test_an_officer_with_a_code_alone_can_add_a_passkey_and_goes_on_with_it(network: kit.Network) -> None:
    officer = network.officers[0]
    client = kit.sign_in(Client(), officer.account)
    assert needed(client)
    refused = client.get("/api/sessions")
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_needed")

    key = Authenticator()
    add(client, key)
    assert needed(client), "a passkey that was added was not touched to act yet"
    signed = key.sign(options(client, "session/confirm/passkey"))
    assert kit.post(client, "/api/session/confirm/passkey", signed).status_code == 200
    assert not needed(client)
    assert client.get("/api/sessions").status_code == 200


@pytest.mark.parametrize("way", ["session/passkey", "session/second-factor/passkey"])
def test_an_officer_who_signs_in_by_a_touch_is_asked_for_nothing_more(network: kit.Network, way: str) -> None:
    account, key, client = network.officers[0].account, Authenticator(), Client()
    add(kit.quick_client(account), key)
    kit.post(client, "/api/session/password", {"email": account.email, "password": kit.PASSWORD})
    signed = key.sign(options(client, way))
    assert kit.post(client, f"/api/{way}", signed).json()["passkey_needed"] is False
    assert client.get("/api/sessions").status_code == 200


def test_a_session_that_stood_before_gets_no_socket(network: kit.Network) -> None:
    client = kit.client_on_device(network.officers[0])
    assert admission.admit(kit.session_cookie(client)) == admission.NOT_SIGNED_IN
    key = Authenticator()
    add(client, key)
    kit.post(client, "/api/session/confirm/passkey", key.sign(options(client, "session/confirm/passkey")))
    assert isinstance(admission.admit(kit.session_cookie(client)), admission.Admitted)


def test_focal_points_are_asked_for_none(network: kit.Network) -> None:
    lead = kit.client_on_device(kit.admit(network, "Integrity Commission", "XE").lead)
    assert not needed(lead)
    assert lead.get("/api/sessions").status_code == 200
    assert isinstance(admission.admit(kit.session_cookie(lead)), admission.Admitted)


def test_who_has_a_passkey_touches_it_before_they_add_another(network: kit.Network) -> None:
    """Or whoever stole password and code would add one of their own, and touch that."""
    account, own = network.officers[0].account, Authenticator()
    early, late = kit.quick_client(account), kit.quick_client(account)
    made = Authenticator().make(options(early, "passkeys"))
    officer = kit.quick_client(account)
    add(officer, own)
    for answer in (
        kit.post(early, "/api/passkeys", made | {"name": "Key"}),
        kit.post(late, "/api/passkeys/options", {}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "passkey_needed")
    touched = own.sign(options(officer, "session/confirm/passkey"))
    assert kit.post(officer, "/api/session/confirm/passkey", touched).status_code == 200
    add(officer, Authenticator())
