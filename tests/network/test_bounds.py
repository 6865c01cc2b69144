"""A stranger cannot fill the memory of the server: what is too long is cut off and never gathered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers import Server, running

MOST = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("data")
    with running(data) as portal:
        yield portal


def ask(server: Server, headers: str, body: bytes = b"") -> bytes:
    """The first bytes of the answer to a request whose body does not come to an end; nothing when it is cut off."""
    head = f"POST /api/session/password HTTP/1.1\r\nHost: localhost:{server.port}\r\n{headers}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        try:
            line.sendall(head.encode() + body)
            return line.recv(64)
        except ConnectionError:
            return b""


def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(server: Server) -> None:
    assert ask(server, f"Content-Length: {MOST + 1}").startswith(b"HTTP/1.1 413 ")


def test_a_body_that_says_no_length_is_cut_off_at_the_bound(server: Server) -> None:
    piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    answer = ask(server, "Transfer-Encoding: chunked", piece * 9)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    assert httpx.get(f"{server.address}/health/live").status_code == 200


def test_a_body_within_the_bound_is_taken(server: Server) -> None:
    answer = httpx.post(f"{server.address}/api/session/password", content=b"a" * MOST)
    assert answer.json()["code"] == "csrf"
