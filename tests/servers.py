"""Starts the portal as a process of its own, for tests that need a real server, and always ends it again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from network.bench.ports import free_port
from network.environment import BASE
from tests import database

DAPHNE = ("-m", "network", "serve")
SLOWEST_START = 300.0


@dataclass
class Server:
    """A portal that runs: its address for browsers, and the process behind it."""

    port: int
    process: subprocess.Popen[str]
    output: str = ""
    """Everything that it said, once it has ended."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


def start(
    words: Sequence[str],
    output: int | IO[str] = subprocess.PIPE,
    /,
    *,
    port: int,
    data: Path,
    **variables: str,
) -> subprocess.Popen[str]:
    """A Python process with the settings of a real start, not those of the tests, on the database of this run.

    Who does not read what it says as it says it gives a file as `output`: a pipe that is full holds the process up.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if "ENTENTE_DATABASE" not in variables:
        environment |= database.of_a_portal(data)
    environment |= {"ENTENTE_DATA": str(data), "ENTENTE_PORT": str(port), **variables}
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=BASE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running(
    data: Path,
    *,
    words: Sequence[str] = DAPHNE,
    port: int = 0,
    variables: Mapping[str, str] | None = None,
    **more: str,
) -> Iterator[Server]:
    """A portal on this data directory, which answers when the block begins and is gone when it ends."""
    port = port or free_port()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        server = Server(port, start(words, said, port=port, data=data, **(variables or {}), **more))
        try:
            until_it_answers(server, lambda: _all_of(said))
            yield server
        finally:
            server.process.kill()
            server.process.wait()
            server.output = _all_of(said)


def _all_of(said: IO[str]) -> str:
    """What a process that has ended wrote to this file."""
    said.seek(0)
    return said.read()


def until_it_answers(server: Server, said: Callable[[], str]) -> None:
    """Waits; fails with what it said if it ends instead."""
    deadline = time.monotonic() + SLOWEST_START
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{server.port}/health/live").raise_for_status()
        except httpx.TransportError:
            if server.process.poll() is not None:
                raise AssertionError(f"The server ended: {said()}") from None
            assert time.monotonic() < deadline, "the server did not answer in time"
            time.sleep(0.05)
        else:
            return
