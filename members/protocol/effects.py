"""What an entry that applies does to the state (docs/protocol.md, 4.3, effects)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from members.protocol.encoding import unb64
from members.protocol.signing import device_id
from members.protocol.state import Account, Authority, Device, State, UnlockKey, Voucher
from members.protocol.statements import Entry


@dataclass(slots=True)
class Touched:
    """The accounts and authorities that an entry changed."""

    accounts: set[str] = field(default_factory=set)
    authorities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Change:
    """A state being changed, and what was touched so far."""

    state: State
    entry: Entry
    touched: Touched = field(default_factory=Touched)

    def put(self, account: str, value: Account) -> None:
        self.state.accounts[account] = value
        self.touched.accounts.add(account)

    def update(self, account: str, **changes: Any) -> None:
        self.put(account, replace(self.state.accounts[account], **changes))

    def put_authority(self, authority: str, value: Authority) -> None:
        self.state.authorities[authority] = value
        self.touched.authorities.add(authority)

    def use_key(self, key: str) -> None:
        self.state.used_keys.add(unb64(key).hex())

    def voucher(self, *, lead: str | None = None) -> Voucher:
        return Voucher("officers" if lead is None else "lead", lead, self.entry.hash)

    def bring_in(self, account: str, identity_key: str, role: str, **more: Any) -> None:
        lead = more.pop("lead", None)
        self.use_key(identity_key)
        self.put(
            account,
            Account(
                identity_key=identity_key,
                role=role,
                since=self.entry.fields["time"],
                vouched_by=self.voucher(lead=lead),
                **more,
            ),
        )


def perform(state: State, entry: Entry) -> Touched:
    """Change the state as the entry says; the entry has passed every rule."""
    change = _Change(state, entry)
    _EFFECTS[entry.type](change, entry.fields)
    return change.touched


def _founded(change: _Change, fields: dict[str, Any]) -> None:
    state = change.state
    state.network, state.name, state.demo = change.entry.hash, fields["name"], fields["demo"]
    state.threshold, state.register_key = fields["threshold"], fields["register_key"]
    for officer in fields["officers"]:
        _officer_appointed(change, officer)


def _officer_appointed(change: _Change, fields: dict[str, Any]) -> None:
    change.state.officers[fields["account"]] = fields["identity_key"]
    change.bring_in(fields["account"], fields["identity_key"], "officer")


def _officer_rekeyed(change: _Change, fields: dict[str, Any]) -> None:
    change.state.officers[fields["account"]] = fields["identity_key"]
    _rekey(change, fields, held=False)


def _officer_removed(change: _Change, fields: dict[str, Any]) -> None:
    del change.state.officers[fields["account"]]
    _leave(change, fields)


def _admitted(change: _Change, fields: dict[str, Any]) -> None:
    lead = fields["lead"]
    change.put_authority(
        fields["authority"],
        Authority(
            kind=fields["kind"],
            lead=None if lead is None else lead["account"],
            name=fields["name"],
            state=fields["state"],
        ),
    )
    if lead is not None:
        change.bring_in(
            lead["account"],
            lead["identity_key"],
            "lead",
            authority=fields["authority"],
            commitment=lead["commitment"],
        )


def _standing_becomes(change: _Change, fields: dict[str, Any]) -> None:
    status = {"suspended": "suspended", "reinstated": "active", "withdrawn": "withdrawn"}
    authority = fields["authority"]
    known = change.state.authorities[authority]
    change.put_authority(authority, replace(known, status=status[change.entry.type.partition(".")[2]]))


def _becomes_held(change: _Change, fields: dict[str, Any]) -> bool:
    """Officers' own choices, and those of a lead who is held, wait for a colleague's confirmation."""
    if change.entry.subject.kind == "standing":
        return True
    lead = change.state.authorities[fields["authority"]].lead
    return lead is not None and change.state.accounts[lead].held


def _appointed(change: _Change, fields: dict[str, Any]) -> None:
    by_officers = change.entry.subject.kind == "standing"
    lead = None if by_officers else change.state.authorities[fields["authority"]].lead
    held = _becomes_held(change, fields)
    if fields["role"] == "lead":
        _name_lead(change, fields)
    change.bring_in(
        fields["account"],
        fields["identity_key"],
        fields["role"],
        authority=fields["authority"],
        commitment=fields["commitment"],
        held=held,
        lead=lead,
    )


def _name_lead(change: _Change, fields: dict[str, Any]) -> None:
    authority, account = fields["authority"], fields["account"]
    known = change.state.authorities[authority]
    former = known.lead
    if former is not None and former != account and change.state.accounts[former].active:
        change.update(former, role="deputy")
    change.put_authority(authority, replace(known, lead=account))


def _role_changed(change: _Change, fields: dict[str, Any]) -> None:
    if fields["role"] == "lead":
        _name_lead(change, fields)
    change.update(fields["account"], role=fields["role"])


def _focal_point_rekeyed(change: _Change, fields: dict[str, Any]) -> None:
    _rekey(change, fields, held=_becomes_held(change, fields))


def _rekey(change: _Change, fields: dict[str, Any], *, held: bool) -> None:
    account = change.state.accounts[fields["account"]]
    change.use_key(fields["identity_key"])
    change.put(
        fields["account"], replace(rekeyed(account, fields["identity_key"]), held=account.held or held)
    )


def rekeyed(account: Account, identity_key: str) -> Account:
    """The account under another identity key: nothing of the former keys is left but their number."""
    return replace(
        account,
        identity_key=identity_key,
        devices=_without(account, account.devices),
        unlock_keys=(),
        reading_key=None,
        previous_box=None,
        tainted_through=account.generation,
    )


def _confirmed(change: _Change, fields: dict[str, Any]) -> None:
    change.update(fields["account"], held=False)


def _leave(change: _Change, fields: dict[str, Any]) -> None:
    account = change.state.accounts[fields["account"]]
    change.update(fields["account"], active=False, devices=_without(account, account.devices))


def _keys(change: _Change, fields: dict[str, Any]) -> None:
    account = change.state.accounts[fields["account"]]
    unlock_keys = tuple(UnlockKey(**each) for each in fields["unlock_keys"])
    if fields["generation"] == account.generation:
        change.update(fields["account"], unlock_keys=unlock_keys)
        return
    change.update(
        fields["account"],
        generation=fields["generation"],
        reading_key=fields["reading_key"],
        reading_keys={**account.reading_keys, fields["generation"]: fields["reading_key"]},
        previous_box=fields["previous_box"],
        unlock_keys=unlock_keys,
    )


def _device_enrolled(change: _Change, fields: dict[str, Any]) -> None:
    account = change.state.accounts[fields["account"]]
    key = unb64(fields["device_key"])
    device = Device(active=True, box_key=fields["device_box_key"], key=fields["device_key"])
    devices = {**_without(account, fields["revokes"]), device_id(key): device}
    taint = {"tainted_through": account.generation} if fields["revokes"] else {}
    change.use_key(fields["device_key"])
    change.state.device_owners[key.hex()] = fields["account"]
    change.update(fields["account"], devices=devices, **taint)


def _device_revoked(change: _Change, fields: dict[str, Any]) -> None:
    account = change.state.accounts[fields["account"]]
    change.update(
        fields["account"],
        devices=_without(account, [fields["device"]]),
        tainted_through=account.generation,
    )


def _without(account: Account, revoked: Iterable[str]) -> dict[str, Device]:
    """The devices of an account with these no longer active."""
    gone = set(revoked)
    return {
        device: replace(each, active=False) if device in gone else each
        for device, each in account.devices.items()
    }


_EFFECTS = {
    "network.founded": _founded,
    "officer.appointed": _officer_appointed,
    "officer.rekeyed": _officer_rekeyed,
    "officer.removed": _officer_removed,
    "authority.admitted": _admitted,
    "authority.suspended": _standing_becomes,
    "authority.reinstated": _standing_becomes,
    "authority.withdrawn": _standing_becomes,
    "focal_point.appointed": _appointed,
    "focal_point.role_changed": _role_changed,
    "focal_point.rekeyed": _focal_point_rekeyed,
    "focal_point.confirmed": _confirmed,
    "focal_point.removed": _leave,
    "account.keys": _keys,
    "device.enrolled": _device_enrolled,
    "device.revoked": _device_revoked,
}
