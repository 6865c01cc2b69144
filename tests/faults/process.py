"""One web process of a portal: started, killed, told to end and started again on the same address."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from network.environment import BASE
from tests.faults.waiting import GOES_ON, MOMENT, until

TOKEN = "the-token-of-whoever-watches"


@dataclass
class Process:
    """The command line of a portal on a port of its own; what it says is in a file, which never fills a pipe."""

    port: int
    words: Sequence[str]
    variables: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    folder: Path = BASE
    """Where the packages of its version are."""

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def begin(self) -> None:
        """Start it without waiting until it answers."""
        assert self.running is None, "it runs already"
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, *self.words],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return {**kept, **self.variables, "ENTENTE_PORT": str(self.port)}

    async def command(self, *words: str) -> str:
        """Run another command of its version to the end, with the same settings; returns what it said."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "network", *words],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def start(self) -> None:
        """Start it, and return when it answers."""
        self.begin()
        await self.answers()

    async def answers(self) -> None:
        assert self.running is not None
        async with asyncio.timeout(GOES_ON), httpx.AsyncClient() as client:
            while True:
                try:
                    answer = await client.get(f"http://127.0.0.1:{self.port}/health/live", timeout=5)
                    answer.raise_for_status()
                except httpx.TransportError:
                    if self.running.poll() is not None:
                        said = self.log.read_text("utf-8", "replace")
                        raise AssertionError(f"The process has ended: {said}") from None
                    await asyncio.sleep(MOMENT)
                else:
                    return

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended, by itself or otherwise."""
        return self.running is not None and self.running.poll() is None

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
        async with asyncio.timeout(GOES_ON):
            while (code := self.running.poll()) is None:
                await asyncio.sleep(MOMENT)
        self.running = None
        return code

    @property
    def watched(self) -> psutil.Process:
        """The process as the system sees it."""
        assert self.running is not None
        return psutil.Process(self.running.pid)

    async def is_ready(self) -> bool:
        """Whether it says that it can do its work with the database as it is."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=GOES_ON)
        return answer.status_code == httpx.codes.OK

    async def let_go(self) -> int:
        """How many sockets it has closed because their readers were too slow."""
        return await self._number('entente_connections_closed_total{code="4408"}')

    async def hears(self, *, whether: bool = True) -> None:
        """Wait until it hears what other processes say, or until it does not."""

        async def so() -> bool:
            return bool(await self._number("entente_relay_up")) is whether

        await until(so, f"a process {'hears' if whether else 'does not hear'} the others")

    async def _number(self, name: str) -> int:
        """As whoever watches the portal is told."""
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            answer = await client.get(f"http://127.0.0.1:{self.port}/metrics", timeout=GOES_ON)
        (value,) = re.findall(rf"^{re.escape(name)} (.*)$", answer.text, re.MULTILINE)
        return int(float(value))
