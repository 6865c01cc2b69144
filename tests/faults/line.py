"""A bare WebSocket in the session of a client, as one more window has it; nothing in it comes back by itself."""

from __future__ import annotations

import asyncio
import json

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from network.client import Client
from tests.faults.waiting import GOES_ON


def line_of(client: Client) -> connect:
    """Opens it; what it is greeted with is not asked for yet."""
    return connect(
        client.http.socket_address,
        origin=client.http.origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": client.http.cookie_header},
        max_size=None,
        compression=None,
        proxy=None,
    )


async def greet(line: ClientConnection) -> None:
    await line.send(json.dumps({"type": "hello", "held": {}}))
    async with asyncio.timeout(GOES_ON):
        while json.loads(await line.recv())["type"] != "welcome":
            pass


async def how_it_ended(line: ClientConnection) -> int:
    """The code it was closed with, after everything before that was read."""
    try:
        async with asyncio.timeout(4 * GOES_ON):
            while True:
                await line.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 1006
