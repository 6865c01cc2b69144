"""The chain of the audit log: whatever was changed, taken out, put in or moved is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from members.audit import chain

Rows = list[dict[str, Any]]


def made(number: int = 5) -> Rows:
    rows: Rows = []
    before = chain.START
    for sequence in range(1, number + 1):
        row: dict[str, Any] = {
            "about": "",
            "action": "person:session:opened",
            "actor": "ab" * 16,
            "at": 1_000 * sequence,
            "authority": "",
            "details": {"session": "cd" * 16},
            "sequence": sequence,
        }
        row["hash"] = before = chain.next_hash(before, row)
        rows.append(row)
    return rows


def test_a_hash_is_that_of_the_label_the_hash_before_and_the_canonical_row() -> None:
    (row,) = made(1)
    unhashed = {name: value for name, value in row.items() if name != "hash"}
    body = json.dumps(unhashed, sort_keys=True, separators=(",", ":")).encode()
    assert row["hash"] == hashlib.sha256(b"entente/v1/audit\n" + bytes(32) + body).hexdigest()


def test_a_whole_chain_is_followed_to_its_end() -> None:
    rows = made()
    assert chain.verify(rows) == chain.Verified(5, rows[-1]["hash"])
    assert chain.verify([]) == chain.Verified(0, chain.START)
    assert chain.verify(rows[2:], first=3, before=rows[1]["hash"]) == chain.Verified(3, rows[-1]["hash"])


def change(rows: Rows) -> None:
    rows[2]["at"] += 1


def change_details(rows: Rows) -> None:
    rows[2]["details"] = {}


def take_out(rows: Rows) -> None:
    del rows[2]


def put_in(rows: Rows) -> None:
    rows.insert(2, dict(rows[1]))


def move(rows: Rows) -> None:
    rows[2], rows[3] = rows[3], rows[2]


def renumber(rows: Rows) -> None:
    del rows[2]
    for sequence, row in enumerate(rows, 1):
        row["sequence"] = sequence


def forge_one(rows: Rows) -> None:
    rows[2]["actor"] = "ef" * 16
    rows[2]["hash"] = chain.next_hash(rows[1]["hash"], rows[2])


def cut_a_field(rows: Rows) -> None:
    del rows[2]["actor"]


def write_a_fraction(rows: Rows) -> None:
    rows[2]["at"] = 1.5


@pytest.mark.parametrize(
    ("lie", "found_at"),
    [
        (change, 3),
        (change_details, 3),
        (take_out, 3),
        (put_in, 3),
        (move, 3),
        (renumber, 3),
        (forge_one, 4),
        (cut_a_field, 3),
        (write_a_fraction, 3),
    ],
)
def test_every_lie_is_found_where_it_begins(lie: Callable[[Rows], None], found_at: int) -> None:
    rows = made()
    lie(rows)
    broken = chain.verify(rows).broken
    assert broken is not None
    assert broken.sequence == found_at
