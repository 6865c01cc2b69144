"""Workers as processes on one data directory, with a task that can be watched."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from network.bench.ports import free_port
from tests.servers import start

SLOWEST = 120.0

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


class Workers:
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

    def kill(self) -> None:
        """All of them, however they are."""
        for process in self.processes:
            process.kill()
            process.communicate()
