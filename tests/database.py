"""Which database the tests run on: SQLite, or PostgreSQL when DATABASE_OF_TESTS says so.

`postgresql` starts a server for this run; an address such as postgresql://me@localhost:5432/entente names one that is
there, whose databases of tests are made and dropped again. The workers of a run share the server of whoever began it.
"""

from __future__ import annotations

import atexit
import hashlib
import os
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql

from network.bench import postgres

SWITCH = "DATABASE_OF_TESTS"


def _address() -> str:
    """Of the PostgreSQL of this run; empty when it is SQLite."""
    given = os.environ.get(SWITCH, "")
    if given == "postgresql":
        kept = ExitStack()
        atexit.register(kept.close)
        given = kept.enter_context(postgres.running(durable=False)).address
        os.environ[SWITCH] = given  # workers that this process starts find it there
    return given


ADDRESS = _address()


def of_a_portal(data: Path) -> dict[str, str]:
    """The setting that gives the portal on this data directory a database of its own; none where it is SQLite."""
    if not ADDRESS:
        return {}
    name = f"portal_{hashlib.sha256(bytes(data.absolute())).hexdigest()[:16]}"
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return {"ENTENTE_DATABASE": f"{ADDRESS.rpartition('/')[0]}/{name}"}
