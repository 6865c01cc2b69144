"""Checks of JSON values, composed into closed schemas: a missing or unknown field refuses the whole object."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, TypeAlias

from members.protocol.canonical import MAX_INTEGER
from members.protocol.encoding import EncodingError, is_hash, is_id, unb64, unhex
from members.protocol.signing import WeakKey, check_point, check_signature_form

Check: TypeAlias = Callable[[Any, str], None]

_STATE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_CONTROL: Final = re.compile("[\u0000-\u001f\u007f-\u009f]")


class Malformed(ValueError):
    """A value breaks its schema."""


def closed(**fields: Check) -> Check:
    """An object with exactly these fields."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict) or value.keys() != fields.keys():
            raise Malformed(f"{where}: not exactly the fields {', '.join(sorted(fields))}")
        for field, each in fields.items():
            each(value[field], f"{where}.{field}")

    return check


def sorted_list(each: Check, *, by: str | None = None, least: int = 0, most: int | None = None) -> Check:
    """A list of such values, strictly sorted by a field or by themselves (so each is there once)."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) < least or (most is not None and len(value) > most):
            raise Malformed(f"{where}: not a list of a length that is allowed")
        for one in value:
            each(one, where)
        keys = [one if by is None else one[by] for one in value]
        if any(left >= right for left, right in pairwise(keys)):
            raise Malformed(f"{where}: not sorted, or something twice")

    return check


def nullable(each: Check) -> Check:
    """Such a value, or null."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            each(value, where)

    return check


def one_of(*words: str) -> Check:
    """One of these texts."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in words:
            raise Malformed(f"{where}: not one of {', '.join(words)}")

    return check


def text(least: int, most: int) -> Check:
    """Text of a number of characters (Unicode code points) in this range."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise Malformed(f"{where}: not text of {least} to {most} characters")

    return check


def name(value: Any, where: str) -> None:
    """1 to 200 characters without control characters."""
    text(1, 200)(value, where)
    if _CONTROL.search(value):
        raise Malformed(f"{where}: a control character")


def state_code(value: Any, where: str) -> None:
    """Two capital letters."""
    if not isinstance(value, str) or _STATE.fullmatch(value) is None:
        raise Malformed(f"{where}: not two capital letters")


def boolean(value: Any, where: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed(f"{where}: not true or false")


def at_least(least: int) -> Check:
    """An integer from `least` up to 2^53 - 1."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_INTEGER:
            raise Malformed(f"{where}: not an integer of at least {least}")

    return check


natural: Final = at_least(0)
positive: Final = at_least(1)


def identifier(value: Any, where: str) -> None:
    """The identifier of an account or an authority."""
    if not is_id(value):
        raise Malformed(f"{where}: not an identifier")


def hash_(value: Any, where: str) -> None:
    """A hash in hexadecimal."""
    if not is_hash(value):
        raise Malformed(f"{where}: not a hash")


def base64_text(value: Any, where: str) -> None:
    """Canonical base64 of any length."""
    try:
        unb64(value)
    except EncodingError as error:
        raise Malformed(f"{where}: {error}") from error


def ed25519_key(value: Any, where: str) -> None:
    """A strict Ed25519 public key in base64."""
    try:
        check_point(unb64(value, 32))
    except (EncodingError, WeakKey) as error:
        raise Malformed(f"{where}: {error}") from error


def ed25519_key_id(value: Any, where: str) -> None:
    """A strict Ed25519 public key in hexadecimal."""
    try:
        check_point(unhex(value, 32))
    except (EncodingError, WeakKey) as error:
        raise Malformed(f"{where}: {error}") from error


def ed25519_signature(value: Any, where: str) -> None:
    """A strict Ed25519 signature in base64."""
    try:
        check_signature_form(unb64(value, 64))
    except (EncodingError, WeakKey) as error:
        raise Malformed(f"{where}: {error}") from error
