"""Draws curves as SVG with nothing but shapes and attributes, so that they look the same wherever they are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from network.bench.figures import Drawing, number

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 54, 64
COLOURS: Final = ("#1f5fa8", "#b3541e", "#2e7d4f", "#7a3f9d")
INK, FAINT, PAPER = "#222222", "#d8d8d8", "#ffffff"
FONT: Final = 'font-family="system-ui, sans-serif" font-size="13"'


def svg(drawing: Drawing) -> str:
    """The drawing; across by factors of ten (nothing at all stands before the first), up from zero."""
    across = _Across([x for curve in drawing.curves for x, _ in curve.points])
    top = _round_up(max(y for curve in drawing.curves for _, y in curve.points))
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" aria-label="{escape(drawing.title)}">'
        ),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _text(LEFT, 24, drawing.title, size=15, weight="bold"),
    ]
    for step in range(5):
        value = top * step / 4
        y = _up(value, top)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{FAINT}"/>')
        parts.append(_text(LEFT - 8, y + 4, number(value), anchor="end"))
    for value in across.marks:
        x = across.place(value)
        parts.append(_text(x, HEIGHT - BOTTOM + 20, f"{value:,.0f}", anchor="middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 42, drawing.across, anchor="middle"))
    parts.append(_text(LEFT, 44, drawing.up))
    for place, curve in enumerate(drawing.curves):
        parts += _curve(curve.points, across, top, COLOURS[place % len(COLOURS)])
        x = WIDTH - RIGHT - 130 * (len(drawing.curves) - place)
        parts.append(f'<rect x="{x}" y="35" width="12" height="12" fill="{COLOURS[place % len(COLOURS)]}"/>')
        parts.append(_text(x + 18, 46, curve.name))
    return "\n".join([*parts, "</svg>", ""])


def _curve(points: Sequence[tuple[float, float]], across: _Across, top: float, colour: str) -> list[str]:
    places = [(across.place(x), _up(y, top)) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    return [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


class _Across:
    """The axis to the right: by factors of ten, with zero one step before the smallest."""

    def __init__(self, values: Sequence[float]) -> None:
        self.marks = sorted(set(values))
        above = [value for value in self.marks if value > 0] or [1.0]
        self._zero = math.log10(above[0]) - 1
        self._first = self._zero if 0 in self.marks else math.log10(above[0])
        self._wide = (math.log10(above[-1]) - self._first) or 1.0

    def place(self, value: float) -> float:
        at = math.log10(value) if value > 0 else self._zero
        return LEFT + 10 + (at - self._first) / self._wide * (WIDTH - LEFT - RIGHT - 40)


def _up(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4 or 8 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value)


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, weight: str = "normal"
) -> str:
    font = FONT.replace('"13"', f'"{size}"')
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {font} font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{INK}">{escape(text)}</text>'
    )
