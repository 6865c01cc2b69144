"""The portal starts, answers, refuses foreign sockets and ends cleanly, on daphne and on uvicorn alike."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from network.bench.ports import free_port
from tests.servers import DAPHNE, Server, running, start

COMMANDS = {
    "daphne": list(DAPHNE),
    "uvicorn": ["-m", "uvicorn", "--log-level", "warning", "--port", "PORT", "network.asgi:application"],
}


@pytest.fixture(scope="module", params=COMMANDS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    words = [str(port) if word == "PORT" else word for word in COMMANDS[request.param]]
    with running(tmp_path_factory.mktemp("data"), words=words, port=port) as portal:
        yield portal


def test_it_answers_with_its_headers(server: Server) -> None:
    response = httpx.get(f"{server.address}/api/unknown")
    assert response.status_code == 404
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def status_of_handshake(port: int, path: str, origin: str | None) -> int:
    """What the server answers to a request to open a socket there."""
    given = Origin(origin) if origin is not None else None
    try:
        with connect(f"ws://localhost:{port}{path}", origin=given, proxy=None):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", None])
def test_a_socket_from_a_foreign_origin_is_refused(server: Server, origin: str | None) -> None:
    assert status_of_handshake(server.port, "/ws", origin) == 403


def test_an_address_without_a_socket_is_refused(server: Server) -> None:
    assert status_of_handshake(server.port, "/elsewhere", server.address) == 403


def test_a_port_that_is_taken_is_said_in_one_sentence(server: Server, tmp_path: Path) -> None:
    second = start(DAPHNE, port=server.port, data=tmp_path)
    said, _ = second.communicate(timeout=120)
    assert second.returncode == 1
    assert said.strip() == (
        f"entente: Port {server.port} on 127.0.0.1 is taken: end what listens there, or choose another with --port."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_said_in_one_sentence(tmp_path: Path) -> None:
    process = start([*DAPHNE, "--port", "70000"], port=1, data=tmp_path)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said.strip() == "entente: ENTENTE_PORT must be a number from 1 to 65535, not '70000'."


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, end: signal.Signals) -> None:
    port = free_port()
    with start(DAPHNE, port=port, data=tmp_path) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().strip()
            assert ready == f"Entente is ready at http://localhost:{port} (Ctrl-C ends it)."
            assert httpx.get(f"http://localhost:{port}/health/ready", timeout=60).status_code == 200
            process.send_signal(end)
            assert process.wait(timeout=60) == 0
            assert process.stdout.read() == ""
        finally:
            process.kill()
