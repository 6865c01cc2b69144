"""Tells whoever holds sockets what has been written, after the commit and in the order of the commits.

`messaging.live` gives its sink while it runs; without one (a management command, a test) nothing is told, and
nothing needs to be: the socket is a hint, the database is the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Written:
    """An item as it stands in the sequence."""

    sequence: int
    head: str
    received_at: int
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    """New items of a conversation; `size` is the Register's when they were allowed."""

    conversation: str
    participants: Sequence[str]
    size: int
    items: Sequence[Written]


@dataclass(frozen=True, slots=True)
class Created:
    """A new conversation."""

    conversation: str
    participants: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation needs a new epoch before the next message."""

    conversation: str
    participants: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A reader has no box that opens: whoever has the key can give them another."""

    conversation: str
    participants: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True)
class Marked:
    """An account has received or read a conversation further than before."""

    conversation: str
    participants: Sequence[str]
    size: int
    account: str
    received: int
    read: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """Somebody's device has changed what they had begun to write; a matter of their own devices alone."""

    account: str
    slot: str
    device: str


Event: TypeAlias = Drafted | Appended | Created | Due | Missing | Marked
Sink: TypeAlias = Callable[[Event], None]

_sinks: list[Sink] = []


def add_sink(sink: Sink) -> None:
    _sinks.append(sink)


def remove_sink(sink: Sink) -> None:
    if sink in _sinks:
        _sinks.remove(sink)


def publish(event: Event) -> None:
    """Tell every sink once the present transaction is committed."""
    transaction.on_commit(partial(_tell, event))


def _tell(event: Event) -> None:
    for sink in tuple(_sinks):
        sink(event)
