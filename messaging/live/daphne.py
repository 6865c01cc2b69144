"""The short way out through daphne: a frame that is encoded once is written to the transport of every receiver.

Two things that `await send(...)` does not do there. It does not wait while the other side does not read, but
piles everything up in Twisted's buffer without a bound: so this registers as the producer of the transport,
which is Twisted's own way to be told that the buffer is full. And it encodes every frame anew for every
receiver, through five layers, which was a quarter of all that a message cost with ten members: so a frame is
written as its bytes (RFC 6455: text, whole, unmasked, not compressed, which daphne never negotiates). With
any other server there is no such transport, and `send` is used.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol, cast

_TEXT_WHOLE: Final = b"\x81"


class Transport(Protocol):
    """As much of Twisted's transport as is needed here."""

    def write(self, data: bytes) -> None: ...

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


def transport_of(send: Any) -> Transport | None:
    """The transport behind the `send` of daphne, which is a partial over its protocol; None with other servers."""
    for argument in getattr(send, "args", ()):
        transport = getattr(argument, "transport", None)
        if hasattr(transport, "registerProducer"):
            return cast("Transport", transport)
    return None


class DaphneLine:
    """The outgoing side of one transport of daphne, and whether its buffer is full. Twisted's IPushProducer."""

    __slots__ = ("_relief", "_transport", "full")

    def __init__(self, transport: Transport) -> None:
        self.full = False
        self._relief: asyncio.Future[None] | None = None
        self._transport: Transport | None = transport
        transport.unregisterProducer()  # daphne leaves the HTTP channel there, which no longer has a use
        transport.registerProducer(self, streaming=True)

    def write(self, frame: bytes) -> None:
        """Hand over one encoded frame; nothing happens after the other side has gone."""
        if self._transport is not None:
            self._transport.write(frame)

    async def relieved(self) -> None:
        """Wait until the buffer has been written out."""
        while self.full:
            self._relief = asyncio.get_running_loop().create_future()
            await self._relief

    def release(self) -> None:
        """Leave the transport alone: one that has a producer does not close."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.unregisterProducer()
        self._let_go()

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
        self._transport = None
        self._let_go()
