"""Personas are given out in demo mode, on a database made by it, and nowhere else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from members import clock
from members.register.models import Head
from network.cli import CommandError
from network.demo import personas
from network.demo.guard import claim_database
from network.demo.personas import Persona
from tests import kit
from tests.kit import time as time

pytestmark = pytest.mark.django_db

DUTY_OFFICER = Persona(
    id="qasrain_duty",
    title="duty_officer",
    authority="ab" * 16,
    authority_name="Integrity Commission",
    state="XE",
    language="ar",
    role="member",
    story="urgent_request_waiting",
    email="duty@qasrain.example",
    password=kit.PASSWORD,
    recovery_code="0000 0000",
)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "DEMO", True)
    claim_database()
    yield
    personas.file().unlink(missing_ok=True)


@pytest.fixture
def duty_officer(demo: None) -> Persona:
    kit.make_account(DUTY_OFFICER.email)
    personas.keep([DUTY_OFFICER])
    return DUTY_OFFICER


def fill(client: Client, persona: str = DUTY_OFFICER.id) -> Any:
    return kit.post(client, f"/api/demo/personas/{persona}/fill", {})


def test_a_persona_signs_in_for_real_with_both_factors_filled_in(
    client: Client, duty_officer: Persona
) -> None:
    assert client.get("/api/session").json()["demo_personas"] is True
    listed = client.get("/api/demo/personas").json()
    assert listed[0]["title"] == "duty_officer"
    assert not {"email", "password", "recovery_code"} & set(listed[0])

    filled = fill(client).json()
    kit.post(client, "/api/session/password", {"email": filled["email"], "password": filled["password"]})
    done = kit.post(client, "/api/session/second-factor", {"code": filled["code"]})
    assert done.json()["state"] == "signed_in"


def test_the_next_code_is_one_that_was_not_used(duty_officer: Persona, time: kit.Time) -> None:
    codes = []
    for _ in range(2):
        client = Client()
        filled = fill(client).json()
        kit.post(client, "/api/session/password", {"email": filled["email"], "password": filled["password"]})
        done = kit.post(client, "/api/session/second-factor", {"code": filled["code"]})
        assert done.status_code == 200
        codes.append(filled["code"])
    assert len(set(codes)) == 2
    wait = fill(Client())
    assert (wait.status_code, wait.json()["code"]) == (429, "slow_down")
    time.pass_by(wait.json()["retry_after"] * clock.SECOND)
    assert fill(Client()).status_code == 200


def test_an_unknown_persona_is_not_there(client: Client, duty_officer: Persona) -> None:
    assert fill(client, "nobody").json()["code"] == "not_found"


def test_the_secrets_are_readable_by_their_owner_only(duty_officer: Persona) -> None:
    assert stat.S_IMODE(personas.file().stat().st_mode) == 0o600


def test_outside_demo_mode_there_are_no_personas(
    client: Client, duty_officer: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    assert client.get("/api/demo/personas").json()["code"] == "not_found"
    assert fill(client).json()["code"] == "not_found"
    assert client.get("/api/session").json()["demo_personas"] is False
    with pytest.raises(RuntimeError, match="demo mode only"):
        personas.keep([DUTY_OFFICER])


def test_demo_mode_cannot_be_switched_on_for_an_ordinary_network(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_database()
    monkeypatch.setattr(settings, "DEMO", True)
    with pytest.raises(CommandError, match="ordinary network"):
        claim_database()
    assert client.get("/api/demo/personas").json()["code"] == "not_found"


def test_demo_mode_does_not_take_a_database_in_which_somebody_signs_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kit.make_account()
    monkeypatch.setattr(settings, "DEMO", True)
    with pytest.raises(CommandError, match="ordinary network"):
        claim_database()


def test_a_demonstrations_first_statement_says_so(demo: None) -> None:
    kit.found_network(demo=True)
    assert kit.entries()[0].fields["demo"] is True
    assert Head.objects.get().demo is True
