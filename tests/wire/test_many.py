"""Everybody comes at once: all who may are welcome and hear what is said, and all who may not are turned away."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import httpx
import psutil
import pytest

from network.serve import FEW_FILES, allow_files
from tests import servers
from tests.messaging.live.portal import Place, serving
from tests.servers import Server
from tests.wire import lines as wires
from tests.wire.conftest import further_sessions, memory, written
from tests.wire.lines import CLOSE, HELLO, PING, PONG, TEXT, frame, handshake, text

MANY = 1000
PATIENCE = 120.0
READERS = 5
"""Members among whom the sessions are shared out; the sixth writes."""


@pytest.fixture
def server(made: Place) -> Iterator[Server]:
    """A process that has served nobody yet."""
    with serving(made) as running:
        yield running


class Line:
    """One of many sockets, as cheap as can be."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hear(self) -> tuple[int, bytes]:
        start = await self.reader.readexactly(2)
        length = start[1]
        if length > 125:
            length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
        payload = await self.reader.readexactly(length)
        if start[0] & 0x0F == PING:
            self.writer.write(frame(PONG, payload))
            return await self.hear()
        return start[0] & 0x0F, payload

    async def hear_frame(self, kind: str) -> dict[str, Any]:
        while True:
            opcode, payload = await self.hear()
            assert opcode == TEXT, (opcode, payload)
            if (told := json.loads(payload))["type"] == kind:
                return dict(told)


async def dial(server: Server, session: str | None) -> Line:
    line = Line(*await asyncio.open_connection("127.0.0.1", server.port))
    line.writer.write(handshake(server, session))
    answer = await line.reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 ")
    return line


async def welcome(server: Server, session: str | None) -> Line:
    line = await dial(server, session)
    line.writer.write(HELLO)
    await line.hear_frame("welcome")
    return line


async def refused(server: Server, session: str | None) -> int:
    """The code that a socket is closed with before anything else is said.

    A computer that is busy may be late with a head beyond its bound, and cut the line off: a browser comes again.
    """
    while True:
        with suppress(ConnectionResetError, asyncio.IncompleteReadError):
            line = await dial(server, session)
            opcode, payload = await line.hear()
            break
    assert opcode == CLOSE
    line.writer.close()
    return int.from_bytes(payload[:2], "big")


async def all_at_once(one: Callable[[Any], Coroutine[Any, Any, Any]], of: list[Any]) -> list[Any]:
    return await asyncio.wait_for(asyncio.gather(*(one(each) for each in of)), PATIENCE)


async def test_a_thousand_members_who_come_at_once_all_hear_what_is_said(
    made: Place, server: Server, record_property: Callable[[str, object], None]
) -> None:
    allow_files()
    sessions = further_sessions(made, [number % READERS for number in range(MANY)])
    writer = await welcome(server, made.plan["members"][READERS]["session"])
    before = memory(server)
    lines = await all_at_once(lambda session: welcome(server, session), sessions)
    record_property("KiB of memory for each connection", round((memory(server) - before) / MANY / 1024, 1))
    message, client_id = written(made, READERS)
    writer.writer.write(text(message))
    items = await all_at_once(lambda line: line.hear_frame("item"), lines)
    sent = await asyncio.wait_for(writer.hear_frame("sent"), PATIENCE)
    assert sent["client_id"] == client_id
    assert {item["sequence"] for item in items} == {sent["sequence"]}
    for line in [*lines, writer]:
        line.writer.close()


async def test_a_thousand_without_a_session_are_all_turned_away(made: Place, server: Server) -> None:
    allow_files()
    codes = await all_at_once(lambda session: refused(server, session), [None, "0" * 32] * (MANY // 2))
    assert set(codes) == {4401}
    line = await asyncio.wait_for(welcome(server, made.plan["members"][0]["session"]), PATIENCE)
    line.writer.close()


# --- files ---

LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
sys.argv = ["network", "serve"]
runpy.run_module("network", run_name="__main__")
"""


def test_the_portal_takes_as_many_files_as_it_may_have(made: Place) -> None:
    words = ("-c", LIMITED.format(soft=64, hard=8192))
    with servers.running(made.data, words=words) as server:
        assert open_files_allowed(server) == (8192, 8192)


def test_a_portal_that_may_have_few_files_says_so_and_is_not_filled_by_silence(made: Place) -> None:
    """Of 256 files a quarter is for those who have not asked for anything yet; twice as many come, and say nothing."""
    words = ("-c", LIMITED.format(soft=64, hard=256))
    with servers.running(made.data, words=words) as server:
        silent = [wires.dial(server) for _ in range(500)]
        assert httpx.get(f"{server.address}/health/ready").status_code == 200
        for line in silent:
            line.close()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE)
    assert (
        "This process may open 256 files, and each connection is one: raise the hard limit" in server.output
    )
    assert f"to at least {FEW_FILES}." in server.output


def open_files_allowed(server: Server) -> tuple[int, int]:
    return psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
