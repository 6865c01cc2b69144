"""Repeats the state in tables, so that it can be asked by query; and says when tables and log have come apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from members import clock
from members.protocol.state import Account, State
from members.register.models import RegisterAccount, RegisterAuthority, RegisterDevice

ACCOUNT_FIELDS = [
    "active",
    "held",
    "role",
    "authority",
    "identity_key",
    "generation",
    "tainted_through",
    "reading_key",
    "commitment",
]
AUTHORITY_FIELDS = ["name", "state", "kind", "status", "lead"]
DEVICE_FIELDS = ["account", "key", "box_key", "active"]


@dataclass
class Cut:
    """Who and what ceased to be active by an append."""

    accounts: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)


def write(state: State, *, accounts: Iterable[str], authorities: Iterable[str]) -> None:
    """Bring the rows of these accounts and authorities to what the state says."""
    touched = list(accounts)
    RegisterAccount.objects.bulk_create(
        [account_row(one, state.accounts[one]) for one in touched],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ACCOUNT_FIELDS,
    )
    RegisterDevice.objects.bulk_create(
        [row for one in touched for row in device_rows(one, state.accounts[one])],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=DEVICE_FIELDS,
    )
    RegisterAuthority.objects.bulk_create(
        [authority_row(state, one) for one in authorities],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=AUTHORITY_FIELDS,
    )


def cut_off(before: State, after: State, accounts: Iterable[str]) -> Cut:
    """What of these accounts was active before and is no longer."""
    cut = Cut()
    for account in accounts:
        old, new = before.accounts.get(account), after.accounts[account]
        if old is None:
            continue
        if old.active and not new.active:
            cut.accounts.append(account)
        still = new.active_devices()
        cut.devices += [device for device in old.active_devices() if device not in still]
    return cut


def account_row(account: str, one: Account) -> RegisterAccount:
    return RegisterAccount(
        id=account,
        active=one.active,
        held=one.held,
        role=one.role,
        authority=one.authority,
        identity_key=one.identity_key,
        generation=one.generation,
        tainted_through=one.tainted_through,
        reading_key=one.reading_key,
        commitment=one.commitment,
    )


def device_rows(account: str, one: Account) -> list[RegisterDevice]:
    now = clock.now()
    return [
        RegisterDevice(
            id=device,
            account=account,
            key=each.key,
            box_key=each.box_key,
            active=each.active,
            enrolled_at=now,
        )
        for device, each in one.devices.items()
    ]


def authority_row(state: State, authority: str) -> RegisterAuthority:
    one = state.authorities[authority]
    return RegisterAuthority(
        id=authority, name=one.name, state=one.state, kind=one.kind, status=one.status, lead=one.lead
    )


def differences(state: State) -> list[str]:
    """Sentences about every row that is not what the state says; none when tables and log agree."""
    accounts = [account_row(account, one) for account, one in state.accounts.items()]
    devices = [row for account, one in state.accounts.items() for row in device_rows(account, one)]
    authorities = [authority_row(state, authority) for authority in state.authorities]
    return [
        *_compare("account", accounts, RegisterAccount.objects.in_bulk(), ACCOUNT_FIELDS),
        *_compare("device", devices, RegisterDevice.objects.in_bulk(), DEVICE_FIELDS),
        *_compare("authority", authorities, RegisterAuthority.objects.in_bulk(), AUTHORITY_FIELDS),
    ]


Row = RegisterAccount | RegisterDevice | RegisterAuthority


def _compare(what: str, expected: Iterable[Row], held: Mapping[str, Row], names: list[str]) -> list[str]:
    found = []
    remaining = dict(held)
    for one in expected:
        row = remaining.pop(one.pk, None)
        if row is None:
            found.append(f"The {what} {one.pk} is missing in its table.")
            continue
        wrong = [name for name in names if getattr(row, name) != getattr(one, name)]
        if wrong:
            found.append(f"The {what} {one.pk} differs in {', '.join(wrong)}.")
    return found + [f"The {what} {key} is in the table and not in the log." for key in sorted(remaining)]
