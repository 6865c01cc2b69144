"""One web process of a portal: started, killed, told to end and started again on the same address."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from network.environment import BASE

SLOWEST_START = 60.0
PAUSE = 0.05


@dataclass
class Process:
    """The command line of a portal on a port of its own; what it says is in a file, which never fills a pipe."""

    port: int
    words: Sequence[str]
    variables: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def begin(self, **more: str) -> None:
        """Start it without waiting until it answers."""
        assert self.running is None, "it runs already"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=BASE,
                env={**kept, **self.variables, "ENTENTE_PORT": str(self.port), **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def start(self, **more: str) -> None:
        """Start it, and return when it answers."""
        self.begin(**more)
        await self.answers()

    async def answers(self) -> None:
        assert self.running is not None
        async with asyncio.timeout(SLOWEST_START), httpx.AsyncClient() as client:
            while True:
                try:
                    answer = await client.get(f"http://127.0.0.1:{self.port}/health/live", timeout=5)
                    answer.raise_for_status()
                except httpx.TransportError:
                    if self.running.poll() is not None:
                        raise AssertionError(f"The process has ended: {self.said()}") from None
                    await asyncio.sleep(PAUSE)
                else:
                    return

    def kill(self) -> None:
        """As when the machine takes it away, in the middle of whatever it does."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    async def end(self) -> int:
        """Ask it to end, as whatever restarts services does; returns its code when it has."""
        assert self.running is not None
        self.running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(SLOWEST_START):
            while (code := self.running.poll()) is None:
                await asyncio.sleep(PAUSE)
        self.running = None
        return code

    @property
    def watched(self) -> psutil.Process:
        """The process as the system sees it."""
        assert self.running is not None
        return psutil.Process(self.running.pid)

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")
