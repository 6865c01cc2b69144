"""A charter holds no more than it may, and its hash covers all that it says."""

from __future__ import annotations

from typing import Any

import pytest

from members.protocol import charter
from members.protocol.canonical import NotCanonical
from members.protocol.schema import Malformed


def hash_of(**changed: str) -> str:
    texts = dict.fromkeys(charter.LANGUAGES, "a") | changed
    return charter.charter_hash(number="1.0", effective=0, texts=texts)


def test_a_text_has_as_many_characters_as_there_may_be_and_not_one_more() -> None:
    longest = "𝒶" * charter.MAX_TEXT
    assert len(hash_of(zh=longest)) == 64
    with pytest.raises(Malformed):
        hash_of(zh=longest + "a")


def test_the_hash_covers_every_one_of_the_six_texts_the_number_and_the_date() -> None:
    same = dict.fromkeys(charter.LANGUAGES, "a")
    others = [hash_of(**{language: "b"}) for language in charter.LANGUAGES]
    others.append(charter.charter_hash(number="1.1", effective=0, texts=same))
    others.append(charter.charter_hash(number="1.0", effective=1, texts=same))
    assert len({hash_of(), *others}) == 9


def test_half_a_surrogate_is_no_text() -> None:
    with pytest.raises(NotCanonical):
        hash_of(en="\ud800")


@pytest.mark.parametrize(("earlier", "later"), [("1.9", "1.10"), ("1.10", "2.0"), ("9.0", "10.0")])
def test_versions_are_ordered_by_their_numbers_and_not_by_their_letters(earlier: str, later: str) -> None:
    assert charter.order(earlier) < charter.order(later)


@pytest.mark.parametrize("number", ["", "1", "1.", "01.0", "1.1000", "1.1\n", "٢.١"])
def test_what_is_no_number_of_a_version_has_no_order(number: Any) -> None:
    with pytest.raises(Malformed):
        charter.order(number)
