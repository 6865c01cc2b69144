"""What this process counts of its live side: plain numbers that cost next to nothing until somebody reads them.

A frame for ten members is counted ten times, so a count is an attribute and nothing locks it: what belongs to the
sockets is counted on the loop's thread alone, and what belongs to a COMMIT in the writer's. `network.metrics` names
the numbers and gives them out. No number belongs to a person, an authority or a conversation, and the only labels are
the codes that are listed here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

OTHER: Final = "other"
REFUSALS: Final = (
    "bad_history",
    "bad_item",
    "bad_signature",
    "charter_not_accepted",
    "device_inactive",
    "epoch_due",
    "not_member",
    "old_epoch",
    "restoring",
    "slow_down",
    "too_large",
)
CLOSINGS: Final = (4400, 4401, 4403, 4408, 4413, 4429, 4503)
COMMIT_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
COMMIT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Histogram:
    """How often a value was at most each of these bounds, written by one thread."""

    __slots__ = ("bounds", "numbers", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.numbers = [0] * (len(bounds) + 1)  # the last is beyond all bounds
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.numbers[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(slots=True)
class Counts:
    """Everything since the process began."""

    # sockets
    greeted: int = 0
    resumed: int = 0
    frames: int = 0
    left: int = 0
    unclosed: int = 0
    closed: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*map(str, CLOSINGS), OTHER), 0))

    # messages
    acknowledged: int = 0
    repeated: int = 0
    unwritten: int = 0
    refused: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*REFUSALS, OTHER), 0))
    marks: int = 0

    # the writer
    commit_sizes: Histogram = field(default_factory=lambda: Histogram(COMMIT_SIZES))
    commit_seconds: Histogram = field(default_factory=lambda: Histogram(COMMIT_SECONDS))
    commits_failed: int = 0

    # what goes to the other processes of the portal and comes from them
    relayed_out: int = 0
    relayed_in: int = 0
    relay_gaps: int = 0
    relay_up: bool = False

    def close(self, code: int) -> None:
        """A socket was closed from here with this code."""
        name = str(code)
        self.closed[name if name in self.closed else OTHER] += 1

    def refuse(self, code: str) -> None:
        """A message was refused with this code."""
        self.refused[code if code in self.refused else OTHER] += 1


counts: Final = Counts()


class Outgoing(Protocol):
    """The outgoing side of an open socket."""

    @property
    def waiting(self) -> int: ...

    @property
    def held(self) -> bool: ...


class Writing(Protocol):
    """A writer of this process."""

    @property
    def waiting(self) -> int: ...

    def busy_seconds(self) -> float: ...


outgoing: Final[set[Outgoing]] = set()
writers: Final[set[Writing]] = set()


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that is read at the moment when somebody asks; reading it waits for nothing."""

    name: str
    meaning: str
    read: Callable[[], float]


gauges: Final[dict[str, Gauge]] = {}


def gauge(name: str, meaning: str, read: Callable[[], float]) -> None:
    """From now on give out this number too; who calls it again under this name replaces it."""
    gauges[name] = Gauge(name, meaning, read)


def busiest_writer() -> float:
    """For how many seconds the writer has been at the same group; nothing while it is idle."""
    return max((writer.busy_seconds() for writer in writers), default=0.0)


gauge(
    "entente_writer_waiting",
    "Messages, marks and jobs that the writer has been given and has not begun.",
    lambda: sum(writer.waiting for writer in writers),
)
gauge(
    "entente_writer_busy_seconds",
    "For how long the writer has been at the group that it is writing now.",
    busiest_writer,
)
gauge(
    "entente_frames_waiting",
    "Frames that wait for their readers, of all sockets.",
    lambda: sum(one.waiting for one in outgoing),
)
gauge(
    "entente_frames_waiting_most",
    "Frames that wait for the slowest reader.",
    lambda: max((one.waiting for one in outgoing), default=0),
)
