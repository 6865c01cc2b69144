"""What members have received and read: written and told at most once in 200 ms, however often it is said.

A mark only moves forward, so the newest says it all. What was not written when the process ends is said again
by the clients, who compare their own marks with those of the server after each welcome.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol

from messaging.conversations.messages import Mark, Noted
from messaging.live import frames
from messaging.live.committer import MarkWork
from messaging.live.metrics import counts

EVERY_SECONDS: Final = 0.2
AFTER_FAILURE_SECONDS: Final = 2.0
# one write takes so many, so that messages do not wait for it; beyond MOST_WAITING nothing is taken
MOST_AT_ONCE: Final = 500
MOST_WAITING: Final = 20_000
# and of one account so many, so that nobody fills the room of all with marks of what is not there
MOST_OF_ONE: Final = 5_000


class Publish(Protocol):
    """How the hub queues a frame for the readers of these authorities."""

    def __call__(self, participants: Iterable[str], text: str, *, size: int) -> None: ...


class _News:
    """What is to be told of one conversation."""

    __slots__ = ("participants", "read", "received", "size")

    def __init__(self) -> None:
        self.participants: Sequence[str] = ()
        self.size = 0
        self.received: dict[str, int] = {}
        self.read: dict[str, int] = {}

    def add(self, account: str, noted: Noted) -> None:
        self.participants = noted.participants
        self.size = max(self.size, noted.size)
        self.received[account] = max(noted.received, self.received.get(account, 0))
        if noted.read:
            self.read[account] = max(noted.read, self.read.get(account, 0))


class Marks:
    """Gathers marks. Everything happens on the loop's thread."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, submit: Callable[[MarkWork], None], publish: Publish
    ) -> None:
        self._loop = loop
        self._submit = submit
        self._publish = publish
        self._waiting: dict[tuple[str, str], Mark] = {}
        self._waiting_of: Counter[str] = Counter()
        self._news: dict[str, _News] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def note(self, mark: Mark) -> None:
        """Take what a member says; whether they may say it is seen when it is written."""
        whose = (mark.conversation, mark.account)
        held = self._waiting.get(whose)
        if held is not None:
            self._waiting[whose] = held.with_(mark)
        elif len(self._waiting) < MOST_WAITING and self._waiting_of[mark.account] < MOST_OF_ONE:
            self._waiting[whose] = mark
            self._waiting_of[mark.account] += 1
            self._soon(EVERY_SECONDS)

    def tell(self, conversation: str, account: str, noted: Noted) -> None:
        """Take what has been written, to be told with whatever else there is to tell."""
        self._news.setdefault(conversation, _News()).add(account, noted)
        self._soon(EVERY_SECONDS)

    def close(self) -> None:
        """Say and write nothing more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _soon(self, seconds: float) -> None:
        if self._timer is None and not self._closed:
            self._timer = self._loop.call_later(seconds, self._flush)

    def _flush(self) -> None:
        self._timer = None
        marks = list(self._waiting.values())[:MOST_AT_ONCE]
        if not marks:
            self._tell()
            return
        for mark in marks:
            del self._waiting[mark.conversation, mark.account]
        # what has come down to nothing is forgotten
        self._waiting_of = +(self._waiting_of - Counter(mark.account for mark in marks))
        self._submit(MarkWork(marks, partial(self._written, marks)))

    def _written(self, marks: Sequence[Mark], answers: Sequence[Noted | None] | None) -> None:
        if answers is None:
            self._soon(AFTER_FAILURE_SECONDS)
            for mark in marks:
                self.note(mark)
            return
        for mark, noted in zip(marks, answers, strict=True):
            if noted is not None:
                counts.marks += 1
                self._news.setdefault(mark.conversation, _News()).add(mark.account, noted)
        self._tell()
        if self._waiting:
            self._soon(EVERY_SECONDS)

    def _tell(self) -> None:
        news, self._news = self._news, {}
        for conversation, one in news.items():
            text = frames.marks(conversation, one.received, one.read)
            self._publish(one.participants, text, size=one.size)
