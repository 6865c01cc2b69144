"""Bodies are bounded by the application itself, whatever server runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from network.bench.ports import free_port
from network.bodies import with_bounded_bodies
from network.environment import BASE
from tests.servers import Server, running

MOST = 8 * 1024 * 1024
QUICK = 0.05


async def answer_to(*parts: bytes, ends: bool = True, length: int | None = None) -> tuple[int, str]:
    """Status, and what the application has read or the code of the refusal; without `ends` no more ever comes."""
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if ends:
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    told: list[Any] = []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Any) -> None:
        told.append(message)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps({"code": body.decode()}).encode()})

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    scope = {"type": "http", "headers": headers}
    await with_bounded_bodies(application, most=10, gap=QUICK, slowest=10**6)(scope, receive, send)
    assert [message["type"] for message in told] == ["http.response.start", "http.response.body"]
    return told[0]["status"], json.loads(told[1]["body"])["code"]


async def test_a_body_as_long_as_may_be_is_handed_on() -> None:
    assert await answer_to(b"12345", b"67890", length=10) == (200, "1234567890")


async def test_a_body_that_says_it_is_too_long_is_not_asked_for() -> None:
    assert await answer_to(length=11, ends=False) == (413, "too_large")


async def test_a_body_that_becomes_too_long_is_read_no_further() -> None:
    assert await answer_to(b"12345", b"678901", ends=False) == (413, "too_large")


@pytest.mark.parametrize("parts", [(), (b"1",), (b"1", b"2")])
async def test_a_body_that_does_not_come_to_its_end_is_not_waited_for(parts: tuple[bytes, ...]) -> None:
    assert await answer_to(*parts, ends=False) == (408, "too_slow")


async def test_after_a_body_nothing_is_due() -> None:
    """Django listens for the end of the line while it makes the answer, however long that takes."""
    gone = asyncio.Event()
    heard: list[str] = []

    async def receive() -> Any:
        if not heard:
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while "http.disconnect" not in heard:
            heard.append((await receive())["type"])

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.get_running_loop().call_later(3 * QUICK, gone.set)
    await with_bounded_bodies(application, most=10, gap=QUICK)({"headers": []}, receive, send)
    assert heard == ["http.request", "http.disconnect"]


# --- on another server than the one that is shipped ---


@pytest.fixture(scope="module")
def uvicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With the settings that the guide names."""
    data: Path = tmp_path_factory.mktemp("data")
    port = free_port()
    guide = (BASE / "docs" / "operations.md").read_text(encoding="utf-8")
    (settings,) = re.findall(r"^uvicorn (network\.asgi:application .*) --port 8000$", guide, re.MULTILINE)
    words = ("-m", "uvicorn", *settings.split(), "--port", str(port))
    with running(data, words=words, port=port) as portal:
        yield portal


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_on_uvicorn_a_body_within_the_bound_is_taken(uvicorn: Server) -> None:
    answer = httpx.post(f"{uvicorn.address}/api/session/password", content=b"a" * MOST)
    assert code(answer) == (403, "csrf")


def test_on_uvicorn_a_body_of_no_stated_length_is_read_to_the_bound_alone(uvicorn: Server) -> None:
    sent = 0

    def without_an_end() -> Iterator[bytes]:
        nonlocal sent
        while sent < 16 * MOST:
            sent += 65_536
            yield b"a" * 65_536

    with contextlib.suppress(httpx.HTTPError):  # where the end of the line comes before the answer is read
        answer = httpx.post(f"{uvicorn.address}/api/session/password", content=without_an_end())
        assert code(answer) == (413, "too_large")
    assert sent < 4 * MOST
    assert httpx.get(f"{uvicorn.address}/health/live").status_code == 200
