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


def whole_answer(server: Server, headers: str, body: bytes) -> httpx.Response:
    """What comes until the server ends the line, for whoever first sends everything and only then reads."""
    head = f"POST /api/session/password HTTP/1.1\r\nHost: localhost:{server.port}\r\n{headers}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(head.encode() + body)
        heard = b""
        while piece := line.recv(65536):
            heard += piece
    head_of_answer, _, told = heard.partition(b"\r\n\r\n")
    return httpx.Response(int(head_of_answer.split()[1]), content=told)


@pytest.mark.parametrize("more", [1, 1391, MOST])
def test_who_sends_too_long_a_body_to_its_end_is_told_so(server: Server, more: int) -> None:
    answer = whole_answer(server, f"Content-Length: {MOST + more}", b"a" * (MOST + more))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_who_sends_too_long_a_body_of_no_stated_length_to_its_end_is_told_so(server: Server) -> None:
    piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    answer = whole_answer(server, "Transfer-Encoding: chunked", piece * 9 + b"0\r\n\r\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_who_asks_before_sending_too_long_a_body_hears_no_and_nothing_else(server: Server) -> None:
    head = (
        f"POST /api/session/password HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
        f"Content-Length: {MOST + 1}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(head.encode())
        heard = line.recv(65536)
        while not heard.endswith(b"}"):
            heard += line.recv(65536)
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            heard += piece
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert heard.count(b"HTTP/1.1 ") == 1


def test_a_body_that_says_no_length_is_cut_off_at_the_bound(server: Server) -> None:
    piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    answer = ask(server, "Transfer-Encoding: chunked", piece * 9)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    assert httpx.get(f"{server.address}/health/live").status_code == 200


def test_a_body_within_the_bound_is_taken(server: Server) -> None:
    answer = httpx.post(f"{server.address}/api/session/password", content=b"a" * MOST)
    assert answer.json()["code"] == "csrf"
