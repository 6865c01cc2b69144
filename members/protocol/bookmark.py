"""The bookmark: what a person last verified of the Register, sealed so that only they can read or make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from members.protocol import merkle, seal
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.register import Replay
from members.protocol.seal import SealBroken
from members.protocol.state import State


class BookmarkBroken(ValueError):
    """A bookmark does not open, or does not hold what it should."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A verified state of the Register with the compact range that leads on from it."""

    generation: int
    state: State
    range: merkle.CompactRange

    def resume(self, network: str) -> Replay:
        """A replay that goes on from here."""
        return Replay.resume(network, self.state.copy(), self.range.copy())


def key(reading_seed: bytes, network: str, account: str) -> bytes:
    """The key of a person's bookmark."""
    return seal.derive(reading_seed, b"", f"entente/v1/bookmark\n{network}{account}".encode())


def make(replay: Replay, *, generation: int, reading_seed: bytes, account: str) -> bytes:
    """The sealed bookmark of what `replay` has verified."""
    content = canonical(
        {
            "generation": generation,
            "size": replay.size,
            "root": replay.root,
            "range": [b64(each) for each in replay.range.hashes],
            "state": replay.state.to_json(),
        }
    )
    return seal.seal(key(reading_seed, replay.network or "", account), content)


def open_bookmark(
    sealed: bytes, *, generation: int, reading_seed: bytes, network: str, account: str
) -> Bookmark:
    """The bookmark; raises BookmarkBroken when it does not open or does not hold together."""
    try:
        value = cast(
            "dict[str, Any]", parse_object(seal.open_sealed(key(reading_seed, network, account), sealed))
        )
        compact = merkle.CompactRange(value["size"], [unb64(each, 32) for each in value["range"]])
        state = State.from_json(value["state"])
    except (SealBroken, NotCanonical, EncodingError, KeyError, TypeError, ValueError) as error:
        raise BookmarkBroken("the bookmark does not open") from error
    agrees = compact.root().hex() == value["root"] and state.size == compact.size
    if not agrees or value["generation"] != generation or state.network != network:
        raise BookmarkBroken("the bookmark does not hold together")
    return Bookmark(generation, state, compact)
