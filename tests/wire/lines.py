"""Lines to a server on which every byte is the test's own: what no client that keeps to the rules would send."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
from collections.abc import Mapping
from typing import Any

from tests.messaging.live.portal import Place
from tests.servers import Server

PATIENCE = 60.0

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def dial(server: Server, *, room: int | None = None) -> socket.socket:
    """A connection on which nothing has been said; with `room` it takes as little at once as the system allows."""
    line = socket.socket()
    line.settimeout(PATIENCE)
    if room is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.connect(("127.0.0.1", server.port))
    return line


def head(server: Server, request: str, headers: Mapping[str, str] | None = None) -> bytes:
    lines = [f"{request} HTTP/1.1", f"Host: localhost:{server.port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def all_that_comes(line: socket.socket) -> bytes:
    """Everything until the other side ends the connection; fails when it does not."""
    came = bytearray()
    try:
        while part := line.recv(1 << 16):
            came += part
    except ConnectionError:
        pass
    return bytes(came)


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True
) -> bytes:
    """One frame of RFC 6455 as a client sends it, or as none may."""
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    mask = 0x80 if masked else 0
    length = len(payload)
    if length < 126:
        start = bytes((first, mask | length))
    elif length < 1 << 16:
        start = bytes((first, mask | 126)) + struct.pack(">H", length)
    else:
        start = bytes((first, mask | 127)) + struct.pack(">Q", length)
    # a mask of zeros leaves the payload as it is
    return start + bytes(4 if masked else 0) + payload


def text(value: str) -> bytes:
    return frame(TEXT, value.encode())


HELLO = text('{"type":"hello","held":{}}')


class Wire:
    """A socket of the portal, byte by byte."""

    def __init__(self, server: Server, line: socket.socket) -> None:
        self.server, self.line = server, line
        self._come = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def push(self, data: bytes) -> None:
        """Send what can be sent: the other side may have ended the connection already."""
        with contextlib.suppress(ConnectionError):
            self.line.sendall(data)

    def hear(self) -> tuple[int, bytes] | None:
        """The next frame as its opcode and payload, pings answered; nothing when the connection has ended."""
        while True:
            heard = self._hear()
            if heard is None or heard[0] != PING:
                return heard
            self.push(frame(PONG, heard[1]))

    def _hear(self) -> tuple[int, bytes] | None:
        start = self._take(2)
        if start is None:
            return None
        length = start[1] & 0x7F
        if length > 125:
            size = 2 if length == 126 else 8
            longer = self._take(size)
            if longer is None:
                return None
            length = int.from_bytes(longer, "big")
        payload = self._take(length)
        return None if payload is None else (start[0] & 0x0F, payload)

    def hear_frame(self, kind: str) -> dict[str, Any]:
        """The next frame of one type."""
        while True:
            heard = self.hear()
            assert heard is not None, f"the connection ended before {kind}"
            if heard[0] == TEXT and (told := json.loads(heard[1]))["type"] == kind:
                return dict(told)

    def end(self) -> tuple[list[str], int | None]:
        """The codes of the errors that come, and of the close behind them; None where there is no close."""
        said: list[str] = []
        while (heard := self.hear()) is not None:
            opcode, payload = heard
            if opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big") if payload else 1005
                self.push(frame(CLOSE, payload[:2]))
                return said, code
            if opcode == TEXT:
                told = json.loads(payload)
                if told["type"] in ("error", "refused"):
                    said.append(told["code"])
        return said, None

    def _take(self, number: int) -> bytes | None:
        while len(self._come) < number:
            try:
                part = self.line.recv(1 << 16)
            except ConnectionError:
                return None
            if not part:
                return None
            self._come += part
        taken, self._come = self._come[:number], self._come[number:]
        return taken


def handshake(
    server: Server, session: str | None, *, origin: str | None = "", path: str = "/ws", **more: str
) -> bytes:
    """A request for a socket, with the portal's own origin unless another or none is given."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    if origin is not None:
        headers["Origin"] = origin or server.address
    if session is not None:
        headers["Cookie"] = f"entente-session-{server.port}={session}"
    return head(server, f"GET {path}", {**headers, **more})


def open_wire(server: Server, session: str | None, *, room: int | None = None, **more: Any) -> Wire:
    """A socket whose handshake was accepted; it has not said hello."""
    line = dial(server, room=room)
    line.sendall(handshake(server, session, **more))
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        part = line.recv(1)
        assert part, f"the handshake was refused: {answer!r}"
        answer += part
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    return Wire(server, line)


def member(made: Place, server: Server, number: int, **more: Any) -> Wire:
    """A member's socket that has heard its welcome."""
    wire = open_wire(server, made.plan["members"][number]["session"], **more)
    wire.push(HELLO)
    wire.hear_frame("welcome")
    return wire
