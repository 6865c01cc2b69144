"""What is waiting to go out on one socket: offered without waiting, bounded, and never skipped in silence.

Nobody who publishes waits for a socket. What a socket does not take at once waits in a queue of its own, which is
drained by a task that lives only while there is something in it. A reader who lets too much pile up is closed with
4408, "reconnect and resume": the database has everything it missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from messaging.live import metrics
from messaging.live.lines import encode, line_of
from messaging.live.metrics import counts

MAX_FRAMES: Final = 4_000
MAX_CHARACTERS: Final = 8 * 1024 * 1024

TOO_SLOW: Final = 4408

FAREWELL_SECONDS: float = 10.0
"""Within these the other side takes its last frames, or is cut off without them."""

AsgiSend = Callable[[Any], Awaitable[None]]
_log = logging.getLogger(__name__)


class Frame:
    """A frame for any number of sockets, encoded at most once."""

    __slots__ = ("_wire", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        wire = self._wire
        if wire is None:
            wire = self._wire = encode(self.text)
        return wire


class Outlet:
    """The outgoing side of one socket. Everything happens on the loop's thread."""

    __slots__ = ("_closed", "_frames", "_held", "_line", "_on_close", "_send", "_task", "_waiting")

    def __init__(self, send: AsgiSend, on_close: Callable[[], None]) -> None:
        self._send = send
        self._on_close = on_close
        self._frames: deque[Frame] = deque()
        self._waiting = 0  # characters
        self._task: asyncio.Task[None] | None = None
        self._held = True
        self._closed = False
        self._line = line_of(send)
        metrics.outgoing.add(self)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def held(self) -> bool:
        """Whether nothing goes out yet, because the welcome has not."""
        return self._held

    @property
    def waiting(self) -> int:
        """How many frames have been offered and not yet been taken."""
        return len(self._frames)

    def offer(self, frame: Frame) -> None:
        """Send a frame or queue it; closes the socket instead when its reader is too far behind."""
        if self._closed:
            return
        counts.frames += 1
        line = self._line
        if line is not None and not (line.full or self._held or self._frames):
            line.write(frame.wire)
            return
        self._frames.append(frame)
        self._waiting += len(frame.text)
        if self._waiting > MAX_CHARACTERS or len(self._frames) > MAX_FRAMES:
            self.close(TOO_SLOW)
        elif self._task is None and not self._held:
            self._task = asyncio.ensure_future(self._drain())

    def open_with(self, text: str) -> None:
        """Send this frame before everything that was offered so far, and from now on let frames out."""
        self._held = False
        if self._closed:
            return
        self._frames.appendleft(Frame(text))
        self._waiting += len(text)
        if self._task is None:
            self._task = asyncio.ensure_future(self._drain())

    def close(self, code: int, last: str | None = None) -> None:
        """End the socket at once with this code, after one last frame; what was waiting is dropped."""
        if self._closed:
            return
        counts.close(code)
        self._end()
        self._task = asyncio.ensure_future(self._farewell(code, last))

    def gone(self) -> None:
        """The other side has gone: nothing more can be sent."""
        if not self._closed:
            counts.left += 1
            self._end()

    def _end(self) -> None:
        self._closed = True
        metrics.outgoing.discard(self)
        self._frames.clear()
        self._waiting = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._line is not None:
            self._line.release()
        self._on_close()

    async def _drain(self) -> None:
        frames, line = self._frames, self._line
        try:
            while frames:
                if line is not None and line.full:
                    await line.relieved()
                    continue
                frame = frames.popleft()
                self._waiting -= len(frame.text)
                if line is not None:
                    line.write(frame.wire)
                else:
                    await self._send({"type": "websocket.send", "text": frame.text})
        except Exception as error:  # whatever a server raises for a socket that is gone
            _log.debug("A socket could not be written to: %r", error)
            self.gone()
        finally:
            if not self._closed:
                self._task = None

    async def _farewell(self, code: int, last: str | None) -> None:
        """Say the last words; where that cannot be done the line is cut, so that no socket outlives its end."""
        why: Exception
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                if last is not None:
                    await self._send({"type": "websocket.send", "text": last})
                await self._send({"type": "websocket.close", "code": code})
            return
        except TimeoutError as error:  # a server that waits for whoever does not read
            why = error
        except OSError as error:  # the other side has gone meanwhile
            _log.debug("A socket was gone before it was closed: %r", error)
            return
        except Exception as error:  # whatever else a server raises
            why = error
        counts.unclosed += 1
        _log.warning("A socket could not be closed with %d, and was cut off: %s", code, type(why).__name__)
        if self._line is not None:
            self._line.abort()
