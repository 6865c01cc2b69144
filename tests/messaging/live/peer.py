"""A member at a socket of this process, without a server between: Channels' communicator and what a client does."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings

from messaging.live.consumer import LiveConsumer
from messaging.protocol.items import Item
from network.bench.people import Member, open_session
from tests.messaging.case import Case

T = TypeVar("T")
PATIENCE = 60.0


async def act(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Do something that asks the database, in another thread as the server's views do."""
    result: T = await database_sync_to_async(work)(*arguments, **named)
    return result


async def message(case: Case, by: Member, text: str = "text", **fields: Any) -> Item:
    """A sealed and signed message of this member; making it looks the newest checkpoint up."""
    return await act(case.thread.message, by, text, **fields)


class Peer:
    """One socket of one member."""

    def __init__(self, who: Member | None, session_key: str) -> None:
        self.who = who
        self.session_key = session_key
        cookie = f"other=1; {settings.SESSION_COOKIE_NAME}={session_key}".encode()
        self._socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws", headers=[(b"cookie", cookie)])

    async def open(self, held: dict[str, int] | None = None) -> dict[str, Any]:
        """Connect and say hello; returns the welcome."""
        await self.connect()
        await self.say({"type": "hello", "held": held or {}})
        welcome = await self.hear()
        assert welcome["type"] == "welcome", welcome
        return welcome

    async def connect(self) -> None:
        accepted, _ = await self._socket.connect(timeout=PATIENCE)
        assert accepted

    async def say(self, frame: dict[str, Any]) -> None:
        await self._socket.send_to(text_data=json.dumps(frame))

    async def say_raw(self, *, text: str | None = None, data: bytes | None = None) -> None:
        await self._socket.send_to(text_data=text, bytes_data=data)

    async def send(self, item: Item, conversation: str | None = None) -> None:
        await self.say(
            {
                "type": "send",
                "conversation": conversation or item.header["conversation"],
                "body": b64encode(item.body).decode(),
                "signature": b64encode(item.signature).decode(),
            }
        )

    async def hear(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of one kind."""
        while True:
            frame: dict[str, Any] = json.loads(await self._socket.receive_from(timeout=PATIENCE))
            if kind is None or frame["type"] == kind:
                return frame

    async def code(self) -> int:
        """The code that the socket is closed with, after whatever comes before."""
        while True:
            message = await self._socket.receive_output(timeout=PATIENCE)
            if message["type"] == "websocket.close":
                return int(message["code"])

    async def code_before_all(self) -> int:
        """The code that the socket is closed with, before anything else comes."""
        message = await self._socket.receive_output(timeout=PATIENCE)
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    async def silent(self) -> bool:
        """Whether nothing comes for a little while."""
        return await self._socket.receive_nothing(timeout=0.15)

    async def all_that_comes(self) -> list[dict[str, Any]]:
        """Every frame until nothing comes for a little while."""
        came: list[dict[str, Any]] = []
        while not await self.silent():
            came.append(await self.hear())
        return came

    async def leave(self) -> None:
        if not self._socket.future.done():
            await self._socket.disconnect(timeout=PATIENCE)


class Peers:
    """All sockets of a test."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._opened: list[Peer] = []

    async def connect(self, who: Member) -> Peer:
        """A socket that has not yet said hello."""
        peer = Peer(who, await act(open_session, who))
        self._opened.append(peer)
        await peer.connect()
        return peer

    async def connect_with(self, session_key: str) -> Peer:
        """A socket with this session key, whatever it is."""
        peer = Peer(None, session_key)
        self._opened.append(peer)
        await peer.connect()
        return peer

    async def open(self, *members: Member) -> Any:
        """A socket for each of these members; one alone comes by itself."""
        opened = []
        for who in members:
            peer = Peer(who, await act(open_session, who))
            self._opened.append(peer)
            await peer.open()
            opened.append(peer)
        return opened[0] if len(opened) == 1 else opened

    async def close(self) -> None:
        for peer in self._opened:
            await peer.leave()
        await asyncio.sleep(0)
