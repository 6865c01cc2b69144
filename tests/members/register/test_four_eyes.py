"""What needs two officers never happens by one of them, nor by a signature that was given for something else or before.

Each of these is also refused by the rules of the Register, which every browser applies; here it is the server that must
not let it come so far.
"""

from __future__ import annotations

import pytest
from django.test import Client

from members.protocol import person, signing, statements
from members.protocol.encoding import b64, unb64
from members.register import ledger
from members.register.models import Proposal, ProposalSignature
from members.register.services import append
from tests import kit
from tests.members.register.test_proposals import propose, sign, suspension

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


def status(authority: kit.Authority) -> str:
    return ledger.current().state.authorities[authority.id].status


def remove_officer(network: kit.Network, leaver: kit.Person) -> None:
    """Removed by the others, after a fourth has come so that enough are left."""
    fourth = kit.make_account()
    key = b64(signing.public_key(person.new_seed()))
    network.act("officer.appointed", statements.NETWORK, account=fourth.pk, identity_key=key)
    seeds = [one.identity_seed for one in network.officers if one is not leaver]
    removed = kit.sign("officer.removed", statements.NETWORK, seeds, {"account": leaver.id})
    append(entries=[removed], sent={}, by=fourth.pk)


def rekey_officer(network: kit.Network, one: kit.Person) -> bytes:
    """New keys for an officer, signed by the two others; returns the new seed."""
    seed = person.new_seed()
    fields = {"account": one.id, "identity_key": b64(signing.public_key(seed))}
    seeds = [other.identity_seed for other in network.officers if other is not one]
    append(entries=[kit.sign("officer.rekeyed", statements.NETWORK, seeds, fields)], sent={}, by=one.id)
    return seed


def test_one_officer_with_two_browsers_remains_one(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    made = propose(clients[0], suspension(network, authority)).json()["id"]
    device, sent = network.officers[0].enrol_device()
    assert kit.append(clients[0], [device], sent).status_code == 200
    other_browser = kit.client_on_device(network.officers[0])
    listed = other_browser.get("/api/register/proposals").json()[0]
    refused = sign(other_browser, network.officers[0], listed)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_signed")
    assert ProposalSignature.objects.filter(proposal=made).count() == 1
    assert status(authority) == "active"


def test_two_signatures_of_one_officer_under_two_accounts_do_not_add_up(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[1].get("/api/register/proposals").json()[0]
    refused = sign(clients[1], network.officers[0], listed)  # the key of the first, on the line of the second
    assert refused.json()["code"] == "bad_signature"
    assert status(authority) == "active"


def test_a_signature_of_another_proposal_is_worth_nothing_here(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    other = kit.admit(network, "Economic Crime Authority", "XG")
    propose(clients[0], suspension(network, authority))
    propose(clients[0], suspension(network, other))
    first, second = clients[1].get("/api/register/proposals").json()
    signature = statements.sign_payload(
        unb64(first["envelope"]["payload"]), network.officers[1].identity_seed
    )
    body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
    replayed = kit.post(clients[1], f"/api/register/proposals/{second['id']}/sign", body)
    assert replayed.json()["code"] == "bad_signature"
    assert {status(authority), status(other)} == {"active"}


def test_a_first_signature_by_a_key_that_was_replaced_no_longer_counts(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[1].get("/api/register/proposals").json()[0]
    rekey_officer(network, network.officers[0])
    assert sign(clients[1], network.officers[1], listed).json() == {"checkpoint": None}
    assert status(authority) == "active"
    assert sign(clients[2], network.officers[2], listed).json()["checkpoint"] is not None
    entered = kit.entries()[-1]
    assert network.officers[0].identity_key.hex() not in entered.signers


def test_the_second_does_not_sign_with_a_key_that_was_replaced(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[1].get("/api/register/proposals").json()[0]
    rekey_officer(network, network.officers[1])
    again = kit.quick_client(network.officers[1].account)
    assert sign(again, network.officers[1], listed).json()["code"] == "bad_signature"
    assert status(authority) == "active"


def test_whoever_left_office_in_between_neither_counts_nor_signs(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[1].get("/api/register/proposals").json()[0]
    remove_officer(network, network.officers[1])
    assert sign(clients[1], network.officers[1], listed).status_code == 401
    kept_open = kit.quick_client(network.officers[1].account)
    assert sign(kept_open, network.officers[1], listed).status_code == 401
    assert status(authority) == "active"
    assert ProposalSignature.objects.filter(proposal=listed["id"]).count() == 1


def test_what_its_first_signer_withdrew_is_signed_by_nobody_second(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[1].get("/api/register/proposals").json()[0]
    assert kit.delete(clients[0], f"/api/register/proposals/{listed['id']}").status_code == 204
    assert sign(clients[1], network.officers[1], listed).json()["code"] == "not_found"
    assert status(authority) == "active"


def test_a_lead_signs_no_proposal_and_is_told_of_none(
    network: kit.Network, authority: kit.Authority, clients: list[Client]
) -> None:
    propose(clients[0], suspension(network, authority))
    listed = clients[0].get("/api/register/proposals").json()[0]
    lead = kit.client_on_device(authority.lead)
    assert sign(lead, authority.lead, listed).json()["code"] == "not_found"
    assert kit.delete(lead, f"/api/register/proposals/{listed['id']}").json()["code"] == "not_found"
    assert Proposal.objects.count() == 1


def test_no_officer_is_removed_below_one_more_than_must_sign(
    network: kit.Network, clients: list[Client]
) -> None:
    fields = {"account": network.officers[2].id}
    refused = propose(clients[0], network.sign("officer.removed", statements.NETWORK, fields, officers=1))
    assert (refused.status_code, refused.json()["reason"]) == (422, "not_allowed")
    fourth = kit.make_account()
    key = b64(signing.public_key(person.new_seed()))
    network.act("officer.appointed", statements.NETWORK, account=fourth.pk, identity_key=key)
    removal = network.sign("officer.removed", statements.NETWORK, fields, officers=1)
    assert propose(clients[0], removal).status_code == 200
    listed = clients[1].get("/api/register/proposals").json()[0]
    assert sign(clients[1], network.officers[1], listed).json()["checkpoint"] is not None
    assert network.officers[2].id not in ledger.current().state.officers
    assert clients[2].get("/api/register/proposals").status_code == 401
