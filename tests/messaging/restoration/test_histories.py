"""Which history follows the copy, of what several people have handed back."""

from __future__ import annotations

from messaging.restoration.histories import Held, following


def chain(text: str, *, holders: int = 1, first: int = 3, before: str = "copy") -> list[Held]:
    """One item for each letter, from place `first` on; the head is all that was said since the copy."""
    held = []
    for offset, letter in enumerate(text):
        head = before + letter
        held.append(Held(hash(head), first + offset, before, head, holders))
        before = head
    return held


def said(held: list[Held]) -> str:
    found = following(2, "copy", held).chosen
    return found[-1].head.removeprefix("copy") if found else ""


def test_what_follows_the_copy_is_taken_as_far_as_it_goes() -> None:
    assert said(chain("abc")) == "abc"
    assert said([]) == ""


def test_what_comes_in_any_order_is_put_together() -> None:
    whole = chain("abcd")
    assert said([whole[2], whole[0], whole[3], whole[1]]) == "abcd"


def test_behind_a_hole_nothing_is_taken() -> None:
    whole = chain("abcd")
    assert said([whole[0], whole[2], whole[3]]) == "a"


def test_what_begins_elsewhere_than_the_copy_is_not_taken() -> None:
    assert said(chain("abc", before="other")) == ""
    assert said(chain("abc", first=4)) == ""


def test_what_more_people_hold_counts_even_if_it_is_shorter() -> None:
    assert said(chain("ab", holders=3) + chain("xyz", holders=1)) == "ab"


def test_among_equals_the_longer_history_counts() -> None:
    assert said(chain("ab", holders=2) + chain("xyz", holders=2)) == "xyz"


def test_whoever_adds_something_at_the_end_takes_nothing_away() -> None:
    held = chain("ab", holders=3)
    assert said(held + chain("xy", first=5, before="copyab", holders=1)) == "abxy"


def test_a_hole_is_told_from_a_history_that_was_not_chosen() -> None:
    whole = chain("abcd", holders=2)
    assert not following(2, "copy", whole).hole
    assert not following(2, "copy", whole).disputed
    with_a_hole = following(2, "copy", [whole[0], *whole[2:]])
    assert with_a_hole.hole
    assert not with_a_hole.disputed
    with_a_lie = following(2, "copy", [*whole, *chain("xyzuvw")])
    assert with_a_lie.disputed
    assert not with_a_lie.hole
