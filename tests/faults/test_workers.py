"""A worker that is killed or held still in the middle of a task: another one does it, once in effect."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from network.bench import postgres
from tests.network.workers import SLOWEST, Workers, wait_for

DEAD = 6
"""Seconds of silence after which a worker takes another one for dead."""


@pytest.fixture(params=["embedded", "postgresql"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    with ExitStack() as stack:
        variables = {}
        if request.param == "postgresql":
            server = stack.enter_context(postgres.running(durable=False))
            variables["ENTENTE_DATABASE"] = server.address
        made = Workers(tmp_path, **variables)
        stack.callback(made.kill)
        yield made


def test_what_a_killed_worker_had_in_hand_and_what_was_due_is_done_by_another(workers: Workers) -> None:
    first = workers.worker()
    workers.note(1)
    wait_for(lambda: workers.runs() == [1], "the task was not begun")
    second = workers.worker(dead=DEAD)
    workers.note(2)
    wait_for(lambda: 2 in workers.runs(), "the second worker did nothing")
    workers.note(3)
    first.kill()
    workers.go()
    wait_for(lambda: workers.did() == {1, 2, 3}, "the task of the killed worker was not done")
    assert sorted(workers.runs()) == [1, 1, 2, 3]
    second.send_signal(signal.SIGTERM)
    assert second.wait(SLOWEST) == 0
    assert workers.left() == 0


# not with SQLite: one that is held still in the middle of a write has its only lock
@pytest.mark.parametrize("workers", ["postgresql"], indirect=True)
def test_a_suspended_worker_that_comes_back_undoes_nothing(workers: Workers) -> None:
    first = workers.worker()
    workers.note(1)
    wait_for(lambda: workers.runs() == [1], "the task was not begun")
    first.send_signal(signal.SIGSTOP)
    workers.worker(dead=DEAD)
    wait_for(lambda: workers.runs() == [1, 1], "nobody took the task over")
    workers.go()
    wait_for(lambda: workers.left() == 0, "the task was not done")
    first.send_signal(signal.SIGCONT)
    first.send_signal(signal.SIGTERM)
    assert first.wait(SLOWEST) == 0
    assert (workers.did(), workers.left()) == ({1}, 0)
