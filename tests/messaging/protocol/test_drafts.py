"""Two drafts that came from one are merged so that nothing of either is lost."""

from __future__ import annotations

from typing import Any

import pytest

from messaging.protocol.drafts import merge


def text(words: str | None) -> dict[str, Any] | None:
    return None if words is None else {"text": words}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "a", None, None),
        ("a", "ab", None, "ab"),
        ("a", None, "a", None),
        ("a", None, "ab", "ab"),
        (None, "one", "two", "two\n\none"),
        ("x", "begun", "begun here", "begun here"),
        ("begun", "begun here", "begun there", "begun there\n\nbegun here"),
        ("begun", "begun here", "begun\n\nthere", "begun here\n\nthere"),
        ("begun", "begun here", "there\n\nbegun", "there\n\nbegun here"),
    ],
)
def test_nothing_of_either_is_lost(
    base: str | None, mine: str | None, theirs: str | None, both: str | None
) -> None:
    assert merge(text(base), text(mine), text(theirs)) == text(both)


def test_a_new_conversation_is_merged_field_by_field() -> None:
    base = {"authorities": ["a"], "subject": "Case", "text": "Dear"}
    mine = {"authorities": ["a", "c"], "subject": "Case", "text": "Dear Sol"}
    theirs = {"authorities": ["a", "b"], "subject": "Case 7", "text": "Dear"}
    assert merge(base, mine, theirs) == {
        "authorities": ["a", "b", "c"],
        "subject": "Case 7",
        "text": "Dear Sol",
    }
