"""The log in tiles (C2SP tlog-tiles), each read from the tables by one query. A tile of one width never changes."""

from __future__ import annotations

from members.problems import NotFound
from members.protocol import tiles
from members.protocol.tiles import Tile
from members.register.models import Entry, SubtreeHash


def read(path: str) -> tuple[Tile, bytes]:
    """The tile that a path names, with its bytes; NotFound when the log does not reach that far."""
    try:
        tile = tiles.parse_path(path)
    except tiles.TileRefused:
        raise NotFound from None
    return tile, _entries(tile) if tile.level == "entries" else _hashes(tile, int(tile.level))


def _entries(tile: Tile) -> bytes:
    first = tile.index * tiles.WIDTH
    rows = Entry.objects.filter(index__gte=first, index__lt=first + tile.width).order_by("index")
    data = [bytes(one) for one in rows.values_list("data", flat=True)]
    if len(data) < tile.width:
        raise NotFound
    return tiles.bundle(data)


def _hashes(tile: Tile, level: int) -> bytes:
    first = tile.index * tiles.WIDTH
    if level == 0:
        leaves = Entry.objects.filter(index__gte=first, index__lt=first + tile.width)
        found = list(leaves.order_by("index").values_list("leaf", flat=True))
    else:
        subtrees = SubtreeHash.objects.filter(level=level, index__gte=first, index__lt=first + tile.width)
        found = list(subtrees.order_by("index").values_list("hash", flat=True))
    if len(found) < tile.width:
        raise NotFound
    return bytes.fromhex("".join(found))
