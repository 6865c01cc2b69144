"""The replayed Register in the memory of this process: never ahead of the database, and caught up before each use.

A `Ledger` is a value that stays as it is; `current` swaps it for a longer one. What is held belongs to one size and
root, so that a database that was restored or rolled back is noticed and replayed from its beginning.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from members.protocol import merkle
from members.protocol.rules import Rejected, apply_in_place
from members.protocol.state import State
from members.register.models import Entry, Head

_log = logging.getLogger(__name__)


class RegisterDamaged(Exception):
    """The entries in the database do not lead to its head: somebody changed them. Nothing is read or appended."""


@dataclass(frozen=True)
class Ledger:
    """The log up to `size`: what follows from it, and every leaf hash (those beyond `size` belong to later ones)."""

    state: State = field(default_factory=State)
    range: merkle.CompactRange = field(default_factory=merkle.CompactRange)
    root: str = ""
    leaves: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.range.size

    def leaves_at(self, size: int) -> list[bytes]:
        """The leaf hashes of the log when it had this size."""
        return self.leaves[:size]


_lock = threading.Lock()
_held = Ledger()


def current(head: Head | None = None) -> Ledger:
    """The Register as the database has it now; one query when nothing was added.

    Whoever appends gives the head row that it has locked.
    """
    global _held
    if head is None:
        head = Head.objects.filter(pk=1).first() or Head()
    held = _held
    if (held.size, held.root) == (head.size, head.root):
        return held
    with _lock:
        if (_held.size, _held.root) != (head.size, head.root):
            _held = _catch_up(_held if _is_prefix(_held, head) else Ledger(), head)
        return _held


def _is_prefix(held: Ledger, head: Head) -> bool:
    """Whether what is held is the beginning of what the database has."""
    if not 0 < held.size < head.size:
        return False
    root = Entry.objects.filter(index=held.size - 1).values_list("root", flat=True).first()
    return root == held.root


def _catch_up(held: Ledger, head: Head) -> Ledger:
    state, grown = held.state.copy(), held.range.copy()
    leaves = held.leaves if len(held.leaves) == held.size else held.leaves[: held.size]
    missing = Entry.objects.filter(index__gte=held.size, index__lt=head.size).order_by("index")
    for index, data in missing.values_list("index", "data").iterator():
        raw = bytes(data)
        try:
            apply_in_place(state, raw)
        except Rejected as error:  # never written by `append`: somebody changed the database
            _log.error("Entry %d of the Register does not apply: %s.", index, error.reason)
        leaf = merkle.leaf_hash(raw)
        leaves.append(leaf)
        grown.append(leaf)
    if grown.size != head.size or (head.size and grown.root().hex() != head.root):
        raise RegisterDamaged("The entries of the Register do not lead to its head.")
    return Ledger(state, grown, head.root, leaves)
