"""Three officers found a network: each gives a key, all sign one statement, and its hash is the network's id."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from members.accounts import first_officers
from members.accounts.first_officers import FirstOfficer
from members.accounts.models import Account
from members.protocol import checkpoint, person, signing, statements
from members.protocol.encoding import b64, unb64
from members.register import signer
from tests import kit

pytestmark = pytest.mark.django_db


@dataclass
class Founder:
    client: Client
    account: str
    identity_seed: bytes

    @property
    def key(self) -> str:
        return b64(signing.public_key(self.identity_seed))

    def sign(self, payload: str) -> dict[str, str]:
        signature = statements.sign_payload(unb64(payload), self.identity_seed)
        return {"keyid": signature.keyid, "sig": b64(signature.signature)}


@pytest.fixture
def founders() -> list[Founder]:
    """Three officers who came by their links and have set up both factors."""
    officers = [FirstOfficer(f"Officer {number}", f"officer{number}@example.org") for number in (1, 2, 3)]
    founders = []
    for _, token in first_officers.invite(officers):
        client = Client()
        opened = kit.post(client, "/api/enrolment/open", {"token": token}).json()
        kit.enrol_factors(client)
        founders.append(Founder(client, opened["account"], person.new_seed()))
    return founders


def test_the_founding_goes_from_keys_to_signatures_to_a_network(founders: list[Founder]) -> None:
    for founder in founders:
        assert founder.client.get("/api/session").json()["account"]["role"] == "officer"
        assert founder.client.get("/api/enrolment").json()["step"] == "keys"
        view = kit.post(founder.client, "/api/founding/key", {"identity_key": founder.key}).json()
        assert founder.client.get("/api/enrolment").json()["step"] == "waiting"
    assert view["state"] == "signing"

    for founder in founders:
        assert view["network"] is None
        view = kit.post(founder.client, "/api/founding/sign", founder.sign(view["payload"])).json()
    assert view["state"] == "founded"
    assert [one["signed"] for one in view["officers"]] == [True] * 3

    note = founders[0].client.get("/api/register/checkpoint").content.decode()
    stated = checkpoint.verify(note, view["network"], signer.make_key())
    assert stated.size == 1
    session = founders[0].client.get("/api/session").json()
    assert session["network"]["id"] == view["network"]
    assert founders[0].client.get("/api/enrolment").json()["step"] == "done"


def test_each_founder_then_appends_their_own_device_and_keys(founders: list[Founder]) -> None:
    network = found(founders)
    founder = founders[0]
    one = kit.Person(
        Account.objects.get(pk=founder.account),
        network=network,
        role="officer",
        identity_seed=founder.identity_seed,
    )
    waiting = one.first_statements()
    answer = kit.append(founder.client, [waiting.device_enrolled, waiting.account_keys], waiting.attachments)
    assert answer.status_code == 200, answer.content
    assert founder.client.get("/api/devices").json()[0]["active"] is True


def test_the_first_statement_says_whether_it_is_a_demonstration(founders: list[Founder]) -> None:
    found(founders)
    entry = kit.entries()[0]
    assert entry.fields["demo"] is False
    assert entry.fields["threshold"] == 2
    assert entry.fields["register_key"] == b64(signer.make_key())


def test_a_key_given_again_before_the_end_starts_the_signing_anew(founders: list[Founder]) -> None:
    payload = collect(founders)
    kit.post(founders[0].client, "/api/founding/sign", founders[0].sign(payload))
    founders[1].identity_seed = person.new_seed()
    view = kit.post(founders[1].client, "/api/founding/key", {"identity_key": founders[1].key}).json()
    assert view["payload"] != payload
    assert [one["signed"] for one in view["officers"]] == [False] * 3


def test_nobody_signs_for_another(founders: list[Founder]) -> None:
    payload = collect(founders)
    refused = kit.post(founders[0].client, "/api/founding/sign", founders[1].sign(payload))
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_signature")


def test_two_founders_cannot_have_one_key_and_weak_keys_are_refused(founders: list[Founder]) -> None:
    kit.post(founders[0].client, "/api/founding/key", {"identity_key": founders[0].key})
    same = kit.post(founders[1].client, "/api/founding/key", {"identity_key": founders[0].key})
    weak = kit.post(founders[1].client, "/api/founding/key", {"identity_key": b64(bytes(32))})
    assert same.status_code == weak.status_code == 422


def test_a_network_is_founded_only_once(founders: list[Founder]) -> None:
    found(founders)
    again = kit.post(founders[0].client, "/api/founding/key", {"identity_key": founders[0].key})
    assert (again.status_code, again.json()["code"]) == (409, "already_founded")


def test_before_the_founding_there_is_no_register(founders: list[Founder]) -> None:
    absent = founders[0].client.get("/api/register/checkpoint")
    assert (absent.status_code, absent.json()["code"]) == (404, "not_founded")


def test_nobody_else_sees_the_founding(founders: list[Founder]) -> None:
    stranger = kit.quick_client(kit.make_account())
    assert stranger.get("/api/founding").json()["code"] == "not_found"
    for path, body in (
        ("/api/founding/key", {"identity_key": founders[0].key}),
        ("/api/founding/sign", {"keyid": "00" * 32, "sig": ""}),
    ):
        assert kit.post(stranger, path, body).json()["code"] == "not_found"


def collect(founders: list[Founder]) -> str:
    for founder in founders:
        view = kit.post(founder.client, "/api/founding/key", {"identity_key": founder.key}).json()
    return str(view["payload"])


def found(founders: list[Founder]) -> str:
    payload = collect(founders)
    for founder in founders:
        view = kit.post(founder.client, "/api/founding/sign", founder.sign(payload)).json()
    return str(view["network"])
