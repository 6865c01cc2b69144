"""Client ids of items: UUIDs of version 7, which sort by the time they were made."""

from __future__ import annotations

import os
import time
import uuid

_VERSION, _VARIANT = 7 << 76, 2 << 62


def new_client_id() -> str:
    """48 bits of milliseconds, and 74 random ones."""
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 64 & 0xFFF, random & (1 << 62) - 1
    milliseconds = time.time_ns() // 1_000_000
    return str(uuid.UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low))
