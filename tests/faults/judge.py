"""Judges from the clients' side what a fault has done: who was told that a message is there finds it once.

What the clients hold is compared with what was acknowledged, with each other, and with the database itself, whose
sequence has no hole and whose heads follow from its items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from messaging.protocol.items import START, Item, item_hash, next_head, parse
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


@dataclass
class Places:
    """Every place that anybody was ever shown, with all items that were shown there; and every number of an epoch."""

    items: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    epochs: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))

    def see(self, clients: Iterable[Client], conversations: Iterable[str]) -> None:
        """Where these clients hold something now, nothing else ever stands."""
        for client in clients:
            for conversation in conversations:
                for sequence, piece in client.memory.holdings.pieces.get(conversation, {}).items():
                    self._add(conversation, sequence, piece.item)

    def given_twice(
        self, stored: Callable[[str], Stored], conversations: Iterable[str]
    ) -> list[tuple[str, int]]:
        """Places and numbers that stand for several items, or at which the database has nothing."""
        held = set(self.items)
        for conversation in conversations:
            for sequence, _, body, signature in stored(conversation).items:
                held.discard((conversation, sequence))
                self._add(conversation, sequence, parse(bytes(body), bytes(signature)))
        several = [place for place, found in [*self.items.items(), *self.epochs.items()] if len(found) > 1]
        return sorted(held) + several

    def _add(self, conversation: str, sequence: int, item: Item) -> None:
        self.items[conversation, sequence].add(item.hash)
        if item.kind == "epoch":
            self.epochs[conversation, item.header["number"]].add(item.hash)


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
