"""What is decided upon stays so until it is done, whoever acts meanwhile; and no two wait for each other for ever."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts import factors, invitations, resets, revocations, sessions, throttle
from members.accounts.models import Account, Attempts, Invitation, SignedInSession, SignInReset
from members.devices.models import VaultHalf
from members.protocol import session as binding
from members.protocol import statements
from members.protocol.encoding import b64, unb64
from members.register import proposals
from members.register import services as register
from members.register.models import Entry, Proposal
from members.register.services import append
from tests import kit
from tests.authenticator import Authenticator
from tests.overlap import begin, overlap, status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def authority(network: kit.Network) -> kit.Authority:
    return kit.admit(network, "Integrity Commission", "XE")


def test_a_device_that_is_being_revoked_is_bound_to_no_session(authority: kit.Authority) -> None:
    lead = authority.lead
    client = kit.quick_client(lead.account)
    challenge = unb64(kit.post(client, "/api/device/challenge", {}).json()["challenge"])
    payload = binding.bind_payload(
        account=lead.id, challenge=challenge, device=lead.device, network=lead.network
    )
    signature = binding.sign_binding(lead.device_seed, payload)
    revoked = lead.device
    enrolled, sent = lead.enrol_device(revokes=(revoked,))
    _, answer = overlap(
        partial(append, entries=[enrolled], sent=sent, by=lead.id),
        lambda: status(
            kit.post(client, "/api/device/bind", {"device": revoked, "signature": b64(signature)})
        ),
    )
    assert answer == (403, "device_revoked")
    assert not SignedInSession.objects.filter(device=revoked).exists()
    assert not VaultHalf.objects.filter(pk=revoked).exclude(half=b"").exists()


def test_what_an_account_may_append_in_an_hour_is_appended_once_at_two_processes(
    authority: kit.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = authority.lead
    clients = [kit.client_on_device(lead) for _ in range(2)]
    own = Entry.objects.filter(added_by=lead.id, subject__startswith=f"account/{lead.id}/").count()
    monkeypatch.setattr(register, "OWN_ENTRIES_AN_HOUR", own + 1)
    devices = [lead.enrol_device() for _ in range(2)]

    def enrol(number: int) -> tuple[int, str]:
        entry, sent = devices[number]
        return status(kit.append(clients[number], [entry], sent))

    assert overlap(partial(enrol, 0), partial(enrol, 1)) == ((200, ""), (429, "slow_down"))


def test_a_proposal_that_is_being_signed_is_declined_whole(
    network: kit.Network, authority: kit.Authority
) -> None:
    first, second, third = network.officers
    fields = {"authority": authority.id, "reason": "under review"}
    entry = statements.parse_entry(
        network.sign("authority.suspended", authority.standing, fields, officers=1)
    )
    # without the signature of its proposer, whose key has changed since
    made = Proposal.objects.create(payload=entry.payload, type=entry.type, proposed_by=first.id)
    mine = statements.sign_payload(entry.payload, second.identity_seed)
    signed, declined = overlap(
        partial(
            proposals.sign,
            account=second.id,
            proposal_id=made.pk,
            keyid=mine.keyid,
            sig=b64(mine.signature),
        ),
        partial(proposals.decline, account=third.id, proposal_id=made.pk),
    )
    assert (signed, declined) == (None, None)
    assert not Proposal.objects.exists()


def test_of_two_who_invite_one_address_one_is_told(network: kit.Network) -> None:
    first, second = (kit.client_on_device(officer) for officer in network.officers[:2])
    named = {"email": "noor@example.org", "authority": {"name": "Office", "state": "XF"}}

    def invite(client: Client) -> tuple[int, str]:
        body, _, _ = kit.invitation_body("lead", **named)
        return status(kit.post(client, "/api/invitations", body))

    assert overlap(partial(invite, first), partial(invite, second)) == ((200, ""), (422, "email_taken"))
    assert Invitation.objects.filter(email="noor@example.org").count() == 1


def test_an_invitation_that_is_sent_twice_is_made_once(authority: kit.Authority) -> None:
    client = kit.client_on_device(authority.lead)
    body, _, _ = kit.invitation_body("focal_point", role="member")
    send = partial(kit.post, client, "/api/invitations", body)
    first, second = overlap(lambda: status(send()), lambda: status(send()))
    assert (first, second) == ((200, ""), (409, "exists"))


def test_of_two_links_to_new_keys_one_is_good(network: kit.Network, authority: kit.Authority) -> None:
    first, second = (kit.client_on_device(officer) for officer in network.officers[:2])
    overlap(
        partial(kit.give_new_keys, first, authority.lead), partial(kit.give_new_keys, second, authority.lead)
    )
    assert Invitation.objects.filter(kind="rekey", withdrawn_at=None).count() == 1


def test_of_two_resets_by_one_helper_one_is_good(authority: kit.Authority) -> None:
    member = kit.appoint(authority)

    def give() -> SignInReset:
        return resets.request_reset(
            helper=authority.lead.id,
            reset_id=secrets.token_hex(16),
            account=member.id,
            token_hash=secrets.token_hex(32),
        )

    overlap(give, give)
    assert SignInReset.objects.filter(withdrawn_at=None).count() == 1


def test_keys_that_come_while_the_invitation_is_withdrawn_are_not_taken(authority: kit.Authority) -> None:
    lead = kit.client_on_device(authority.lead)
    member = kit.appoint(authority)
    invited = kit.give_new_keys(lead, member)
    fresh = kit.Person(
        member.account,
        network=member.network,
        role=member.role,
        authority=member.authority,
        generation=member.generation + 1,
    )
    body = invited.keys_body(fresh)
    client = kit.quick_client(member.account)
    _, answer = overlap(
        partial(invitations.withdraw, account=authority.lead.id, invitation_id=invited.id),
        lambda: status(kit.post(client, "/api/enrolment/keys", body)),
    )
    assert answer == (404, "not_found")
    assert Invitation.objects.get(pk=invited.id).keys is None


def test_of_two_sets_of_backup_codes_one_counts() -> None:
    account = kit.make_account()
    make = partial(factors.make_backup_codes, account)
    sets = overlap(make, make)
    assert factors.backup_codes_left(account) == factors.BACKUP_CODES
    assert [factors.use_backup_code(account, one[0]) for one in sets] == [False, True]


def meeting(monkeypatch: pytest.MonkeyPatch, act: Any) -> list[Any]:
    """Let this act begin when the test itself first says that somebody is cut off; what came of it, once it is done."""
    bump, here = revocations.bump, threading.current_thread()
    came: list[Any] = []
    pool = ThreadPoolExecutor(1)

    def bump_while_it_begins() -> None:
        if threading.current_thread() is here and not came:
            came.append(begin(pool, act))
        bump()

    monkeypatch.setattr(revocations, "bump", bump_while_it_begins)
    return came


def test_who_signs_out_while_they_are_removed_keeps_nobody_waiting(
    authority: kit.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = kit.appoint(authority)
    key = kit.session_cookie(kit.quick_client(member.account))
    removal = meeting(monkeypatch, partial(kit.remove, authority, member))
    sessions.end([key])
    assert [one.result(20) for one in removal] == [None]
    assert not SignedInSession.objects.filter(account=member.account).exists()
    assert not Account.objects.get(pk=member.id).is_active


def test_who_is_removed_while_their_sign_in_is_reset_keeps_nobody_waiting(
    authority: kit.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = kit.appoint(authority)
    helper, client = kit.client_on_device(authority.lead), Client()
    token = secrets.token_urlsafe(16)
    asked = {
        "id": secrets.token_hex(16),
        "account": member.id,
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
    }
    assert kit.post(helper, "/api/sign-in-resets", asked).status_code == 200
    assert kit.post(client, "/api/sign-in-reset/open", {"token": token}).status_code == 200
    started = kit.post(client, "/api/sign-in-reset/password", {"password": "a quite different sentence"})
    code = f"{totp(base64.b32decode(started.json()['totp_secret'])):06d}"
    removal = meeting(monkeypatch, partial(kit.remove, authority, member))
    answer = kit.post(client, "/api/sign-in-reset/second-factor", {"code": code})
    assert status(answer) in {(200, ""), (401, "not_signed_in"), (404, "reset_unknown")}
    assert [one.result(20) for one in removal] == [None]
    assert not SignedInSession.objects.filter(account=member.account, account__is_active=True).exists()


def test_who_forgets_old_counters_keeps_nobody_waiting_who_counts_on_them(time: kit.Time) -> None:
    for key in ("z", "a"):  # in the order in which they lie there, and not the one in which they are locked
        Attempts.objects.create(key=key, failures=1, last_at=clock.now())
    time.pass_by(throttle.FORGOTTEN_AFTER + 1)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            throttle._count({"a": throttle.HERE})
            forgetting = begin(pool, throttle.forget_old_counters)
            throttle._count({"z": throttle.HERE})
        assert forgetting.result(20) in (0, 1)
    assert Attempts.objects.get(key="a").failures == 1


def test_one_touch_signs_in_once_however_many_send_it() -> None:
    person, key, client = kit.make_account(), Authenticator(counts=False), Client()
    added = kit.quick_client(person)
    made = key.make(kit.post(added, "/api/passkeys/options", {}).json()["options"])
    kit.post(added, "/api/passkeys", made | {"name": "Key"})
    signed = key.sign(kit.post(client, "/api/session/passkey/options", {}).json()["options"])

    def sign_in() -> tuple[int, str]:
        again = Client()
        again.cookies = client.cookies.copy()  # type: ignore[assignment]  # the same jar of morsels
        return status(kit.post(again, "/api/session/passkey", signed))

    assert overlap(sign_in, sign_in) == ((200, ""), (422, "challenge_missing"))


def test_of_two_last_second_factors_one_stays() -> None:
    person = kit.make_account()
    TOTPDevice.objects.filter(user=person).delete()
    client = kit.quick_client(person)
    for _ in range(2):
        made = Authenticator().make(kit.post(client, "/api/passkeys/options", {}).json()["options"])
        kit.post(client, "/api/passkeys", made | {"name": "Key"})
    first, second = [one["id"] for one in client.get("/api/passkeys").json()]

    def remove(passkey: str) -> tuple[int, str]:
        return status(kit.delete(client, f"/api/passkeys/{passkey}"))

    assert overlap(partial(remove, first), partial(remove, second)) == (
        (204, ""),
        (409, "last_second_factor"),
    )
