"""The bookmark: what a person last verified of the Register, sealed so that only they can read or make it.

It is sealed under a random key, and that key under the recovery code itself: never to a public key, since anybody can
box to a public key. So whoever types the code may trust what it opens (docs/protocol.md, 2.3).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final, cast

from members.protocol import merkle, seal
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.register import Replay
from members.protocol.seal import SealBroken
from members.protocol.state import State

KEY_LENGTH: Final = 32


class BookmarkBroken(ValueError):
    """A bookmark does not open, or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A verified state of the Register with the compact range that leads on from it."""

    state: State
    range: merkle.CompactRange

    def resume(self, network: str) -> Replay:
        """A replay that goes on from here."""
        return Replay.resume(network, self.state.copy(), self.range.copy())


def new_key() -> bytes:
    """A random bookmark key: made once for a person, and kept by each of their devices."""
    return os.urandom(KEY_LENGTH)


def sealing_key(bookmark_key: bytes, network: str, account: str) -> bytes:
    """The key that seals the bookmarks of one account of one network."""
    return seal.derive(bookmark_key, b"", f"entente/v1/bookmark\n{network}{account}".encode())


def code_key(secret: bytes, network: str, account: str) -> bytes:
    """The key that seals the bookmark key under the 20 bytes of a recovery code."""
    return seal.derive(secret, bytes.fromhex(network), f"entente/v1/bookmark-key\n{account}".encode())


def seal_key(bookmark_key: bytes, *, secret: bytes, network: str, account: str) -> bytes:
    """The bookmark key as the server keeps it: sealed under the recovery code."""
    return seal.seal(code_key(secret, network, account), bookmark_key)


def open_key(sealed: bytes, *, secret: bytes, network: str, account: str) -> bytes:
    """The bookmark key; raises BookmarkBroken when this recovery code did not seal it."""
    try:
        opened = seal.open_sealed(code_key(secret, network, account), sealed)
    except SealBroken as error:
        raise BookmarkBroken("the bookmark key does not open") from error
    if len(opened) != KEY_LENGTH:
        raise BookmarkBroken("the bookmark key has another length")
    return opened


def make(replay: Replay, *, bookmark_key: bytes, account: str) -> bytes:
    """The sealed bookmark of what `replay` has verified."""
    content = canonical(
        {
            "size": replay.size,
            "root": replay.root,
            "range": [b64(each) for each in replay.range.hashes],
            "state": replay.state.to_json(),
        }
    )
    return seal.seal(sealing_key(bookmark_key, replay.network or "", account), content)


def open_bookmark(sealed: bytes, *, bookmark_key: bytes, network: str, account: str) -> Bookmark:
    """The bookmark; raises BookmarkBroken when it does not open or does not hold together."""
    try:
        content = seal.open_sealed(sealing_key(bookmark_key, network, account), sealed)
        value = cast("dict[str, Any]", parse_object(content))
        compact = merkle.CompactRange(value["size"], [unb64(each, 32) for each in value["range"]])
        state = State.from_json(value["state"])
    except (SealBroken, NotCanonical, EncodingError, KeyError, TypeError, ValueError) as error:
        raise BookmarkBroken("the bookmark does not open") from error
    if compact.root().hex() != value["root"] or state.size != compact.size or state.network != network:
        raise BookmarkBroken("the bookmark does not hold together")
    return Bookmark(state, compact)
