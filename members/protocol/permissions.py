"""Rule 8: what nobody may do, whoever signed, by type of statement (docs/protocol.md, 4.3)."""

from __future__ import annotations

from typing import Final

from members.protocol.refusal import Rejected
from members.protocol.state import Account, State
from members.protocol.statements import Entry

MAX_DEVICES: Final = 20


def check(state: State, entry: Entry) -> None:
    """Raise Rejected `not_allowed` when a rule of the statement's type forbids it."""
    sentence = _objection(state, entry)
    if sentence is not None:
        raise Rejected("not_allowed", sentence)


def _objection(state: State, entry: Entry) -> str | None:
    family, _, act = entry.type.partition(".")
    if family == "officer" and act != "appointed":
        return _about_officer(state, entry)
    if family == "authority":
        return _about_authority(state, entry, act)
    if family == "focal_point":
        return _about_focal_point(state, entry, act)
    if entry.type == "account.keys":
        return _about_keys(state.accounts[entry.fields["account"]], entry)
    if entry.type == "device.enrolled":
        return _about_enrolment(state.accounts[entry.fields["account"]], entry)
    if entry.type == "device.revoked":
        return _about_revocation(state, entry)
    return None


def _about_officer(state: State, entry: Entry) -> str | None:
    if entry.fields["account"] not in state.officers:
        return "the account is not an officer in office"
    if entry.type == "officer.removed" and len(state.officers) - 1 < state.threshold + 1:
        return "too few officers would be left"
    return None


def _about_authority(state: State, entry: Entry, act: str) -> str | None:
    if act == "admitted":
        if (entry.fields["kind"] == "member") != (entry.fields["lead"] is not None):
            return "a member has a lead, an observer has none"
        return None
    status = state.authorities[entry.subject.id].status
    if act == "suspended" and status != "active":
        return "the authority is not active"
    if act == "reinstated" and status != "suspended":
        return "the authority is not suspended"
    if act == "withdrawn" and status == "withdrawn":
        return "the authority has withdrawn already"
    return None


def _about_focal_point(state: State, entry: Entry, act: str) -> str | None:
    authority = state.authorities[entry.subject.id]
    role = entry.fields.get("role")
    if act == "appointed":
        if authority.status == "withdrawn" or authority.kind == "observer":
            return "the authority has no focal points"
    elif not _is_person_of(state, entry):
        return "the account is not an active one of the authority"
    account = entry.fields["account"]
    is_lead = account == authority.lead
    if entry.subject.kind == "people":
        if role == "lead":
            return "only officers make somebody the lead"
        if is_lead and act in ("role_changed", "rekeyed", "removed"):
            return "only officers do this to the lead"
        if act == "removed":
            return _about_removal(state, entry)
        if act == "confirmed":
            return _about_confirmation(state, entry)
        return None
    if role not in (None, "lead"):
        return "officers appoint and name leads only"
    if act == "rekeyed" and not is_lead:
        return "officers re-key leads only"
    return None


def _about_removal(state: State, entry: Entry) -> str | None:
    account = entry.fields["account"]
    signer = state.owner_of_device(entry.signers[0])
    if signer is None:  # pragma: no cover - rule 7 has found the signer
        return "the signer is not known"
    if signer[1].role == "deputy" and state.accounts[account].role == "deputy" and signer[0] != account:
        return "a deputy does not remove another deputy"
    return None


def _about_confirmation(state: State, entry: Entry) -> str | None:
    account = entry.fields["account"]
    signer = state.owner_of_device(entry.signers[0])
    if not state.accounts[account].held:
        return "the person is not held"
    if signer is None or signer[0] == account:  # pragma: no cover - a held person's device fails rule 7
        return "nobody confirms themself"
    return None


def _is_person_of(state: State, entry: Entry) -> bool:
    account = state.accounts[entry.fields["account"]]
    return account.active and account.authority == entry.subject.id


def _about_keys(account: Account, entry: Entry) -> str | None:
    fields = entry.fields
    generation, reading_key, previous_box = (
        fields["generation"],
        fields["reading_key"],
        fields["previous_box"],
    )
    if generation == account.generation and generation > account.tainted_through:
        if reading_key != account.reading_key or previous_box != account.previous_box:
            return "a repeat of the present generation changes its key or previous box"
    elif generation == account.generation + 1:
        if reading_key in account.reading_keys.values():
            return "the reading key was used before"
        if (previous_box is None) != (account.reading_key is None):
            return "the previous box must be there exactly when there is a previous reading key"
    else:
        return "the generation is neither the present one nor the next"
    if not fields["unlock_keys"]:
        return "no unlock key"
    devices = {each.box_key for each in account.active_devices().values()}
    wanted = devices | {each["key"] for each in fields["unlock_keys"]}
    if [each["key"] for each in fields["reading_boxes"]] != sorted(wanted):
        return "the reading boxes are not for exactly the active devices and unlock keys"
    return None


def _about_enrolment(account: Account, entry: Entry) -> str | None:
    active = account.active_devices()
    revoked = entry.fields["revokes"]
    if any(device not in active for device in revoked):
        return "a device to be revoked is not active"
    if len(active) - len(revoked) + 1 > MAX_DEVICES:
        return "too many active devices"
    return None


def _about_revocation(state: State, entry: Entry) -> str | None:
    account = entry.fields["account"]
    if entry.subject.kind in ("people", "standing") and not _is_person_of(state, entry):
        return "the account is not an active one of the authority"
    if entry.subject.kind == "network" and account not in state.officers:
        return "the account is not an officer in office"
    if not state.accounts[account].devices[entry.fields["device"]].active:
        return "the device is not active"
    return None
