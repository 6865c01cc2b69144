"""Canonical JSON (RFC 8785) without floating point numbers: one value has one form, and nothing else is read.

Python and JavaScript disagree about NaN, duplicate keys, lone surrogates, large integers and broken UTF-8. They cannot
disagree about bytes: what is not its own canonical form is refused.
"""

from __future__ import annotations

import json
from typing import Final, NoReturn, TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_INTEGER: Final = 2**53 - 1
MAX_DEPTH: Final = 64


class NotCanonical(ValueError):
    """The bytes are not canonical JSON, or the value has no canonical form."""


def canonical(value: object) -> bytes:
    """The canonical bytes of a value made of None, bool, int, str, list, tuple and dict; raises NotCanonical."""
    _check(value, 0)
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type] # checked just above
    except ValueError as error:
        raise NotCanonical(str(error)) from error


def parse(data: bytes) -> Json:
    """The value of bytes that are exactly its canonical form; raises NotCanonical otherwise."""
    try:
        value: Json = json.loads(
            data.decode("utf-8"), parse_float=_refuse_number, parse_constant=_refuse_number
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if canonical(value) != data:
        raise NotCanonical("not in canonical form")
    return value


def parse_object(data: bytes) -> dict[str, Json]:
    """Like `parse`, for bytes that must be an object."""
    value = parse(data)
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    return value


def _refuse_number(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is no integer")


def _check(value: object, depth: int) -> None:
    """Refuse what JSON could hold but this protocol does not: floats, large integers, keys that are no text."""
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer is too large")
        return
    if depth >= MAX_DEPTH:
        raise NotCanonical("nested too deeply")
    if isinstance(value, list | tuple):
        for each in value:
            _check(each, depth + 1)
        return
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                raise NotCanonical("a key is not text")
            _check(each, depth + 1)
        return
    raise NotCanonical(f"{type(value).__name__} has no canonical form")
