"""Both implementations agree: every vector of either side is judged here alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.members.protocol.world import World
from tests.vectors.judge import JUDGES, history
from tests.vectors.store import FROM_TYPESCRIPT, HERE, read

LISTS = [(file, name) for file, judges in JUDGES.items() for name in judges]


@cache
def known(folder: Path) -> dict[str, World]:
    """The histories that cases of a folder speak of: its own, and ours."""
    ours = {} if folder == HERE else known(HERE)
    listed = read("register", folder).get("histories", {})
    return {**ours, **{name: history(entries) for name, entries in listed.items()}}


def cases(folder: Path, file: str, name: str) -> list[Any]:
    """The cases of a list; a name such as headers.accepted goes one level down."""
    content: Any = read(file, folder)
    for part in name.split("."):
        content = content.get(part, {})
    return list(content)


@pytest.mark.parametrize(("file", "name"), LISTS, ids=lambda text: text)
@pytest.mark.parametrize("folder", [HERE, FROM_TYPESCRIPT], ids=["python", "typescript"])
def test_every_case_holds(folder: Path, file: str, name: str) -> None:
    failed = []
    for place, case in enumerate(cases(folder, file, name)):
        try:
            JUDGES[file][name](case, known(folder))
        except (Exception, pytest.fail.Exception) as error:
            label = case.get("name", "") if isinstance(case, dict) else case
            failed.append(f"{name}[{place}] {label}: {type(error).__name__} {error}")
    assert failed == []


@pytest.mark.parametrize("folder", [HERE, FROM_TYPESCRIPT], ids=["python", "typescript"])
def test_every_history_leads_to_its_states(folder: Path) -> None:
    assert set(known(folder)) >= {"empty", "small", "long", "story", "wrong"}


def test_every_list_of_ours_has_cases() -> None:
    assert [f"{file}.{name}" for file, name in LISTS if not cases(HERE, file, name)] == []


@pytest.mark.parametrize("folder", [HERE, FROM_TYPESCRIPT], ids=["python", "typescript"])
def test_no_list_lies_here_unjudged(folder: Path) -> None:
    judged = {f"{file}.{name.partition('.')[0]}" for file, name in LISTS}
    judged |= {"register.histories", "conversations.kept"}
    lying = {f"{path.stem}.{name}" for path in folder.glob("*.json") for name in read(path.stem, folder)}
    assert lying <= judged
