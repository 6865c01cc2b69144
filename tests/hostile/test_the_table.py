"""Whatever `docs/hostile-tests.md` names is a test that exists, and no client is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "hostile-tests.md"
CLIENTS = 2
REASON = re.compile(r"none: \w")


def rows() -> Iterator[list[str]]:
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| the lie |"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def exists(name: str) -> bool:
    """Whether a file of this name has a test of this name."""
    if "::" in name:
        stem, function = name.split("::")
        found = [path.read_text("utf-8") for path in (ROOT / "tests").rglob(f"{stem}.py")]
        return any(re.search(rf"^(async )?def {re.escape(function)}\(", text, re.MULTILINE) for text in found)
    file, title = name.split(": ", 1)
    quoted = f'"{title}"'
    found = [path.read_text("utf-8") for path in (ROOT / "frontend" / "src").rglob(file)]
    return any(quoted in text for text in found)


def test_every_lie_is_told_to_both_clients_by_a_test_that_exists() -> None:
    lies = list(rows())
    assert len(lies) >= 50
    for lie, outcome, *clients in lies:
        assert lie
        assert outcome
        assert len(clients) == CLIENTS, f"a place is missing: {lie}"
        for cell in clients:
            names = re.findall(r"`([^`]+)`", cell)
            assert names or REASON.match(cell), f"nobody tells this lie to one of the clients: {lie}"
            missing = [name for name in names if not exists(name)]
            assert missing == [], f"{lie}: {missing}"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "hostile").glob("test_lies*.py")), ids=lambda path: path.stem
)
def test_every_lie_that_is_told_stands_in_the_table(path: Path) -> None:
    named = set(re.findall(r"`\w+::(\w+)`", TABLE.read_text("utf-8")))
    told = set(re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE))
    assert told - named == set()
