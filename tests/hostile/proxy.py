"""Stands between everybody and the portal, passes everything on, and lies where it is told to.

To those in front of it, this is the server: a hostile one can do no more than change, drop, repeat and make up what it
says, and cut lines. What passes is also written down per line, so that tests see what somebody still got.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.browser.person import PATIENCE_SECONDS, Person

Told = Literal["everybody", "clients"] | Person
"""To whom a lie is told. To one browser, not to all: others follow the same conversations, and would believe it too."""
Change = Callable[[bytes], bytes]
ChangeFrame = Callable[[dict[str, Any]], list[dict[str, Any]]]
Message = MutableMapping[str, Any]

HOP_BY_HOP = {
    "connection",
    "content-length",
    "keep-alive",
    "transfer-encoding",
    "date",
    "server",
}
MOST_BYTES = 4 * 1024 * 1024


@dataclass
class Lie:
    """Changes what comes back from the paths that match."""

    path: re.Pattern[str]
    change: Change
    told: Told = "everybody"
    invents: bool = False
    """Answers also where the portal has nothing to say."""
    alone: bool = False
    """Answers without the portal, which never hears what was asked."""
    times: int = 0
    """How often it was told: a lie that nobody heard proves nothing."""
    _told_once: threading.Event = field(default_factory=threading.Event)

    def tell(self, content: bytes) -> bytes:
        """What is said instead."""
        changed = self.change(content)
        if changed != content:
            self.times += 1
            self._told_once.set()
        return changed

    def is_told(self) -> bool:
        """Waits until somebody has heard it."""
        return self._told_once.wait(PATIENCE_SECONDS)


@dataclass
class FrameLie:
    """Makes zero, one or more frames of each frame that the server sends."""

    change: ChangeFrame
    told: Told = "everybody"
    times: int = 0


@dataclass
class Line:
    """One socket: whose it is, what the server sent on it, and how it ended."""

    device: str | None = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    closed: int | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Serves on `port` what the portal on `behind` answers."""

    def __init__(self, port: int, behind: int) -> None:
        self.port = port
        self.behind = behind
        self.lines: list[Line] = []
        self._lies: list[Lie] = []
        self._frame_lies: list[FrameLie] = []
        self._overhearing: list[tuple[Person, list[bytes]]] = []
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._portal: httpx.AsyncHTTPTransport | None = None

    async def start(self) -> None:
        """Listen; returns when the port answers."""
        # a transport, not a client: a client would keep the cookies of one person and send them for the next
        self._portal = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))
        config = uvicorn.Config(
            self._application,
            port=self.port,
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,
            log_level="error",
            ws="websockets-sansio",
            ws_max_size=MOST_BYTES,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=3600,  # whoever asks lets go first: a line that ends under a request fails it
        )
        self._server = uvicorn.Server(config)
        # the signals of this process are not the proxy's
        self._serving = asyncio.create_task(self._server._serve())
        while not self._server.started:
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Cut every line and listen no more."""
        if self._server is not None and self._serving is not None and self._portal is not None:
            self._server.should_exit = True
            await self._serving
            await self._portal.aclose()

    async def cut(self) -> None:
        """From now on nobody gets through, as when the line is down."""
        await self.stop()

    async def mend(self) -> None:
        """The line is back."""
        await self.start()

    @contextmanager
    def lie(
        self,
        path: str,
        change: Change,
        told: Told = "everybody",
        *,
        invents: bool = False,
        alone: bool = False,
    ) -> Iterator[Lie]:
        """While the block lasts, answers of paths that match are changed."""
        lie = Lie(re.compile(path), change, told, invents, alone)
        self._lies.append(lie)
        try:
            yield lie
        finally:
            self._lies.remove(lie)

    @contextmanager
    def lie_in_frames(self, change: ChangeFrame, told: Told = "everybody") -> Iterator[FrameLie]:
        """While the block lasts, frames of the socket are changed."""
        lie = FrameLie(change, told)
        self._frame_lies.append(lie)
        try:
            yield lie
        finally:
            self._frame_lies.remove(lie)

    @contextmanager
    def overhear(self, person: Person) -> Iterator[list[bytes]]:
        """While the block lasts, everything that this browser says: addresses, headers, bodies and frames."""
        heard = (person, list[bytes]())
        self._overhearing.append(heard)
        try:
            yield heard[1]
        finally:
            self._overhearing.remove(heard)

    def _hear(self, scope: Message, *said: bytes) -> None:
        for person, heard in self._overhearing:
            if _hears(person, scope):
                heard.extend(said)

    def lines_of(self, device: str) -> list[Line]:
        """The sockets that this device had, the oldest first."""
        return [line for line in self.lines if line.device == device]

    def ended_lines_of(self, device: str) -> list[Line]:
        """The sockets that this device had, when all of them have ended."""
        lines = self.lines_of(device)
        assert all(line.ended.wait(PATIENCE_SECONDS) for line in lines)
        return lines

    # passing on

    async def _application(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self._pass_request(scope, receive, send)
        else:
            await self._pass_socket(scope, receive, send)

    async def _pass_request(self, scope: Message, receive: Any, send: Any) -> None:
        assert self._portal is not None
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self._hear(scope, scope["raw_path"], scope["query_string"], repr(scope["headers"]).encode(), body)
        meant = [lie for lie in self._lies if lie.path.search(scope["path"]) and _hears(lie.told, scope)]
        for lie in meant:
            if lie.alone:
                await _answer(send, 200, [(b"content-type", b"application/json")], lie.tell(b""))
                return
        # what nobody lies about passes as it is, compressed or not
        kept_back = (b"connection", b"accept-encoding") if meant else (b"connection",)
        given = [(name, value) for name, value in scope["headers"] if name not in kept_back]
        path = scope["raw_path"].decode() + (
            "?" + scope["query_string"].decode() if scope["query_string"] else ""
        )
        request = httpx.Request(
            scope["method"], f"http://127.0.0.1:{self.behind}{path}", headers=given, content=body
        )
        try:
            answer = await self._portal.handle_async_request(request)
            content = b"".join([part async for part in answer.aiter_raw()])
            await answer.aclose()
        except httpx.TransportError:
            return  # the portal is gone: so is this answer
        status = answer.status_code
        for lie in meant:
            if answer.is_success or lie.invents:
                content, status = lie.tell(content), 200
        headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower().decode() not in HOP_BY_HOP
        ]
        await _answer(send, status, headers, content)

    async def _pass_socket(self, scope: Message, receive: Any, send: Any) -> None:
        await receive()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        line = Line()
        try:
            portal = await connect(
                f"ws://localhost:{self.port}{scope['path']}",
                host="127.0.0.1",
                port=self.behind,
                origin=headers.get("origin"),
                additional_headers={"Cookie": headers.get("cookie", "")},
                user_agent_header=headers.get("user-agent", ""),
                max_size=None,
                proxy=None,
            )
        except (InvalidStatus, OSError):
            await send({"type": "websocket.close", "code": 4401})
            return
        await send({"type": "websocket.accept"})
        self.lines.append(line)
        up = asyncio.create_task(self._pass_up(scope, receive, portal))
        try:
            await self._pass_down(scope, portal, line, send)
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            await portal.close()

    async def _pass_up(self, scope: Message, receive: Any, portal: ClientConnection) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                await portal.close()
                return
            said = message["text"] if message.get("text") is not None else message["bytes"]
            self._hear(scope, said.encode() if isinstance(said, str) else said)
            try:
                await portal.send(said)
            except ConnectionClosed:
                return

    async def _pass_down(self, scope: Message, portal: ClientConnection, line: Line, send: Any) -> None:
        try:
            async for text in portal:
                frame = json.loads(text)
                if frame["type"] == "welcome":
                    line.device = frame["device"]
                for told in self._changed(frame, scope):
                    line.frames.append(told)
                    await send({"type": "websocket.send", "text": json.dumps(told)})
        except ConnectionClosed:
            pass
        line.closed = portal.close_code or 1006
        line.ended.set()
        try:
            await send({"type": "websocket.close", "code": 1012 if line.closed == 1006 else line.closed})
        except (RuntimeError, OSError):
            return  # whoever was in front has left already

    def _changed(self, frame: dict[str, Any], scope: Message) -> list[dict[str, Any]]:
        frames = [frame]
        for lie in self._frame_lies:
            if _hears(lie.told, scope):
                changed = [told for each in frames for told in lie.change(json.loads(json.dumps(each)))]
                lie.times += changed != frames
                frames = changed
        return frames


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _hears(told: Told, scope: Message) -> bool:
    """Python clients say their name, and each browser has a mark."""
    headers = dict(scope["headers"])
    if isinstance(told, Person):
        return told.mark.encode() in headers.get(b"cookie", b"")
    client = headers.get(b"user-agent", b"").startswith((b"entente-client", b"Python"))
    return client or told == "everybody"
