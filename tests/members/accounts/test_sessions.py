"""A person sees their sessions and ends them; an ended one is served nothing more, anywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members import clock, events
from members.accounts import revocations, services
from members.accounts.models import Account, SignedInSession
from members.accounts.user_agents import label
from tests import kit

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
)


@pytest.fixture
def person() -> Account:
    return kit.make_account("amina@example.org")


@pytest.fixture
def two(person: Account, time: kit.Time) -> tuple[Client, Client]:
    first, second = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": EDGE})
    kit.sign_in(first, person)
    time.pass_by(clock.MINUTE)
    kit.sign_in(second, person)
    return first, second


def test_sessions_are_listed_with_browser_and_system(two: tuple[Client, Client]) -> None:
    listed = two[0].get("/api/sessions").json()
    assert [(one["label"], one["current"]) for one in listed] == [
        ("Edge 140, macOS", False),
        ("Firefox 130, Windows", True),
    ]
    assert listed[0]["address"] == "127.0.0.1"
    assert listed[0]["device"] is None


def test_the_list_takes_a_fixed_number_of_queries(
    two: tuple[Client, Client], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # Django's session, the caller, the list
        two[0].get("/api/sessions")


def test_ending_another_session_ends_it_at_once(
    two: tuple[Client, Client], django_capture_on_commit_callbacks: Any
) -> None:
    first, second = two
    ended: list[str] = []

    def note(session_key: str) -> None:
        ended.append(session_key)

    other = next(one["id"] for one in first.get("/api/sessions").json() if not one["current"])
    key, counted = second.session.session_key, revocations.count()
    events.on(events.SESSION_ENDED, note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert kit.delete(first, f"/api/sessions/{other}").status_code == 204
    finally:
        events.off(events.SESSION_ENDED, note)

    assert second.get("/api/sessions").json()["code"] == "not_signed_in"
    assert first.get("/api/sessions").status_code == 200
    assert ended == [key]
    assert revocations.count() > counted


def test_nobody_ends_the_session_of_somebody_else(two: tuple[Client, Client]) -> None:
    stranger = kit.sign_in(Client(), kit.make_account())
    theirs = SignedInSession.objects.exclude(account__email="amina@example.org").get().pk

    refused = kit.delete(two[0], f"/api/sessions/{theirs}")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert stranger.get("/api/sessions").status_code == 200


def test_a_session_is_over_after_twelve_hours(two: tuple[Client, Client], time: kit.Time) -> None:
    time.pass_by(12 * clock.HOUR)
    assert two[0].get("/api/sessions").json()["code"] == "not_signed_in"


def test_locking_a_person_out_ends_every_session(two: tuple[Client, Client], person: Account) -> None:
    keys = {client.session.session_key or "" for client in two}
    assert revocations.still_signed_in(keys) == keys
    services.deactivate(person.pk)

    assert revocations.still_signed_in(keys) == set()
    for client in two:
        assert client.get("/api/sessions").json()["code"] == "not_signed_in"


def test_last_seen_is_written_once_a_minute_at_most(two: tuple[Client, Client], time: kit.Time) -> None:
    before = SignedInSession.objects.order_by("created_at")[0].last_seen_at
    time.pass_by(2 * clock.MINUTE)
    two[0].get("/api/sessions")
    after = SignedInSession.objects.order_by("created_at")[0].last_seen_at
    assert after == before + 3 * clock.MINUTE


def test_signing_in_again_in_the_same_browser_leaves_one_session(person: Account, time: kit.Time) -> None:
    client = Client()
    kit.sign_in(client, person)
    time.pass_by(clock.MINUTE)
    kit.sign_in(client, person)
    assert SignedInSession.objects.filter(account=person).count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "Unknown browser"),
        ("curl/8", "Unknown browser"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0 Safari/537.36", "Chrome 156, Linux"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari 17, iOS"),
        ("entente-client/1", "Entente client 1"),
        ("<script>alert(1)</script>", "Unknown browser"),
    ],
)  # fmt: skip
def test_browsers_are_said_in_words(agent: str, words: str) -> None:
    assert label(agent) == words


def test_the_session_object_takes_a_fixed_number_of_queries(
    django_assert_num_queries: Any,
) -> None:
    lead = kit.admit(kit.found_network(), "Integrity Commission").lead
    client = kit.client_on_device(lead)
    # Django's session, the caller, the passkeys, the head, the standing, the device
    with django_assert_num_queries(6):
        assert client.get("/api/session").json()["device"] == lead.device
