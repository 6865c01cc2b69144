"""What several threads do at the same moment has the outcome of one after the other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.test import Client
from django_otp.oath import totp

from members.accounts.models import Account
from members.problems import Problem
from members.register import verification
from members.register.models import Entry
from members.register.services import append
from tests import kit

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


def at_once(*jobs: Callable[[], T]) -> list[T]:
    """Run these jobs in threads that start together, each with a connection of its own."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        barrier.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def outcome(entry: bytes, sent: dict[str, bytes], by: str) -> str:
    try:
        append(entries=[entry], sent=sent, by=by)
    except Problem as problem:
        return problem.code
    return "appended"


def test_appends_at_the_same_moment_all_enter_one_log() -> None:
    network = kit.found_network()
    before = Entry.objects.count()
    jobs = []
    for officer in network.officers:
        entry, sent = officer.enrol_device()
        jobs.append(lambda entry=entry, sent=sent, by=officer.id: outcome(entry, sent, by))
    assert at_once(*jobs) == ["appended"] * 3
    assert Entry.objects.count() == before + 3
    assert verification.findings() == []


def test_of_two_statements_on_one_subject_the_second_is_stale() -> None:
    officer = kit.found_network().officers[0]
    jobs = []
    for _ in range(2):
        entry, sent = officer.enrol_device()
        jobs.append(lambda entry=entry, sent=sent: outcome(entry, sent, officer.id))
    assert sorted(at_once(*jobs)) == ["appended", "stale"]
    assert verification.findings() == []


def test_guesses_at_the_same_moment_gain_nothing() -> None:
    person = kit.make_account()

    def guess() -> int:
        body = {"email": person.email, "password": "wrong"}
        return int(kit.post(Client(), "/api/session/password", body).status_code)

    answers = at_once(*[guess] * 8)
    assert answers.count(401) <= 3
    assert set(answers) == {401, 429}


def test_one_code_signs_in_one_session_only() -> None:
    person = kit.make_account()
    code = kit.code_for(person)
    clients = [Client(), Client()]
    for client in clients:
        kit.post(client, "/api/session/password", {"email": person.email, "password": kit.PASSWORD})

    def give(client: Client) -> int:
        return int(kit.post(client, "/api/session/second-factor", {"code": code}).status_code)

    answers = at_once(*[lambda client=client: give(client) for client in clients])
    # the other was refused, or told to wait while the first was looked at
    assert sorted(answers) in ([200, 401], [200, 429])


def test_one_link_makes_one_person() -> None:
    authority = kit.admit(kit.found_network(), "Integrity Commission")
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")

    def go_through() -> bool:
        client = Client()
        kit.post(client, "/api/enrolment/open", {"token": invited.token})
        try:
            kit.enrol_factors(client)
        except AssertionError:
            return False
        return True

    assert at_once(go_through, go_through).count(True) <= 1
    assert Account.objects.filter(pk=invited.account).count() == 1


def test_whoever_else_holds_the_link_puts_no_password_under_a_proved_authenticator() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    lead = kit.client_on_device(authority.lead)
    for _ in range(4):
        invited = kit.invite(lead, "focal_point", role="member")
        invitee, other = Client(), Client()
        for client in (invitee, other):
            kit.post(client, "/api/enrolment/open", {"token": invited.token})
        started = kit.post(invitee, "/api/enrolment/password", {"password": kit.PASSWORD}).json()
        code = f"{totp(base64.b32decode(started['totp_secret'])):06d}"
        proved, chosen = at_once(
            posting(invitee, "/api/enrolment/second-factor", code=code),
            posting(other, "/api/enrolment/password", password="another sentence entirely"),
        )
        account = Account.objects.get(pk=invited.account)
        if proved.status_code == 200:
            assert chosen.json()["code"] == "invitation_used"
            assert account.check_password(kit.PASSWORD)
        else:
            assert (proved.json()["code"], chosen.status_code) == ("wrong_code", 200)
            assert account.enrolled_at is None


def posting(client: Client, path: str, **body: str) -> Callable[[], Any]:
    return lambda: kit.post(client, path, body)
