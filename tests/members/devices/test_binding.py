"""A session is bound to a device by a signature over its own challenge; only then the vault half is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members import clock
from members.accounts.models import Passkey
from members.devices.models import VaultHalf
from members.devices.services import forget_bookmark
from members.protocol import boxes, passkey, person
from members.protocol import session as binding
from members.protocol.encoding import b64, unb64
from members.register import access as register
from members.register.services import append
from tests import kit
from tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


@pytest.fixture
def lead(authority: kit.Authority) -> kit.Person:
    return authority.lead


@pytest.fixture
def client(lead: kit.Person) -> Client:
    return kit.quick_client(lead.account)


def challenge(client: Client) -> bytes:
    return unb64(kit.post(client, "/api/device/challenge", {}).json()["challenge"], 32)


def bind(client: Client, one: kit.Person, given: bytes, **other: Any) -> Any:
    fields = {"account": one.id, "challenge": given, "device": one.device, "network": one.network} | other
    signature = binding.sign_binding(one.device_seed, binding.bind_payload(**fields))
    return kit.post(client, "/api/device/bind", {"device": one.device, "signature": b64(signature)})


def test_a_device_that_proves_its_key_gets_its_half(client: Client, lead: kit.Person) -> None:
    answer = bind(client, lead, challenge(client)).json()
    assert answer["device"] == lead.device
    assert len(unb64(answer["vault_half"])) == 32
    assert client.get("/api/session").json()["device"] == lead.device
    assert client.get("/api/devices").json()[0]["current"] is True


def test_the_half_of_a_device_stays_the_same(client: Client, lead: kit.Person) -> None:
    first = bind(client, lead, challenge(client)).json()["vault_half"]
    later = kit.quick_client(lead.account)
    assert bind(later, lead, challenge(later)).json()["vault_half"] == first
    assert VaultHalf.objects.count() == 1


def test_a_device_is_in_one_place_and_the_second_session_of_it_ends_the_first(
    client: Client, lead: kit.Person
) -> None:
    bind(client, lead, challenge(client))
    unbound = kit.quick_client(lead.account)
    later = kit.quick_client(lead.account)
    assert bind(later, lead, challenge(later)).status_code == 200
    assert later.get("/api/session").json()["device"] == lead.device
    assert client.get("/api/session").json()["state"] == "anonymous"
    assert unbound.get("/api/session").json()["state"] == "signed_in"


def test_binding_again_in_the_same_session_ends_nothing(client: Client, lead: kit.Person) -> None:
    bind(client, lead, challenge(client))
    assert bind(client, lead, challenge(client)).status_code == 200
    assert client.get("/api/session").json()["device"] == lead.device


def test_a_challenge_counts_once(client: Client, lead: kit.Person) -> None:
    given = challenge(client)
    assert bind(client, lead, given).status_code == 200
    assert bind(client, lead, given).json()["code"] == "challenge_missing"


def test_a_challenge_counts_for_ten_minutes(client: Client, lead: kit.Person, time: kit.Time) -> None:
    given = challenge(client)
    time.pass_by(10 * clock.MINUTE + 1)
    assert bind(client, lead, given).json()["code"] == "challenge_missing"
    given = challenge(client)
    time.pass_by(10 * clock.MINUTE)
    assert bind(client, lead, given).status_code == 200


def test_the_challenge_of_another_session_does_not_count(client: Client, lead: kit.Person) -> None:
    other = kit.quick_client(lead.account)
    given = challenge(other)
    challenge(client)
    assert bind(client, lead, given).json()["code"] == "bad_signature"


@pytest.mark.parametrize("field", ["account", "device", "network"])
def test_a_signature_over_anything_else_does_not_count(client: Client, lead: kit.Person, field: str) -> None:
    assert bind(client, lead, challenge(client), **{field: "ab" * 32}).json()["code"] == "bad_signature"


def test_the_device_of_somebody_else_is_unknown(authority: kit.Authority, client: Client) -> None:
    other = kit.appoint(authority)
    refused = bind(client, other, challenge(client))
    assert (refused.status_code, refused.json()["code"]) == (403, "device_unknown")


def test_a_revoked_device_gets_nothing(client: Client, lead: kit.Person) -> None:
    old_seed, old_device = lead.device_seed, lead.device
    assert bind(client, lead, challenge(client)).status_code == 200
    enrolled, box_key = lead.enrol_device(revokes=(old_device,))
    append(entries=[enrolled], sent=box_key, by=lead.id)
    lead.device_seed = old_seed
    refused = bind(client, lead, challenge(client))
    assert (refused.status_code, refused.json()["code"]) == (403, "device_revoked")
    assert bytes(VaultHalf.objects.get(pk=old_device).half) == b""


def test_a_device_that_is_revoked_while_it_binds_gets_nothing(
    client: Client, lead: kit.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = binding.verify_binding

    def verify_slowly(*given: Any) -> bool:
        enrolled, box_key = lead.enrol_device(revokes=(lead.device,))
        append(entries=[enrolled], sent=box_key, by=lead.id)
        return verify(*given)

    given = challenge(client)
    monkeypatch.setattr(binding, "verify_binding", verify_slowly)
    refused = bind(client, lead, given)
    assert (refused.status_code, refused.json()["code"]) == (403, "device_revoked")


def test_the_bookmark_comes_back_as_it_was_kept(lead: kit.Person) -> None:
    client = kit.client_on_device(lead)
    assert client.get("/api/bookmark").json()["code"] == "not_found"
    for serial in (1, 2):
        sealed, key = b64(bytes(100 + serial)), {"serial": serial, "sealed": b64(bytes([serial] * 60))}
        assert kit.put(client, "/api/bookmark", {"sealed": sealed}).status_code == 204
        assert kit.put(client, "/api/bookmark/key", key).status_code == 204
        kept = kit.quick_client(lead.account).get("/api/bookmark").json()
        assert kept == {"sealed": sealed, "key": key, "passkeys": []}


def test_a_bookmark_is_shown_with_its_key_alone(lead: kit.Person) -> None:
    client = kit.client_on_device(lead)
    kit.put(client, "/api/bookmark", {"sealed": b64(bytes(100))})
    assert client.get("/api/bookmark").json()["code"] == "not_found"
    kit.put(client, "/api/bookmark/key", {"serial": 1, "sealed": b64(bytes(60))})
    assert client.get("/api/bookmark").status_code == 200


def test_bookmarks_belong_to_one_person(authority: kit.Authority, lead: kit.Person) -> None:
    client = kit.client_on_device(lead)
    kit.put(client, "/api/bookmark", {"sealed": b64(bytes(100))})
    kit.put(client, "/api/bookmark/key", {"serial": 1, "sealed": b64(bytes(60))})
    other = kit.client_on_device(kit.appoint(authority, "member"))
    assert other.get("/api/bookmark").json()["code"] == "not_found"


def test_bookmarks_have_a_limit_and_a_form(lead: kit.Person) -> None:
    client = kit.client_on_device(lead)
    large = {"sealed": b64(bytes(4 * 1024 * 1024 + 1))}
    assert kit.put(client, "/api/bookmark", large).json()["code"] == "too_large"
    assert kit.put(client, "/api/bookmark", {"sealed": "?"}).json()["code"] == "invalid"
    for sealed in ["?", b64(bytes(59)), b64(bytes(61))]:
        key = {"serial": 1, "sealed": sealed}
        assert kit.put(client, "/api/bookmark/key", key).json()["code"] == "invalid"


def let_a_passkey_unlock(lead: kit.Person) -> tuple[str, str]:
    """A passkey of the lead, and the hash of the unlock key that the Register names beside the recovery code."""
    pair = passkey.unlock_key(bytes(32), lead.network, lead.id)
    more = person.Unlock(public=pair.public, serial=1, date=clock.now(), kind="passkey")
    keys = person.make_keys(
        network=lead.network,
        account=lead.id,
        generation=2,
        reading_seed=person.new_seed(),
        device_box_keys=[boxes.key_pair(lead.device_box_seed).public],
        unlocks=[lead.unlock, more],
        identity_seed=lead.identity_seed,
        previous_seed=lead.reading_seed,
    )
    append(entries=[lead.sign_own("account.keys", keys.fields)], sent=keys.attachments, by=lead.id)
    kept = Passkey.objects.create(
        account=lead.account,
        credential_hash="ab" * 32,
        credential=Authenticator().attested(),
        name="Key",
        synced=False,
        prf=True,
    )
    return kept.pk, pair.hash


def test_a_passkey_that_unlocks_leads_to_the_bookmark_too(lead: kit.Person) -> None:
    client = kit.client_on_device(lead)
    kept, unlock_key = let_a_passkey_unlock(lead)
    kit.put(client, "/api/bookmark", {"sealed": b64(bytes(100))})
    kit.put(client, "/api/bookmark/key", {"serial": 1, "sealed": b64(bytes(60))})
    given = {"unlock_key": unlock_key, "sealed": b64(bytes([7] * 60))}
    assert kit.put(client, f"/api/passkeys/{kept}/unlock", given).status_code == 204
    assert client.get("/api/bookmark").json()["passkeys"] == [given]
    assert client.get("/api/passkeys").json()[0]["unlock_key"] == unlock_key

    forget_bookmark(lead.id)
    assert client.get("/api/passkeys").json()[0]["unlock_key"] is None


def test_a_passkey_unlocks_by_the_word_of_the_register_alone(
    authority: kit.Authority, lead: kit.Person
) -> None:
    client = kit.client_on_device(lead)
    kept, unlock_key = let_a_passkey_unlock(lead)

    def give(client: Client, key: str, length: int = 60) -> Any:
        body = {"unlock_key": key, "sealed": b64(bytes(length))}
        return kit.put(client, f"/api/passkeys/{kept}/unlock", body).json()["code"]

    assert give(client, "00" * 32) == "unlock_key_unknown"
    code = next(one.key for one in register.unlock_keys(lead.id) if one.kind == "recovery_code")
    assert give(client, code) == "unlock_key_unknown"
    assert give(client, unlock_key, 59) == "invalid"
    other = kit.client_on_device(kit.appoint(authority, "member"))
    assert give(other, unlock_key) == "unlock_key_unknown"


def test_devices_and_keys_take_a_fixed_number_of_queries(
    lead: kit.Person, django_assert_num_queries: Any
) -> None:
    client = kit.client_on_device(lead)
    for _ in range(3):
        enrolled, box_key = lead.enrol_device()
        append(entries=[enrolled], sent=box_key, by=lead.id)
    with django_assert_num_queries(4):
        assert len(client.get("/api/devices").json()) == 4
    with django_assert_num_queries(6):
        client.get("/api/account/keys")
