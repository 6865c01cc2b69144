"""A small kit for tests: people, signed-in clients, and a founded network whose signatures are real.

    network = kit.found_network()              # three officers
    authority = kit.admit(network, "Integrity Commission", "XE")
    person = kit.appoint(authority, role="deputy")
    client = kit.client_on_device(person)      # both factors given, session bound to the device

Everything goes through the services, and the signatures are made with members/protocol as a browser makes them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.accounts.models import Account, fresh_id, normal_email
from network.demo.codes import next_unused_code

PASSWORD = "correct horse battery staple"


class Time:
    """The clock of a test, which stands still until time passes by."""

    def __init__(self, at: int) -> None:
        self.at = at

    def pass_by(self, milliseconds: int) -> None:
        self.at += milliseconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time passes only when the test says so, for the server and for one-time codes."""
    it = Time(clock.now())
    monkeypatch.setattr("members.clock.source", lambda: it.at)
    monkeypatch.setattr("time.time", lambda: it.at / 1000)
    return it


# --- people who sign in ---


def make_account(email: str | None = None, *, account: str | None = None) -> Account:
    """An account with both factors set up, whose password is PASSWORD."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    made = Account(
        id=account or fresh_id(),
        email=normal_email(email or f"{fresh_id()}@example.org"),
        enrolled_at=clock.now(),
    )
    made.set_password(PASSWORD)
    made.save()
    TOTPDevice.objects.create(user=made, name="authenticator", confirmed=True)
    return made


def code_for(account: Account) -> str:
    """The next code of the account's authenticator that was not used yet."""
    return next_unused_code(account)


def sign_in(client: Client, account: Account) -> Client:
    """Sign in with both factors over HTTP, as a person does."""
    first = post(client, "/api/session/password", {"email": account.email, "password": PASSWORD})
    assert first.status_code == 200, first.content
    second = post(client, "/api/session/second-factor", {"code": code_for(account)})
    assert second.status_code == 200, second.content
    return client


# --- requests ---


def post(client: Client, path: str, body: object, **more: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", **more)


def put(client: Client, path: str, body: object, **more: Any) -> Any:
    return client.put(path, json.dumps(body), content_type="application/json", **more)


def delete(client: Client, path: str, **more: Any) -> Any:
    return client.delete(path, **more)
