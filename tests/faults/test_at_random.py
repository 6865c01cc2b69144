"""Walks at random through these faults, several at a time; at the end of each walk all is compared."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.judge import Places
from tests.faults.put_back import by_the_command, handed_back
from tests.faults.stage import Run, Stage
from tests.faults.waiting import GOES_ON

pytestmark = pytest.mark.asyncio(loop_scope="package")

WALKS = 6
STEPS = 12

Answer = TypeVar("Answer")


def walk(stage: Stage, loop: asyncio.AbstractEventLoop) -> type[Any]:
    """What may happen to any portal; the machine runs in a thread beside the loop on which everybody writes."""
    numbers = st.integers(0, len(stage.processes) - 1)

    class Walk(RuleBasedStateMachine):
        run: Run
        case = "at random"
        database_gone: bool = False

        def on_loop(self, work: Coroutine[Any, Any, Answer]) -> Answer:
            return asyncio.run_coroutine_threadsafe(work, loop).result(10 * GOES_ON)

        def prepare(self) -> None:
            """What is done before anybody writes."""

        @initialize()
        def everybody_writes(self) -> None:
            self.prepare()
            self.writing = stage.writing(self.case)
            self.run = self.on_loop(self.writing.__aenter__())

        @rule(number=numbers)
        def kill_a_process(self, number: int) -> None:
            stage.processes[number].kill()

        @precondition(lambda self: not self.database_gone)
        @rule(number=numbers)
        def start_a_process(self, number: int) -> None:
            if stage.processes[number].running is None:
                self.on_loop(stage.processes[number].start())

        @rule()
        def cut_every_line(self) -> None:
            loop.call_soon_threadsafe(stage.front.cut)

        @precondition(lambda self: not self.database_gone)
        @rule()
        def go_on(self) -> None:
            for process in stage.processes:
                if process.running is None:
                    self.on_loop(process.start())
                    break
            self.on_loop(self.run.more(1))

        def teardown(self) -> None:
            if not hasattr(self, "run"):
                return
            try:
                self.undo()
                self.on_loop(self.run.more(2))
            except BaseException as error:
                self.on_loop(self.writing.__aexit__(type(error), error, None))
                raise
            self.on_loop(self.writing.__aexit__(None, None, None))

        def undo(self) -> None:
            self.on_loop(stage.start())

    return Walk


def walk_among_services(stage: Stage, loop: asyncio.AbstractEventLoop) -> type[RuleBasedStateMachine]:
    """Also what is behind the processes breaks."""
    numbers = st.integers(0, len(stage.processes) - 1)

    class AmongServices(walk(stage, loop)):  # type: ignore[misc] # the class depends on the stage
        valkey_hangs = valkey_gone = database_gone = False

        @rule(number=numbers)
        def cut_a_process_off_from_valkey(self, number: int) -> None:
            loop.call_soon_threadsafe(stage.redis_lines[number].cut)

        @rule()
        def kill_valkey_or_start_it(self) -> None:
            assert stage.redis is not None
            if self.valkey_gone:
                stage.redis.start()
            else:
                stage.redis.kill()
            self.valkey_gone, self.valkey_hangs = not self.valkey_gone, False

        @precondition(lambda self: not self.valkey_gone)
        @rule()
        def hold_valkey_still_or_let_it_go_on(self) -> None:
            assert stage.redis is not None
            assert stage.redis.process is not None
            stage.redis.process.send_signal(signal.SIGCONT if self.valkey_hangs else signal.SIGSTOP)
            self.valkey_hangs = not self.valkey_hangs

        @rule()
        def kill_the_database_or_start_it(self) -> None:
            assert stage.database is not None
            if self.database_gone:
                stage.database.start()
            else:
                stage.database.kill()
            self.database_gone = not self.database_gone

        def undo(self) -> None:
            if self.valkey_hangs:
                self.hold_valkey_still_or_let_it_go_on()
            if self.valkey_gone:
                self.kill_valkey_or_start_it()
            if self.database_gone:
                self.kill_the_database_or_start_it()
            super().undo()

    return AmongServices


def walk_over_copies(stage: Stage, loop: asyncio.AbstractEventLoop) -> type[Any]:
    """Also the database is put back to some older copy, and handed back what it lacks."""

    class OverCopies(walk(stage, loop)):  # type: ignore[misc] # the class depends on the stage
        case = "SQLite: at random, and put back to older copies"
        put_back_times = 0

        def prepare(self) -> None:
            self.copies = [self.on_loop(stage.copy())]
            self.places = Places()

        @rule()
        def take_a_copy(self) -> None:
            self.copies.append(self.on_loop(stage.copy()))

        @rule()
        def put_back_the_oldest_copy(self) -> None:
            self.on_loop(self.put_back(self.copies[0]))

        @rule()
        def put_back_the_newest_copy(self) -> None:
            self.on_loop(self.put_back(self.copies[-1]))

        async def put_back(self, copy: Path) -> None:
            await stage.put_back(copy)
            self.places.see(stage.writers, [self.run.conversation])
            await by_the_command(stage)
            await stage.start()
            await handed_back(stage.writers)
            await stage.command("restoration", "end")
            OverCopies.put_back_times += 1

        def teardown(self) -> None:
            super().teardown()
            if hasattr(self, "run"):
                self.places.see(stage.writers, [self.run.conversation])
                assert self.places.given_twice(stage.stored, [self.run.conversation]) == []

    return OverCopies


async def walked(machine: type[RuleBasedStateMachine], *, walks: int, steps: int) -> None:
    limits = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=limits)


async def test_whatever_breaks_in_whatever_order_nothing_acknowledged_is_lost(portal: Stage) -> None:
    machine = walk_among_services(portal, asyncio.get_running_loop())
    await walked(machine, walks=WALKS, steps=STEPS)


async def test_whatever_copy_is_put_back_nothing_acknowledged_is_lost(alone: Stage) -> None:
    machine = walk_over_copies(alone, asyncio.get_running_loop())
    await walked(machine, walks=WALKS, steps=STEPS)
    assert machine.put_back_times >= WALKS, "walks over copies that hardly ever use one"
