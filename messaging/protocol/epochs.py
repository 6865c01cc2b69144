"""Sealed epochs: who can read, under which key, and when the next one is due (docs/protocol.md, 4.4 and 5.2)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from members.protocol import boxes, schema
from members.protocol.boxes import BoxRefused
from members.protocol.canonical import NotCanonical, canonical, parse
from members.protocol.encoding import u32
from members.protocol.schema import Malformed
from members.protocol.state import Account, Authority
from messaging.protocol.refusal import Refused

KEY_LENGTH: Final = 32
MAX_MEMBERS: Final = 1_000

_TABLE = schema.sorted_list(
    schema.closed(account=schema.identifier, box=schema.nullable(schema.hash_), generation=schema.positive),
    by="account",
    least=1,
    most=MAX_MEMBERS,
)


class Standing(Protocol):
    """Accounts and authorities at some size of the Register: its state, or what a history says of the past."""

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Accounts by identifier."""

    @property
    def authorities(self) -> Mapping[str, Authority]:
        """Authorities by identifier."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a member table: which generation of whose reading key the box goes to; no box when it was tainted."""

    account: str
    box: str | None
    generation: int


def readers(standing: Standing, participants: Iterable[str]) -> dict[str, Account]:
    """Who can read: active, not held accounts with a reading key, of active member authorities among these."""
    reading = {
        authority
        for authority in participants
        if (known := standing.authorities.get(authority)) is not None
        and known.status == "active"
        and known.kind == "member"
    }
    return {
        account: each
        for account, each in standing.accounts.items()
        if each.active and not each.held and each.generation >= 1 and each.authority in reading
    }


def make_table(rows: Iterable[Row]) -> bytes:
    """The canonical member table."""
    listed = [
        {"account": row.account, "box": row.box, "generation": row.generation}
        for row in sorted(rows, key=lambda row: row.account)
    ]
    _TABLE(listed, "members")
    return canonical(listed)


def parse_table(table: bytes, expected: str | None = None) -> dict[str, Row]:
    """The rows of a member table by account, if it is canonical and has the expected hash; raises Refused."""
    if expected is not None and table_hash(table) != expected:
        raise Refused("bad_epoch", "the member table is not the one that was signed")
    try:
        rows: Any = parse(table)
        _TABLE(rows, "members")
    except (NotCanonical, Malformed) as error:
        raise Refused("bad_epoch", str(error)) from error
    return {row["account"]: Row(row["account"], row["box"], row["generation"]) for row in rows}


def table_hash(table: bytes) -> str:
    """How an epoch names its member table."""
    return hashlib.sha256(table).hexdigest()


def new_key() -> bytes:
    """A random epoch key."""
    return os.urandom(KEY_LENGTH)


def commitment(previous: str, number: int, key: bytes) -> str:
    """What binds an epoch to one key for everybody; `previous` is the hash of the previous epoch or conversation."""
    bound = b"entente/v1/epoch-commitment\n" + bytes.fromhex(previous) + u32(number) + key
    return hashlib.sha256(bound).hexdigest()


def box_info(network: str, conversation: str, number: int, account: str, generation: int) -> bytes:
    """Binds a box of an epoch key to its epoch, reader and generation."""
    return boxes.info("entente/v1/epoch", network, conversation, number, account, generation)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A member table and the boxes by account that it names."""

    table: bytes
    boxes: dict[str, bytes]


def seal_key(
    key: bytes,
    *,
    network: str,
    conversation: str,
    number: int,
    members: Mapping[str, Account],
    reading_keys: Mapping[str, bytes],
) -> Sealed:
    """Box an epoch key to every member who is not tainted; `reading_keys` has the raw public keys by key hash.

    Raises KeyError when a reading key is missing: an epoch without a member's box must not come about by accident.
    """
    made: dict[str, bytes] = {}
    rows = []
    for account, member in members.items():
        named = None
        if not member.tainted:
            public = reading_keys[str(member.reading_key)]
            if boxes.key_hash(public) != member.reading_key:
                raise BoxRefused("a reading key is not the one that the Register names")
            info = box_info(network, conversation, number, account, member.generation)
            made[account] = boxes.seal_box(public, info, key)
            named = hashlib.sha256(made[account]).hexdigest()
        rows.append(Row(account, named, member.generation))
    return Sealed(make_table(rows), made)


def open_key(
    box: bytes,
    *,
    reading_seed: bytes,
    network: str,
    conversation: str,
    number: int,
    account: str,
    generation: int,
    previous: str,
    expected: str,
) -> bytes:
    """The epoch key from a box; raises Refused `bad_epoch` when it does not open to the commitment."""
    try:
        key = boxes.open_box(reading_seed, box_info(network, conversation, number, account, generation), box)
    except BoxRefused as error:
        raise Refused("bad_epoch", "the box does not open") from error
    if len(key) != KEY_LENGTH or commitment(previous, number, key) != expected:
        raise Refused("bad_epoch", "the box does not hold the key that everybody else has")
    return key


def check_members(table: Mapping[str, Row], standing: Standing, participants: Iterable[str]) -> None:
    """Raise Refused `members_changed` unless the rows are exactly what the Register derives at that checkpoint."""
    expected = readers(standing, participants)
    if table.keys() != expected.keys():
        raise Refused("members_changed", "the member table is not what the Register derives")
    for account, row in table.items():
        member = expected[account]
        if row.generation != member.generation or (row.box is None) != member.tainted:
            raise Refused("members_changed", "a row of the member table does not fit the Register")


def due(table: Mapping[str, Row], standing: Standing, participants: Iterable[str]) -> str | None:
    """Why a new epoch is due (`members` or `keys`), or None while the present one holds."""
    now = readers(standing, participants)
    if now.keys() != table.keys():
        return "members"
    if any(
        row.box is not None and row.generation <= now[row.account].tainted_through for row in table.values()
    ):
        return "keys"
    return None
