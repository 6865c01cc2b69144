"""A server whose clock is wrong by a day, from its start or from one moment to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults import another_clock
from tests.faults.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")

DAY = 24 * 60 * 60
CLOCK = Path(another_clock.__file__).parent


@pytest_asyncio.fixture(loop_scope="package")
async def clock(portal: Stage, tmp_path: Path) -> AsyncIterator[Path]:
    """The file by which the clock of the first process is set; it is right at first, and again at the end."""
    file = tmp_path / "clock"
    file.write_text("0", "ascii")
    first = portal.processes[0]
    first.kill()
    await first.start(PYTHONPATH=str(CLOCK), ANOTHER_CLOCK=str(file))
    yield file
    file.write_text("0", "ascii")
    first.kill()
    await portal.mend()


async def test_a_clock_that_falls_back_by_a_day_and_is_set_right_again_changes_nothing(
    portal: Stage, clock: Path
) -> None:
    async with portal.writing("clock of one process falls back by a day") as run:
        clock.write_text(str(-DAY), "ascii")
        await run.more(5)
        # whoever comes now is welcomed by that clock
        portal.front.cut()
        await run.more(5)
        clock.write_text("0", "ascii")
        await run.more(5)


async def test_a_clock_that_jumps_ahead_by_a_day_ends_sessions_and_loses_nothing(
    portal: Stage, clock: Path
) -> None:
    async with portal.writing("clock of one process jumps ahead by a day") as run:
        # a line of the process that was killed for this may have been counted before
        await portal.at_both()
        clock.write_text(str(DAY), "ascii")
        await run.somebody_was_sent_away()
        clock.write_text("0", "ascii")
        run.let_back()
        await run.more(5)
