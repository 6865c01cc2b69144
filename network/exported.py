"""A Register in a directory: written as any tlog-tiles client reads it, and verified there without any server.

DIR/checkpoint            the signed note
DIR/tile/entries/…        entry bundles
DIR/tile/<level>/…        hash tiles
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from members.protocol import checkpoint, merkle, tiles
from members.protocol.register import BAD_SIGNATURE, FORKED, Growth, RegisterBroken, Replay


def write(directory: Path, note: str, entries: Sequence[bytes]) -> int:
    """Write the log of these entries; returns how many files there are. Files of an earlier export are replaced."""
    leaves = [merkle.leaf_hash(each) for each in entries]
    places = tiles.tiles_of(len(entries))
    for tile in places:
        if tile.level == "entries":
            first = tile.index * tiles.WIDTH
            data = tiles.bundle(entries[first : first + tile.width])
        else:
            data = tiles.hash_tile(leaves, tile)
        path = directory / "tile" / tile.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (directory / "checkpoint").write_text(note, "utf-8")
    return len(places) + 1


def verify(directory: Path, *, network: str | None = None) -> tuple[Replay, Growth]:
    """Replay everything and check it against the checkpoint and the tiles; raises RegisterBroken with the finding.

    Without `network` the log names its network itself: then compare its id with one that you know.
    """
    note = _read(directory / "checkpoint").decode("utf-8", "replace")
    try:
        stated = checkpoint.parse(note)
    except checkpoint.CheckpointRefused as error:
        raise RegisterBroken(BAD_SIGNATURE, str(error)) from error
    entries: list[bytes] = []
    places = tiles.tiles_of(stated.size) if stated.size < 2**32 else []
    for tile in places:
        if tile.level == "entries":
            entries += _bundle(directory, tile)
    replay = Replay(network=network)
    growth = replay.extend(note, entries)
    leaves = [merkle.leaf_hash(each) for each in entries]
    for tile in places:
        if tile.level != "entries":
            path = directory / "tile" / tile.path()
            if path.exists() and _read(path) != tiles.hash_tile(leaves, tile):
                raise RegisterBroken(FORKED, f"tile {tile.path()} does not follow from the entries")
    return replay, growth


def _bundle(directory: Path, tile: tiles.Tile) -> list[bytes]:
    try:
        found = tiles.parse_bundle(_read(directory / "tile" / tile.path()))
    except tiles.TileRefused as error:
        raise RegisterBroken(FORKED, f"bundle {tile.path()} breaks its form") from error
    if len(found) != tile.width:
        raise RegisterBroken(FORKED, f"bundle {tile.path()} does not have its width")
    return found


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise RegisterBroken(FORKED, f"{path} is absent")
    return path.read_bytes()
