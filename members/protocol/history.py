"""What the Register said at an earlier size, as far back as the replay goes.

An epoch is valid at the checkpoint that it states. Accounts and authorities are immutable values, so remembering every
change of each costs little, and the past is looked up instead of replayed again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from members.protocol.state import Account, Authority, State

Value = TypeVar("Value")


@dataclass(slots=True)
class _Line(Generic[Value]):
    """The values of one thing over time; None before it was there."""

    sizes: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def add(self, size: int, value: Value) -> None:
        self.sizes.append(size)
        self.values.append(value)

    def at(self, size: int) -> Value | None:
        place = bisect_right(self.sizes, size)
        return self.values[place - 1] if place else None


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry changed: the size and root after it, and the new values."""

    size: int
    root: str
    accounts: dict[str, Account]
    authorities: dict[str, Authority]


@dataclass(frozen=True, slots=True)
class Standing:
    """Accounts and authorities as they stood at one size of the Register."""

    accounts: dict[str, Account]
    authorities: dict[str, Authority]


@dataclass(slots=True)
class History:
    """Every value that accounts and authorities had since `first` (a size), and the roots of the log."""

    first: int = 0
    last: int = 0
    accounts: dict[str, _Line[Account]] = field(default_factory=dict)
    authorities: dict[str, _Line[Authority]] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, state: State, root: str) -> History:
        """A history that begins with this state."""
        history = cls(first=state.size)
        history.record(Step(state.size, root, dict(state.accounts), dict(state.authorities)))
        return history

    def record(self, step: Step) -> None:
        """Remember what one entry changed, and the root that followed."""
        self.last = step.size
        self.roots[step.size] = step.root
        for account, value in step.accounts.items():
            self.accounts.setdefault(account, _Line()).add(step.size, value)
        for authority, standing in step.authorities.items():
            self.authorities.setdefault(authority, _Line()).add(step.size, standing)

    def at(self, size: int) -> Standing | None:
        """How things stood after `size` entries; None when this history does not cover that."""
        if not self.first <= size <= self.last:
            return None
        return Standing(_at(self.accounts, size), _at(self.authorities, size))


def _at(lines: dict[str, _Line[Value]], size: int) -> dict[str, Value]:
    found = ((each, line.at(size)) for each, line in lines.items())
    return {each: value for each, value in found if value is not None}
