"""A WebSocket client for measuring: as little work per frame as there can be, so that the server is what is measured.

It speaks only what the benchmark needs (RFC 6455: text frames that are not fragmented, pings), masks with a
key of zeros, and hands every frame to a function. Everything else in this repository uses the `websockets`
package.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Final

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_FIN, _MASKED = 0x80, 0x80
_NO_MASK: Final = bytes(4)


class Line(asyncio.Protocol):
    """One socket to the server; `heard` gets the bytes of every text frame."""

    def __init__(self, request: bytes, heard: Callable[[bytes], None]) -> None:
        self._request = request
        self._heard = heard
        self._buffer = b""
        self._open = False
        self._transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._open:
            answer, blank, buffer = buffer.partition(b"\r\n\r\n")
            if not blank:
                self._buffer = answer
                return
            if not answer.startswith(b"HTTP/1.1 101"):
                self._fail(ConnectionError(answer.split(b"\r\n")[0].decode()))
                return
            self._open = True
            self.ready.set_result(None)
        self._buffer = self._take_frames(buffer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionError("the server has closed the socket"))

    def _fail(self, error: Exception) -> None:
        if not self.ready.done():
            self.ready.set_exception(error)

    def _take_frames(self, buffer: bytes) -> bytes:
        """Hand on every whole frame; returns the beginning of the next."""
        at, end = 0, len(buffer)
        while end - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                start += 2
                length = int.from_bytes(buffer[at + 2 : start], "big")
            elif length == 127:
                start += 8
                length = int.from_bytes(buffer[at + 2 : start], "big")
            if end < start + length:
                break
            self._take(buffer[at] & 0xF, buffer[start : start + length])
            at = start + length
        return buffer[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._heard(payload)
        elif opcode == PING:
            self._write(PONG, payload)
        elif opcode == CLOSE:
            raise ConnectionError(f"closed by the server: {int.from_bytes(payload[:2], 'big')}")

    def send(self, text: bytes) -> None:
        self._write(TEXT, text)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _write(self, opcode: int, payload: bytes) -> None:
        assert self._transport is not None
        length = len(payload)
        if length < 126:
            head = bytes((_FIN | opcode, _MASKED | length))
        elif length < 1 << 16:
            head = bytes((_FIN | opcode, _MASKED | 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((_FIN | opcode, _MASKED | 127)) + length.to_bytes(8, "big")
        self._transport.write(head + _NO_MASK + payload)


async def open_line(port: int, *, origin: str, cookie: str, heard: Callable[[bytes], None]) -> Line:
    """A socket of the session in this cookie."""
    host = origin.partition("://")[2]
    request = (
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Origin: {origin}\r\nCookie: {cookie}\r\n\r\n"
    )
    _, line = await asyncio.get_running_loop().create_connection(
        lambda: Line(request.encode(), heard), "127.0.0.1", port
    )
    await line.ready
    return line
