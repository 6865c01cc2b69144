"""A TCP front as a reverse proxy is: it spreads connections over several servers, and breaks lines where it is told to.

It passes bytes on and looks only at the first of them, to tell a WebSocket from other requests: so both kinds are
spread evenly for themselves. A server that takes no connection is left out.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 64 * 1024
# little is on the way, so that a line that is held still is soon felt at its other end
SMALL_BUFFER = 32 * 1024

Address = tuple[str, int]


@dataclass(eq=False)
class Line:
    """One connection through the front: which server it leads to, and whether anything passes."""

    server: Address
    is_socket: bool
    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    request: bytes
    up: asyncio.Event = field(default_factory=asyncio.Event)
    down: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        """Both ends see the connection reset."""
        for writer in self.writers:
            _abort(writer)

    def hold(self) -> None:
        """Nothing that the server sends is taken any more."""
        self.down.clear()

    def swallow(self) -> None:
        """Nothing passes in either direction, and nobody is told."""
        self.up.clear()
        self.down.clear()

    def go_on(self) -> None:
        self.up.set()
        self.down.set()


class Front:
    """Listens on loopback, and leads each connection to one of `servers`."""

    def __init__(self, port: int, servers: Sequence[Address]) -> None:
        self.port = port
        self.servers = tuple(servers)
        self.lines: set[Line] = set()
        self.opened = 0
        self.swallowing = False
        self._turns = {True: itertools.count(), False: itertools.count()}
        self._listening: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._listening = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Cut everything and listen no more."""
        if self._listening is not None:
            self._listening.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def sockets(self, server: Address | None = None) -> list[Line]:
        """The WebSockets that are open, of one server or of all."""
        return [line for line in self.lines if line.is_socket and server in (None, line.server)]

    def cut(self, lines: Iterable[Line] | None = None) -> None:
        for line in list(self.lines if lines is None else lines):
            line.cut()

    def swallow(self) -> None:
        """From now on everything that is sent is lost without a word, also on new connections."""
        self.swallowing = True
        for line in self.lines:
            line.swallow()

    def go_on(self) -> None:
        self.swallowing = False
        for line in self.lines:
            line.go_on()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # an end has gone, or the front is being stopped
        finally:
            self._passing.discard(task)
            _abort(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        first = await reader.read(CHUNK)
        if not first:
            return
        is_socket = first.startswith(b"GET /ws")
        for turn in itertools.islice(self._turns[is_socket], len(self.servers)):
            server = self.servers[turn % len(self.servers)]
            with suppress(OSError):
                to_server = await _connect(server)
                break
        else:
            return
        line = Line(server, is_socket, (writer, to_server[1]), first)
        if not self.swallowing:
            line.go_on()
        self.lines.add(line)
        try:
            await line.up.wait()
            to_server[1].write(first)
            both = [
                asyncio.create_task(_pass_on(reader, to_server[1], line.up)),
                asyncio.create_task(_pass_on(to_server[0], writer, line.down)),
            ]
            try:
                # what ends in one direction is over in both
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
                await _finish(line.writers)
        finally:
            self.lines.discard(line)
            _abort(to_server[1])


def _abort(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():  # a transport that has ended has no loop any more
        writer.transport.abort()


async def _connect(server: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, server)
    except OSError:
        line.close()
        raise
    return await asyncio.open_connection(sock=line)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            await gate.wait()
            writer.write(data)
            await writer.drain()


async def _finish(writers: Iterable[asyncio.StreamWriter]) -> None:
    """What was passed on last still arrives before the end."""
    for writer in writers:
        with suppress(OSError):
            writer.close()
            async with asyncio.timeout(1):
                await writer.wait_closed()
