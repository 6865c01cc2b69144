"""One value has one form, and nothing that two parsers would read differently is read at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.protocol.canonical import MAX_DEPTH, MAX_INTEGER, NotCanonical, canonical, parse, parse_object

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert parse(canonical(value)) == value


@given(values)
def test_it_is_what_the_standard_library_writes_but_for_order_and_escapes(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == json.loads(json.dumps(value))
    assert b"\n" not in written
    assert b'": ' not in written or '": ' in json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@given(st.dictionaries(texts, st.integers(0, 9), max_size=8))
def test_keys_are_sorted_by_their_units_in_utf16(value: dict[str, int]) -> None:
    expected = sorted(value, key=lambda key: key.encode("utf-16-be"))
    assert list(json.loads(canonical(value))) == expected


@given(st.binary(max_size=40))
def test_bytes_are_refused_or_are_their_own_canonical_form(data: bytes) -> None:
    try:
        value = parse(data)
    except NotCanonical:
        return
    assert canonical(value) == data


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, b"x", {1, 2}]
)
def test_what_has_no_form_is_not_written(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_depth_is_limited_and_never_ends_the_program() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(NotCanonical):
        parse(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    with pytest.raises(NotCanonical):
        parse(b"[" * 200_000 + b"]" * 200_000)


def test_an_object_is_asked_for() -> None:
    assert parse_object(b"{}") == {}
    with pytest.raises(NotCanonical):
        parse_object(b"[]")
