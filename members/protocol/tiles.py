"""Tiles of a log as C2SP tlog-tiles cuts them: height 8, entry bundles, partial tiles and their paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from members.protocol import merkle

WIDTH: Final = 256
MAX_ENTRY_LENGTH: Final = 65_535
MAX_LEVEL: Final = 63

_PATH: Final = re.compile(
    r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


class TileRefused(ValueError):
    """A tile's path or bytes break the format."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile's place: level (or "entries"), index, and width (256 when it is full)."""

    level: int | Literal["entries"]
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """What follows `tile/`, such as `0/x001/067` or `entries/000.p/17`."""
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{self.level}/{index_path(self.index)}{suffix}"


def index_path(index: int) -> str:
    """Groups of three digits, all but the last preceded by x: 1234067 becomes x001/x234/067."""
    groups = []
    while True:
        groups.append(f"{index % 1000:03d}")
        index //= 1000
        if index == 0:
            break
    return "/".join([*(f"x{group}" for group in reversed(groups[1:])), groups[0]])


def parse_path(path: str) -> Tile:
    """The tile that a path names; raises TileRefused when it is not its one form."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileRefused("not the path of a tile")
    level: int | Literal["entries"] = "entries" if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(re.sub("[x/]", "", match[2])), int(match[3]) if match[3] else WIDTH)
    if tile.path() != path or (tile.level != "entries" and tile.level > MAX_LEVEL):
        raise TileRefused("not the path of a tile")
    return tile


def tiles_of(size: int) -> list[Tile]:
    """Every tile of a log of `size`, bundles first, full ones before the partial one of each level."""
    if size == 0:
        return []
    found: list[Tile] = []
    for level in ("entries", *range(MAX_LEVEL + 1)):
        count = size if level == "entries" else size >> 8 * int(level)
        if count == 0:
            break
        full, rest = divmod(count, WIDTH)
        found += [Tile(level, index) for index in range(full)]
        if rest:
            found.append(Tile(level, full, rest))
    return found


def hash_tile(leaves: Sequence[bytes], tile: Tile) -> bytes:
    """The concatenated hashes of a tile, computed from all leaf hashes of the log."""
    if tile.level == "entries":
        raise TileRefused("a bundle holds entries, not hashes")
    span = 1 << 8 * tile.level
    start = tile.index * WIDTH * span
    if start + tile.width * span > len(leaves):
        raise TileRefused("the log does not reach that far")
    return b"".join(
        merkle.root(leaves[start + place * span : start + (place + 1) * span]) for place in range(tile.width)
    )


def bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry preceded by its length in two bytes, big-endian."""
    if any(len(entry) > MAX_ENTRY_LENGTH for entry in entries):
        raise TileRefused("an entry is too long")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises TileRefused when the lengths do not fit."""
    entries, place = [], 0
    while place < len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if place + 2 > len(data) or end > len(data):
            raise TileRefused("an entry bundle is cut off")
        entries.append(data[place + 2 : end])
        place = end
    return entries
