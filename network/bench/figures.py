"""What a scenario hands back: tables of figures, bars with what was measured beside them, and curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A figure that is held against a limit."""

    what: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def row(self) -> list[str]:
        limit = f"{'at least' if self.at_least else 'at most'} {number(self.limit)}"
        unit = f" {self.unit}" if self.unit else ""
        return [
            self.what,
            f"{number(self.measured)}{unit}",
            f"{limit}{unit}",
            "met" if self.met else "not met",
        ]


@dataclass(frozen=True)
class Curve:
    """One line of a drawing: (x, y) by growing x."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Drawing:
    """Curves over one axis that grows by factors of ten."""

    name: str
    title: str
    across: str
    up: str
    curves: Sequence[Curve]


@dataclass
class Section:
    """What one scenario found."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[list[str | float]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        found = asdict(self)
        for written, bar in zip(found["bars"], self.bars, strict=True):
            written["met"] = bar.met
        # JSON knows no number for what was not there to be measured
        found["rows"] = [
            [None if isinstance(value, float) and math.isnan(value) else value for value in row]
            for row in self.rows
        ]
        return found


def number(value: float) -> str:
    """With three significant digits, or all before the point."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1 else f"{value:.3f}"


def cell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return "-" if math.isnan(value) else number(value)


BAR_COLUMNS = ("bar", "measured", "wanted", "")


def table(columns: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """In columns, for a terminal: words to the left, numbers to the right."""
    lines = [list(columns), *([cell(value) for value in row] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    words = [all(isinstance(row[at], str) for row in rows) for at in range(len(columns))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if left else text.rjust(width)
            for text, width, left in zip(line, widths, words, strict=True)
        ).rstrip()
        for line in lines
    )


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """As a table of a document."""
    words = [all(isinstance(row[at], str) for row in rows) for at in range(len(columns))]
    rule = "|".join("---" if left else "--:" for left in words)
    lines = [f"| {' | '.join(columns)} |", f"|{rule}|"]
    return "\n".join(lines + [f"| {' | '.join(cell(value) for value in row)} |" for row in rows])


def printed(section: Section) -> str:
    """A section as it stands on the terminal."""
    parts = [section.title, table(section.columns, section.rows)]
    if section.bars:
        parts.append(table(BAR_COLUMNS, [bar.row() for bar in section.bars]))
    return "\n\n".join(parts)
