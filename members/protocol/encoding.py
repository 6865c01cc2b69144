"""Strict text forms of bytes: whatever decodes here encodes again to the very same text."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

ID_LENGTH: Final = 16
HASH_LENGTH: Final = 32

_HEX: Final = re.compile(r"[0-9a-f]*", re.ASCII)


class EncodingError(ValueError):
    """The text is not the one canonical form of any bytes."""


def b64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: object, length: int | None = None) -> bytes:
    """The bytes of canonical base64 text (of exactly `length` bytes, if given); raises EncodingError otherwise."""
    if not isinstance(text, str):
        raise EncodingError("base64 must be text")
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise EncodingError("not base64") from error
    if b64(data) != text:
        raise EncodingError("base64 is not in its canonical form")
    if length is not None and len(data) != length:
        raise EncodingError(f"expected {length} bytes, got {len(data)}")
    return data


def is_hex(text: object, length: int) -> bool:
    """Whether `text` is lowercase hexadecimal of exactly `length` bytes."""
    return isinstance(text, str) and len(text) == 2 * length and _HEX.fullmatch(text) is not None


def unhex(text: object, length: int) -> bytes:
    """The bytes of lowercase hexadecimal text of exactly `length` bytes; raises EncodingError otherwise."""
    if not isinstance(text, str) or not is_hex(text, length):
        raise EncodingError(f"expected lowercase hexadecimal of {length} bytes")
    return bytes.fromhex(text)


def is_id(text: object) -> bool:
    """Whether `text` is the identifier of an account or an authority."""
    return is_hex(text, ID_LENGTH)


def is_hash(text: object) -> bool:
    """Whether `text` is a hash, network id, conversation id or device id."""
    return is_hex(text, HASH_LENGTH)


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def b64url(data: bytes) -> str:
    """Base64url without padding, as it stands in links."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def unb64url(text: str, length: int) -> bytes:
    """The bytes of canonical base64url text without padding; raises EncodingError otherwise."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise EncodingError("not base64url") from error
    if b64url(data) != text or len(data) != length:
        raise EncodingError("base64url is not in its canonical form or has another length")
    return data
