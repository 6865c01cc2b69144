"""Who is slow, silent or deaf is let go of after a stated time, and nobody else waits for them."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import httpx
import pytest

from network.bench.ports import free_port
from tests import servers
from tests.messaging.live.portal import Place, client
from tests.servers import Server
from tests.wire.conftest import memory, say, talk
from tests.wire.lines import PATIENCE, all_that_comes, dial, handshake, head

LINES = 200
MEBIBYTE = 1024 * 1024


def hasty(made: Place, **bounds: float) -> AbstractContextManager[Server]:
    """The portal with bounds that a test can wait for."""
    words = ("-m", "tests.wire.hasty", *(f"{name}={value}" for name, value in bounds.items()))
    return servers.running(made.data, words=words, port=free_port())


@pytest.fixture(scope="module")
def quick(made: Place) -> Iterator[Server]:
    """Waits for nobody longer than two seconds, however much has come."""
    with hasty(made, HEAD_SECONDS=2, IDLE_SECONDS=2, SLOWEST=10**9) as running:
        yield running


@pytest.fixture(scope="module")
def crowded(made: Place) -> Iterator[Server]:
    """Waits long, but for few."""
    with hasty(made, HEAD_SECONDS=600, MOST_WAITING=20) as running:
        yield running


# --- what may come of a request, and never goes on ---

POST = {"Content-Type": "application/json", "Content-Length": "1000"}
HALVES: dict[str, Callable[[Server], bytes]] = {
    "nothing at all": lambda server: b"",
    "half a request line": lambda server: b"GET /api/sess",
    "a head without an end": lambda server: head(server, "GET /api/session")[:-2],
    "a handshake without an end": lambda server: handshake(server, None)[:-2],
    "a body without an end": lambda server: head(server, "POST /api/session/password", POST) + b"{",
    "a chunk without an end": lambda server: (
        head(server, "POST /api/session/password", {"Transfer-Encoding": "chunked"}) + b"ffff\r\n{"
    ),
}
DRIPS = (b"", b"x")


def drip(lines: dict[socket.socket, bytes]) -> dict[socket.socket, bytes]:
    """Sends on each line its byte again and again until the server has ended it; returns what it said on each."""
    said = dict.fromkeys(lines, b"")
    still_open = set(lines)
    deadline = time.monotonic() + PATIENCE
    while still_open:
        assert time.monotonic() < deadline, f"{len(still_open)} lines are still open"
        readable, _, _ = select.select(still_open, [], [], 0.1)
        for line in readable:
            try:
                part = line.recv(4096)
            except ConnectionError:
                part = b""
            said[line] += part
            if not part:
                still_open.discard(line)
        for line in tuple(still_open):
            try:
                line.send(lines[line])
            except ConnectionError:
                still_open.discard(line)
    return said


async def test_two_hundred_half_requests_are_ended_and_hold_nobody_up(made: Place, quick: Server) -> None:
    async with client(made, quick, 0) as sender, client(made, quick, 1) as ear:
        with ExitStack() as stack:
            lines: dict[socket.socket, bytes] = {}
            begun: dict[socket.socket, str] = {}
            kinds = list(HALVES)
            for number in range(LINES):
                kind = kinds[number % len(kinds)]
                line = stack.enter_context(dial(quick))
                line.sendall(HALVES[kind](quick))
                # who has said nothing goes on saying nothing
                lines[line] = DRIPS[number // len(kinds) % 2] if number % len(kinds) else b""
                begun[line] = kind
            assert httpx.get(f"{quick.address}/health/ready").status_code == 200
            await say(sender, ear)
            for line, answer in drip(lines).items():
                told = b"" if begun[line] == "nothing at all" else b"HTTP/1.1 408 "
                # who goes on sending to a line that has ended may be too late to read why
                assert answer[:13] in ((told, b"") if lines[line] else (told,)), begun[line]
    await talk(made, quick)


def test_who_asks_for_nothing_more_is_let_go(quick: Server) -> None:
    with dial(quick) as line:
        line.sendall(head(quick, "GET /health/live"))
        came = all_that_comes(line)
        assert came.count(b"HTTP/1.1 ") == 1
        assert came.startswith(b"HTTP/1.1 200 ")


def test_the_next_request_has_no_more_time_than_the_first(quick: Server) -> None:
    with dial(quick) as line:
        line.sendall(head(quick, "GET /health/live"))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        line.sendall(b"G")
        assert drip({line: b"x"})[line][:13] in (b"HTTP/1.1 408 ", b"")


def test_one_more_than_are_waited_for_costs_the_one_who_has_waited_longest(crowded: Server) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(dial(crowded)) for _ in range(25)]
        for line in lines[:5]:
            assert all_that_comes(line) == b""
        # the others are still served
        assert httpx.get(f"{crowded.address}/health/live").status_code == 200
        lines[-1].sendall(head(crowded, "GET /health/live", {"Connection": "close"}))
        assert all_that_comes(lines[-1]).startswith(b"HTTP/1.1 200 ")


def test_answers_that_nobody_reads_are_not_written(made: Place, quick: Server) -> None:
    """A thousand answers of some 70 kB are asked for at once on one line: 70 MB, of which few are ever made."""
    cookie = {"Cookie": f"entente-session-{quick.port}={made.plan['members'][0]['session']}"}
    request = head(quick, "GET /api/openapi.json", cookie)
    with dial(quick, room=4096) as line:
        before = memory(quick)
        with contextlib.suppress(OSError):  # no longer taken in, or ended
            line.sendall(request * 1000)
        ended = select.poll()
        ended.register(line, 0)  # hears of the end alone
        assert ended.poll(PATIENCE * 1000), "the line is still open"
        came = all_that_comes(line)
    assert came.startswith(b"HTTP/1.1 200 ")
    assert came.count(b"HTTP/1.1 200 ") < 500
    assert memory(quick) - before < 32 * MEBIBYTE


def test_half_a_request_does_not_keep_the_server_from_ending(made: Place) -> None:
    with hasty(made, HEAD_SECONDS=600) as server, dial(server) as line:
        line.sendall(b"POST / HTTP/1.1\r\nContent-Le")
        assert httpx.get(f"{server.address}/health/live").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=PATIENCE) == 0
