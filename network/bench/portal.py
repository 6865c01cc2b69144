"""The portals that are measured: embedded (SQLite, one process), or with PostgreSQL, Valkey and several processes."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from network.bench import postgres, valkey
from network.bench.ports import free_port
from network.bench.postgres import Postgres
from network.bench.processes import cpu_seconds
from network.bench.valkey import Valkey
from network.cli import CommandError
from network.environment import BASE

SLOWEST_START: Final = 60.0
MOST_FILES: Final = 20_000
ORIGIN: Final = "https://measured.example"
"""With TLS, so that the name of the cookie is the same at every port; whatever would unwrap it is not measured."""


def words_of(server: str, port: int) -> list[str]:
    """How this ASGI server is started."""
    if server == "daphne":
        return ["-m", "network", "serve", "--no-migrate"]
    return [
        *("-m", "uvicorn", "network.asgi:application", "--lifespan", "off", "--log-level", "warning"),
        *("--ws-per-message-deflate", "false"),  # as daphne, which never compresses
        *("--host", "127.0.0.1", "--port", str(port)),
    ]


@dataclass
class Site:
    """One database with people and conversations in it, and the settings that lead to it."""

    name: str
    variables: Mapping[str, str]
    directory: Path
    database: Postgres | None = None
    redis: Valkey | None = None
    crowd: dict[str, Any] = field(default_factory=dict)

    def run(self, module: str, request: Mapping[str, Any]) -> Any:
        """What a module answers that is run with the settings of this portal."""
        asked, answered = self.directory / "request.json", self.directory / "answer.json"
        asked.write_text(json.dumps(request), "utf-8")
        words = [sys.executable, "-m", module, str(asked), str(answered)]
        done = subprocess.run(
            words, cwd=BASE, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CommandError(f"{module} failed: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}")
        return json.loads(answered.read_text("utf-8"))

    def environment(self, port: int = 0) -> dict[str, str]:
        """The variables of a process of this portal, and of this computer whatever is not ours."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
        others.pop("DJANGO_SETTINGS_MODULE", None)
        given = {"ENTENTE_ORIGIN": ORIGIN, "ENTENTE_DATA": str(self.directory / "data"), **self.variables}
        return others | given | ({"ENTENTE_PORT": str(port)} if port else {})

    @contextmanager
    def serving(self, server: str, processes: int = 1) -> Iterator[Portal]:
        """The portal in so many processes, each at a port of its own; they answer while the block runs."""
        portal = Portal(self, server)
        try:
            for _ in range(processes):
                portal.start()
            portal.wait()
            yield portal
        finally:
            portal.end()


@dataclass
class Portal:
    """A site that is being served."""

    site: Site
    server: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def start(self) -> None:
        port = free_port()
        with (self.site.directory / "server.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, *words_of(self.server, port)],
                    cwd=BASE,
                    env=self.site.environment(port),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    preexec_fn=allow_many_files,
                )
            )
        self.ports.append(port)

    def wait(self) -> None:
        """Until every process answers."""
        deadline = time.monotonic() + SLOWEST_START
        for process, port in zip(self.processes, self.ports, strict=True):
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    said = (self.site.directory / "server.log").read_text("utf-8", "replace").strip()
                    raise CommandError(f"The server did not start: {said.rpartition(chr(10))[2]}")
                time.sleep(0.05)

    def kill(self) -> None:
        """As when the power goes."""
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def cpu(self) -> dict[str, float]:
        """Seconds of the processor so far: of the server's processes, of the database and of Redis."""
        database, redis = self.site.database, self.site.redis
        spent = {"server": cpu_seconds(one.pid for one in self.processes)}
        if database is not None:
            spent["database"] = cpu_seconds([database.pid])
        if redis is not None and redis.process is not None:
            spent["redis"] = cpu_seconds([redis.process.pid])
        return spent


def allow_many_files() -> None:
    """Thousands of sockets are thousands of open files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES if most < 0 else min(MOST_FILES, most), most))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live"):
            return True
    except urllib.error.HTTPError as error:
        raise CommandError(f"The server answers {error.code} when asked whether it lives.") from error
    except (urllib.error.URLError, ConnectionError):
        return False


class Sites:
    """The sites of one run, each made when it is first asked for; all gone at the end."""

    def __init__(self, stack: ExitStack, wanted: Mapping[str, Any]) -> None:
        self._stack = stack
        self._wanted = wanted
        self._made: dict[str, Site] = {}
        self._database: Postgres | None = None
        self._numbers = count(1)

    def get(self, name: str) -> Site:
        """`embedded`, `postgresql`, or the latter's database with Valkey beside it: `several`."""
        if name not in self._made:
            if name == "several":
                beside = self.get("postgresql")
                redis = self._stack.enter_context(valkey.running())
                variables = {**beside.variables, "ENTENTE_REDIS": redis.address}
                site = Site(name, variables, beside.directory, beside.database, redis, beside.crowd)
            else:
                site = self.fresh(name, self._wanted)
            self._made[name] = site
        return self._made[name]

    def fresh(self, name: str, wanted: Mapping[str, Any]) -> Site:
        """A further site of this kind with people and conversations of its own."""
        directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="entente-bench-")))
        database, variables = None, {}
        if name == "postgresql":
            database = self.postgres()
            fresh = f"measured{next(self._numbers)}"
            database.psql(f"CREATE DATABASE {fresh}")
            variables = {"ENTENTE_DATABASE": f"{database.address.rpartition('/')[0]}/{fresh}"}
        site = Site(name, variables, directory, database)
        site.crowd = site.run("network.bench.prepare", wanted)
        return site

    def postgres(self) -> Postgres:
        """The one PostgreSQL of this run, every commit on disk."""
        if self._database is None:
            self._database = self._stack.enter_context(postgres.running(durable=True))
        return self._database
