"""Puts what was measured into docs/performance.md, between the marks of each section, and its curves beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from network.bench.drawing import svg
from network.bench.figures import BAR_COLUMNS, Section, markdown


class NoPlace(Exception):
    """The document has no marks for a section."""


def write(document: Path, sections: Sequence[Section], machine: str) -> None:
    """Replace the sections that were measured, and the sentence about the machine; the rest stays as it is."""
    text = document.read_text("utf-8")
    for section in sections:
        text = _replace(text, section.name, _body(section))
        draw(section, document.parent / "images")
    document.write_text(_replace(text, "machine", machine), "utf-8")


def draw(section: Section, folder: Path) -> None:
    """Each drawing of a section as a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for drawing in section.drawings:
        (folder / f"performance-{drawing.name}.svg").write_text(svg(drawing), "utf-8")


def _body(section: Section) -> str:
    parts = [markdown(section.columns, section.rows)]
    if section.bars:
        parts.append(markdown(BAR_COLUMNS, [bar.row() for bar in section.bars]))
    parts += [f"![{drawing.title}](images/performance-{drawing.name}.svg)" for drawing in section.drawings]
    return "\n\n".join(parts)


def _replace(text: str, name: str, body: str) -> str:
    marks = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    if not marks.search(text):
        raise NoPlace(f"The document has no place for {name}.")
    return marks.sub(lambda found: f"{found[1]}\n{body}\n\n{found[2]}", text)
