"""Which history follows where the copy ends, of what several clients have handed back.

An item proves who made it, and the heads prove what stood before it. So whoever hands back what they hold can leave
something out, but add nothing in the name of others; only an author could put something new into a place that was
given to somebody else. Then what more accounts hold counts, and of equals the longer history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """An item that was handed back: its row, its place, the heads around it, and how many accounts hold it."""

    row: int
    sequence: int
    before: str
    head: str
    holders: int


@dataclass(frozen=True, slots=True)
class Histories:
    """What comes after a place, one after the other, as far as it goes without a hole; and what stands elsewhere."""

    chosen: Sequence[Held]
    hole: bool
    """Whether something was handed back before which something is missing."""
    disputed: bool
    """Whether somebody has handed back another history than the one that was chosen."""


def following(sequence: int, head: str, held: Collection[Held]) -> Histories:
    """The history that follows this place."""
    children: dict[tuple[int, str], list[Held]] = defaultdict(list)
    reach: dict[tuple[int, str], int] = {}
    for one in sorted(held, key=lambda each: each.sequence, reverse=True):
        children[one.sequence - 1, one.before].append(one)
        reach[one.sequence, one.head] = max(
            (reach[next_.sequence, next_.head] for next_ in children[one.sequence, one.head]),
            default=one.sequence,
        )
    chosen: list[Held] = []
    place = (sequence, head)
    while children[place]:
        best = max(children[place], key=lambda one: (one.holders, reach[one.sequence, one.head], one.head))
        chosen.append(best)
        place = (best.sequence, best.head)
    connected = _connected((sequence, head), children)
    return Histories(chosen, hole=connected < len(held), disputed=len(chosen) < connected)


def _connected(place: tuple[int, str], children: Mapping[tuple[int, str], Sequence[Held]]) -> int:
    """How many items follow this place, in whatever history."""
    waiting, count = [place], 0
    while waiting:
        for one in children.get(waiting.pop(), ()):
            waiting.append((one.sequence, one.head))
            count += 1
    return count
