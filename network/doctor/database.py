"""Whether the database can be relied upon: that it answers, has the right shape, and keeps what it has acknowledged."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

import psycopg

from network.addresses import Database
from network.cli import CommandError, start_django
from network.doctor.clock import judge
from network.doctor.findings import Case, Check, Finding, failed, ok, skipped, warning

OLDEST_POSTGRES, OLDEST_SQLITE = 15, (3, 35)
SLOW_TRIP, SLOW_COMMIT = 0.010, 0.100
RESERVE = 10
"""Connections for backups, for a person who looks, and for the command line."""
WRONG_PASSWORD, NO_ROLE, NO_DATABASE = "28P01", "28000", "3D000"


def _file(case: Case) -> str:
    return str(case.environment.data / "entente.sqlite3")


def _postgres(one: Database) -> psycopg.Connection:
    return psycopg.connect(
        host=one.host, port=one.port, dbname=one.name, user=one.user, password=one.password,
        connect_timeout=5, autocommit=True, application_name="entente doctor",
    )  # fmt: skip


def _answers(case: Case) -> Iterator[Finding]:
    place, one = "database.answers", case.environment.database
    if one is None:
        if not (case.environment.data / "entente.sqlite3").is_file():
            yield failed(
                place,
                f"There is no database in {case.environment.data}.",
                "Start the portal once, or set ENTENTE_DATA right.",
            )
            return
        try:
            with closing(_sqlite(case)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            yield failed(
                place,
                f"The file of the database cannot be read ({error}).",
                "Restore it from a backup, or give it back to its owner.",
            )
            return
        yield ok(place, "The file of the database can be read.")
        return
    try:
        _postgres(one).close()
    except psycopg.OperationalError as error:
        yield failed(place, *_why_not(one, error))
    else:
        yield ok(place, f"PostgreSQL at {one.host}, port {one.port}, lets us in.")


def _why_not(one: Database, error: psycopg.OperationalError) -> tuple[str, str]:
    said = str(error)
    if "password" in said:
        return (
            f"PostgreSQL refuses the password of {one.user}.",
            "Compare ENTENTE_DATABASE_PASSWORD_FILE with the password of that role.",
        )
    if "does not exist" in said:
        return (
            f"PostgreSQL knows no database {one.name} or no role {one.user}.",
            "Make them, or correct ENTENTE_DATABASE.",
        )
    if "FATAL" in said:
        return (
            "PostgreSQL answers and does not let us in.",
            "Look at its log: too many connections, its pg_hba.conf, or a start that is not done yet.",
        )
    return (
        f"PostgreSQL cannot be reached at {one.host}, port {one.port}.",
        "Start it, and compare its address with ENTENTE_DATABASE; the portal does nothing without it.",
    )


def _sqlite(case: Case) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{_file(case)}?mode=rw", uri=True, timeout=5, isolation_level=None)


def _version(case: Case) -> Iterator[Finding]:
    place = "database.version"
    if case.environment.database is None:
        found = sqlite3.sqlite_version_info[:2]
        name, recent, oldest = f"SQLite {sqlite3.sqlite_version}", found >= OLDEST_SQLITE, "3.35"
    else:
        with _postgres(case.environment.database) as connection:
            number = connection.info.server_version
        name, recent, oldest = (
            f"PostgreSQL {number // 10000}.{number % 10000}",
            number >= OLDEST_POSTGRES * 10000,
            "15",
        )
    yield (
        ok(place, f"{name}.")
        if recent
        else failed(place, f"{name}.", f"Upgrade it: the portal needs {oldest} or later.")
    )


def _keeps(case: Case) -> Iterator[Finding]:
    """What has been acknowledged survives a power cut."""
    place, one = "database.keeps", case.environment.database
    if one is None:
        with closing(_sqlite(case)) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if mode == "wal":
            yield ok(place, "The journal is a WAL, and the portal waits for the disk with every commit.")
        else:
            yield failed(
                place, f"The journal of the database is {mode}, not WAL.",
                "Start the portal once: it sets that. If it stays, the volume cannot do it: use a local one.",
            )  # fmt: skip
        return
    with _postgres(one) as connection:
        wanted = ("fsync", "synchronous_commit", "full_page_writes")
        off = [name for name in wanted if _setting(connection, name) == "off"]
    if off:
        yield failed(
            place,
            f"PostgreSQL has {' and '.join(off)} off: messages that were acknowledged can be lost when the power goes.",
            "Turn it on in postgresql.conf and for this role and database.",
        )
    else:
        yield ok(place, "PostgreSQL waits for the disk with every commit.")


def _setting(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _encoding(case: Case) -> Iterator[Finding]:
    place, one = "database.encoding", case.environment.database
    if one is None:
        with closing(_sqlite(case)) as connection:
            encoding = connection.execute("PRAGMA encoding").fetchone()[0].replace("-", "")
    else:
        with _postgres(one) as connection:
            encoding = _setting(connection, "server_encoding")
    if encoding == "UTF8":
        yield ok(place, "UTF-8.")
    else:
        yield failed(
            place,
            f"The database is in {encoding}.",
            "Make it anew with ENCODING 'UTF8', and move the data with pg_dump.",
        )


def _connections(case: Case) -> Iterator[Finding]:
    place, one = "database.connections", case.environment.database
    if one is None:
        yield skipped(place, "SQLite counts none.")
        return
    with _postgres(one) as connection:
        there = int(_setting(connection, "max_connections"))
        there -= int(_setting(connection, "superuser_reserved_connections"))
    workers = 0 if case.environment.worker_inside else 1
    needed = one.connections * (case.processes + workers)
    saw = f"PostgreSQL takes {there} connections; the processes of the portal may open {needed}."
    do = "Raise max_connections, or lower ENTENTE_DATABASE_CONNECTIONS. Say with --processes how many processes run."
    if needed > there:
        yield failed(place, saw, do)
    elif needed + RESERVE > there:
        yield warning(place, f"{saw} That leaves few for backups and for people.", do)
    else:
        yield ok(place, saw)


def _speed(case: Case) -> Iterator[Finding]:
    place, one = "database.speed", case.environment.database
    if one is None:
        with closing(_sqlite(case)) as connection:
            trip = _median(lambda: connection.execute("SELECT 1").fetchone())
        commit = None  # to measure one would take the lock from the portal
    else:
        with _postgres(one) as connection:
            trip = _median(lambda: connection.execute("SELECT 1"))
            # goes through the log as every commit does, and leaves nothing behind in any table
            commit = _median(
                lambda: connection.execute("SELECT pg_logical_emit_message(true, 'entente doctor', '')")
            )
    saw = f"A question takes {trip * 1000:.1f} ms" + (
        f", a commit {commit * 1000:.1f} ms." if commit else "."
    )
    if trip > SLOW_TRIP or (commit or 0) > SLOW_COMMIT:
        yield warning(
            place,
            saw,
            "Bring the database nearer to the portal, and give it a quicker disk: people wait for each commit.",
        )
    else:
        yield ok(place, saw)


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(11):
        before = time.perf_counter()
        act()
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


def _size(case: Case) -> Iterator[Finding]:
    place, one = "database.size", case.environment.database
    if one is None:
        size = os.stat(_file(case)).st_size  # noqa: PTH116 - the path is a text here
    else:
        with _postgres(one) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        size = row[0] if row else 0
    told = (
        "files.space says what is free"
        if one is None
        else "PostgreSQL does not tell what is free: watch its volume"
    )
    yield ok(place, f"{size / 1024**2:.0f} MiB; {told}.")


def _clock(case: Case) -> Iterator[Finding]:
    place, one = "clock.database", case.environment.database
    if one is None:
        yield skipped(place, "SQLite goes by the clock of this computer.")
        return
    with _postgres(one) as connection:
        before = time.time()
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        now = (before + time.time()) / 2
    assert row is not None
    stated: datetime = row[0]
    yield judge(place, stated.timestamp() - now, f"{stated:%H:%M:%S} at the database")


def _shape(case: Case) -> Iterator[Finding]:
    """Loads the application, and compares its migrations with those that the database has."""
    place = "database.shape"
    try:
        start_django()
    except CommandError as error:
        yield failed(
            place, f"The portal does not start: {error}", "Correct it; nothing else of it can be looked at."
        )
        return
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        yield failed(
            place,
            f"{missing} migrations have not been applied.",
            "Make a backup, then start the portal, or run `entente manage migrate`.",
        )
    else:
        yield ok(place, "All migrations have been applied.")


ANSWERS = ("database.answers",)
CHECKS = (
    Check("database.answers", _answers, 10, needs=("files.data",)),
    Check("database.version", _version, needs=ANSWERS),
    Check("database.shape", _shape, 30, needs=(*ANSWERS, "files.secrets")),
    Check("database.keeps", _keeps, needs=ANSWERS),
    Check("database.encoding", _encoding, needs=ANSWERS),
    Check("database.connections", _connections, needs=ANSWERS),
    Check("database.speed", _speed, needs=ANSWERS),
    Check("database.size", _size, needs=ANSWERS),
    Check("clock.database", _clock, needs=ANSWERS),
)
