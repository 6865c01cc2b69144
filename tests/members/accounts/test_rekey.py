"""Whoever has lost every key is given new ones by their lead or by officers, and keeps account, name and place."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members import clock
from members.accounts.models import Account
from members.devices.models import Bookmark, BookmarkKey, VaultHalf
from members.directory.models import Person as DirectoryPerson
from members.protocol import statements
from members.protocol.encoding import b64, unb64
from members.register import ledger, verification
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def authority(network: kit.Network) -> kit.Authority:
    return kit.admit(network, "Integrity Commission", "XE")


@pytest.fixture
def lead(authority: kit.Authority) -> Client:
    return kit.client_on_device(authority.lead)


@pytest.fixture
def member(authority: kit.Authority) -> kit.Person:
    return kit.appoint(authority)


def fresh(one: kit.Person) -> kit.Person:
    """The same person on a new computer, with nothing of what they had."""
    return kit.Person(
        Account.objects.get(pk=one.id), one.network, one.role, one.authority, generation=one.generation + 1
    )


def hand_in(invited: kit.Invited, again: kit.Person) -> Client:
    """Follow the link, sign in, and hand in new keys."""
    client = Client()
    assert kit.post(client, "/api/enrolment/open", {"token": invited.token}).json()["step"] == "sign_in"
    kit.sign_in(client, again.account)
    assert client.get("/api/enrolment").json()["step"] == "keys"
    assert kit.post(client, "/api/enrolment/keys", invited.keys_body(again)).json() == {"step": "waiting"}
    return client


def rekeyed(subject: str, seeds: list[bytes], again: kit.Person, **more: Any) -> bytes:
    fields = {"account": again.id, "identity_key": b64(again.identity_key), **more}
    kind = "officer.rekeyed" if again.role == "officer" else "focal_point.rekeyed"
    return kit.sign(kind, subject, seeds, fields)


def by_lead(authority: kit.Authority, again: kit.Person) -> bytes:
    more = {"authority": authority.id, "verification": "code_compared"}
    return rekeyed(authority.subject, [authority.lead.identity_seed], again, **more)


def code_of(answer: Any) -> str:
    return str(answer.json().get("code"))


def test_a_lead_gives_new_keys_to_somebody_who_lost_everything(
    authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    before = DirectoryPerson.objects.get(pk=member.id)
    old = kit.client_on_device(member)
    VaultHalf.objects.create(device=member.device, account=member.id, half=bytes(32))
    kit.put(old, "/api/bookmark", {"sealed": b64(b"sealed")})
    kit.put(old, "/api/bookmark/key", {"serial": 1, "sealed": b64(bytes(60))})

    invited = kit.give_new_keys(lead, member)
    assert invited.account == member.id
    again = fresh(member)
    client = hand_in(invited, again)
    listed = lead.get("/api/invitations").json()[0]
    assert (listed["kind"], listed["state"], listed["name"]) == ("rekey", "waiting", before.name)
    answer = kit.append(lead, [by_lead(authority, again)], invitation=invited.id)
    assert answer.status_code == 200, answer.content

    known = ledger.current().state.accounts[member.id]
    assert known.identity_hex == again.identity_key.hex()
    assert (known.generation, known.tainted, known.held) == (2, False, False)
    assert list(known.active_devices()) == [again.device]
    assert client.get("/api/enrolment").json()["step"] == "done"
    assert client.get("/api/session").json()["account"]["role"] == "member"
    assert code_of(old.get("/api/sessions")) == "not_signed_in"
    assert bytes(VaultHalf.objects.get(pk=member.device).half) == b""
    assert not Bookmark.objects.filter(pk=member.id).exists()
    assert not BookmarkKey.objects.filter(pk=member.id).exists()
    after = DirectoryPerson.objects.get(pk=member.id)
    assert (after.name, after.salt) == (before.name, before.salt)
    assert code_of(kit.post(Client(), "/api/enrolment/open", {"token": invited.token})) == "invitation_used"
    assert verification.findings() == []


def test_two_officers_give_new_keys_to_a_lead_who_is_then_held(
    network: kit.Network, authority: kit.Authority
) -> None:
    officers = [kit.client_on_device(officer) for officer in network.officers]
    invited = kit.give_new_keys(officers[0], authority.lead)
    again = fresh(authority.lead)
    hand_in(invited, again)
    more = {"authority": authority.id, "verification": "code_compared"}
    first = rekeyed(authority.standing, [network.officers[0].identity_seed], again, **more)
    assert_entered(network, officers, first, invited.id)
    known = ledger.current().state.accounts[again.id]
    assert (known.held, known.role, known.generation) == (True, "lead", 2)


def test_two_officers_give_new_keys_to_the_third(network: kit.Network) -> None:
    officers = [kit.client_on_device(officer) for officer in network.officers]
    invited = kit.give_new_keys(officers[0], network.officers[2])
    again = fresh(network.officers[2])
    hand_in(invited, again)
    first = rekeyed(statements.NETWORK, [network.officers[0].identity_seed], again)
    assert_entered(network, officers, first, invited.id)
    known = ledger.current().state
    assert known.officers[again.id] == b64(again.identity_key)
    assert known.accounts[again.id].generation == 2


def assert_entered(network: kit.Network, officers: list[Client], first: bytes, invitation: str) -> None:
    entry = statements.parse_entry(first)
    envelope = statements.envelope(entry.payload, {one.keyid: one.signature for one in entry.signatures})
    made = kit.post(officers[0], "/api/register/proposals", {"envelope": envelope, "invitation": invitation})
    assert made.status_code == 200, made.content
    listed = officers[1].get("/api/register/proposals").json()[0]
    assert listed["invitation"]["kind"] == "rekey"
    signature = statements.sign_payload(
        unb64(listed["envelope"]["payload"]), network.officers[1].identity_seed
    )
    body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
    signed = kit.post(officers[1], f"/api/register/proposals/{listed['id']}/sign", body)
    assert signed.status_code == 200, signed.content


def test_nobody_else_is_given_new_keys(
    network: kit.Network, authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    other = kit.admit(network, "Economic Crime Authority", "XG")
    colleague = kit.client_on_device(kit.appoint(authority, "deputy"))
    officer = kit.client_on_device(network.officers[0])
    body, _, _ = kit.invitation_body("rekey")
    body = {name: body[name] for name in ("id", "token_hash", "kind", "attestation", "secret_box")}
    for client, account in [
        (lead, authority.lead.id),  # themself
        (lead, other.lead.id),
        (lead, network.officers[0].id),
        (lead, "ab" * 16),
        (colleague, member.id),
        (officer, member.id),  # officers help leads and officers only
        (officer, network.officers[0].id),
    ]:
        assert code_of(kit.post(client, "/api/invitations", body | {"account": account})) == "not_found"
    kit.remove(authority, member)
    assert code_of(kit.post(lead, "/api/invitations", body | {"account": member.id})) == "not_found"


def test_the_link_alone_gives_no_keys_and_the_sign_in_alone_gives_none_either(
    authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    again = fresh(member)
    own = kit.quick_client(member.account)
    uninvited = kit.Invited("", "", bytes(16), member.id, authority.id, None)
    assert code_of(kit.post(own, "/api/enrolment/keys", uninvited.keys_body(again))) == "not_found"
    invited = kit.give_new_keys(lead, member)
    stranger = Client()
    kit.post(stranger, "/api/enrolment/open", {"token": invited.token})
    for step in ("password", "second-factor", "keys"):
        body = {"password": kit.PASSWORD, "code": "000000"} | invited.keys_body(again)
        refused = kit.post(stranger, f"/api/enrolment/{step}", body)
        assert refused.status_code in (401, 404), step
    somebody = kit.quick_client(authority.lead.account)
    assert kit.post(somebody, "/api/enrolment/open", {"token": invited.token}).json()["step"] == "sign_in"
    assert kit.sign_in(Client(), member.account).get("/api/session").json()["account"]["role"] == "member"


def test_only_a_statement_about_this_person_and_key_takes_the_waiting_ones_along(
    authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    invited = kit.give_new_keys(lead, member)
    again = fresh(member)
    hand_in(invited, again)
    other = fresh(member)
    refused = kit.append(lead, [by_lead(authority, other)], invitation=invited.id)
    assert code_of(refused) == "invitation_unmatched"
    assert ledger.current().state.accounts[member.id].identity_hex == member.identity_key.hex()


def test_keys_of_another_generation_than_the_next_are_refused(lead: Client, member: kit.Person) -> None:
    invited = kit.give_new_keys(lead, member)
    client = kit.sign_in(Client(), member.account)
    again = fresh(member)
    again.generation = 1
    refused = kit.post(client, "/api/enrolment/keys", invited.keys_body(again))
    assert (code_of(refused), refused.json()["reason"]) == ("rejected", "not_allowed")
    assert client.get("/api/enrolment").json()["step"] == "keys"


def test_an_invitation_to_new_keys_that_is_withdrawn_locks_nobody_out(
    lead: Client, member: kit.Person
) -> None:
    own = kit.client_on_device(member)
    invited = kit.give_new_keys(lead, member)
    assert kit.delete(lead, f"/api/invitations/{invited.id}").status_code == 204
    assert own.get("/api/session").json()["state"] == "signed_in"
    assert (
        code_of(kit.post(Client(), "/api/enrolment/open", {"token": invited.token})) == "invitation_unknown"
    )


def test_a_second_invitation_ends_the_first_and_each_is_over_after_seven_days(
    lead: Client, member: kit.Person, time: kit.Time
) -> None:
    first, second = kit.give_new_keys(lead, member), kit.give_new_keys(lead, member)
    assert code_of(kit.post(Client(), "/api/enrolment/open", {"token": first.token})) == "invitation_unknown"
    time.pass_by(7 * clock.DAY)
    assert code_of(kit.post(Client(), "/api/enrolment/open", {"token": second.token})) == "invitation_expired"
