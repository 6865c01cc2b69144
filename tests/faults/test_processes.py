"""Web processes that are killed, ended and started again in mid-send."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from messaging.live.process import RESTART
from tests.faults.line import greet, how_it_ended, line_of
from tests.faults.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_where_nothing_breaks_all_is_well_and_the_judge_finds_what_is_not(portal: Stage) -> None:
    async with portal.writing("two processes, no fault") as run:
        assert min(portal.spread()) > 0
        await run.more(10)
    somebody = run.writers[0]
    somebody.acknowledged["never said"] = 1
    assert run.judged().verdict == (len(run.writers), 0, 0, 0, 0)
    del somebody.acknowledged["never said"]
    talk = somebody.client.conversations[run.conversation]
    keys, last = dict(talk.keys), max(talk.items)
    talk.items[last + 1] = talk.items[last]
    assert run.judged().doubled == 1
    assert run.judged().apart > 0
    del talk.items[last + 1]
    talk.keys.clear()
    assert run.judged().unreadable == len(talk.items)
    talk.keys |= keys
    assert run.judged().verdict == (0, 0, 0, 0, 0)
    stored = portal.stored(run.conversation)
    hole = replace(stored, items=[*stored.items[:-2], stored.items[-1]])
    assert run.judged(hole).broken > 0


async def test_who_was_at_a_killed_process_goes_on_at_the_other(portal: Stage) -> None:
    async with portal.writing("kill -9 of one of two processes") as run:
        portal.processes[0].kill()
        await run.more(10)
        assert portal.spread()[0] == 0
        await portal.processes[0].start()
        await run.more(10)


async def test_when_both_processes_are_killed_all_goes_on_with_the_next_ones(portal: Stage) -> None:
    async with portal.writing("kill -9 of both processes") as run:
        for process in portal.processes:
            process.kill()
        for process in portal.processes:
            process.begin()
        for process in portal.processes:
            await process.answers()
        await run.more(10)


async def test_processes_are_restarted_one_after_the_other_under_load(portal: Stage) -> None:
    async with (
        portal.writing("rolling restart of both processes") as run,
        line_of(portal.network["Tam"]) as line,
    ):
        await greet(line)
        ended = asyncio.create_task(how_it_ended(line))
        for process in portal.processes:
            await process.end()
            await run.more()
            await process.start()
            await run.more()
        assert await ended == RESTART


async def test_a_single_process_with_its_own_database_is_killed(alone: Stage) -> None:
    async with alone.writing("SQLite: kill -9 of the process") as run:
        alone.processes[0].kill()
        await alone.processes[0].start()
        await run.more(10)
