"""Lets every write to conversations pass through the one writer of this process, where there is one.

The writer belongs to `messaging.live`: it commits what the sockets send in groups. Epochs, late boxes and new
conversations come over HTTP and take the same road, so that the sockets hear of everything in the order of
the sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Writer(Protocol):
    """Runs jobs in its own thread, one after the other."""

    def run(self, job: Callable[[], T]) -> T: ...


_writer: Writer | None = None


def use(writer: Writer | None) -> None:
    """From now on this is the writer of the process."""
    global _writer
    _writer = writer


def in_use() -> Writer | None:
    return _writer


def write(job: Callable[[], T]) -> T:
    """Run this job, which opens its own transaction, and return or raise what it does."""
    return job() if _writer is None else _writer.run(job)
