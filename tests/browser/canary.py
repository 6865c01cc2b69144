"""A word that stands in what people write, and must stand nowhere that the server keeps or says."""

from __future__ import annotations

from pathlib import Path

CANARY = "heron-7431-canary"


def find_readable(data: Path, *said: str) -> list[str]:
    """Where the word can be read: files of the data directory (the database among them), or what the server said."""
    files = [path for path in data.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite3" for path in files), "there is no database to look into"
    found = [str(path) for path in files if CANARY.encode() in path.read_bytes()]
    return found + [line for text in said for line in text.splitlines() if CANARY in line]
