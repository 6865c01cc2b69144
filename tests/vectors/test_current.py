"""The vectors that lie here are those that the Python half makes now."""

from __future__ import annotations

import pytest

from tests.vectors.make import FILES
from tests.vectors.store import HERE, text_of


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_vectors_is_current(name: str) -> None:
    present = (HERE / f"{name}.json").read_text("utf-8")
    assert present == text_of(FILES[name]()), "run python -m tests.vectors.make"
