"""People append what their own keys signed, all of it or none; the tables always repeat what the log says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members import clock, events
from members.accounts import revocations
from members.accounts.models import SignedInSession
from members.protocol import checkpoint, person
from members.protocol.encoding import b64
from members.register import ledger, services, signer, verification
from members.register.models import Attachment, Entry, Head, RegisterAccount, RegisterDevice
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def authority(network: kit.Network) -> kit.Authority:
    return kit.admit(network, "Integrity Commission", "XE")


@pytest.fixture
def member(authority: kit.Authority) -> kit.Person:
    return kit.appoint(authority)


def state_of(one: kit.Person) -> Any:
    return ledger.current().state.accounts[one.id]


def test_a_person_adds_a_device_with_a_new_generation(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    enrolled, box_key = member.enrol_device()
    answer = kit.append(client, [enrolled], box_key)
    assert answer.status_code == 200, answer.content
    stated = checkpoint.verify(answer.json()["checkpoint"], member.network, signer.make_key())
    assert (stated.size, stated.root) == (ledger.current().size, ledger.current().root)
    assert RegisterDevice.objects.filter(account=member.id, active=True).count() == 2
    assert verification.findings() == []


def test_revoking_a_device_unbinds_its_sessions_at_once(
    member: kit.Person, django_capture_on_commit_callbacks: Any
) -> None:
    old = member.device
    on_old = kit.client_on_device(member)
    enrolled, box_key = member.enrol_device(revokes=(old,))
    told: list[str] = []
    counted = revocations.count()

    def note(device: str) -> None:
        told.append(device)

    events.on(events.DEVICE_INACTIVE, note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert kit.append(on_old, [enrolled], box_key).status_code == 200
    finally:
        events.off(events.DEVICE_INACTIVE, note)
    assert told == [old]
    assert revocations.count() > counted
    assert on_old.get("/api/session").json()["device"] is None
    refused = kit.put(on_old, "/api/bookmark", {"sealed": ""})
    assert (refused.status_code, refused.json()["code"]) == (403, "device_needed")
    assert state_of(member).tainted


def test_a_removed_person_is_locked_out_everywhere(
    authority: kit.Authority, member: kit.Person, django_capture_on_commit_callbacks: Any
) -> None:
    theirs, lead = kit.client_on_device(member), kit.client_on_device(authority.lead)
    told: list[str] = []

    def note(account: str) -> None:
        told.append(account)

    removed = authority.lead.sign_by_device(
        "focal_point.removed", authority.subject, {"account": member.id, "authority": authority.id}
    )
    events.on(events.ACCOUNT_INACTIVE, note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert kit.append(lead, [removed]).status_code == 200
    finally:
        events.off(events.ACCOUNT_INACTIVE, note)
    assert told == [member.id]
    assert theirs.get("/api/sessions").json()["code"] == "not_signed_in"
    again = {"email": member.account.email, "password": kit.PASSWORD}
    assert kit.post(Client(), "/api/session/password", again).json()["code"] == "wrong_credentials"
    assert not RegisterDevice.objects.filter(account=member.id, active=True).exists()


def test_those_who_are_concerned_are_named_to_the_live_part(
    authority: kit.Authority, member: kit.Person, django_capture_on_commit_callbacks: Any
) -> None:
    grown: list[tuple[int, str, set[str]]] = []

    def note(size: int, root: str, affected: set[str]) -> None:
        grown.append((size, root, affected))

    events.on(events.REGISTER_GROWN, note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            kit.remove(authority, member)
    finally:
        events.off(events.REGISTER_GROWN, note)
    head = Head.objects.get()
    assert grown == [(head.size, head.root, {authority.id})]


def test_several_entries_enter_together_or_not_at_all(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    size = ledger.current().size
    enrolled, box_key = member.enrol_device()
    again, _ = member.enrol_device()  # follows the same statement as the first: stale after it
    refused = kit.append(client, [enrolled, again], box_key)
    assert refused.status_code == 409
    assert refused.json() | {"detail": ""} == {
        "type": "about:blank",
        "title": "Stale",
        "status": 409,
        "code": "stale",
        "detail": "",
        "reason": "stale",
        "index": 1,
    }
    assert (Entry.objects.count(), ledger.current().size) == (size, size)
    assert verification.findings() == []


def test_bytes_that_a_statement_names_must_come_with_it(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    enrolled, box_key = member.enrol_device()
    refused = kit.append(client, [enrolled])
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_missing")
    assert refused.json()["hash"] in box_key
    assert kit.append(client, [enrolled], box_key).status_code == 200


def test_bytes_that_are_there_need_not_come_again(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    keys, attachments = member.next_generation()
    known = set(Attachment.objects.values_list("hash", flat=True))
    fresh = {name: data for name, data in attachments.items() if name not in known}
    assert len(fresh) < len(attachments)
    assert kit.append(client, [keys], fresh).status_code == 200
    assert state_of(member).generation == 2


def test_a_weak_box_key_is_refused(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    member.device_seed = person.new_seed()
    weak = bytes(1216)
    fields = {
        "account": member.id,
        "device_key": b64(member.device_key),
        "device_box_key": next(iter(person.attach(weak))),
        "revokes": [],
    }
    entry = member.sign_own("device.enrolled", fields, member.device_seed)
    refused = kit.append(client, [entry], person.attach(weak))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_attachments_under_a_wrong_hash_are_refused(member: kit.Person) -> None:
    client = kit.client_on_device(member)
    enrolled, box_key = member.enrol_device()
    swapped = {name: data[::-1] for name, data in box_key.items()}
    assert kit.append(client, [enrolled], swapped).json()["code"] == "invalid"


def test_nobody_sends_what_somebody_else_signed(authority: kit.Authority, member: kit.Person) -> None:
    enrolled, box_key = member.enrol_device()
    refused = kit.append(kit.client_on_device(authority.lead), [enrolled], box_key)
    assert (refused.status_code, refused.json()["reason"]) == (422, "forbidden")


def test_acts_of_officers_do_not_go_this_way(network: kit.Network, authority: kit.Authority) -> None:
    fields = {"authority": authority.id, "reason": ""}
    suspended = network.sign("authority.suspended", authority.standing, fields)
    refused = kit.append(kit.client_on_device(network.officers[0]), [suspended])
    assert (refused.status_code, refused.json()["reason"]) == (422, "forbidden")


def test_acts_on_people_need_a_recent_factor_and_own_keys_do_not(
    authority: kit.Authority, member: kit.Person
) -> None:
    removed = authority.lead.sign_by_device(
        "focal_point.removed", authority.subject, {"account": member.id, "authority": authority.id}
    )
    lead = kit.client_on_device(authority.lead, recently=False)
    assert kit.append(lead, [removed]).json()["code"] == "confirm_again"
    enrolled, box_key = authority.lead.enrol_device()
    assert kit.append(lead, [enrolled], box_key).status_code == 200


def test_a_suspended_authoritys_people_still_tend_their_own_keys(
    network: kit.Network, authority: kit.Authority, member: kit.Person
) -> None:
    network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    enrolled, box_key = member.enrol_device()
    assert kit.append(kit.client_on_device(member), [enrolled], box_key).status_code == 200


@pytest.mark.parametrize("body", [{}, {"payload": "x"}, {"payload": 1.5}, {"a": "\ud800"}])
def test_what_is_no_envelope_is_malformed(member: kit.Person, body: dict[str, Any]) -> None:
    refused = kit.post(kit.client_on_device(member), "/api/register/append", {"entries": [body]})
    assert refused.status_code == 422
    assert refused.json()["code"] in ("rejected", "invalid")


def test_somebody_who_is_not_in_the_register_appends_nothing(member: kit.Person) -> None:
    enrolled, box_key = member.enrol_device()
    stranger = kit.quick_client(kit.make_account())
    assert kit.append(stranger, [enrolled], box_key).json()["code"] == "not_found"


def test_nobody_floods_the_log(member: kit.Person, monkeypatch: pytest.MonkeyPatch, time: kit.Time) -> None:
    monkeypatch.setattr(services, "OWN_ENTRIES_AN_HOUR", 3)
    client = kit.client_on_device(member)
    time.pass_by(clock.HOUR)
    for _ in range(3):
        enrolled, box_key = member.enrol_device()
        assert kit.append(client, [enrolled], box_key).status_code == 200
    enrolled, box_key = member.enrol_device()
    refused = kit.append(client, [enrolled], box_key)
    assert (refused.status_code, refused.json()["retry_after"]) == (429, 3600)
    time.pass_by(clock.HOUR)
    assert kit.append(client, [enrolled], box_key).status_code == 200


def test_boxes_are_given_to_their_owner_only_and_keys_to_everybody(
    authority: kit.Authority, member: kit.Person
) -> None:
    boxes = list(Attachment.objects.filter(account=member.id, public=False).values_list("hash", flat=True))
    keys = list(Attachment.objects.filter(account=member.id, public=True).values_list("hash", flat=True))
    asked = {"hashes": [*boxes, *keys, "00" * 32]}
    given = kit.post(kit.client_on_device(authority.lead), "/api/register/attachments", asked).json()
    assert sorted(given["attachments"]) == sorted(keys)

    own = kit.client_on_device(member).get("/api/account/keys").json()
    assert set(boxes) <= set(own["attachments"])
    assert RegisterAccount.objects.get(pk=member.id).reading_key in own["attachments"]


def test_after_a_re_key_only_statements_under_the_new_identity_key_are_given(
    authority: kit.Authority, member: kit.Person
) -> None:
    sessions = SignedInSession.objects.count()
    member.identity_seed = person.new_seed()
    fields = {
        "account": member.id,
        "authority": authority.id,
        "identity_key": b64(member.identity_key),
        "verification": "in_person",
    }
    rekeyed = kit.sign("focal_point.rekeyed", authority.subject, [authority.lead.identity_seed], fields)
    assert kit.append(kit.client_on_device(authority.lead), [rekeyed]).status_code == 200
    assert SignedInSession.objects.count() == sessions + 1

    client = kit.quick_client(member.account)
    assert client.get("/api/account/keys").json()["statements"] == []
    enrolled, box_key = member.enrol_device()
    assert kit.append(client, [enrolled], box_key).status_code == 200
    keys, attachments = member.next_generation()
    assert kit.append(client, [keys], attachments).status_code == 200
    assert len(client.get("/api/account/keys").json()["statements"]) == 1
    assert verification.findings() == []


def test_an_append_takes_a_fixed_number_of_queries(
    member: kit.Person, django_assert_max_num_queries: Any
) -> None:
    client = kit.client_on_device(member)
    enrolled, box_key = member.enrol_device()
    with django_assert_max_num_queries(20):
        assert kit.append(client, [enrolled], box_key).status_code == 200


@pytest.mark.parametrize("text", ["\ud800", "\x00", "AB" * 32, "ab" * 31, "ab" * 33])
def test_what_is_no_hash_is_refused_and_breaks_nothing(authority: kit.Authority, text: str) -> None:
    client = kit.client_on_device(authority.lead)
    answer = kit.post(client, "/api/register/attachments", {"hashes": [text]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    answer = kit.post(client, "/api/register/append", {"entries": [{}], "invitation": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
