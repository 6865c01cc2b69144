"""Tells when a reader behind daphne is behind, which `await send(...)` does not.

ASGI servers let `send` wait while the other side does not read. daphne's returns at once and piles everything
up in Twisted's buffer, without a bound. So here the outlet registers as the producer of that transport, which
is Twisted's own way to be told that the buffer is full. With any other server there is no such transport, and
waiting on `send` does it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, cast


class Transport(Protocol):
    """As much of Twisted's transport as is needed here."""

    def registerProducer(self, producer: object, streaming: bool) -> None: ...  # noqa: N802 - Twisted's name

    def unregisterProducer(self) -> None: ...  # noqa: N802 - Twisted's name


def transport_of(send: Any) -> Transport | None:
    """The transport behind the `send` of daphne, which is a partial over its protocol; None with other servers."""
    for argument in getattr(send, "args", ()):
        transport = getattr(argument, "transport", None)
        if hasattr(transport, "registerProducer"):
            return cast("Transport", transport)
    return None


class Pressure:
    """Whether the buffer of one transport is full, and a way to wait until it no longer is. Twisted's IPushProducer."""

    __slots__ = ("_relief", "_transport", "full")

    def __init__(self, transport: Transport) -> None:
        self.full = False
        self._relief: asyncio.Future[None] | None = None
        self._transport: Transport | None = transport
        transport.unregisterProducer()  # daphne leaves the HTTP channel there, which no longer has a use
        transport.registerProducer(self, streaming=True)

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
