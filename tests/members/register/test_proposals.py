"""Two officers act together: one proposes, another signs, and only then the statement enters."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.accounts.models import Invitation
from members.protocol import person, signing, statements
from members.protocol.encoding import b64, unb64
from members.register import ledger, verification
from members.register.models import Proposal
from members.register.services import append
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def clients(network: kit.Network) -> list[Client]:
    return [kit.client_on_device(officer) for officer in network.officers]


@pytest.fixture
def authority(network: kit.Network) -> kit.Authority:
    return kit.admit(network, "Integrity Commission", "XE")


def propose(client: Client, entry: bytes, invitation: str | None = None) -> Any:
    envelope = statements.parse_entry(entry)
    body = {
        "envelope": statements.envelope(
            envelope.payload, {one.keyid: one.signature for one in envelope.signatures}
        ),
        "invitation": invitation,
    }
    return kit.post(client, "/api/register/proposals", body)


def sign(client: Client, officer: kit.Person, proposal: dict[str, Any]) -> Any:
    signature = statements.sign_payload(unb64(proposal["envelope"]["payload"]), officer.identity_seed)
    body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
    return kit.post(client, f"/api/register/proposals/{proposal['id']}/sign", body)


def suspension(network: kit.Network, authority: kit.Authority, officers: int = 1) -> bytes:
    fields = {"authority": authority.id, "reason": "under review"}
    return network.sign("authority.suspended", authority.standing, fields, officers=officers)


def test_an_admission_goes_from_invitation_to_register(network: kit.Network, clients: list[Client]) -> None:
    invited = kit.invite(clients[0], "lead", authority={"name": "Office of Public Integrity", "state": "XF"})
    lead_client, lead = kit.enrol(invited, role="lead")
    fields = {
        "application": None,
        "authority": invited.authority,
        "kind": "member",
        "lead": {
            "account": lead.id,
            "commitment": invited.commitment,
            "identity_key": b64(lead.identity_key),
        },
        "name": "Office of Public Integrity",
        "state": "XF",
        "verification": "code_compared",
    }
    standing = statements.standing(str(invited.authority))
    admitted = network.sign("authority.admitted", standing, fields, officers=1)
    assert propose(clients[0], admitted, invited.id).status_code == 200

    listed = clients[1].get("/api/register/proposals").json()[0]
    assert listed["proposed_by"] == network.officers[0].id
    assert [one["account"] for one in listed["signatures"]] == [network.officers[0].id]
    assert listed["stale"] is False
    assert listed["invitation"]["keys"]["identity_key"] == b64(lead.identity_key)

    answer = sign(clients[1], network.officers[1], listed)
    assert answer.status_code == 200, answer.content
    assert answer.json()["checkpoint"] is not None
    assert lead_client.get("/api/session").json()["account"]["role"] == "lead"
    assert ledger.current().state.accounts[lead.id].generation == 1
    assert Invitation.objects.get(pk=invited.id).done_at is not None
    assert clients[1].get("/api/register/proposals").json() == []
    assert verification.findings() == []


def test_the_first_signer_cannot_be_the_second(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    proposal = clients[0].get("/api/register/proposals").json()[0]
    refused = sign(clients[0], network.officers[0], proposal)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_signed")


def test_nobody_signs_with_the_key_of_another(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    proposal = clients[0].get("/api/register/proposals").json()[0]
    assert sign(clients[1], network.officers[2], proposal).json()["code"] == "bad_signature"
    broken = {"keyid": network.officers[1].identity_key.hex(), "sig": b64(bytes(64))}
    refused = kit.post(clients[1], f"/api/register/proposals/{proposal['id']}/sign", broken)
    assert refused.json()["code"] == "bad_signature"
    assert ledger.current().state.authorities[authority.id].status == "active"


def test_a_proposal_that_could_never_apply_is_refused_at_once(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    unknown = network.sign(
        "authority.suspended",
        statements.standing("ab" * 16),
        {"authority": "ab" * 16, "reason": ""},
        officers=1,
    )
    refused = propose(clients[0], unknown)
    assert (refused.status_code, refused.json()["reason"]) == (422, "unknown")
    both = propose(clients[0], suspension(network, authority, officers=2))
    assert both.json()["reason"] == "forbidden"
    own, _ = network.officers[0].enrol_device()
    assert propose(clients[0], own).json()["reason"] == "forbidden"


def test_what_was_overtaken_is_shown_as_stale_and_cannot_enter(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    proposal = clients[1].get("/api/register/proposals").json()[0]
    assert proposal["stale"] is True
    refused = sign(clients[1], network.officers[1], proposal)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert Proposal.objects.get().signatures.count() == 1


def test_the_signature_of_an_officer_who_left_no_longer_counts(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    fourth = kit.make_account()
    key = b64(signing.public_key(person.new_seed()))
    network.act("officer.appointed", statements.NETWORK, account=fourth.pk, identity_key=key)
    propose(clients[0], suspension(network, authority))
    proposal = clients[1].get("/api/register/proposals").json()[0]
    removed = kit.sign(
        "officer.removed",
        statements.NETWORK,
        [officer.identity_seed for officer in network.officers[1:]],
        {"account": network.officers[0].id},
    )
    append(entries=[removed], sent={}, by=network.officers[1].id)

    assert sign(clients[1], network.officers[1], proposal).json() == {"checkpoint": None}
    assert sign(clients[2], network.officers[2], proposal).json()["checkpoint"] is not None
    assert ledger.current().state.authorities[authority.id].status == "suspended"
    assert clients[0].get("/api/register/proposals").status_code == 401


def test_proposer_or_another_officer_takes_a_proposal_off(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    for client in clients[:2]:
        made = propose(clients[0], suspension(network, authority)).json()["id"]
        assert kit.delete(client, f"/api/register/proposals/{made}").status_code == 204
        assert kit.delete(client, f"/api/register/proposals/{made}").json()["code"] == "not_found"


def test_proposing_and_signing_need_a_recent_factor(network: kit.Network, authority: kit.Authority) -> None:
    long_ago = kit.client_on_device(network.officers[0], recently=False)
    assert propose(long_ago, suspension(network, authority)).json()["code"] == "confirm_again"


def test_only_officers_know_of_proposals(network: kit.Network, authority: kit.Authority) -> None:
    lead = kit.client_on_device(authority.lead)
    assert lead.get("/api/register/proposals").json()["code"] == "not_found"
    assert propose(lead, suspension(network, authority)).json()["code"] == "not_found"
