"""Valkey that is killed, back empty, hanging, or out of reach of one process: members hear each other all the same."""

from __future__ import annotations

import asyncio
import signal

import pytest

from network.bench.valkey import Valkey
from tests.faults.front import Front
from tests.faults.stage import WRITERS, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


def valkey_of(stage: Stage) -> Valkey:
    assert stage.redis is not None
    return stage.redis


async def test_without_valkey_members_at_both_processes_hear_each_other_by_the_database(
    portal: Stage,
) -> None:
    valkey = valkey_of(portal)
    async with portal.writing("kill -9 of Valkey, and back empty") as run:
        valkey.kill()
        await run.more()
        # whoever is silent asks for nothing: what they hear now, the other process has found in the database
        await run.hush(*portal.at(portal.processes[1]))
        await run.more_of(*portal.at(portal.processes[0]))
        await run.heard()
        await portal.hear_each_other(whether=False)
        await asyncio.to_thread(valkey.start)
        await portal.hear_each_other()


async def test_what_is_sent_while_valkey_hangs_is_heard(portal: Stage) -> None:
    valkey = valkey_of(portal)
    assert valkey.process is not None
    async with portal.writing("Valkey held still") as run:
        valkey.process.send_signal(signal.SIGSTOP)
        await run.hush(*portal.at(portal.processes[1]))
        await run.more_of(*portal.at(portal.processes[0]))
        await run.heard()
        await run.hush(*WRITERS)
        await portal.hear_each_other(whether=False)
        valkey.process.send_signal(signal.SIGCONT)
        await portal.hear_each_other()


async def test_what_a_process_writes_that_cannot_reach_valkey_is_heard_at_the_other(portal: Stage) -> None:
    line: Front = portal.redis_lines[0]
    async with portal.writing("Valkey out of reach of one process") as run:
        await run.hush(*portal.at(portal.processes[1]))
        await line.stop()
        # what is written before it counts as one that is gone, and what is written afterwards
        for _ in range(2):
            await run.more_of(*portal.at(portal.processes[0]))
            await run.heard()
        await run.hush(*WRITERS)
        await line.start()
        await portal.hear_each_other()


async def test_a_line_to_valkey_that_swallows_everything_is_given_up_for_a_new_one(portal: Stage) -> None:
    line = portal.redis_lines[0]
    async with portal.writing("line to Valkey swallows everything") as run:
        line.swallow()
        await portal.processes[0].hears(whether=False)
        line.swallowing = False  # for new lines: what was swallowed is not given back
        await portal.hear_each_other()
        await run.heard()
