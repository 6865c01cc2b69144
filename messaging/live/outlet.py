"""What is waiting to go out on one socket: offered without waiting, bounded, and never skipped in silence.

Nobody who publishes waits for a socket. Each outlet has a queue of its own and drains it in a task that lives
only while there is something in it. A reader who lets too much pile up is closed with 4408, "reconnect and
resume": the database has everything it missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from messaging.live.pressure import Pressure, transport_of

MAX_FRAMES: Final = 4_000
MAX_BYTES: Final = 8 * 1024 * 1024

TOO_SLOW: Final = 4408

AsgiSend = Callable[[Any], Awaitable[None]]
_log = logging.getLogger(__name__)


class Outlet:
    """The outgoing side of one socket. Everything happens on the loop's thread."""

    __slots__ = ("_bytes", "_closed", "_frames", "_held", "_on_close", "_pressure", "_send", "_task")

    def __init__(self, send: AsgiSend, on_close: Callable[[], None]) -> None:
        self._send = send
        self._on_close = on_close
        self._frames: deque[str] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._held = True
        self._closed = False
        transport = transport_of(send)
        self._pressure = None if transport is None else Pressure(transport)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def waiting(self) -> int:
        """How many frames have not yet been given to the server."""
        return len(self._frames)

    def offer(self, frame: str) -> None:
        """Queue a frame; closes the socket instead when its reader is too far behind."""
        if self._closed:
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        if self._bytes > MAX_BYTES or len(self._frames) > MAX_FRAMES:
            self.close(TOO_SLOW)
        elif self._task is None and not self._held:
            self._task = asyncio.ensure_future(self._drain())

    def open_with(self, frame: str) -> None:
        """Send this frame before everything that was offered so far, and from now on let frames out."""
        self._held = False
        if self._closed:
            return
        self._frames.appendleft(frame)
        self._bytes += len(frame)
        if self._task is None:
            self._task = asyncio.ensure_future(self._drain())

    def close(self, code: int, last: str | None = None) -> None:
        """End the socket at once with this code, after one last frame; what was waiting is dropped."""
        if self._closed:
            return
        self._end()
        self._task = asyncio.ensure_future(self._farewell(code, last))

    def gone(self) -> None:
        """The other side has gone: nothing more can be sent."""
        if not self._closed:
            self._end()

    def _end(self) -> None:
        self._closed = True
        self._frames.clear()
        self._bytes = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._pressure is not None:
            self._pressure.release()
        self._on_close()

    async def _drain(self) -> None:
        frames, send, pressure = self._frames, self._send, self._pressure
        try:
            while frames:
                if pressure is not None and pressure.full:
                    await pressure.relieved()
                frame = frames.popleft()
                self._bytes -= len(frame)
                await send({"type": "websocket.send", "text": frame})
        except Exception as error:  # whatever a server raises for a socket that is gone
            _log.debug("A socket could not be written to: %r", error)
            self.gone()
        finally:
            if not self._closed:
                self._task = None

    async def _farewell(self, code: int, last: str | None) -> None:
        try:
            if last is not None:
                await self._send({"type": "websocket.send", "text": last})
            await self._send({"type": "websocket.close", "code": code})
        except Exception as error:  # the same
            _log.debug("A socket could not be closed: %r", error)
