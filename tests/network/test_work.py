"""Workers as processes: any number of them do each task, and what failed is shown at the terminal."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from network.bench import postgres
from network.bench.postgres import Postgres
from network.environment import BASE
from tests.network.workers import SLOWEST, Workers, wait_for
from tests.servers import running

WORK = ("-m", "network", "work")
on_both_databases = pytest.mark.parametrize("portal", ["embedded", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres.running(durable=False) as server:
        yield server


@pytest.fixture(params=["embedded"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    variables = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("database")
        server.psql(f"DROP DATABASE {postgres.NAME} WITH (FORCE)")
        server.psql(f"CREATE DATABASE {postgres.NAME}")
        variables["ENTENTE_DATABASE"] = server.address
    made = Workers(tmp_path, **variables)
    try:
        yield made
    finally:
        made.kill()


@on_both_databases
def test_many_workers_do_each_task_once(portal: Workers) -> None:
    portal.go()
    workers = [portal.worker() for _ in range(3)]
    portal.note(*range(60))
    wait_for(lambda: portal.did() == set(range(60)), "not everything was done")
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(SLOWEST) == 0
    assert sorted(portal.runs()) == list(range(60))
    assert portal.left() == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_task_in_hand_end_and_begins_no_other(portal: Workers, end: signal.Signals) -> None:
    worker = portal.worker()
    portal.note(1, 2)
    wait_for(lambda: portal.runs() == [1], "the task was not begun")
    worker.send_signal(end)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "It takes nothing more up.\n"
    portal.go()
    assert worker.wait(SLOWEST) == 0
    assert portal.did() == {1}
    assert portal.left() == 1


def test_failures_are_listed_and_begun_anew_at_the_terminal(portal: Workers) -> None:
    portal.ask(
        "from members.background.models import Task\n"
        "Task.objects.create(name='mail.deliver', due_at=0, failed_at=0, attempts=20, given_up=True,"
        " failure='The mail server refuses the recipient (550).', arguments={'to': 'amina@example.org'})"
    )
    code, said = portal.run("work", "--failed")
    assert code == 1
    assert "mail.deliver: The mail server refuses the recipient (550). Failed" in said
    assert "Workers: 0. Overdue: 0. Given up: 1." in said
    assert "amina" not in said
    assert portal.run("work", "--again") == (0, "1 tasks begin anew.\n")
    assert portal.run("work", "--forget", "1") == (0, "0 tasks removed.\n")


def tasks_of(data: Path) -> dict[str, int]:
    """The periodic tasks by name, and when each is due."""
    with closing(sqlite3.connect(data / "entente.sqlite3")) as database:
        return dict(database.execute("SELECT periodic, due_at FROM background_task"))


def test_the_server_does_background_tasks_itself(tmp_path: Path) -> None:
    began = time.time() * 1000
    with running(tmp_path) as server:

        def all_done() -> bool:
            found = tasks_of(tmp_path)
            return len(found) >= 5 and all(due > began + 30_000 for due in found.values())

        wait_for(all_done, "not every periodic task was done")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=SLOWEST) == 0


def test_the_server_leaves_background_tasks_to_others_where_it_is_told_to(tmp_path: Path) -> None:
    with running(tmp_path, ENTENTE_WORKER="outside"):
        said = subprocess.run(
            [sys.executable, *WORK, "--failed"],
            cwd=BASE,
            env={"PATH": os.environ["PATH"], "ENTENTE_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (said.returncode, said.stdout) == (1, "Workers: 0. Overdue: 0. Given up: 0.\n")
    assert tasks_of(tmp_path) == {}
