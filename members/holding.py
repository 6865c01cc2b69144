"""Holds what has no row of its own to lock, such as an address that nobody has yet."""

from __future__ import annotations

import hashlib

from django.db import connection


def hold(*what: str) -> None:
    """Until the end of this transaction nobody else holds the same. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("\n".join(what).encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)]
            )
