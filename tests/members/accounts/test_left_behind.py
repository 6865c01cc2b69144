"""What somebody left open who may no longer sign is taken over or withdrawn by those who remain, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from members.accounts import invitations
from members.accounts.models import Account, Invitation
from members.audit.models import AuditRow
from members.protocol import statements
from members.protocol.encoding import b64
from members.register import ledger
from members.register.services import append
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


@pytest.fixture
def deputies(authority: kit.Authority) -> list[kit.Person]:
    return [kit.appoint(authority, "deputy"), kit.appoint(authority, "deputy")]


def left_to(one: kit.Person) -> list[tuple[str, str]]:
    answer = kit.client_on_device(one).get("/api/left-behind")
    assert answer.status_code == 200
    return [(row["left_by"], row["invitation"]["id"]) for row in answer.json()]


def take_over(one: kit.Person, invitation: str) -> Any:
    return kit.post(kit.client_on_device(one), f"/api/invitations/{invitation}/take-over", {})


def remove_lead(authority: kit.Authority) -> None:
    authority.network.act(
        "focal_point.removed", authority.standing, account=authority.lead.id, authority=authority.id
    )


def name_lead(authority: kit.Authority, one: kit.Person) -> None:
    authority.network.act(
        "focal_point.role_changed", authority.standing, account=one.id, authority=authority.id, role="lead"
    )


def test_what_a_lead_left_is_seen_by_deputies_and_taken_over_by_the_next_lead(
    authority: kit.Authority, deputies: list[kit.Person]
) -> None:
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    client, one = kit.enrol(invited, role="member")
    assert left_to(deputies[0]) == []
    remove_lead(authority)
    left = [(authority.lead.id, invited.id)]
    assert left_to(deputies[0]) == left_to(deputies[1]) == left
    assert take_over(deputies[0], invited.id).json()["code"] == "not_found"
    name_lead(authority, deputies[0])

    taken = take_over(deputies[0], invited.id).json()
    assert (taken["taken_over_from"], taken["secret_box"], taken["state"]) == (
        authority.lead.id,
        None,
        "waiting",
    )
    assert left_to(deputies[0]) == left_to(deputies[1]) == []
    row = AuditRow.objects.get(action="helper:invitation:taken_over")
    assert (row.actor, row.about, row.authority) == (deputies[0].id, invited.account, authority.id)
    fields = {
        "account": one.id,
        "authority": authority.id,
        "commitment": invited.commitment,
        "identity_key": b64(one.identity_key),
        "role": "member",
        "verification": "code_compared",
    }
    appointed = kit.sign(
        "focal_point.appointed",
        authority.subject,
        [deputies[0].identity_seed],
        fields,
        network=authority.network.id,
    )
    answer = kit.append(kit.client_on_device(deputies[0]), [appointed], {}, invitation=invited.id)
    assert answer.status_code == 200, answer.content
    assert ledger.current().state.accounts[one.id].generation == 1
    assert client.get("/api/session").json()["account"]["role"] == "member"


def test_a_former_lead_who_stays_leaves_it_too_and_no_longer_finishes_it(
    authority: kit.Authority, deputies: list[kit.Person]
) -> None:
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    name_lead(authority, deputies[0])
    assert left_to(deputies[0]) == left_to(deputies[1]) == [(authority.lead.id, invited.id)]
    assert take_over(deputies[0], invited.id).status_code == 200
    gone = kit.delete(kit.client_on_device(authority.lead), f"/api/invitations/{invited.id}")
    assert gone.status_code == 404


def test_a_deputy_withdraws_it_and_the_link_opens_nothing_more(
    authority: kit.Authority, deputies: list[kit.Person]
) -> None:
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    kit.enrol(invited, role="member")
    remove_lead(authority)
    path = f"/api/invitations/{invited.id}"
    assert kit.delete(kit.client_on_device(deputies[1]), path).status_code == 204
    assert Invitation.objects.get(pk=invited.id).withdrawn_at is not None
    assert not Account.objects.get(pk=invited.account).is_active


def test_others_neither_see_nor_touch_it(authority: kit.Authority, deputies: list[kit.Person]) -> None:
    member = kit.appoint(authority)
    other = kit.admit(authority.network, "Economic Crime Authority", "XG")
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    path = f"/api/invitations/{invited.id}"
    for one in (member, deputies[0]):  # the lead is there
        assert kit.delete(kit.client_on_device(one), path).status_code == 404
    remove_lead(authority)
    for one in (member, other.lead, authority.network.officers[0]):
        assert left_to(one) == []
        assert take_over(one, invited.id).status_code == 404
        assert kit.delete(kit.client_on_device(one), path).status_code == 404
    authority.network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    assert left_to(deputies[0]) == []


def test_what_an_officer_left_goes_to_the_other_officers(authority: kit.Authority) -> None:
    network = authority.network
    leaver = network.officers[0]
    invited = kit.invite(
        kit.client_on_device(leaver), "lead", authority={"name": "Office of Integrity", "state": "XF"}
    )
    fourth = kit.make_account()
    key = b64(kit.Person(fourth, network=network.id, role="officer", authority=None).identity_key)
    network.act("officer.appointed", statements.NETWORK, account=fourth.pk, identity_key=key)
    assert left_to(network.officers[1]) == []
    removed = kit.sign(
        "officer.removed",
        statements.NETWORK,
        [officer.identity_seed for officer in network.officers[1:]],
        {"account": leaver.id},
    )
    append(entries=[removed], sent={}, by=network.officers[1].id)
    assert left_to(network.officers[1]) == left_to(network.officers[2]) == [(leaver.id, invited.id)]
    assert left_to(authority.lead) == []
    assert take_over(network.officers[2], invited.id).status_code == 200
    assert invitations.listing(network.officers[2].id)[0]["taken_over_from"] == leaver.id


def test_a_lead_from_outside_is_invited_into_an_authority_that_stands(authority: kit.Authority) -> None:
    network = authority.network
    colleague = kit.appoint(authority)
    clients = [kit.client_on_device(officer) for officer in network.officers]
    remove_lead(authority)
    invited = kit.invite(clients[0], "lead", led=authority.id)
    _, lead = kit.enrol(invited, role="lead")
    assert invited.authority == authority.id
    fields = {
        "account": lead.id,
        "authority": authority.id,
        "commitment": invited.commitment,
        "identity_key": b64(lead.identity_key),
        "role": "lead",
        "verification": "code_compared",
    }
    entry = statements.parse_entry(
        network.sign("focal_point.appointed", authority.standing, fields, officers=1)
    )
    envelope = statements.envelope(entry.payload, {one.keyid: one.signature for one in entry.signatures})
    proposed = kit.post(
        clients[0], "/api/register/proposals", {"envelope": envelope, "invitation": invited.id}
    )
    second = statements.sign_payload(entry.payload, network.officers[1].identity_seed)
    path = f"/api/register/proposals/{proposed.json()['id']}/sign"
    signed = kit.post(clients[1], path, {"keyid": second.keyid, "sig": b64(second.signature)})
    assert signed.status_code == 200, signed.content
    state = ledger.current().state
    assert state.authorities[authority.id].lead == lead.id
    assert (state.accounts[lead.id].held, state.accounts[lead.id].generation) == (True, 1)
    assert left_to(lead) == []  # nothing for whoever is held
    assert state.accounts[colleague.id].role == "member"


def test_nobody_is_invited_to_lead_what_is_no_member(authority: kit.Authority) -> None:
    officer = authority.network.officers[0]
    authority.network.act("authority.withdrawn", authority.standing, authority=authority.id, reason="")
    for led in ("ab" * 16, authority.id):
        body, _, _ = kit.invitation_body("lead", led=led)
        assert kit.post(kit.client_on_device(officer), "/api/invitations", body).json()["code"] == "invalid"
    other = kit.admit(authority.network, "Economic Crime Authority", "XG")
    body, _, _ = kit.invitation_body("lead", led=other.id)
    assert kit.post(kit.client_on_device(other.lead), "/api/invitations", body).status_code == 404
