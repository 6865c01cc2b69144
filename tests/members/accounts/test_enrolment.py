"""A person joins by a link that works once; what they sign waits until their inviter signs for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from members import clock, events
from members.accounts.models import Account, Invitation
from members.directory.models import Person as DirectoryPerson
from members.protocol import person, signing
from members.protocol.encoding import b64, unb64
from members.register import ledger
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


def appointment(authority: kit.Authority, listed: dict[str, Any]) -> bytes:
    """The statement by which the lead brings in the person of a listed invitation."""
    fields = {
        "account": listed["account"],
        "authority": authority.id,
        "commitment": listed["commitment"],
        "identity_key": listed["keys"]["identity_key"],
        "role": listed["role"],
        "verification": "invitation_secret",
    }
    return kit.sign("focal_point.appointed", authority.subject, [authority.lead.identity_seed], fields)


def test_a_focal_point_joins_from_link_to_register(authority: kit.Authority, lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="deputy", email="Noor@example.org")
    client = Client()
    opened = kit.post(client, "/api/enrolment/open", {"token": invited.token}).json()
    assert opened["step"] == "password"
    assert opened["authority"]["name"] == "Integrity Commission"
    assert opened["attestation"]["checkpoint"]["size"] == ledger.current().size

    kit.enrol_factors(client)
    assert client.get("/api/enrolment").json()["step"] == "keys"
    assert client.get("/api/session").json()["account"]["role"] is None

    one = kit.Person(
        Account.objects.get(pk=invited.account),
        network=authority.network.id,
        role="deputy",
        authority=authority.id,
    )
    assert kit.post(client, "/api/enrolment/keys", invited.keys_body(one)).json() == {"step": "waiting"}

    listed = lead.get("/api/invitations").json()[0]
    assert listed["state"] == "waiting"
    mac = person.invitee_mac(
        invited.secret, network=one.network, account=one.id, identity_key=one.identity_key
    )
    assert person.mac_matches(unb64(listed["keys"]["mac"]), mac)
    assert listed["commitment"] == person.commitment(
        bytes.fromhex(listed["salt"]), name=listed["name"], function=listed["function"]
    )

    answer = kit.append(lead, [appointment(authority, listed)], invitation=invited.id)
    assert answer.status_code == 200, answer.content
    assert lead.get("/api/invitations").json()[0]["state"] == "done"
    assert client.get("/api/enrolment").json()["step"] == "done"
    assert client.get("/api/session").json()["account"]["role"] == "deputy"
    assert ledger.current().state.accounts[one.id].generation == 1
    assert DirectoryPerson.objects.get(pk=one.id).name == "Noor"
    assert len(client.get("/api/account/keys").json()["statements"]) == 1


def test_the_inviter_is_told_that_something_waits(
    authority: kit.Authority, lead: Client, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []

    def note(account: str) -> None:
        told.append(account)

    events.on(events.INVITATION_WAITING, note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            kit.enrol(kit.invite(lead, "focal_point", role="member"), role="member")
    finally:
        events.off(events.INVITATION_WAITING, note)
    assert told == [authority.lead.id]


def test_a_link_works_once(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    kit.enrol(invited, role="member")
    refused = kit.post(Client(), "/api/enrolment/open", {"token": invited.token})
    assert (refused.status_code, refused.json()["code"]) == (410, "invitation_used")


def test_two_browsers_with_one_link_cannot_both_finish(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    first, second = Client(), Client()
    for client in (first, second):
        kit.post(client, "/api/enrolment/open", {"token": invited.token})
    kit.enrol_factors(first)
    refused = kit.post(second, "/api/enrolment/password", {"password": kit.PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (410, "invitation_used")
    assert second.get("/api/enrolment").json()["code"] == "not_found"


def test_a_link_is_over_after_seven_days(lead: Client, time: kit.Time) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    time.pass_by(7 * clock.DAY)
    refused = kit.post(Client(), "/api/enrolment/open", {"token": invited.token})
    assert (refused.status_code, refused.json()["code"]) == (410, "invitation_expired")


@pytest.mark.parametrize("token", ["", "x" * 22, "x" * 100, "????", "AAAAAAAAAAAAAAAAAAAAA="])
def test_an_unknown_link_is_said_to_be_unknown(token: str) -> None:
    refused = kit.post(Client(), "/api/enrolment/open", {"token": token})
    assert (refused.status_code, refused.json()["code"]) == (404, "invitation_unknown")


def test_the_server_keeps_no_token(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    held = Invitation.objects.get(pk=invited.id)
    assert invited.token not in json.dumps({**held.__dict__, "_state": None}, default=str)


def test_trying_tokens_is_slowed() -> None:
    client = Client()
    answers = [
        kit.post(client, "/api/enrolment/open", {"token": f"{number:022d}"}).status_code
        for number in range(33)
    ]
    assert answers[:30] == [404] * 30
    assert answers[-1] == 429


def test_a_withdrawn_link_is_unknown_and_who_had_begun_is_locked_out(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    client, _ = kit.enrol(invited, role="member")
    assert kit.delete(lead, f"/api/invitations/{invited.id}").status_code == 204
    assert client.get("/api/sessions").json()["code"] == "not_signed_in"
    refused = kit.post(Client(), "/api/enrolment/open", {"token": invited.token})
    assert refused.json()["code"] == "invitation_unknown"
    assert lead.get("/api/invitations").json()[0]["state"] == "withdrawn"


def test_nobody_withdraws_the_invitation_of_another(network: kit.Network, lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    officer = kit.client_on_device(network.officers[0])
    assert kit.delete(officer, f"/api/invitations/{invited.id}").json()["code"] == "not_found"
    assert officer.get("/api/invitations").json() == []


def test_a_weak_password_is_refused_with_reasons(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    client = Client()
    kit.post(client, "/api/enrolment/open", {"token": invited.token})
    refused = kit.post(client, "/api/enrolment/password", {"password": "short"})
    assert (refused.status_code, refused.json()["code"]) == (422, "password_weak")
    assert "too_short" in refused.json()["reasons"]


def test_without_the_second_factor_nobody_is_enrolled(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member", email="noor@example.org")
    client = Client()
    kit.post(client, "/api/enrolment/open", {"token": invited.token})
    kit.post(client, "/api/enrolment/password", {"password": kit.PASSWORD})
    wrong = kit.post(client, "/api/enrolment/second-factor", {"code": "000000"})
    assert wrong.json()["code"] == "wrong_code"
    assert client.get("/api/enrolment").json()["step"] == "second_factor"
    signing_in = kit.post(
        Client(), "/api/session/password", {"email": "noor@example.org", "password": kit.PASSWORD}
    )
    assert signing_in.json()["code"] == "wrong_credentials"


def test_whoever_comes_back_later_signs_in_and_goes_on(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    first = Client()
    kit.post(first, "/api/enrolment/open", {"token": invited.token})
    codes = kit.enrol_factors(first)
    assert len(codes) == 10

    later = Client()
    account = Account.objects.get(pk=invited.account)
    kit.post(later, "/api/session/password", {"email": account.email, "password": kit.PASSWORD})
    kit.post(later, "/api/session/second-factor", {"backup_code": codes[0]})
    assert later.get("/api/enrolment").json()["step"] == "keys"


def test_keys_may_be_replaced_until_they_are_signed_for(authority: kit.Authority, lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    client, one = kit.enrol(invited, role="member")
    one.identity_seed = person.new_seed()
    assert kit.post(client, "/api/enrolment/keys", invited.keys_body(one)).status_code == 200

    listed = lead.get("/api/invitations").json()[0]
    assert listed["keys"]["identity_key"] == b64(one.identity_key)
    kit.append(lead, [appointment(authority, listed)], invitation=invited.id)
    refused = kit.post(client, "/api/enrolment/keys", invited.keys_body(one))
    assert (refused.status_code, refused.json()["code"]) == (409, "done_already")


def test_statements_that_could_never_apply_are_refused_at_once(lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    client, one = kit.enrol(invited, role="member")
    body = invited.keys_body(one)

    other_key = {**body, "identity_key": b64(signing.public_key(person.new_seed()))}
    refused = kit.post(client, "/api/enrolment/keys", other_key)
    assert (refused.status_code, refused.json()["code"]) == (422, "rejected")

    missing = {**body, "attachments": {}}
    refused = kit.post(client, "/api/enrolment/keys", missing)
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_missing")

    swapped = {**body, "statements": body["statements"][::-1]}
    assert kit.post(client, "/api/enrolment/keys", swapped).status_code == 422


def test_an_identity_key_of_somebody_else_is_refused(authority: kit.Authority, lead: Client) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    client, one = kit.enrol(invited, role="member")
    one.identity_seed = authority.lead.identity_seed
    refused = kit.post(client, "/api/enrolment/keys", invited.keys_body(one))
    assert refused.json()["reason"] == "exists"


def test_a_lead_invites_deputies_and_members_into_the_own_authority_only(
    authority: kit.Authority, lead: Client
) -> None:
    for kind in ("lead", "officer"):
        body, _, _ = kit.invitation_body(kind, authority={"name": "Another", "state": "XC"})
        assert kit.post(lead, "/api/invitations", body).json()["code"] == "not_found"
    deputy = kit.client_on_device(kit.appoint(authority, "deputy"))
    body, _, _ = kit.invitation_body("focal_point", role="member")
    assert kit.post(deputy, "/api/invitations", body).json()["code"] == "not_found"


def test_an_officer_invites_officers_and_leads_with_their_authority(network: kit.Network) -> None:
    officer = kit.client_on_device(network.officers[0])
    body, _, _ = kit.invitation_body("focal_point", role="member")
    assert kit.post(officer, "/api/invitations", body).json()["code"] == "not_found"

    lead = kit.invite(officer, "lead", authority={"name": "Office of Public Integrity", "state": "XF"})
    assert lead.authority is not None
    assert lead.commitment is not None
    another = kit.invite(officer, "officer")
    assert (another.authority, another.commitment) == (None, None)


def test_one_address_is_invited_once(lead: Client) -> None:
    kit.invite(lead, "focal_point", role="member", email="noor@example.org")
    body, _, _ = kit.invitation_body("focal_point", role="member", email="NOOR@example.org")
    assert kit.post(lead, "/api/invitations", body).json()["code"] == "email_taken"


def test_inviting_needs_a_device_and_a_recent_factor(authority: kit.Authority) -> None:
    body, _, _ = kit.invitation_body("focal_point", role="member")
    without = kit.quick_client(authority.lead.account)
    assert kit.post(without, "/api/invitations", body).json()["code"] == "device_needed"
    long_ago = kit.client_on_device(authority.lead, recently=False)
    assert kit.post(long_ago, "/api/invitations", body).json()["code"] == "confirm_again"


def test_an_appointment_of_somebody_else_does_not_take_the_invitation(
    authority: kit.Authority, lead: Client
) -> None:
    invited = kit.invite(lead, "focal_point", role="member")
    kit.enrol(invited, role="member")
    listed = lead.get("/api/invitations").json()[0]
    other = {**listed, "account": "ab" * 16}
    refused = kit.append(lead, [appointment(authority, other)], invitation=invited.id)
    assert refused.json()["code"] == "invitation_unmatched"
    assert lead.get("/api/invitations").json()[0]["state"] == "waiting"


def test_the_listing_takes_a_fixed_number_of_queries(lead: Client, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        kit.invite(lead, "focal_point", role="member")
    with django_assert_num_queries(4):  # Django's session, the caller, the device, the list
        assert len(lead.get("/api/invitations").json()) == 3


def test_with_an_invitation_the_register_can_be_read_before_signing_in(lead: Client) -> None:
    client = Client()
    assert client.get("/api/register/checkpoint").json()["code"] == "not_signed_in"
    invited = kit.invite(lead, "focal_point", role="member")
    kit.post(client, "/api/enrolment/open", {"token": invited.token})
    assert client.get("/api/register/checkpoint").status_code == 200
    assert client.get("/api/directory").json()["code"] == "not_signed_in"


def test_a_removed_persons_address_is_forgotten_and_can_be_invited_again(
    authority: kit.Authority, lead: Client
) -> None:
    member = kit.appoint(authority)
    email = member.account.email
    kit.remove(authority, member)
    member.account.refresh_from_db()
    assert email not in member.account.email
    kit.invite(lead, "focal_point", role="member", email=email)
