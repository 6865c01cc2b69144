"""One touch with the user verified is a second factor, a whole sign-in and a confirmation; nothing less is anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from fido2.utils import websafe_encode

from members import clock
from members.accounts import passkeys, services, tasks
from members.accounts.models import Account, Passkey, PasskeyChallenge, SignedInSession
from members.audit.actions import Action
from members.audit.models import AuditRow
from tests import kit
from tests.authenticator import Authenticator
from tests.kit import Time

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Account:
    return kit.make_account("amina@example.org")


@pytest.fixture
def signed_in(person: Account) -> Client:
    return kit.quick_client(person)


def options(client: Client, path: str) -> dict[str, Any]:
    answer = kit.post(client, f"/api/{path}/options", {})
    assert answer.status_code == 200, answer.content
    asked: dict[str, Any] = answer.json()["options"]
    return asked


def keep(client: Client, made: dict[str, Any], name: str = "Office key") -> Any:
    return kit.post(client, "/api/passkeys", {**made, "name": name})


def add(client: Client, key: Authenticator, name: str = "Office key") -> dict[str, Any]:
    """Add the passkey as its owner does; returns it as the list shows it."""
    answer = keep(client, key.make(options(client, "passkeys")), name)
    assert answer.status_code == 200, answer.content
    kept: dict[str, Any] = answer.json()
    return kept


def sign_in(client: Client, key: Authenticator, **lies: Any) -> Any:
    asked = options(client, "session/passkey")
    return kit.post(client, "/api/session/passkey", key.sign(asked, **lies))


def half_open(client: Client, person: Account) -> Client:
    kit.post(client, "/api/session/password", {"email": person.email, "password": kit.PASSWORD})
    return client


@pytest.fixture
def key(signed_in: Client) -> Authenticator:
    """A passkey of the person."""
    made = Authenticator()
    add(signed_in, made)
    return made


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


WRONG = (401, "wrong_passkey")
LATE = (422, "challenge_missing")

# --- adding ---


def test_a_browser_is_asked_for_a_verified_user_of_this_portal(signed_in: Client, person: Account) -> None:
    asked = options(signed_in, "passkeys")
    assert asked["rp"] == {"id": "localhost", "name": "Entente"}
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "preferred"
    assert asked["user"]["name"] == person.email
    assert asked["timeout"] == 5 * clock.MINUTE
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == [-8, -7, -257]
    assert asked["excludeCredentials"] == []


def test_an_added_passkey_is_listed_by_its_name_and_not_asked_for_twice(signed_in: Client) -> None:
    key = Authenticator(synced=True)
    kept = add(signed_in, key, "  Blue key  ")
    assert (kept["name"], kept["synced"], kept["prf"], kept["last_used"]) == ("Blue key", True, False, None)
    assert signed_in.get("/api/passkeys").json() == [kept]
    assert [one["id"] for one in options(signed_in, "passkeys")["excludeCredentials"]] == [kept["credential"]]
    assert signed_in.get("/api/session").json()["passkeys"] == 1

    assert code(keep(signed_in, key.make(options(signed_in, "passkeys")))) == (409, "exists")


@pytest.mark.parametrize(
    ("key", "lies"),
    [
        (Authenticator(), {"origin": "https://portal.example.com"}),
        (Authenticator(), {"origin": "http://localhost:8001"}),
        (Authenticator(), {"framed": True}),
        (Authenticator(verifies=False), {}),
        (Authenticator(party="portal.example.com"), {}),
    ],
    ids=["other origin", "other port", "in a frame", "user not verified", "other party"],
)
def test_a_passkey_that_was_not_made_here_by_a_verified_user_is_not_taken(
    signed_in: Client, key: Authenticator, lies: dict[str, Any]
) -> None:
    refused = keep(signed_in, key.make(options(signed_in, "passkeys"), **lies))
    assert code(refused) == (422, "passkey_not_taken")
    assert not Passkey.objects.exists()


def test_what_is_no_credential_at_all_is_not_taken(signed_in: Client) -> None:
    made = Authenticator().make(options(signed_in, "passkeys"))
    deep = websafe_encode(b"\x81" * 20_000)
    for broken in ({"attestation_object": "AAAA"}, {"attestation_object": deep}, {"client_data": "bnVsbA"}):
        assert code(keep(signed_in, made | broken)) == (422, "passkey_not_taken")


def test_a_challenge_is_taken_once_for_five_minutes_by_its_own_session(person: Account, time: Time) -> None:
    client, other = kit.quick_client(person), kit.quick_client(person)
    asked = options(client, "passkeys")
    assert code(keep(other, Authenticator().make(asked))) == LATE

    assert keep(client, Authenticator().make(asked)).status_code == 200
    assert code(keep(client, Authenticator().make(asked))) == LATE

    asked = options(client, "passkeys")
    options(client, "passkeys")
    assert code(keep(client, Authenticator().make(asked))) == LATE  # a newer one has taken its place

    asked = options(client, "passkeys")
    time.pass_by(5 * clock.MINUTE)
    assert code(keep(client, Authenticator().make(asked))) == LATE


def test_a_challenge_for_one_purpose_serves_no_other(signed_in: Client, key: Authenticator) -> None:
    asked = options(signed_in, "session/confirm/passkey")
    assert code(kit.post(signed_in, "/api/session/passkey", key.sign(asked))) == LATE
    assert code(keep(signed_in, Authenticator().make(asked | {"user": {"id": "AA"}}))) == LATE


def test_a_person_has_ten_passkeys_at_most(signed_in: Client) -> None:
    asked = options(signed_in, "passkeys")
    for _ in range(passkeys.MOST):
        add(signed_in, Authenticator())
    assert code(kit.post(signed_in, "/api/passkeys/options", {})) == (422, "too_many_passkeys")
    assert code(keep(signed_in, Authenticator().make(asked))) in (LATE, (422, "too_many_passkeys"))
    assert Passkey.objects.count() == passkeys.MOST


# --- signing in ---


def test_a_touch_signs_in_without_address_and_password(
    client: Client, person: Account, key: Authenticator
) -> None:
    asked = options(client, "session/passkey")
    assert (asked["userVerification"], asked["rpId"]) == ("required", "localhost")
    assert "allowCredentials" not in asked  # nobody learns here who has passkeys

    session = kit.post(client, "/api/session/passkey", key.sign(asked)).json()
    assert (session["state"], session["account"]["id"]) == ("signed_in", person.pk)
    assert session["confirmed_until"] > clock.now()
    assert client.get("/api/sessions").status_code == 200
    assert client.get("/api/passkeys").json()[0]["last_used"] is not None


@pytest.mark.parametrize(
    "lies",
    [{"origin": "https://portal.example.com"}, {"framed": True}, {"handle": b""}, {"handle": b"somebody"}],
    ids=["other origin", "in a frame", "says not whose it is", "says it is another's"],
)
def test_an_answer_that_does_not_fit_signs_nobody_in(
    client: Client, key: Authenticator, lies: dict[str, Any]
) -> None:
    assert code(sign_in(client, key, **lies)) == WRONG
    assert client.get("/api/session").json()["state"] == "anonymous"


def test_a_user_who_was_not_verified_is_not_signed_in(client: Client, key: Authenticator) -> None:
    key.verifies = False
    assert code(sign_in(client, key)) == WRONG


def test_an_answer_for_another_party_signs_nobody_in(client: Client, key: Authenticator) -> None:
    key.party = "portal.example.com"
    assert code(sign_in(client, key)) == WRONG


def test_a_signature_by_another_key_signs_nobody_in(client: Client, key: Authenticator) -> None:
    key.key = Authenticator().key
    assert code(sign_in(client, key)) == WRONG


def test_an_unknown_passkey_is_answered_like_a_wrong_one(client: Client, key: Authenticator) -> None:
    assert code(sign_in(client, Authenticator(user_handle=key.user_handle))) == WRONG


def test_what_was_signed_once_is_not_taken_again(client: Client, key: Authenticator) -> None:
    signed = key.sign(options(client, "session/passkey"))
    assert kit.post(client, "/api/session/passkey", signed).status_code == 200
    assert code(kit.post(client, "/api/session/passkey", signed)) == LATE
    assert code(kit.post(Client(), "/api/session/passkey", signed)) == LATE


def test_a_challenge_is_used_up_by_a_wrong_answer_too(client: Client, key: Authenticator) -> None:
    asked = options(client, "session/passkey")
    kit.post(client, "/api/session/passkey", key.sign(asked, origin="https://portal.example.com"))
    assert code(kit.post(client, "/api/session/passkey", key.sign(asked))) == LATE


def test_a_passkey_that_counts_backwards_may_have_been_copied(client: Client, key: Authenticator) -> None:
    assert sign_in(client, key).status_code == 200
    key.counter = 0
    assert code(sign_in(Client(), key)) == (401, "passkey_copied")


def test_a_passkey_that_does_not_count_signs_in_again_and_again(signed_in: Client) -> None:
    key = Authenticator(counts=False)
    add(signed_in, key)
    assert [sign_in(Client(), key).status_code for _ in range(3)] == [200] * 3


def test_a_removed_person_is_not_signed_in_and_their_passkeys_are_forgotten(
    client: Client, person: Account, key: Authenticator
) -> None:
    Account.objects.filter(pk=person.pk).update(is_active=False)
    assert code(sign_in(client, key)) == WRONG
    services.deactivate(person.pk)
    assert not Passkey.objects.exists()


def test_whoever_was_signed_in_here_no_longer_is(key: Authenticator) -> None:
    before = kit.quick_client(kit.make_account())
    assert sign_in(before, key).status_code == 200
    assert SignedInSession.objects.filter(session_key=kit.session_cookie(before)).exists()
    assert SignedInSession.objects.count() == 2  # the other is the one in which the passkey was added


def test_beginnings_without_an_end_are_slowed_and_never_for_long(time: Time) -> None:
    begun = [kit.post(Client(), "/api/session/passkey/options", {}).status_code for _ in range(65)]
    assert begun[:60] == [200] * 60
    slowed = kit.post(Client(), "/api/session/passkey/options", {})
    assert slowed.status_code == 429
    time.pass_by(5 * clock.SECOND)
    assert kit.post(Client(), "/api/session/passkey/options", {}).status_code == 200


def test_what_was_begun_and_not_ended_goes(client: Client, time: Time) -> None:
    options(client, "session/passkey")
    tasks.remove_old_challenges.function()
    assert PasskeyChallenge.objects.exists()
    time.pass_by(5 * clock.MINUTE)
    tasks.remove_old_challenges.function()
    tasks.remove_ended_sessions.function()
    assert not PasskeyChallenge.objects.exists()
    assert not Session.objects.exists()


# --- as second factor ---


def test_a_touch_is_a_second_factor_after_the_password(
    client: Client, person: Account, key: Authenticator
) -> None:
    half_open(client, person)
    assert client.get("/api/session").json()["passkeys"] == 1
    asked = options(client, "session/second-factor/passkey")
    assert [one["transports"] for one in asked["allowCredentials"]] == [["usb"]]
    answer = kit.post(client, "/api/session/second-factor/passkey", key.sign(asked))
    assert answer.json()["state"] == "signed_in"


def test_without_the_password_nothing_is_asked_for(client: Client, key: Authenticator) -> None:
    refused = kit.post(client, "/api/session/second-factor/passkey/options", {})
    assert code(refused) == (401, "not_signed_in")
    assert client.get("/api/session").json()["passkeys"] == 0


def test_somebody_elses_passkey_is_no_second_factor(client: Client, key: Authenticator) -> None:
    other = kit.make_account()
    add(kit.quick_client(other), Authenticator())
    half_open(client, other)
    asked = options(client, "session/second-factor/passkey")
    assert code(kit.post(client, "/api/session/second-factor/passkey", key.sign(asked))) == WRONG
    assert client.get("/api/session").json()["state"] == "second_factor"


def test_wrong_touches_are_slowed_like_wrong_codes(
    client: Client, person: Account, key: Authenticator
) -> None:
    half_open(client, person)
    key.key = Authenticator().key
    answers = []
    for _ in range(6):
        signed = key.sign(options(client, "session/second-factor/passkey"))
        answers.append(kit.post(client, "/api/session/second-factor/passkey", signed).status_code)
    assert answers == [401] * 5 + [429]
    assert AuditRow.objects.filter(action=Action.SECOND_FACTOR_REFUSED, about=person.pk).count() == 5


def test_a_person_without_passkeys_is_not_asked_for_one(client: Client, person: Account) -> None:
    half_open(client, person)
    refused = kit.post(client, "/api/session/second-factor/passkey/options", {})
    assert code(refused) == (404, "not_found")


# --- once more ---


def test_a_touch_confirms_that_it_is_you(signed_in: Client, key: Authenticator, time: Time) -> None:
    time.pass_by(10 * clock.MINUTE + 1)
    assert code(kit.post(signed_in, "/api/passkeys/options", {})) == (403, "confirm_again")
    signed = key.sign(options(signed_in, "session/confirm/passkey"))
    confirmed = kit.post(signed_in, "/api/session/confirm/passkey", signed)
    assert confirmed.json() == {"confirmed_until": clock.now() + 10 * clock.MINUTE}
    assert kit.post(signed_in, "/api/passkeys/options", {}).status_code == 200


def test_another_persons_touch_confirms_nothing(person: Account, key: Authenticator) -> None:
    other = kit.quick_client(kit.make_account(), recently=False)
    mine = Authenticator()
    add(kit.quick_client(Account.objects.exclude(pk=person.pk).get()), mine)
    asked = options(other, "session/confirm/passkey")
    assert code(kit.post(other, "/api/session/confirm/passkey", key.sign(asked))) == WRONG


# --- one's own list ---


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(signed_in: Client, key: Authenticator) -> None:
    mine = signed_in.get("/api/passkeys").json()[0]["id"]
    stranger = kit.quick_client(kit.make_account())
    assert kit.put(stranger, f"/api/passkeys/{mine}", {"name": "Taken"}).status_code == 404
    assert kit.delete(stranger, f"/api/passkeys/{mine}").status_code == 404

    assert kit.put(signed_in, f"/api/passkeys/{mine}", {"name": "Desk"}).status_code == 204
    assert signed_in.get("/api/passkeys").json()[0]["name"] == "Desk"
    assert kit.put(signed_in, f"/api/passkeys/{mine}", {"name": "   "}).json()["code"] == "invalid"

    assert kit.delete(signed_in, f"/api/passkeys/{mine}").status_code == 204
    assert signed_in.get("/api/passkeys").json() == []


def test_a_removed_passkey_opens_nothing_and_ends_no_session(signed_in: Client, key: Authenticator) -> None:
    browser = Client()
    assert sign_in(browser, key).status_code == 200
    kit.delete(signed_in, f"/api/passkeys/{signed_in.get('/api/passkeys').json()[0]['id']}")
    assert browser.get("/api/sessions").status_code == 200
    assert code(sign_in(Client(), key)) == WRONG


def test_nobody_removes_their_last_second_factor(
    signed_in: Client, person: Account, key: Authenticator
) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    second = add(signed_in, Authenticator())
    first = next(one["id"] for one in signed_in.get("/api/passkeys").json() if one["id"] != second["id"])
    assert kit.delete(signed_in, f"/api/passkeys/{first}").status_code == 204
    refused = kit.delete(signed_in, f"/api/passkeys/{second['id']}")
    assert code(refused) == (409, "last_second_factor")


def test_the_origin_is_written_as_browsers_write_it(settings: Any) -> None:
    from network.environment import Origin

    for given, expected in {
        "https://portal.example.org:443": "https://portal.example.org",
        "https://portal.example.org:8443": "https://portal.example.org:8443",
        "http://localhost:80": "http://localhost",
    }.items():
        settings.ORIGIN = Origin.parse(given)
        assert passkeys.own_origin() == expected
