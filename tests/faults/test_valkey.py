"""Valkey that is killed, back empty, hanging, or out of reach of one process: members hear each other all the same."""

from __future__ import annotations

import asyncio
import signal

import pytest

from network.bench.valkey import Valkey
from tests.faults.front import Front
from tests.faults.process import Process
from tests.faults.stage import GOES_ON, MOMENT, WRITERS, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


def valkey_of(stage: Stage) -> Valkey:
    assert stage.redis is not None
    return stage.redis


def hearing(process: Process) -> int:
    """How often it has begun to hear what other processes say."""
    return process.said().count("What other processes say is heard.")


async def hears_again(process: Process, before: int) -> None:
    async with asyncio.timeout(GOES_ON):
        while hearing(process) == before:
            await asyncio.sleep(MOMENT)


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
        before = [hearing(process) for process in portal.processes]
        await asyncio.to_thread(valkey.start)
        for process, number in zip(portal.processes, before, strict=True):
            await hears_again(process, number)


async def test_what_is_sent_while_valkey_hangs_is_heard(portal: Stage) -> None:
    valkey = valkey_of(portal)
    async with portal.writing("Valkey held still for 5 s") as run:
        assert valkey.process is not None
        valkey.process.send_signal(signal.SIGSTOP)
        await run.hush(*portal.at(portal.processes[1]))
        await run.more_of(*portal.at(portal.processes[0]))
        await run.heard()
        await run.hush(*WRITERS[1:])
        await asyncio.sleep(5)
        valkey.process.send_signal(signal.SIGCONT)
        await run.heard()


async def test_what_a_process_writes_that_cannot_reach_valkey_is_heard_at_the_other(portal: Stage) -> None:
    line: Front = portal.redis_lines[0]
    async with portal.writing("Valkey out of reach of one process") as run:
        await run.hush(*portal.at(portal.processes[1]))
        await line.stop()
        await asyncio.sleep(5)  # by now it counts as one that is gone
        await run.more_of(*portal.at(portal.processes[0]))
        await run.hush(*portal.at(portal.processes[0]))
        await run.heard()
        before = hearing(portal.processes[0])
        await line.start()
        await hears_again(portal.processes[0], before)


async def test_a_line_to_valkey_that_swallows_everything_is_given_up_for_a_new_one(portal: Stage) -> None:
    line = portal.redis_lines[0]
    async with portal.writing("line to Valkey swallows everything") as run:
        before = hearing(portal.processes[0])
        line.swallow()
        await asyncio.sleep(8)
        line.swallowing = False  # for new lines: what was swallowed is not given back
        await hears_again(portal.processes[0], before)
        await run.heard()
