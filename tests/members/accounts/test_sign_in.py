"""Signing in takes two factors, tells strangers nothing, and slows guessing without locking anybody out."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import get_hashers_by_algorithm
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken

from members import clock
from members.accounts import factors, throttle
from members.accounts.models import Account, SignedInSession
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Account:
    return kit.make_account("amina@example.org")


def give_password(client: Client, email: str, password: str = kit.PASSWORD, **more: Any) -> Any:
    return kit.post(client, "/api/session/password", {"email": email, "password": password}, **more)


def test_nobody_is_signed_in_by_the_password_alone(client: Client, person: Account) -> None:
    assert give_password(client, person.email).json() == {"state": "second_factor"}

    assert client.get("/api/session").json()["state"] == "second_factor"
    refused = client.get("/api/sessions")
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_needed")


def test_both_factors_sign_in(client: Client, person: Account) -> None:
    give_password(client, " Amina@Example.org ")
    answer = kit.post(client, "/api/session/second-factor", {"code": kit.code_for(person)}).json()

    assert answer["state"] == "signed_in"
    assert answer["account"] == {
        "id": person.pk,
        "email": "amina@example.org",
        "role": None,
        "authority": None,
        "language": "en",
        "sign_in_reset_at": None,
        "sign_in_reset_by": [],
    }
    assert answer["confirmed_until"] > clock.now()
    assert client.get("/api/session").json()["state"] == "signed_in"


def test_a_code_counts_only_once(client: Client, person: Account) -> None:
    code = kit.code_for(person)
    give_password(client, person.email)
    kit.post(client, "/api/session/second-factor", {"code": code})

    other = Client()
    give_password(other, person.email)
    refused = kit.post(other, "/api/session/second-factor", {"code": code})
    assert (refused.status_code, refused.json()["code"]) == (401, "wrong_code")


def test_the_half_open_state_lasts_five_minutes(client: Client, person: Account, time: kit.Time) -> None:
    give_password(client, person.email)
    time.pass_by(5 * clock.MINUTE + 1)

    refused = kit.post(client, "/api/session/second-factor", {"code": kit.code_for(person)})
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")


def test_the_session_key_changes_at_each_step(client: Client, person: Account) -> None:
    client.get("/api/session")
    client.session["planted"] = "before sign-in"
    keys = [client.session.session_key]
    give_password(client, person.email)
    keys.append(client.session.session_key)
    kit.post(client, "/api/session/second-factor", {"code": kit.code_for(person)})
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert not Session.objects.filter(session_key__in=[key for key in keys[:2] if key]).exists()


def test_unknown_and_known_addresses_answer_alike(client: Client, person: Account) -> None:
    known = give_password(client, person.email, "not the password")
    unknown = give_password(client, "nobody@example.org", "not the password")

    assert known.status_code == unknown.status_code == 401
    assert known.content == unknown.content


def test_unknown_and_known_addresses_cost_one_password_hash_each(
    client: Client, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = type(get_hashers_by_algorithm()["md5"])
    hashed: list[str] = []
    encode = hasher.encode

    def counted(self: Any, password: str, salt: str) -> Any:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hasher, "encode", counted)
    give_password(client, person.email, "for a known address")
    give_password(client, "nobody@example.org", "for an unknown one")
    assert hashed == ["for a known address", "for an unknown one"]


def test_a_removed_person_cannot_sign_in_and_is_answered_like_a_stranger(
    client: Client, person: Account
) -> None:
    Account.objects.filter(pk=person.pk).update(is_active=False)
    refused = give_password(client, person.email)
    assert (refused.status_code, refused.json()["code"]) == (401, "wrong_credentials")


def test_guessing_is_slowed_for_unknown_and_known_addresses_alike(client: Client, person: Account) -> None:
    for email in (person.email, "nobody@example.org"):
        answers = [give_password(client, email, "wrong").status_code for _ in range(5)]
        assert answers == [401, 401, 401, 429, 429]


def test_the_wait_grows_and_is_said(client: Client, person: Account, time: kit.Time) -> None:
    waits: list[int] = []
    for _ in range(40):
        answer = give_password(client, person.email, "wrong")
        if answer.status_code == 429:
            waits.append(answer.json()["retry_after"])
            assert answer.headers["Retry-After"] == str(waits[-1])
            time.pass_by(waits[-1] * clock.SECOND)
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 15 * 60


def test_a_stranger_who_guesses_does_not_lock_the_person_out(person: Account, time: kit.Time) -> None:
    stranger, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(60):
        answer = give_password(stranger, person.email, "wrong")
        if answer.status_code == 429:
            time.pass_by(answer.json()["retry_after"] * clock.SECOND)
    give_password(stranger, person.email, "wrong")
    assert give_password(stranger, person.email, "wrong").json()["retry_after"] == 15 * 60
    assert give_password(owner, person.email).status_code in (200, 429)
    time.pass_by(10 * clock.SECOND)
    assert give_password(owner, person.email).status_code == 200


def test_a_browser_that_is_known_is_not_even_slowed_by_others(person: Account, time: kit.Time) -> None:
    owner = Client(REMOTE_ADDR="198.51.100.7")
    kit.sign_in(owner, person)
    for number in range(80):
        stranger = Client(REMOTE_ADDR=f"203.0.{number}.9")
        give_password(stranger, person.email, "wrong")
    assert give_password(Client(REMOTE_ADDR="192.0.2.1"), person.email).status_code == 429
    assert give_password(owner, person.email).status_code == 200


def test_guessing_in_a_known_browser_is_slowed_as_well(person: Account) -> None:
    client = Client()
    kit.sign_in(client, person)
    assert [give_password(client, person.email, "wrong").status_code for _ in range(4)] == [
        401,
        401,
        401,
        429,
    ]


def test_one_network_that_tries_many_addresses_is_slowed(client: Client) -> None:
    answers = [give_password(client, f"somebody{number}@example.org").status_code for number in range(40)]
    assert answers[:30] == [401] * 30
    assert 429 in answers[30:]


def test_neighbours_in_one_ipv6_network_are_one_source() -> None:
    assert throttle.network_of("2001:db8:1:2::3") == throttle.network_of("2001:db8:1:9::4")
    assert throttle.network_of("::ffff:203.0.113.9") == throttle.network_of("203.0.113.200")
    assert throttle.network_of("not an address") == "unknown"


def test_second_factors_are_slowed_too(client: Client, person: Account) -> None:
    give_password(client, person.email)
    answers = [
        kit.post(client, "/api/session/second-factor", {"code": "000000"}).status_code for _ in range(7)
    ]
    assert answers == [401] * 5 + [429] * 2


def test_signing_in_clears_the_persons_own_counters(client: Client, person: Account) -> None:
    give_password(client, person.email, "wrong")
    give_password(client, person.email, "wrong")
    kit.sign_in(client, person)
    other_browser = Client()
    answers = [give_password(other_browser, person.email, "wrong").status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]


def test_a_backup_code_signs_in_once_and_is_kept_as_a_hash_only(client: Client, person: Account) -> None:
    code = factors.make_backup_codes(person)[3]
    assert not StaticToken.objects.filter(token__contains=code.replace("-", "")).exists()

    give_password(client, person.email)
    answer = kit.post(client, "/api/session/second-factor", {"backup_code": code.upper()})
    assert answer.json()["state"] == "signed_in"
    assert client.get("/api/backup-codes").json() == {"left": 9}

    other = Client()
    give_password(other, person.email)
    refused = kit.post(other, "/api/session/second-factor", {"backup_code": code})
    assert refused.json()["code"] == "wrong_code"


def test_fresh_backup_codes_replace_the_old_and_need_a_recent_factor(
    client: Client, person: Account, time: kit.Time
) -> None:
    kit.sign_in(client, person)
    old = kit.post(client, "/api/backup-codes", {}).json()["codes"]
    new = kit.post(client, "/api/backup-codes", {}).json()["codes"]
    assert len(new) == 10
    assert not factors.use_backup_code(person, old[0])

    time.pass_by(10 * clock.MINUTE + 1)
    refused = kit.post(client, "/api/backup-codes", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "confirm_again")
    confirmed = kit.post(client, "/api/session/confirm", {"code": kit.code_for(person)})
    assert confirmed.json()["confirmed_until"] == clock.now() + 10 * clock.MINUTE
    assert kit.post(client, "/api/backup-codes", {}).status_code == 200


def test_leaving_ends_the_session(client: Client, person: Account) -> None:
    kit.sign_in(client, person)
    assert kit.delete(client, "/api/session").status_code == 204
    assert client.get("/api/sessions").json()["code"] == "not_signed_in"
    assert not SignedInSession.objects.exists()


def test_a_request_without_the_token_of_the_page_is_refused(person: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    refused = give_password(client, person.email)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")

    token = client.get("/api/session").json()["csrf_token"]
    assert give_password(client, person.email, headers={"X-CSRFToken": token}).status_code == 200


def test_a_malformed_request_names_its_fields_and_repeats_nothing(client: Client) -> None:
    refused = kit.post(client, "/api/session/password", {"email": "a@example.org", "password": ["secret"]})
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["fields"] == ["body.password"]
    assert "secret" not in refused.content.decode()


def test_the_language_is_remembered_and_only_six_are_spoken(client: Client, person: Account) -> None:
    kit.sign_in(client, person)
    assert kit.put(client, "/api/account/language", {"language": "ar"}).status_code == 204
    assert client.get("/api/session").json()["account"]["language"] == "ar"
    assert kit.put(client, "/api/account/language", {"language": "xx"}).json()["code"] == "language_unknown"
