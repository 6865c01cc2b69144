"""Acts of the officers: a statement waits here until enough of them have signed it, and then enters the Register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from members import events
from members.accounts import invitations
from members.accounts.models import Invitation
from members.applications import admission
from members.audit.actions import Action
from members.audit.services import record
from members.holding import hold
from members.problems import NotFound, Problem, Refused
from members.protocol import permissions, rules, signing, statements
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.refusal import Rejected
from members.protocol.state import State
from members.protocol.statements import Entry
from members.register import ledger
from members.register.appending import append_with_waiting, parse
from members.register.models import Proposal, ProposalSignature, RegisterAccount
from members.register.services import NotApplied, append, slow_appends

MOST_WAITING = 200


class AlreadySigned(Problem):
    def __init__(self) -> None:
        super().__init__(
            "already_signed", 409, "You have signed this proposal; another officer must sign it too."
        )


@transaction.atomic
def propose(
    *, account: str, envelope: Mapping[str, Any], invitation_id: str | None, why: str = ""
) -> Proposal:
    """Put a statement before the other officers, signed by one; what could never apply is refused at once."""
    state = ledger.current().state
    keyid = _key_in_office(state, account)
    entry = parse([envelope])[0]
    if entry.signers != (keyid,):
        raise NotApplied(Rejected("forbidden", "a proposal has exactly the signature of its proposer"), 0)
    if entry.subject.kind not in ("network", "standing") or entry.type == "network.founded":
        raise NotApplied(Rejected("forbidden", "this is no act of the officers"), 0)
    _check_but_for_signatures(state, entry)
    slow_appends(account)
    invitation = _invitation(invitation_id)
    application = _application(entry, account, invitation)
    hold("proposals that wait")
    if Proposal.objects.count() >= MOST_WAITING:
        raise Refused("too_many", "Too many proposals wait; sign or decline some first.")
    proposal = Proposal.objects.create(
        payload=entry.payload,
        type=entry.type,
        invitation=invitation,
        application=application,
        proposed_by=account,
    )
    signature = entry.signatures[0]
    _add_signature(proposal, account, keyid, b64(signature.signature), why)
    _note(Action.PROPOSED, proposal, account)
    for other in state.officers:
        if other != account:
            events.emit(events.INVITATION_WAITING, account=other)
    return proposal


def listing(account: str) -> list[dict[str, Any]]:
    """The proposals that wait, the oldest first, as officers see them; nobody else sees any."""
    state = ledger.current().state
    _key_in_office(state, account)
    waiting = Proposal.objects.select_related("invitation").prefetch_related("signatures")
    return [_object(state, proposal) for proposal in waiting.order_by("proposed_at", "id")]


def _object(state: State, proposal: Proposal) -> dict[str, Any]:
    entry = parse([_envelope(proposal)])[0]
    signatures = sorted(proposal.signatures.all(), key=lambda one: one.at)
    return {
        "id": proposal.pk,
        "envelope": _envelope(proposal),
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at,
        "signatures": [{"account": one.account, "at": one.at, "why": one.why} for one in signatures],
        "application": proposal.application or None,
        "stale": entry.fields["previous"] != state.heads.get(entry.fields["subject"]),
        "invitation": invitations.as_object(proposal.invitation) if proposal.invitation else None,
    }


@transaction.atomic
def sign(*, account: str, proposal_id: str, keyid: str, sig: str, why: str = "") -> str | None:
    """Add an officer's signature; with the last one needed the statement enters, and its checkpoint is returned."""
    admission.hold_of(Proposal.objects.filter(pk=proposal_id))
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    state = ledger.current().state
    if _key_in_office(state, account) != keyid:
        raise Refused("bad_signature", "The signature is not one by your identity key.")
    if proposal is None:
        raise NotFound
    if proposal.signatures.filter(account=account).exists():
        raise AlreadySigned
    try:
        valid = signing.verify(
            bytes.fromhex(keyid), signing.STATEMENT, bytes(proposal.payload), unb64(sig, 64)
        )
    except EncodingError:
        valid = False
    if not valid:
        raise Refused("bad_signature", "The signature is not one by your identity key under this statement.")
    if proposal.application:
        admission.check_second(statements.parse_payload(bytes(proposal.payload)))
    _add_signature(proposal, account, keyid, sig, why)
    _note(Action.PROPOSAL_SIGNED, proposal, account)
    counted = _signatures_in_office(state, proposal)
    if len(counted) < state.threshold:
        return None
    entry = statements.parse_entry(statements.make_entry(bytes(proposal.payload), counted))
    if proposal.invitation is None:
        checkpoint = append(entries=[entry.raw], sent={}, by=account)
    else:
        checkpoint = append_with_waiting(entries=[entry], sent={}, invitation=proposal.invitation, by=account)
    if proposal.application:
        admission.admitted(proposal.application, authority=entry.fields["authority"], officer=account)
    proposal.delete()
    return checkpoint


