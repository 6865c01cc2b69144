"""Who reads for which authority, and with which devices: the Register in the memory of this process, never out of date.

Every message asks these questions, so they are answered from memory. What is in memory belongs to one size of
the Register. Whoever writes compares that size with the database inside the transaction that writes
(`current`), so that not even the first message after a removal is judged by what was true before it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from django.db import connection

from members.charter import access as charter
from members.protocol.encoding import unb64
from members.register.models import Entry, RegisterAccount, RegisterAuthority, RegisterDevice

REMEMBERED_ROOTS: Final = 4_096
Head: TypeAlias = tuple[str, int, str, bool, int]
"""Network, size and root of the Register, whether the portal is being restored, and how often the charter has moved."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of an authority (docs/protocol.md, section 4.4), and the generation to box to."""

    account: str
    authority: str
    generation: int
    tainted_through: int

    @property
    def tainted(self) -> bool:
        return self.generation <= self.tainted_through


@dataclass(frozen=True, slots=True)
class Device:
    """A device of an active account; only active ones are kept."""

    account: str
    key: bytes


@dataclass(frozen=True)
class Roster:
    """Readers and active devices as of one size of the Register; while `restoring` nobody writes anything.

    `only_read_from` says from when on (milliseconds) an authority may only read, since it has not accepted the charter
    that is in force then: what only time changes needs no question.
    """

    network: str
    size: int
    root: str
    readers: Mapping[str, Reader] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    by_authority: Mapping[str, frozenset[str]] = field(default_factory=dict)
    members: frozenset[str] = frozenset()  # authorities that may take part: active ones that are no observers
    restoring: bool = False
    charter: int = 0
    only_read_from: Mapping[str, int] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)  # of earlier sizes, as far as anybody has asked

    @property
    def head(self) -> Head:
        """What it was made of, as the database states it."""
        return self.network, self.size, self.root, self.restoring, self.charter

    def authority_read_by(self, account: str) -> str | None:
        """The authority that this account reads for, if it reads at all."""
        reader = self.readers.get(account)
        return None if reader is None else reader.authority

    def may_only_read(self, account: str, now: int) -> bool:
        """Whether the authority of this account has to accept the charter before it writes anything."""
        reader = self.readers.get(account)
        since = None if reader is None else self.only_read_from.get(reader.authority)
        return since is not None and since <= now

    def active_device(self, device: str, account: str) -> Device | None:
        """This device, if it is an active one of this account."""
        found = self.devices.get(device)
        return found if found is not None and found.account == account else None

    def readers_of(self, participants: Collection[str]) -> dict[str, Reader]:
        """The readers of these authorities, by account."""
        return {
            account: self.readers[account]
            for authority in participants
            for account in self.by_authority.get(authority, ())
        }

    def is_own_checkpoint(self, size: int, root: str) -> bool:
        """Whether the Register of this server had this root at this size; asks the database for old ones only once."""
        if size == self.size:
            return root == self.root
        if not 0 < size < self.size:
            return False
        known = self.roots.get(size)
        if known is None:
            known = Entry.objects.values_list("root", flat=True).get(index=size - 1)
            if len(self.roots) >= REMEMBERED_ROOTS:
                self.roots.clear()
            self.roots[size] = known
        return root == known


_lock = threading.Lock()
_newest = Roster(network="", size=-1, root="")


def newest() -> Roster:
    """The newest roster that this process has heard of; asks nothing."""
    return _newest


def current(*, locked: bool = False) -> Roster:
    """The roster at the size that the database has now; one look at one row when nothing has changed.

    Whoever writes by it asks with `locked`, inside the transaction: until its end nobody can append to the Register.
    SQLite's immediate transactions see to that without a word; other databases lock the row.
    """
    global _newest
    query = _HEAD
    if locked and connection.features.has_select_for_update:
        query += " FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    stated: Head = ("", 0, "", False, 0) if row is None else (*row[:3], bool(row[3]), row[4])
    roster = _newest
    if roster.head == stated:
        return roster
    with _lock:
        roster = _newest
        if roster.head != stated:
            network, size, *_ = stated
            known = roster.roots if roster.network == network and roster.size <= size else {}
            _newest = roster = _load(stated, known)
        return roster


_HEAD: Final = (
    "SELECT network, size, root, restoring_since IS NOT NULL, charter FROM register_head WHERE id = 1"
)


def _load(head: Head, roots: dict[int, str]) -> Roster:
    """Everything about readers and devices, in three queries on the tables that repeat the Register's state.

    Two more say who may only read, where the network asks for that.
    """
    active = RegisterAuthority.objects.filter(status="active", kind="member")
    members = frozenset(active.values_list("id", flat=True))
    accounts = RegisterAccount.objects.filter(
        active=True, held=False, generation__gte=1, authority__isnull=False
    )
    readers: dict[str, Reader] = {}
    by_authority: dict[str, set[str]] = {}
    for account, authority, generation, tainted in accounts.values_list(
        "id", "authority", "generation", "tainted_through"
    ):
        if authority in members:
            readers[account] = Reader(account, authority, generation, tainted)
            by_authority.setdefault(authority, set()).add(account)
    devices = {
        device: Device(account, unb64(key))
        for device, account, key in RegisterDevice.objects.filter(active=True).values_list(
            "id", "account", "key"
        )
    }
    grouped = {authority: frozenset(accounts_) for authority, accounts_ in by_authority.items()}
    network, size, root, restoring, moved = head
    only_read_from = charter.only_reads_from(members)
    return Roster(
        network, size, root, readers, devices, grouped, members, restoring, moved, only_read_from, roots
    )
