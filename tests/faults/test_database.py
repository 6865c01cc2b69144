"""PostgreSQL that is killed, gone for a while, slow, held still, or without room; and a file without room."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress

import psutil
import pytest

from network.bench.postgres import Postgres
from tests.faults.stage import Stage
from tests.faults.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

DOWN_SECONDS = 5.0
NOTHING_FITS = 8192
"""No file may be written beyond its first block."""


def database_of(stage: Stage) -> Postgres:
    assert stage.database is not None
    return stage.database


@asynccontextmanager
async def set_to(database: Postgres, **values: str) -> AsyncIterator[None]:
    """While the block lasts the server runs with these settings."""
    for name, value in values.items():
        await ask(database, f"ALTER SYSTEM SET {name} = '{value}'")
    await ask(database, "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        await ask(database, "ALTER SYSTEM RESET ALL")
        await ask(database, "SELECT pg_reload_conf()")


async def ask(database: Postgres, statement: str) -> str:
    return await asyncio.to_thread(database.psql, statement)


async def commits_wait(database: Postgres) -> None:
    """Return when what has been written waits for a standby that does not exist."""

    async def so() -> bool:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        return await ask(database, waiting) != "0"

    await until(so, "a COMMIT waits")


@contextmanager
def no_room(processes: list[psutil.Process]) -> Iterator[None]:
    """Whatever these want to write beyond the first block of a file fails, as on a disk that is full."""
    try:
        for process in processes:
            _limit(process, f"{NOTHING_FITS}:")
        yield
    finally:
        for process in processes:
            _limit(process, "unlimited:")


def _limit(process: psutil.Process, size: str) -> None:
    """By whoever the process belongs to: nobody else may. One that has ended writes nothing."""
    with suppress(psutil.NoSuchProcess):
        owner = process.uids().real
        done = subprocess.run(
            ["prlimit", f"--pid={process.pid}", f"--fsize={size}"],
            user=owner if owner != os.getuid() else None,
            capture_output=True,
            text=True,
            check=False,
        )
        gone = not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        assert done.returncode == 0 or gone, done.stderr


async def test_a_killed_database_that_is_started_again_has_everything(portal: Stage) -> None:
    database = database_of(portal)
    async with portal.writing("kill -9 of PostgreSQL") as run:
        await asyncio.to_thread(database.kill)
        await asyncio.to_thread(database.start)
        await run.more()


async def test_while_the_database_is_gone_nobody_is_told_that_something_is_there(portal: Stage) -> None:
    database = database_of(portal)
    async with portal.writing(f"PostgreSQL gone for {DOWN_SECONDS:.0f} s") as run:
        await asyncio.to_thread(database.kill)
        await run.nothing_comes(DOWN_SECONDS)
        await asyncio.to_thread(database.start)
        await run.more()


async def test_a_database_whose_disk_is_slow_makes_all_slow_and_breaks_nothing(portal: Stage) -> None:
    slow = set_to(database_of(portal), commit_delay="100000", commit_siblings="0")
    async with slow, portal.writing("PostgreSQL: each COMMIT takes 100 ms longer") as run:
        await run.more(5)


async def test_a_commit_that_hangs_is_acknowledged_when_it_is_done(portal: Stage) -> None:
    database = database_of(portal)
    async with portal.writing("PostgreSQL: COMMIT hangs for 2 s") as run:
        async with set_to(database, synchronous_standby_names="nobody"):
            await commits_wait(database)
            await run.nothing_comes(2)
        await run.more()


async def test_what_was_committed_and_not_acknowledged_before_a_kill_is_there_once(portal: Stage) -> None:
    database = database_of(portal)
    async with portal.writing("kill -9 of PostgreSQL after COMMIT, before its answer") as run:
        await ask(database, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await ask(database, "SELECT pg_reload_conf()")
        await commits_wait(database)
        await ask(database, "ALTER SYSTEM RESET ALL")
        await asyncio.to_thread(database.kill)
        await asyncio.to_thread(database.start)
        await run.more()


async def test_a_database_that_is_held_still_again_and_again_goes_on(portal: Stage) -> None:
    async with portal.writing("PostgreSQL: all of it held still for 1 s, three times") as run:
        for _ in range(3):
            with database_of(portal).held():
                await run.nothing_comes(1)
            await run.more(1)


async def test_a_database_without_room_loses_nothing_and_goes_on_when_there_is_room(portal: Stage) -> None:
    """It gives up where its log does not fit; whoever makes room starts it again."""
    database = database_of(portal)
    async with portal.writing("PostgreSQL: disk full") as run:
        with ExitStack() as full:
            with database.held() as processes:  # none begins or ends meanwhile
                full.enter_context(no_room(processes))
            await run.nothing_comes(2)
        await asyncio.to_thread(database.kill)
        await asyncio.to_thread(database.start)
        await run.more()


async def test_a_file_without_room_loses_nothing_and_goes_on_when_there_is_room(alone: Stage) -> None:
    async with alone.writing("SQLite: disk full") as run:
        with no_room([alone.processes[0].watched]):
            await run.nothing_comes(2)
        await run.more()