@transaction.atomic
def decline(*, account: str, proposal_id: str) -> None:
    """Take a proposal off: its proposer withdraws it, or another officer declines."""
    state = ledger.current().state
    _key_in_office(state, account)
    admission.hold_of(Proposal.objects.filter(pk=proposal_id))
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    _note(Action.PROPOSAL_DECLINED, proposal, account)
    if proposal.application:
        admission.note_unsigned(proposal.application, officer=account)
    proposal.delete()
    for other in state.officers:
        if other != account:
            events.emit(events.INVITATION_WAITING, account=other)  # it waits for them no more


def _note(action: Action, proposal: Proposal, account: str) -> None:
    record(action, actor=account, proposal=proposal.pk, type=proposal.type)


def _add_signature(proposal: Proposal, account: str, keyid: str, sig: str, why: str) -> None:
    ProposalSignature.objects.create(
        proposal=proposal, account=account, keyid=keyid, sig=sig, why=why.strip()
    )
    if proposal.application:
        admission.note_signed(proposal.application, officer=account, why=why.strip())


def _application(entry: Entry, account: str, invitation: Invitation | None) -> str:
    """The application that an admission names, which stands where it can be signed."""
    if entry.type != "authority.admitted":
        return ""
    return admission.check_proposed(entry.fields, officer=account, invited=invitation)


def _signatures_in_office(state: State, proposal: Proposal) -> dict[str, bytes]:
    """Those signatures whose officers still hold office with the same key: only they count, and only they enter."""
    in_office = {unb64(key).hex() for key in state.officers.values()}
    return {one.keyid: unb64(one.sig) for one in proposal.signatures.all() if one.keyid in in_office}


def _envelope(proposal: Proposal) -> dict[str, Any]:
    signatures = {one.keyid: unb64(one.sig) for one in proposal.signatures.all()}
    return statements.envelope(bytes(proposal.payload), signatures)


def _key_in_office(state: State, account: str) -> str:
    """The key id of this officer; to everybody else there are no proposals."""
    key = state.officers.get(account)
    if key is None or not RegisterAccount.objects.filter(pk=account, active=True).exists():
        raise NotFound
    return unb64(key).hex()


def _check_but_for_signatures(state: State, entry: Entry) -> None:
    try:
        rules.check(state, entry.raw)
    except Rejected as error:
        if error.reason != "forbidden":  # one signature is not yet the threshold
            raise NotApplied(error, 0) from error
    try:
        permissions.check(state, entry)  # which the rules ask only after the signatures
    except Rejected as error:
        raise NotApplied(error, 0) from error


def _invitation(invitation_id: str | None) -> Invitation | None:
    if invitation_id is None:
        return None
    found = Invitation.objects.filter(
        pk=invitation_id, kind__in=("lead", "officer", "rekey"), founding=False
    ).first()
    if found is None:
        raise NotFound
    return found
