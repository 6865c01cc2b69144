"""Judges from the clients' side what a fault has done: who was told that a message is there finds it once.

What the clients hold is compared with what was acknowledged, with each other, and with the database itself, whose
sequence has no hole and whose heads follow from its items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from messaging.protocol.items import START, item_hash, next_head
from network.client import Client


@dataclass(frozen=True)
class Stored:
    """A conversation as the database has it."""

    sequence: int
    head: str
    items: Sequence[tuple[int, str, bytes, bytes]]
    """Sequence, head, body and signature of each item, in the order of the sequence."""


@dataclass(frozen=True)
class Row:
    """What came of one case."""

    case: str
    sent: int
    acknowledged: int
    came_back: int
    """How often somebody was welcomed again."""
    lost: int
    doubled: int
    unreadable: int
    apart: int
    """Clients that hold another order, other messages or another head than the first one does."""
    broken: int
    """What in the database does not follow from what stands before it."""

    @property
    def verdict(self) -> tuple[int, ...]:
        return (self.lost, self.doubled, self.unreadable, self.apart, self.broken)


HEADINGS = ("sent", "acknowledged", "came_back", "lost", "doubled", "unreadable", "apart", "broken")


def table(rows: Sequence[Row]) -> str:
    lines = [f"{'fault':66}" + "".join(f"{name:>13}" for name in HEADINGS)]
    lines += [f"{row.case:66}" + "".join(f"{getattr(row, name):13}" for name in HEADINGS) for row in rows]
    return "\n".join(["", *lines, ""])


def judge(
    case: str,
    conversation: str,
    clients: Sequence[Client],
    *,
    sent: Sequence[str],
    acknowledged: dict[str, int],
    came_back: int,
    stored: Stored,
) -> Row:
    """Count what is wrong; `acknowledged` has the sequence that was stated for each text."""
    lost = doubled = unreadable = apart = 0
    expected: list[tuple[int, str | None]] | None = None
    for client in clients:
        talk = client.conversations.talks.get(conversation)
        if talk is None:
            lost += len(acknowledged)
            apart += 1
            continue
        said = talk.messages()
        unreadable += sum(one.why_not is not None for one in said)
        times = Counter(one.text for one in said)
        doubled += sum(number - 1 for number in times.values())
        places = {one.text: one.sequence for one in said}
        lost += sum(places.get(text) != sequence for text, sequence in acknowledged.items())
        held = [(one.sequence, one.text) for one in said]
        expected = held if expected is None else expected
        stands = (talk.conversation.sequence, talk.conversation.head)
        apart += held != expected or stands != (stored.sequence, stored.head) or bool(talk.alarms)
    return Row(
        case,
        len(sent),
        len(acknowledged),
        came_back,
        lost,
        doubled,
        unreadable,
        apart,
        _breaks(stored),
    )


def _breaks(stored: Stored) -> int:
    head, found = START, 0
    for place, (sequence, stated, body, signature) in enumerate(stored.items, 1):
        head = next_head(head, item_hash(bytes(body), bytes(signature)))
        found += (sequence, stated) != (place, head)
    return found + ((stored.sequence, stored.head) != (len(stored.items), head))
