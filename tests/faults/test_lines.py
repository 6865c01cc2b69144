"""Lines that are cut, held still, or opened again and again: who is at their end goes on, and nobody else notices."""

from __future__ import annotations

import pytest

from tests.faults.line import greet, line_of
from tests.faults.stage import Stage
from tests.faults.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

CUTS = 6
ROUNDS = 100
LONG = "." * 60_000


async def test_a_proxy_that_cuts_all_lines_again_and_again_loses_nothing(portal: Stage) -> None:
    async with portal.writing(f"proxy cuts every line, {CUTS} times") as run:
        for _ in range(CUTS):
            portal.front.cut()
            await run.more(2)


async def test_who_reads_nothing_is_let_go_and_has_everything_when_they_read_again(portal: Stage) -> None:
    slow = portal.network["Tam"]
    async with portal.writing("client that reads nothing", words=LONG) as run:
        await run.hush("Tam")
        [process] = [one for one in portal.processes if "Tam" in portal.at(one)]
        welcomes, before = slow.socket.welcomes, await process.let_go()
        lines = portal.lines_of("Tam")
        for line in lines:
            line.hold()
        # where the others need long to say so much, either end may miss a pong before: that is an end as well
        while slow.socket.welcomes == welcomes and await process.let_go() == before:
            await run.more_of("Ana", "Ben", "Sol", each=5)
        for line in lines:
            line.go_on()
        await run.until(lambda: slow.socket.welcomes > welcomes, "Tam is let go")
        await run.heard()


async def test_who_comes_and_goes_in_a_loop_disturbs_nobody(portal: Stage) -> None:
    hasty = portal.network["Tam"]
    async with portal.writing(f"client that connects {ROUNDS} times in a loop") as run:
        before = [process.watched.num_fds() for process in portal.processes]
        for _ in range(ROUNDS):
            async with line_of(hasty) as line:
                await greet(line)
        await run.more()
    await until(
        lambda: all(
            process.watched.num_fds() <= number + 20
            for process, number in zip(portal.processes, before, strict=True)
        ),
        "nothing is left open",
    )
