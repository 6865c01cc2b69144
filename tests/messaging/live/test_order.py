"""Items are told in the order of their sequence, without waiting for long for one that does not come."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from messaging.live.order import MOST_HELD, InOrder


class Told:
    """What was told, by sequence, while the relay is there."""

    def __init__(self) -> None:
        self.order = InOrder(asyncio.get_running_loop())
        self.seen: list[int] = []

    def give(self, *sequences: int, wait: bool = True) -> list[int]:
        for sequence in sequences:
            self.order.give("talk", sequence, partial(self.seen.append, sequence), wait=wait)
        return self.seen


@pytest.fixture
async def told() -> Told:
    return Told()


async def test_what_comes_too_early_waits_for_what_was_written_before_it(told: Told) -> None:
    assert told.give(1) == [1]
    assert told.give(4, 3) == [1]
    assert told.give(2) == [1, 2, 3, 4]


async def test_a_conversation_of_which_nothing_was_told_begins_where_somebody_was_welcomed(
    told: Told,
) -> None:
    told.order.begin([("talk", 5)])
    assert told.give(7) == []
    assert told.give(6) == [6, 7]


async def test_a_later_welcome_takes_nothing_for_told(told: Told) -> None:
    told.give(1)
    told.order.begin([("talk", 9)])
    assert told.order.told("talk") == 1
    assert told.give(3) == [1]
    assert told.give(2) == [1, 2, 3]


async def test_what_does_not_come_is_not_waited_for_for_long(told: Told) -> None:
    told.give(1)
    told.give(3, 5)
    while len(told.seen) < 3:
        await asyncio.sleep(0.01)
    assert told.seen == [1, 3, 5]
    assert told.give(2) == [1, 3, 5, 2], "late rather than never"
    assert told.give(6) == [1, 3, 5, 2, 6]


async def test_without_a_relay_nothing_waits(told: Told) -> None:
    assert told.give(1, 4, wait=False) == [1, 4]


async def test_no_more_is_held_than_there_is_room_for(told: Told) -> None:
    told.give(1)
    told.give(*range(3, 3 + MOST_HELD))
    assert told.seen == [1]
    told.give(3 + MOST_HELD)
    assert told.seen == [1, *range(3, 4 + MOST_HELD)]


async def test_nothing_is_told_after_the_end(told: Told) -> None:
    told.give(1)
    told.give(3)
    told.order.close()
    assert told.give(4) == [1]
    told.order.close()
