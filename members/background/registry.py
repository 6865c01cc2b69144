"""Which functions are background tasks, how often each is tried, and which come again by themselves.

A task is run *at least* once: whoever writes one sees to it that a second run does no harm, and says in its docstring
why none does. It bounds each of its waits: a worker does one task after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from members import clock

FIRST_DELAY = 10 * clock.SECOND
LONGEST_DELAY = 6 * clock.HOUR
ATTEMPTS = 20
"""With these delays, two and a half days."""


class TaskFailed(Exception):
    """A task could not be done now, for the reason in the sentence; it is kept and shown, so it names nobody."""


@dataclass(frozen=True)
class Definition:
    """A task as it stands in the code; `every` (in milliseconds) only where it is periodic."""

    name: str
    function: Callable[..., Any]
    every: int | None

    def delay_after(self, attempts: int) -> int:
        """How long the next attempt waits after so many; a periodic one never longer than its period."""
        grown = min(LONGEST_DELAY, FIRST_DELAY << min(attempts - 1, 20)) if attempts > 0 else 0
        return grown if self.every is None else min(grown, self.every)

    def gives_up_after(self, attempts: int) -> bool:
        return self.every is None and attempts >= ATTEMPTS


_definitions: dict[str, Definition] = {}


def task(name: str, *, every: int | None = None) -> Callable[[Callable[..., Any]], Definition]:
    """Make a task of a function; its name is stored, so it stays when the function moves."""

    def define(function: Callable[..., Any]) -> Definition:
        if name in _definitions:
            raise ValueError(f"There are two tasks {name!r}.")
        _definitions[name] = Definition(name, function, every)
        return _definitions[name]

    return define


def forget(definition: Definition) -> None:
    """No longer a task; for tests, which define some of their own."""
    del _definitions[definition.name]


def definition(name: str) -> Definition:
    return _definitions[name]


def names() -> list[str]:
    return list(_definitions)


def periodic() -> list[Definition]:
    return [one for one in _definitions.values() if one.every is not None]
