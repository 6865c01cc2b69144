"""Gives the items of a conversation to the sockets of this process in the order of their sequence.

What this process has written is at hand at once, and what another one wrote a moment earlier may still be on its
way. A client that is given a later item first asks for what is between over HTTP: right, but a hundred times as
dear as to wait for a moment here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

PATIENCE_SECONDS: Final = 0.15
REMEMBERED: Final = 20_000
MOST_HELD: Final = 1_000


class _Held:
    """What waits in one conversation for something that was written before it."""

    __slots__ = ("acts", "timer")

    def __init__(self, timer: asyncio.TimerHandle) -> None:
        self.acts: dict[int, list[Callable[[], None]]] = {}
        self.timer = timer


class InOrder:
    """Which items this process has told of, and what it holds back. Everything happens on the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._told: OrderedDict[str, int] = OrderedDict()
        # where a conversation stood when somebody was welcomed, for those of which nothing was told yet
        self._began: OrderedDict[str, int] = OrderedDict()
        self._held: dict[str, _Held] = {}

    def told(self, conversation: str) -> int:
        """The newest item of which this process has told its sockets; 0 when it knows of none."""
        return self._told.get(conversation, 0)

    def begin(self, standing: Iterable[tuple[str, int]]) -> None:
        """Somebody was welcomed while these conversations stood here: what comes first is what follows that."""
        for conversation, sequence in standing:
            if conversation not in self._told:
                self._began.setdefault(conversation, sequence)
        while len(self._began) > REMEMBERED:
            self._began.popitem(last=False)

    def give(self, conversation: str, sequence: int, act: Callable[[], None], *, wait: bool) -> None:
        """Do this when everything before this item was told of; at once without `wait`, and late rather than never."""
        told = self._standing(conversation)
        if not wait or told is None or sequence <= told + 1:
            self._do(conversation, sequence, [act])
            self._release(conversation)
            return
        held = self._held.get(conversation)
        if held is None:
            timer = self._loop.call_later(PATIENCE_SECONDS, self._flush, conversation)
            held = self._held[conversation] = _Held(timer)
        held.acts.setdefault(sequence, []).append(act)
        if len(held.acts) > MOST_HELD:
            self._flush(conversation)

    def close(self) -> None:
        """Hold nothing back any more, and give nothing."""
        for held in self._held.values():
            held.timer.cancel()
        self._held.clear()

    def _standing(self, conversation: str) -> int | None:
        return self._told.get(conversation, self._began.get(conversation))

    def _advance(self, conversation: str, sequence: int) -> None:
        self._told[conversation] = max(sequence, self._told.get(conversation, 0))
        self._told.move_to_end(conversation)
        self._began.pop(conversation, None)
        if len(self._told) > REMEMBERED:
            forgotten, _ = self._told.popitem(last=False)
            if forgotten in self._held:
                self._flush(forgotten)

    def _do(self, conversation: str, sequence: int, acts: list[Callable[[], None]]) -> None:
        self._advance(conversation, sequence)
        for act in acts:
            act()

    def _release(self, conversation: str) -> None:
        """Do what waited for nothing but what has just been told."""
        held = self._held.get(conversation)
        if held is None:
            return
        while held.acts and (first := min(held.acts)) <= self.told(conversation) + 1:
            self._do(conversation, first, held.acts.pop(first))
        if not held.acts:
            held.timer.cancel()
            self._held.pop(conversation, None)

    def _flush(self, conversation: str) -> None:
        """What was waited for has not come in time: go on without it."""
        held = self._held.pop(conversation, None)
        if held is None:
            return
        held.timer.cancel()
        for sequence in sorted(held.acts):
            self._do(conversation, sequence, held.acts[sequence])
