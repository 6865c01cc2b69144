"""The chain of the audit log, as anybody can compute it from an export (docs/audit.md). No Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from members.protocol.canonical import NotCanonical, canonical

START: Final = "00" * 32
LABEL: Final = b"entente/v1/audit\n"
FIELDS: Final = ("about", "action", "actor", "at", "authority", "details", "sequence")


def next_hash(before: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over the label, the hash before and the canonical JSON of the row without its own hash."""
    body = canonical({name: row[name] for name in FIELDS})
    return hashlib.sha256(LABEL + bytes.fromhex(before) + body).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not fit what is before it."""

    sequence: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How far a chain goes; `broken` where it stops."""

    rows: int
    hash: str
    broken: Broken | None = None


def verify(rows: Iterable[Mapping[str, Any]], *, first: int = 1, before: str = START) -> Verified:
    """Follow rows in their order from `first` on; stops at the first that is missing, moved or changed."""
    count = 0
    for row in rows:
        expected = first + count
        try:
            if row["sequence"] != expected:
                why = f"number {expected} is missing" if row["sequence"] > expected else "it stands twice"
                return Verified(count, before, Broken(expected, why))
            if next_hash(before, row) != row["hash"]:
                return Verified(count, before, Broken(expected, "it is not what was sealed"))
        except (KeyError, TypeError, NotCanonical):
            return Verified(count, before, Broken(expected, "it does not have the form of a row"))
        before = row["hash"]
        count += 1
    return Verified(count, before)
