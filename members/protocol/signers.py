"""Rule 7: who must have signed a statement, and that they may act (docs/protocol.md, 4.1 and 4.3)."""

from __future__ import annotations

from members.protocol.encoding import unb64
from members.protocol.refusal import Rejected
from members.protocol.state import Account, State
from members.protocol.statements import Entry


def check(state: State, entry: Entry) -> None:
    """Raise Rejected `forbidden` unless exactly the right people signed."""
    if entry.type == "network.founded":
        allowed = {unb64(officer["identity_key"]).hex() for officer in entry.fields["officers"]} == set(
            entry.signers
        )
    elif entry.subject.kind in ("network", "standing"):
        allowed = _threshold_signed(state, entry)
    elif entry.subject.kind == "people":
        allowed = len(entry.signers) == 1 and _signed_for_people(state, entry)
    else:
        allowed = _signed_for_account(state, entry)
    if not allowed:
        raise Rejected("forbidden", "the statement is not signed by those who may make it")


def _threshold_signed(state: State, entry: Entry) -> bool:
    in_office = {unb64(key).hex() for key in state.officers.values()}
    return len(entry.signers) >= state.threshold and in_office.issuperset(entry.signers)


def _signed_for_people(state: State, entry: Entry) -> bool:
    """A signature of somebody of the authority itself, which must be active."""
    authority = state.authorities[entry.subject.id]
    signer = entry.signers[0]
    if authority.status != "active":
        return False
    if entry.type in ("focal_point.appointed", "focal_point.role_changed", "focal_point.rekeyed"):
        lead = state.accounts.get(authority.lead) if authority.lead is not None else None
        return lead is not None and lead.active and lead.identity_hex == signer
    owner = state.owner_of_device(signer)
    if owner is None or owner[1].authority != entry.subject.id:
        return False
    if entry.type == "focal_point.confirmed":
        return not owner[1].held
    return owner[1].role in ("lead", "deputy")


def _signed_for_account(state: State, entry: Entry) -> bool:
    """A signature of the person, who may act for their own keys even while their authority is suspended."""
    account = state.accounts[entry.subject.id]
    if not account.active:
        return False
    if account.authority is not None and state.authorities[account.authority].status == "withdrawn":
        return False
    identity = account.identity_hex
    if entry.type == "device.enrolled":
        return set(entry.signers) == {identity, unb64(entry.fields["device_key"]).hex()}
    if len(entry.signers) != 1:
        return False
    signer = entry.signers[0]
    if signer == identity:
        return True
    if entry.type == "account.keys" and entry.fields["unlock_keys"] != _unlock_keys(account):
        return False
    return any(unb64(device.key).hex() == signer for device in account.active_devices().values())


def _unlock_keys(account: Account) -> list[dict[str, object]]:
    return [each.to_json() for each in account.unlock_keys]
