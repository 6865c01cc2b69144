"""Workers as processes: any number of them do each task, also when one is killed in the middle of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from network.bench import postgres
from network.bench.ports import free_port
from network.bench.postgres import Postgres
from network.environment import BASE
from tests.servers import running, start

SLOWEST = 120.0
WORK = ("-m", "network", "work")
on_both_databases = pytest.mark.parametrize("portal", ["embedded", "postgresql"], indirect=True)

# A worker that knows one more task, which notes that it has begun, waits for a file, and notes what it did: at most one
# line for each number, however often it is run. It says when it has been told to end.
WORKER = """
import sys, time
from pathlib import Path
from network.cli import main, start_django
start_django()
from members.background import worker
from members.background.registry import task

@task("tests.note")
def note(folder, number):
    folder = Path(folder)
    with (folder / "runs").open("a") as runs:
        runs.write(f"{number}\\n")
    while not (folder / "go").exists():
        time.sleep(0.02)
    (folder / f"did-{number}").touch()

class Quick(worker.Worker):
    def __init__(self):
        super().__init__(beat=0.5, dead=float(sys.argv[1]), poll=0.1)

    def stop(self):
        super().stop()
        print("It takes nothing more up.", flush=True)

worker.Worker = Quick
sys.exit(main(["work"]))
"""


def wait_for(state: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SLOWEST
    while not state():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Portal:
    """One data directory, and the processes that a test starts on it."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.data, self.variables = folder, folder / "data", variables
        self.processes: list[subprocess.Popen[str]] = []
        code, said = self.run("manage", "migrate", "--verbosity", "0")
        assert code == 0, said

    def run(self, *words: str) -> tuple[int, str]:
        """The exit code and the output of one command."""
        process = start(["-m", "network", *words], port=free_port(), data=self.data, **self.variables)
        said, _ = process.communicate(timeout=SLOWEST)
        return process.returncode, said

    def ask(self, program: str) -> str:
        """What a program prints that uses the portal's code."""
        words = ["-c", f"from network.cli import start_django; start_django()\n{program}"]
        process = start(words, port=free_port(), data=self.data, **self.variables)
        said, _ = process.communicate(timeout=SLOWEST)
        assert process.returncode == 0, said
        return said.strip()

    def worker(self, *, dead: float = 600) -> subprocess.Popen[str]:
        """A worker that takes another for dead after so many seconds of silence."""
        process = start(["-c", WORKER, str(dead)], port=free_port(), data=self.data, **self.variables)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "Entente works (Ctrl-C ends it).\n"
        return process

    def note(self, *numbers: int) -> None:
        """Ask for the notes of these numbers."""
        self.ask(
            "from members.background import services\n"
            "from members.background.registry import task\n"
            "note = task('tests.note')(lambda: None)\n"
            f"for number in {list(numbers)}:\n"
            f"    services.enqueue(note, folder={str(self.folder)!r}, number=number)"
        )

    def runs(self) -> list[int]:
        """The numbers in the order in which their notes were begun."""
        path = self.folder / "runs"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def go(self) -> None:
        (self.folder / "go").touch()

    def did(self) -> set[int]:
        return {int(path.name.removeprefix("did-")) for path in self.folder.glob("did-*")}

    def left(self) -> int:
        return int(
            self.ask(
                "from members.background.models import Task\n"
                "print(Task.objects.filter(name='tests.note').count())"
            )
        )


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres.running(durable=False) as server:
        yield server


@pytest.fixture(params=["embedded"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    variables = {}
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("database")
        server.psql(f"DROP DATABASE {postgres.NAME} WITH (FORCE)")
        server.psql(f"CREATE DATABASE {postgres.NAME}")
        variables["ENTENTE_DATABASE"] = server.address
    made = Portal(tmp_path, **variables)
    try:
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.communicate()


@on_both_databases
def test_what_a_killed_worker_had_in_hand_is_done_by_another(portal: Portal) -> None:
    first = portal.worker()
    portal.note(1)
    wait_for(lambda: portal.runs() == [1], "the task was not begun")
    second = portal.worker(dead=5)
    portal.note(2)
    wait_for(lambda: 2 in portal.runs(), "the second worker did nothing")
    first.kill()
    portal.go()
    wait_for(lambda: portal.did() == {1, 2}, "the task of the killed worker was not done")
    assert sorted(portal.runs()) == [1, 1, 2]
    second.send_signal(signal.SIGTERM)
    assert second.wait(SLOWEST) == 0
    assert portal.left() == 0


@on_both_databases
def test_many_workers_do_each_task_once(portal: Portal) -> None:
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
def test_a_signal_lets_the_task_in_hand_end_and_begins_no_other(portal: Portal, end: signal.Signals) -> None:
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


# not with SQLite: one that is held still in the middle of a write has its only lock
@pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
def test_a_suspended_worker_that_comes_back_undoes_nothing(portal: Portal) -> None:
    first = portal.worker()
    portal.note(1)
    wait_for(lambda: portal.runs() == [1], "the task was not begun")
    first.send_signal(signal.SIGSTOP)
    portal.worker(dead=5)
    wait_for(lambda: portal.runs() == [1, 1], "nobody took the task over")
    portal.go()
    wait_for(lambda: portal.left() == 0, "the task was not done")
    first.send_signal(signal.SIGCONT)
    first.send_signal(signal.SIGTERM)
    assert first.wait(SLOWEST) == 0
    assert (portal.did(), portal.left()) == ({1}, 0)


def test_failures_are_listed_and_begun_anew_at_the_terminal(portal: Portal) -> None:
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
