"""No request hands the portal more than a bound, and none comes more slowly than another, on any ASGI server.

daphne, as `network.bounds` has it, has gathered a body within the same bounds before this sees any of it. Other servers
hand it on as it comes, and Django writes it to a file without asking how long it is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

# a body begins within so many seconds and has no longer gap, and goes on coming at least at this pace
GAP_SECONDS: Final = 20.0
SLOWEST: Final = 4096
"""Bytes in a second."""

TOO_LARGE: Final = (413, "Content Too Large", "too_large", "No address of this portal takes that much.")
TOO_SLOW: Final = (408, "Request Timeout", "too_slow", "The request did not come to its end in time.")
Refusal = tuple[int, str, str, str]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class _Refused(Exception):
    """The body is not to be waited for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal[2])
        self.refusal = refusal


def problem_of(refusal: Refusal) -> bytes:
    """The document (RFC 9457) that says so."""
    status, title, code, detail = refusal
    told = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    return json.dumps(told).encode()


def with_bounded_bodies(
    application: Application, *, most: int, gap: float = GAP_SECONDS, slowest: int = SLOWEST
) -> Application:
    """The application, which is given bodies of at most `most` bytes."""

    async def bounded(scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def tell(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if _stated(scope["headers"]) > most:
                raise _Refused(TOO_LARGE)
            await application(scope, _Body(receive, most, gap, slowest).receive, tell)
        except _Refused as refused:
            if begun:
                raise  # the server ends the line
            await _answer(send, refused.refusal)

    return bounded


class _Body:
    """What comes of one request, and by when the next part of it is to come."""

    def __init__(self, receive: Any, most: int, gap: float, slowest: int) -> None:
        self._receive, self._most, self._gap, self._slowest = receive, most, gap, slowest
        self._loop = asyncio.get_running_loop()
        self._ends_at = self._loop.time() + gap
        self._length = 0
        self._whole = False

    async def receive(self) -> Any:
        if self._whole:  # what is waited for is that the other side goes away
            return await self._receive()
        try:
            async with asyncio.timeout_at(min(self._ends_at, self._loop.time() + self._gap)):
                message = await self._receive()
        except TimeoutError:
            raise _Refused(TOO_SLOW) from None
        part = len(message.get("body", b""))
        self._length += part
        self._ends_at += part / self._slowest
        self._whole = not message.get("more_body", False)
        if self._length > self._most:
            raise _Refused(TOO_LARGE)
        return message


def _stated(headers: Any) -> int:
    """The length that a request says it has, which the server has found to be a number; 0 where it says none."""
    return max((int(value) for name, value in headers if name == b"content-length"), default=0)


async def _answer(send: Any, refusal: Refusal) -> None:
    body = problem_of(refusal)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal[0], "headers": headers})
    await send({"type": "http.response.body", "body": body})
