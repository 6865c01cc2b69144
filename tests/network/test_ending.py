"""A server that is told to end does so in order: sockets are sent elsewhere, and what was begun is answered."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sqlite3
import time
from pathlib import Path

import httpx
import pytest
import websockets

from messaging.live.process import RESTART
from tests.messaging.live.portal import client, make, serving
from tests.servers import Server, running

LONGEST = 60.0
"""Seconds, on a busy computer too; the composed portal is granted fewer."""


def wait_until_it_takes_nobody(server: Server) -> None:
    deadline = time.monotonic() + LONGEST
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            return
        assert time.monotonic() < deadline, "the server still takes connections"
        time.sleep(0.02)


async def test_a_member_is_told_to_come_back(tmp_path: Path) -> None:
    made = make(tmp_path)
    with serving(made) as server:
        async with client(made, server, 0) as first, client(made, server, 1) as second:
            server.process.send_signal(signal.SIGTERM)
            for one in (first, second):
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await one.hear("nothing")
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == RESTART
        assert server.process.wait(timeout=LONGEST) == 0


async def test_a_socket_that_does_not_answer_holds_the_end_up_only_for_a_while(tmp_path: Path) -> None:
    made = make(tmp_path)
    with serving(made) as server:
        async with client(made, server, 0, close_timeout=1) as deaf:
            deaf.line.transport.pause_reading()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=LONGEST) == 0


def test_a_request_that_was_begun_is_answered_and_no_other_is_taken(tmp_path: Path) -> None:
    """The request waits for the database, which the test holds until the server takes nobody new."""
    with running(tmp_path) as server:
        seen = httpx.get(f"{server.address}/api/session")
        body = json.dumps({"email": "nobody@example.org", "password": "wrong"})
        request = (
            f"POST /api/session/password HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
            f"Origin: {server.address}\r\nX-CSRFToken: {seen.json()['csrf_token']}\r\n"
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in seen.cookies.items())}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        with (
            contextlib.closing(sqlite3.connect(tmp_path / "entente.sqlite3")) as database,
            socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST) as line,
        ):
            database.execute("BEGIN IMMEDIATE")
            line.sendall(request.encode())
            httpx.get(f"{server.address}/health/live").raise_for_status()  # came later, so the other was read
            server.process.send_signal(signal.SIGTERM)
            wait_until_it_takes_nobody(server)
            database.rollback()
            assert line.recv(12) == b"HTTP/1.1 401"
        assert server.process.wait(timeout=LONGEST) == 0
