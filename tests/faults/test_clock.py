"""A server whose clock is wrong by a day, from its start or from one moment to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from network.bench.postgres import NAME
from tests.faults import another_clock
from tests.faults.stage import Stage
from tests.faults.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

DAY = 24 * 60 * 60
CLOCK = Path(another_clock.__file__).parent


def set_to(clock: Path, ahead: int) -> None:
    """So many seconds ahead, from one moment to the next: a process that found the file empty would end by it."""
    fresh = clock.with_name("fresh")
    fresh.write_text(str(ahead), "ascii")
    fresh.replace(clock)


@pytest.fixture(scope="module")
def file_of_the_clock(portal: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The first process has a clock of its own as long as these tests last."""
    file, first = tmp_path_factory.mktemp("clock") / "seconds", portal.processes[0]
    set_to(file, 0)
    right = dict(first.variables)
    first.kill()
    first.variables |= {"PYTHONPATH": str(CLOCK), "ANOTHER_CLOCK": str(file)}
    yield file
    first.kill()
    first.variables = right


@pytest.fixture
def clock(file_of_the_clock: Path) -> Iterator[Path]:
    """The file by which it is set; it is right at first, and again at the end."""
    yield file_of_the_clock
    set_to(file_of_the_clock, 0)


async def test_a_clock_that_falls_back_by_a_day_and_is_set_right_again_changes_nothing(
    portal: Stage, clock: Path
) -> None:
    async with portal.writing("clock of one process falls back by a day") as run:
        set_to(clock, -DAY)
        await run.more(5)
        # whoever comes now is welcomed by that clock
        portal.front.cut()
        await run.more(5)
        set_to(clock, 0)
        await run.more(5)


async def test_a_clock_that_jumps_ahead_by_a_day_ends_sessions_and_loses_nothing(
    portal: Stage, clock: Path
) -> None:
    async with portal.writing("clock of one process jumps ahead by a day") as run:
        # whoever is at the other process is not sent away, and lines break on a computer that has much else to do
        await portal.at_both()
        set_to(clock, DAY)
        await run.until(lambda: run.anybody_is_away or not portal.spread()[0], "sessions end")
        portal.front.cut()
        await run.until(lambda: run.anybody_is_away, "somebody is sent away")
        set_to(clock, 0)
        run.let_back()
        await run.more(5)


# What PostgreSQL says when it is asked for the time. A schema that is looked into before its own has the function that
# shifts it; where it stands is in a table.
ANOTHER_CLOCK_OF_THE_DATABASE = f"""
CREATE SCHEMA another;
CREATE TABLE another.clock AS SELECT interval '0' AS ahead;
CREATE FUNCTION another.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS
    'SELECT pg_catalog.clock_timestamp() + ahead FROM another.clock';
ALTER DATABASE {NAME} SET search_path = another, pg_catalog, public;
"""
THE_RIGHT_CLOCK = f"ALTER DATABASE {NAME} RESET search_path; DROP SCHEMA another CASCADE"
CONNECT_AGAIN = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
DUE_LATE = """
SELECT count(*) FROM background_task
WHERE due_at > extract(epoch FROM pg_catalog.clock_timestamp()) * 1000 + delay
"""


async def test_a_clock_of_the_database_that_jumps_ahead_and_falls_back_puts_no_task_off(
    portal: Stage,
) -> None:
    """By it alone tasks are due; what was done while it was ahead is not due for a day, until it is found out."""
    database = portal.database
    assert database is not None

    async def ask(statement: str) -> str:
        return await asyncio.to_thread(database.psql, statement, NAME)

    async with portal.writing("clock of PostgreSQL jumps ahead by a day, and back") as run:
        await ask(ANOTHER_CLOCK_OF_THE_DATABASE)
        await ask(CONNECT_AGAIN)
        await run.more()
        await ask("UPDATE another.clock SET ahead = '1 day'")
        await until(partial(_is, ask, DUE_LATE, zero=False), "a task is done by that clock")
        await run.more()
        await ask("UPDATE another.clock SET ahead = '0'")
        await until(partial(_is, ask, DUE_LATE, zero=True), "no task waits longer than it was told to")
        await ask(THE_RIGHT_CLOCK)
        await ask(CONNECT_AGAIN)
        await run.more()


async def _is(ask: Callable[[str], Awaitable[str]], count: str, *, zero: bool) -> bool:
    return (await ask(count) == "0") is zero
