"""A WebSocket client for measuring: as little work per frame as there can be, so that the server is what is measured.

It speaks only what the benchmark needs (RFC 6455: text frames that are not fragmented, pings), masks with a
key of zeros, and hands every frame to a function as a place in the bytes that came. Everything else in this
repository uses the `websockets` package.
"""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Callable
from typing import Final

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_FIN, _MASKED = 0x80, 0x80
_NO_MASK: Final = bytes(4)
_AT_ONCE: Final = 256 * 1024

Heard = Callable[[bytes, int, int], None]


class Line:
    """One socket to the server; `heard` gets the bytes, and from where to where in them a text frame lies."""

    def __init__(self, connection: socket.socket, heard: Heard, opened: Callable[[], None]) -> None:
        self.connection = connection
        self.closed: int | None = None
        self._heard = heard
        self._opened = opened
        self._buffer = b""
        self._open = False

    def read(self) -> bool:
        """Take what has come; False when the other side has gone."""
        try:
            data = self.connection.recv(_AT_ONCE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        if data:
            self.feed(data)
        return bool(data) and self.closed is None

    def feed(self, data: bytes) -> None:
        """Hand on every whole frame, and keep the beginning of the next."""
        buffer = self._buffer + data if self._buffer else data
        if not self._open:
            answer, blank, rest = buffer.partition(b"\r\n\r\n")
            if not blank:
                self._buffer = buffer
                return
            if not answer.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(answer.split(b"\r\n")[0].decode())
            self._open, buffer = True, rest
            self._opened()
        at, end = 0, len(buffer)
        while end - at >= 2:
            length, start = buffer[at + 1], at + 2
            if length == 126:
                start += 2
                length = int.from_bytes(buffer[at + 2 : start], "big")
            elif length == 127:
                start += 8
                length = int.from_bytes(buffer[at + 2 : start], "big")
            after = start + length
            if end < after:
                break
            if buffer[at] == _FIN | TEXT:
                self._heard(buffer, start, after)
            else:
                self._control(buffer[at] & 0xF, buffer[start:after])
            at = after
        self._buffer = buffer[at:]

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._write(PONG, payload)
        elif opcode == CLOSE:
            self.closed = int.from_bytes(payload[:2], "big")

    def send(self, text: bytes) -> None:
        self._write(TEXT, text)

    def _write(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = bytes((_FIN | opcode, _MASKED | length))
        elif length < 1 << 16:
            head = bytes((_FIN | opcode, _MASKED | 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((_FIN | opcode, _MASKED | 127)) + length.to_bytes(8, "big")
        self.connection.sendall(head + _NO_MASK + payload)


def open_line(port: int, *, origin: str, cookie: str, heard: Heard, opened: Callable[[], None]) -> Line:
    """A socket of the session in this cookie; `opened` is called when the server has accepted it."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host = origin.partition("://")[2]
    connection.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Origin: {origin}\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    return Line(connection, heard, opened)
