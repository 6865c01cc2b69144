"""Walks at random through these faults, several at a time; at the end of each walk all is compared."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
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

from tests.faults.stage import Run, Stage
from tests.faults.waiting import GOES_ON

pytestmark = pytest.mark.asyncio(loop_scope="package")

WALKS = 6
STEPS = 12

Answer = TypeVar("Answer")


def walks(stage: Stage, loop: asyncio.AbstractEventLoop) -> type[RuleBasedStateMachine]:
    """The machine, for one stage; it runs in a thread beside the loop on which everybody writes."""
    numbers = st.integers(0, len(stage.processes) - 1)

    class Walk(RuleBasedStateMachine):
        run: Run
        stack: AsyncExitStack

        def on_loop(self, work: Coroutine[Any, Any, Answer]) -> Answer:
            return asyncio.run_coroutine_threadsafe(work, loop).result(10 * GOES_ON)

        @initialize()
        def everybody_writes(self) -> None:
            self.valkey_hangs = self.valkey_gone = self.database_gone = False
            self.writing = stage.writing("at random")
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
            if self.valkey_hangs:
                self.hold_valkey_still_or_let_it_go_on()
            if self.valkey_gone:
                self.kill_valkey_or_start_it()
            if self.database_gone:
                self.kill_the_database_or_start_it()
            for number in range(len(stage.processes)):
                self.start_a_process(number)

    return Walk


async def test_whatever_breaks_in_whatever_order_nothing_acknowledged_is_lost(portal: Stage) -> None:
    machine = walks(portal, asyncio.get_running_loop())
    limits = settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=limits)
