"""Marks of one process: gathered, written in one go, told once, and said again when they could not be written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from messaging.conversations.messages import Mark, Noted
from messaging.live import marks
from messaging.live.committer import MarkWork
from messaging.live.marks import Marks

CONVERSATIONS = ["ab" * 32, "cd" * 32]
ANA, BEN = "a" * 32, "b" * 32


class Around:
    """A writer and a hub that only take down what they are given."""

    def __init__(self) -> None:
        self.given: asyncio.Queue[MarkWork] = asyncio.Queue()
        self.told: list[dict[str, Any]] = []
        self.marks = Marks(asyncio.get_running_loop(), self.given.put_nowait, self._publish)

    def _publish(self, participants: Iterable[str], text: str, *, size: int) -> None:
        self.told.append({"to": list(participants), "size": size, **json.loads(text)})

    async def written(self) -> list[Mark]:
        """Let the writer do what it was given; returns that."""
        work = await asyncio.wait_for(self.given.get(), 60)
        work.done([Noted(("x",), 7, max(one.received, one.read), one.read) for one in work.marks])
        return list(work.marks)


async def test_the_furthest_of_each_is_written_once_and_told_once() -> None:
    around, (one, other) = Around(), CONVERSATIONS
    for sequence in (1, 4, 2):
        around.marks.note(Mark(ANA, one, received=sequence))
    around.marks.note(Mark(ANA, one, read=3))
    around.marks.note(Mark(BEN, one, received=2))
    around.marks.note(Mark(BEN, other, read=9))
    assert await around.written() == [Mark(ANA, one, 4, 3), Mark(BEN, one, 2), Mark(BEN, other, 0, 9)]
    assert [(frame["conversation"], frame["received"], frame["read"]) for frame in around.told] == [
        (one, {ANA: 4, BEN: 2}, {ANA: 3}),
        (other, {BEN: 9}, {BEN: 9}),
    ]
    assert around.told[0]["to"] == ["x"]


async def test_a_long_queue_is_written_in_several_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(marks, "MOST_WAITING", 5)
    around = Around()
    for number in range(9):
        around.marks.note(Mark(ANA, f"{number:064x}", received=1))
    assert [len(await around.written()) for _ in range(3)] == [2, 2, 1], "beyond the bound nothing is taken"


async def test_what_could_not_be_written_is_written_later() -> None:
    around, (one, _) = Around(), CONVERSATIONS
    around.marks.note(Mark(ANA, one, received=4))
    failed = await asyncio.wait_for(around.given.get(), 60)
    around.marks.note(Mark(ANA, one, received=5))
    failed.done(None)
    assert await around.written() == [Mark(ANA, one, received=5)]
    assert len(around.told) == 1


async def test_what_was_written_by_others_is_told_with_the_rest() -> None:
    around, (one, _) = Around(), CONVERSATIONS
    around.marks.tell(one, BEN, Noted(("x",), 8, 6, 6))
    around.marks.note(Mark(ANA, one, received=2))
    await around.written()
    assert [(frame["received"], frame["size"]) for frame in around.told] == [({BEN: 6, ANA: 2}, 8)]


async def test_after_the_end_nothing_is_written() -> None:
    around = Around()
    around.marks.note(Mark(ANA, CONVERSATIONS[0], received=4))
    around.marks.close()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(around.given.get(), 0.05)


async def test_nobody_takes_the_room_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_WAITING", 5)
    monkeypatch.setattr(marks, "MOST_OF_ONE", 3, raising=False)
    around = Around()
    for _ in range(2):
        for number in range(9):
            around.marks.note(Mark(ANA, f"{number:064x}", received=1))
        around.marks.note(Mark(BEN, CONVERSATIONS[0], received=1))
        assert [mark.account for mark in await around.written()] == [ANA, ANA, ANA, BEN]
