"""Messages: sealed for one epoch and one sending device, padded so that sizes say little (docs/protocol.md, 5.3)."""

from __future__ import annotations

from typing import Any, Final

from members.protocol import schema, seal
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.encoding import u32
from members.protocol.schema import Malformed
from members.protocol.seal import SealBroken
from messaging.protocol.items import MAX_CONTENT
from messaging.protocol.refusal import Refused

LEAST_PADDED: Final = 256
KINDS: Final = ("text", "subject")
_PLAINTEXT = schema.closed(kind=schema.one_of(*KINDS), text=schema.text(0, MAX_CONTENT))


class Unreadable(ValueError):
    """A message does not open, or holds what nobody may write."""


def padme(length: int) -> int:
    """The padded length of Padmé: at most 12 percent more, and few different sizes."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return length + mask & ~mask


def pad(plaintext: bytes) -> bytes:
    """u32(length) || plaintext || zeros."""
    padded = u32(len(plaintext)) + plaintext
    return padded.ljust(max(LEAST_PADDED, padme(len(padded))), b"\x00")


def unpad(padded: bytes) -> bytes:
    """The plaintext of a padded one; raises Unreadable unless the padding is exactly what `pad` makes."""
    length = int.from_bytes(padded[:4], "big")
    plaintext = padded[4 : 4 + length]
    if len(plaintext) != length or pad(plaintext) != padded:
        raise Unreadable("the padding is not as it must be")
    return plaintext


def key(epoch_key: bytes, device: str) -> bytes:
    """The key under which one device seals in one epoch."""
    return seal.derive(epoch_key, b"", b"entente/v1/message\n" + device.encode("ascii"))


def make_plaintext(text: str, kind: str = "text") -> bytes:
    """The canonical plaintext of a text or a subject."""
    value = {"kind": kind, "text": text}
    _PLAINTEXT(value, "plaintext")
    return canonical(value)


def seal_message(
    epoch_key: bytes, *, device: str, header: bytes, plaintext: bytes, nonce: bytes | None = None
) -> bytes:
    """The content of a message item; raises Refused `too_large` beyond 64 KiB."""
    content = seal.seal(key(epoch_key, device), pad(plaintext), header, nonce=nonce)
    if len(content) > MAX_CONTENT:
        raise Refused("too_large", "the message is too long")
    return content


def open_message(epoch_key: bytes, *, device: str, header: bytes, content: bytes) -> dict[str, Any]:
    """The plaintext object of a message item; raises Unreadable."""
    try:
        value = parse_object(unpad(seal.open_sealed(key(epoch_key, device), content, header)))
        _PLAINTEXT(value, "plaintext")
    except (SealBroken, NotCanonical, Malformed) as error:
        raise Unreadable(str(error)) from error
    return value
