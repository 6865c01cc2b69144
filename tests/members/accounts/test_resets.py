"""A sign-in reset replaces both factors and nothing else; who gave it is on record and the person is told."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts import factors
from members.accounts.models import Account, SignInReset
from members.protocol.encoding import b64url
from members.register import ledger
from tests import kit
from tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a quite different sentence"


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


def ask(client: Client, account: str) -> tuple[Any, str, str]:
    """Ask for a reset; the answer, its id and its token."""
    identifier, token = secrets.token_hex(16), b64url(secrets.token_bytes(16))
    digest = hashlib.sha256(token.encode()).hexdigest()
    body = {"id": identifier, "account": account, "token_hash": digest}
    return kit.post(client, "/api/sign-in-resets", body), identifier, token


def open_link(client: Client, token: str) -> Any:
    return kit.post(client, "/api/sign-in-reset/open", {"token": token})


def choose(client: Client) -> str:
    """Choose the new password; returns a code of the new authenticator."""
    answer = kit.post(client, "/api/sign-in-reset/password", {"password": NEW_PASSWORD})
    assert answer.status_code == 200, answer.content
    codes = TOTP(base64.b32decode(answer.json()["totp_secret"]))
    codes.time = clock.now() / clock.SECOND
    return f"{codes.token():06d}"


def prove(client: Client, code: str) -> Any:
    return kit.post(client, "/api/sign-in-reset/second-factor", {"code": code})


def code_of(answer: Any) -> str:
    return str(answer.json().get("code"))


def signs_in(account: Account, password: str) -> bool:
    answer = kit.post(Client(), "/api/session/password", {"email": account.email, "password": password})
    return bool(answer.status_code == 200)


def test_a_lead_lets_somebody_choose_both_factors_anew(
    authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    size = ledger.current().size
    before, backup = kit.client_on_device(member), factors.make_backup_codes(member.account)[0]
    asked = kit.post(before, "/api/passkeys/options", {}).json()["options"]
    kit.post(before, "/api/passkeys", Authenticator().make(asked) | {"name": "Lost key"})
    answer, identifier, token = ask(lead, member.id)
    assert answer.json() == {"state": "open"}
    client = Client()
    opened = open_link(client, token).json()
    assert (opened["email"], opened["step"]) == (member.account.email, "password")
    code = choose(client)
    assert signs_in(member.account, kit.PASSWORD), "the old factors are in force until the new ones are"
    assert factors.verify_code(member.account, kit.code_for(member.account))
    assert before.get("/api/sessions").status_code == 200
    assert member.account.passkeys.count() == 1

    done = prove(client, code).json()
    assert (done["step"], len(done["backup_codes"])) == ("done", 10)
    session = client.get("/api/session").json()
    assert session["account"]["sign_in_reset_at"] == Account.objects.get(pk=member.id).sign_in_reset_at
    assert code_of(before.get("/api/sessions")) == "not_signed_in"
    assert not signs_in(member.account, kit.PASSWORD)
    assert signs_in(member.account, NEW_PASSWORD)
    assert TOTPDevice.objects.filter(user=member.account).count() == 1
    assert not factors.use_backup_code(member.account, backup)
    assert not member.account.passkeys.exists()
    assert ledger.current().size == size, "no key is touched"
    (listed,) = lead.get("/api/sign-in-resets").json()
    assert (listed["id"], listed["state"]) == (identifier, "done")
    assert (listed["requested_by"], listed["confirmed_by"]) == (authority.lead.id, None)


def test_the_person_is_told_by_whom_and_when_until_they_have_seen_it(
    authority: kit.Authority, lead: Client, member: kit.Person, time: kit.Time
) -> None:
    _, _, token = ask(lead, member.id)
    by_link = Client()
    open_link(by_link, token)
    prove(by_link, choose(by_link))
    assert code_of(kit.post(by_link, "/api/account/sign-in-reset-seen", {})) == "device_needed"
    member.account.refresh_from_db()
    own = kit.client_on_device(member)
    told = own.get("/api/session").json()["account"]
    assert (told["sign_in_reset_at"], told["sign_in_reset_by"]) == (time.at, [authority.lead.id])
    assert kit.post(own, "/api/account/sign-in-reset-seen", {}).status_code == 204
    told = own.get("/api/session").json()["account"]
    assert (told["sign_in_reset_at"], told["sign_in_reset_by"]) == (None, [])


def test_of_a_lead_or_an_officer_two_officers_are_needed(
    network: kit.Network, authority: kit.Authority, member: kit.Person
) -> None:
    somebody = kit.client_on_device(member)
    officers = [kit.client_on_device(officer) for officer in network.officers]
    for person, confirming in ((authority.lead, 1), (network.officers[2], 1)):
        answer, identifier, token = ask(officers[0], person.id)
        assert answer.json() == {"state": "needs_second"}
        assert code_of(open_link(Client(), token)) == "reset_unconfirmed"
        confirm = f"/api/sign-in-resets/{identifier}/confirm"
        assert code_of(kit.post(officers[0], confirm, {})) == "already_signed"
        assert code_of(kit.post(somebody, confirm, {})) == "not_found"
        assert kit.post(officers[confirming], confirm, {}).json() == {"state": "open"}
        assert code_of(kit.post(officers[confirming], confirm, {})) == "done_already"
        listed = officers[1].get("/api/sign-in-resets").json()
        assert listed[0]["confirmed_by"] == network.officers[confirming].id
        client = Client()
        open_link(client, token)
        assert prove(client, choose(client)).status_code == 200
        told = client.get("/api/session").json()["account"]["sign_in_reset_by"]
        assert told == [network.officers[0].id, network.officers[confirming].id]


def test_an_officer_does_not_confirm_their_own(network: kit.Network) -> None:
    first, own = (kit.client_on_device(officer) for officer in network.officers[:2])
    _, identifier, _ = ask(first, network.officers[1].id)
    assert code_of(kit.post(own, f"/api/sign-in-resets/{identifier}/confirm", {})) == "not_found"


def test_nobody_else_resets_anybody(
    network: kit.Network, authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    other = kit.admit(network, "Economic Crime Authority", "XG")
    deputy = kit.client_on_device(kit.appoint(authority, "deputy"))
    officer = kit.client_on_device(network.officers[0])
    for client, account in [
        (lead, authority.lead.id),
        (lead, other.lead.id),
        (lead, network.officers[0].id),
        (deputy, member.id),
        (officer, member.id),
        (officer, network.officers[0].id),
        (officer, "ab" * 16),
    ]:
        assert code_of(ask(client, account)[0]) == "not_found"
    _, identifier, _ = ask(lead, member.id)
    for client in (deputy, officer, kit.client_on_device(other.lead)):
        assert client.get("/api/sign-in-resets").json() == []
        assert code_of(kit.delete(client, f"/api/sign-in-resets/{identifier}")) == "not_found"


def test_a_link_works_once_for_a_day_and_not_once_it_is_withdrawn(
    authority: kit.Authority, lead: Client, member: kit.Person, time: kit.Time
) -> None:
    _, identifier, token = ask(lead, member.id)
    client, second = Client(), Client()
    open_link(client, token)
    open_link(second, token)
    assert kit.delete(lead, f"/api/sign-in-resets/{identifier}").status_code == 204
    assert (
        code_of(kit.post(client, "/api/sign-in-reset/password", {"password": NEW_PASSWORD}))
        == "reset_unknown"
    )
    _, _, token = ask(lead, member.id)
    time.pass_by(clock.DAY)
    assert code_of(open_link(client, token)) == "reset_expired"
    _, _, token = ask(kit.client_on_device(authority.lead), member.id)
    open_link(client, token)
    open_link(second, token)
    assert prove(client, choose(client)).status_code == 200
    assert (
        code_of(kit.post(second, "/api/sign-in-reset/password", {"password": NEW_PASSWORD})) == "reset_used"
    )
    assert code_of(open_link(Client(), token)) == "reset_used"


def test_a_weak_password_and_a_wrong_code_change_nothing(lead: Client, member: kit.Person) -> None:
    _, identifier, token = ask(lead, member.id)
    client = Client()
    open_link(client, token)
    assert code_of(prove(client, "000000")) == "wrong_step"
    assert code_of(kit.post(client, "/api/sign-in-reset/password", {"password": "short"})) == "password_weak"
    choose(client)
    assert code_of(prove(client, "000000")) == "wrong_code"
    assert SignInReset.objects.get(pk=identifier).done_at is None
    assert signs_in(member.account, kit.PASSWORD)


def test_a_newer_reset_ends_the_earlier_one_of_the_same_helper(lead: Client, member: kit.Person) -> None:
    _, _, first = ask(lead, member.id)
    _, _, second = ask(lead, member.id)
    assert code_of(open_link(Client(), first)) == "reset_unknown"
    assert open_link(Client(), second).status_code == 200


def test_a_link_of_a_lead_who_was_replaced_is_worth_nothing(
    network: kit.Network, authority: kit.Authority, lead: Client, member: kit.Person
) -> None:
    _, _, token = ask(lead, member.id)
    client = Client()
    assert open_link(client, token).status_code == 200
    code = choose(client)
    fields = {"account": member.id, "authority": authority.id, "role": "lead"}
    network.act("focal_point.role_changed", authority.standing, **fields)
    assert code_of(prove(client, code)) == "reset_unknown"
    assert signs_in(member.account, kit.PASSWORD)
