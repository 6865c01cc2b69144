"""The socket as an ASGI application: admits a session and lets its connection listen.

It replaces the dispatch of Channels' consumers by one loop. Theirs closes old database connections in another
thread before every event and makes two tasks per frame; here the database is asked by the writer and the
reader of the process alone.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from channels.consumer import AsyncConsumer
from django.db import DatabaseError

from messaging.live.admission import Admitted, admit, session_key_in
from messaging.live.connection import Connection, Receive
from messaging.live.metrics import counts
from messaging.live.outlet import AsgiSend
from messaging.live.process import RESTART, Live


class LiveConsumer(AsyncConsumer):
    """One socket, from its handshake to its end. Knows its session by the cookie and needs no middleware for it."""

    async def __call__(self, scope: Any, receive: Receive, send: AsgiSend) -> None:
        connect = await receive()
        if connect["type"] != "websocket.connect":
            return
        live, admitted = Live.here(), cast("Admitted | int", RESTART)
        with suppress(DatabaseError):  # it is not there now; the client comes back
            if not live.closed:
                admitted = await live.read(admit, session_key_in(scope["headers"]))
        # accepted in any case: a page cannot see why a handshake failed, but it sees the code of a close
        await send({"type": "websocket.accept"})
        if isinstance(admitted, int):
            counts.close(admitted)
            await send({"type": "websocket.close", "code": admitted})
            return
        await Connection(live, admitted, send).listen(receive)
