"""The state of the Register: who speaks for which authority, with which keys (docs/protocol.md, 4.2).

Accounts, devices and authorities are immutable values; `State` holds them in dictionaries that `rules` alone changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from members.protocol.encoding import unb64


@dataclass(frozen=True, slots=True)
class Device:
    """A device of an account: its key and box key hash stay known after it is revoked."""

    active: bool
    box_key: str
    key: str

    def to_json(self) -> dict[str, Any]:
        """The form inside the state."""
        return {"active": self.active, "box_key": self.box_key, "key": self.key}


@dataclass(frozen=True, slots=True)
class UnlockKey:
    """A key that opens the identity seed and the reading key on a new browser."""

    date: int
    identity_box: str
    key: str
    kind: str
    serial: int

    def to_json(self) -> dict[str, Any]:
        """The form inside statements and the state."""
        return {
            "date": self.date,
            "identity_box": self.identity_box,
            "key": self.key,
            "kind": self.kind,
            "serial": self.serial,
        }


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who brought a person in: officers, or a lead by name; and the entry that did it."""

    by: str
    account: str | None
    entry: str

    def to_json(self) -> dict[str, Any]:
        """The form inside the state."""
        return {"by": self.by, "account": self.account, "entry": self.entry}


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the Register knows them."""

    identity_key: str
    role: str
    since: int
    vouched_by: Voucher
    authority: str | None = None
    commitment: str | None = None
    active: bool = True
    held: bool = False
    devices: Mapping[str, Device] = field(default_factory=dict)
    generation: int = 0
    reading_key: str | None = None
    reading_keys: Mapping[int, str] = field(default_factory=dict)
    previous_box: str | None = None
    unlock_keys: tuple[UnlockKey, ...] = ()
    tainted_through: int = 0

    @property
    def tainted(self) -> bool:
        """Whether nobody may box to the present generation."""
        return 0 < self.generation <= self.tainted_through

    @property
    def identity_hex(self) -> str:
        """The identity key as it stands in `keyid` and in the subject of the account."""
        return unb64(self.identity_key).hex()

    def active_devices(self) -> dict[str, Device]:
        """The devices that may act, by device id."""
        return {device: each for device, each in self.devices.items() if each.active}

    def receivers(self) -> list[str]:
        """The key hashes that every reading box goes to, sorted: active devices and unlock keys."""
        keys = {each.box_key for each in self.devices.values() if each.active}
        return sorted(keys | {each.key for each in self.unlock_keys})

    def to_json(self) -> dict[str, Any]:
        """The form inside the state."""
        return {
            "active": self.active,
            "authority": self.authority,
            "commitment": self.commitment,
            "devices": {device: each.to_json() for device, each in self.devices.items()},
            "generation": self.generation,
            "held": self.held,
            "identity_key": self.identity_key,
            "previous_box": self.previous_box,
            "reading_key": self.reading_key,
            "reading_keys": {str(generation): key for generation, key in self.reading_keys.items()},
            "role": self.role,
            "since": self.since,
            "tainted_through": self.tainted_through,
            "unlock_keys": [each.to_json() for each in self.unlock_keys],
            "vouched_by": self.vouched_by.to_json(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Account:
        """The account of its form inside the state."""
        return cls(
            **{
                **value,
                "devices": {device: Device(**each) for device, each in value["devices"].items()},
                "reading_keys": {int(each): key for each, key in value["reading_keys"].items()},
                "unlock_keys": tuple(UnlockKey(**each) for each in value["unlock_keys"]),
                "vouched_by": Voucher(**value["vouched_by"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority as the Register knows it."""

    kind: str
    lead: str | None
    name: str
    state: str
    status: str = "active"

    def to_json(self) -> dict[str, Any]:
        """The form inside the state."""
        return {
            "kind": self.kind,
            "lead": self.lead,
            "name": self.name,
            "state": self.state,
            "status": self.status,
        }


@dataclass(slots=True)
class State:
    """What follows from the entries seen so far; the empty one before the first."""

    network: str | None = None
    name: str = ""
    demo: bool = False
    threshold: int = 0
    register_key: str | None = None
    size: int = 0
    officers: dict[str, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    used_keys: set[str] = field(default_factory=set)
    authorities: dict[str, Authority] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    device_owners: dict[str, str] = field(default_factory=dict, compare=False)
    """Which account every device key (hexadecimal) was enrolled for; derived from `accounts`."""

    def copy(self) -> State:
        """A state that changes independently (the values inside are immutable)."""
        return State(
            network=self.network,
            name=self.name,
            demo=self.demo,
            threshold=self.threshold,
            register_key=self.register_key,
            size=self.size,
            officers=dict(self.officers),
            heads=dict(self.heads),
            used_keys=set(self.used_keys),
            authorities=dict(self.authorities),
            accounts=dict(self.accounts),
            device_owners=dict(self.device_owners),
        )

    def people_of(self, authority: str) -> dict[str, Account]:
        """The active accounts of an authority."""
        return {
            account: each
            for account, each in self.accounts.items()
            if each.active and each.authority == authority
        }

    def owner_of_device(self, device_key: str) -> tuple[str, Account] | None:
        """The active account whose active device has this key (hexadecimal), or None."""
        account = self.device_owners.get(device_key)
        if account is None:
            return None
        owner = self.accounts[account]
        if not owner.active or not any(
            each.active and unb64(each.key).hex() == device_key for each in owner.devices.values()
        ):
            return None
        return account, owner

    def to_json(self) -> dict[str, Any]:
        """The form of docs/protocol.md, 4.2."""
        return {
            "network": self.network,
            "name": self.name,
            "demo": self.demo,
            "threshold": self.threshold,
            "register_key": self.register_key,
            "size": self.size,
            "officers": dict(self.officers),
            "heads": dict(self.heads),
            "used_keys": sorted(self.used_keys),
            "authorities": {each: authority.to_json() for each, authority in self.authorities.items()},
            "accounts": {each: account.to_json() for each, account in self.accounts.items()},
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> State:
        """The state of its JSON form, which must come from a trusted place (a bookmark, a vault)."""
        accounts = {each: Account.from_json(account) for each, account in value["accounts"].items()}
        return cls(
            **{
                **value,
                "used_keys": set(value["used_keys"]),
                "authorities": {
                    each: Authority(**authority) for each, authority in value["authorities"].items()
                },
                "accounts": accounts,
                "device_owners": {
                    unb64(device.key).hex(): account
                    for account, each in accounts.items()
                    for device in each.devices.values()
                },
            }
        )
