"""The short way out: a frame that is encoded once is written to the transport of every receiver.

Two things that `await send(...)` does not do. On daphne it does not wait while the other side does not read, but
piles everything up in Twisted's buffer without a bound: so this registers as the producer of the transport, which is
Twisted's own way to be told that the buffer is full. And it encodes every frame anew for every receiver, through
five layers (on uvicorn: three, and a task), which was a quarter of all that a message cost with ten members: so a
frame is written as its bytes (RFC 6455: text, whole, unmasked, not compressed). With any other server there is no
such transport, and `send` is used.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol, cast

from twisted.internet.tcp import Connection

_TEXT_WHOLE: Final = b"\x81"


class Transport(Protocol):
    """As much of Twisted's transport as is needed here."""

    def write(self, data: bytes) -> None: ...

    def abortConnection(self) -> None: ...  # noqa: N802 - Twisted's name

    def registerProducer(self, producer: object, streaming: bool) -> None: ...  # noqa: N802 - Twisted's name

    def unregisterProducer(self) -> None: ...  # noqa: N802 - Twisted's name


def encode(text: str) -> bytes:
    """A whole text frame as it stands on the wire, from a server."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        return _TEXT_WHOLE + bytes((length,)) + payload
    if length < 1 << 16:
        return _TEXT_WHOLE + b"\x7e" + length.to_bytes(2, "big") + payload
    return _TEXT_WHOLE + b"\x7f" + length.to_bytes(8, "big") + payload


class Line(Protocol):
    """The outgoing side of one socket."""

    @property
    def full(self) -> bool:
        """Whether so much has been handed over that the other side must read first."""

    def write(self, frame: bytes) -> None:
        """Hand over one encoded frame; nothing happens after the other side has gone."""

    async def relieved(self) -> None:
        """Wait until there is room."""

    def release(self) -> None:
        """Leave the transport alone."""

    def abort(self) -> None:
        """End the connection now, whatever has not gone out; harmless when it has ended."""


def line_of(send: Any) -> Line | None:
    """The line behind the `send` of daphne, a partial over its protocol, or of uvicorn, a method of its protocol."""
    for argument in getattr(send, "args", ()):
        transport = getattr(argument, "transport", None)
        if hasattr(transport, "registerProducer"):
            return DaphneLine(cast("Transport", transport))
    protocol = getattr(send, "__self__", None)
    if isinstance(getattr(protocol, "transport", None), asyncio.Transport) and hasattr(protocol, "writable"):
        return UvicornLine(cast("UvicornProtocol", protocol))
    return None


class UvicornProtocol(Protocol):
    """As much of uvicorn's WebSocket protocol as is needed here."""

    transport: asyncio.Transport
    writable: asyncio.Event


class UvicornLine:
    """The outgoing side of one transport of uvicorn, which says itself when there is room."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: UvicornProtocol) -> None:
        self._protocol = protocol

    @property
    def full(self) -> bool:
        return not self._protocol.writable.is_set()

    def write(self, frame: bytes) -> None:
        if not self._protocol.transport.is_closing():
            self._protocol.transport.write(frame)

    async def relieved(self) -> None:
        await self._protocol.writable.wait()

    def release(self) -> None:
        """Nothing of ours hangs on this transport."""

    def abort(self) -> None:
        self._protocol.transport.abort()


class DaphneLine:
    """The outgoing side of one transport of daphne, and whether its buffer is full. Twisted's IPushProducer."""

    __slots__ = ("_connection", "_direct", "_relief", "_transport", "full")

    def __init__(self, transport: Transport) -> None:
        self.full = False
        self._relief: asyncio.Future[None] | None = None
        self._connection = transport
        self._transport: Transport | None = transport
        # Twisted sends from its loop, and asks the system twice for each frame to be told when: where nothing waits
        # the frame can go out at once. With TLS inside the portal there is no such socket.
        self._direct = transport if isinstance(transport, Connection) else None
        transport.unregisterProducer()  # daphne leaves the HTTP channel there, which no longer has a use
        transport.registerProducer(self, streaming=True)

    def write(self, frame: bytes) -> None:
        if self._transport is not None:
            rest = frame[self._send_now(frame) :]
            if rest:
                self._transport.write(rest)

    def _send_now(self, frame: bytes) -> int:
        """How much of it the system took at once; Twisted takes the rest, and says if the other side has gone."""
        direct = self._direct
        if direct is None or not direct.connected or direct.disconnecting:
            return 0
        if direct.dataBuffer or direct._tempDataBuffer:  # noqa: SLF001 - nothing else tells
            return 0
        try:
            return int(direct.socket.send(frame))
        except OSError:
            return 0

    async def relieved(self) -> None:
        """Wait until the buffer has been written out."""
        while self.full:
            self._relief = asyncio.get_running_loop().create_future()
            await self._relief

    def release(self) -> None:
        """Leave the transport alone: one that has a producer does not close."""
        transport, self._transport, self._direct = self._transport, None, None
        if transport is not None:
            transport.unregisterProducer()
        self._let_go()

    def abort(self) -> None:
        self._connection.abortConnection()

    def _let_go(self) -> None:
        self.full = False
        if self._relief is not None and not self._relief.done():
            self._relief.set_result(None)
        self._relief = None

    # --- what Twisted calls ---

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.full = True

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        self._let_go()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        self._transport = self._direct = None
        self._let_go()
