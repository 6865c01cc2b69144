"""A portal with a small network in a directory of its own, the process that serves it, and members at its socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import websockets
from websockets.asyncio.client import ClientConnection

from members.protocol.encoding import unb64
from messaging.protocol import items
from network.bench.clientid import new_client_id
from network.bench.ports import free_port
from tests import database, servers

MAKE = """
import json, sys
from network.cli import start_django
start_django()
from tests.messaging.live.small import prepare
print(json.dumps(prepare(6)))
"""


@dataclass
class Place:
    """A data directory with a network in it, and what the benchmark's plan says about its members."""

    data: Path
    plan: dict[str, Any]

    def stored(self) -> list[tuple[int, str, str, bytes, bytes]]:
        """Sequence, client id, head, body and signature of every item, straight from the database."""
        rows = "SELECT sequence, client_id, head, body, signature FROM conversations_item ORDER BY sequence"
        address = database.of_a_portal(self.data).get("ENTENTE_DATABASE")
        if address:
            with psycopg.connect(address) as connection:
                return list(connection.execute(rows))
        with contextlib.closing(sqlite3.connect(self.data / "entente.sqlite3")) as file:
            return list(file.execute(rows))


def make(data: Path) -> Place:
    """A small network, made by a process of its own with the settings of a real start."""
    process = servers.start(["-c", MAKE], port=8000, data=data)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return Place(data, json.loads(said))


@contextlib.contextmanager
def serving(made: Place, kind: str = "daphne") -> Iterator[servers.Server]:
    """The portal as a process of its own, on either server."""
    port = free_port()
    words: tuple[str, ...] = servers.DAPHNE
    if kind == "uvicorn":
        words = ("-m", "uvicorn", "network.asgi:application", "--lifespan", "off", "--port", str(port))
    with servers.running(made.data, words=words, port=port) as running:
        yield running


class Client:
    """One member at a socket of the server."""

    def __init__(self, made: Place, line: ClientConnection, who: dict[str, Any]) -> None:
        self.made, self.line, self.who = made, line, who

    def message(self, sequence: int, head: str, content: bytes = bytes(300)) -> tuple[str, str]:
        """A signed message as a frame, and its client id."""
        plan, client_id = self.made.plan, new_client_id()
        header = items.make_header(
            "message",
            network=plan["network"],
            account=self.who["account"],
            device=self.who["device"],
            checkpoint=(plan["size"], plan["root"]),
            client_id=client_id,
            time=1_790_000_000_000,
            conversation=plan["conversation"],
            seen=(sequence, head),
            epoch=plan["epoch"],
        )
        item = items.sign(bytes.fromhex(self.who["device_seed"]), header, content)
        frame = {
            "type": "send",
            "conversation": plan["conversation"],
            "body": b64encode(item.body).decode(),
            "signature": b64encode(item.signature).decode(),
        }
        return json.dumps(frame), client_id

    async def hear(self, *kinds: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.line.recv(), 60))
            if not kinds or frame["type"] in kinds:
                return frame


@asynccontextmanager
async def client(made: Place, server: servers.Server, member: int, **more: Any) -> AsyncIterator[Client]:
    """A socket of one of the members, who may hold something already, with its welcome heard."""
    held = more.pop("held", {})
    who = made.plan["members"][member]
    cookie = f"entente-session-{server.port}={who['session']}"
    address = f"ws://127.0.0.1:{server.port}/ws"
    options = {
        "compression": None,
        "open_timeout": 60,
        "origin": server.address,
        "additional_headers": {"Cookie": cookie},
        **more,
    }
    async with websockets.connect(address, **options) as line:
        opened = Client(made, line, who)
        await line.send(json.dumps({"type": "hello", "held": held}))
        welcome = await opened.hear("welcome")
        opened.who = {**who, **welcome["heads"][made.plan["conversation"]]}
        yield opened


def item_in(frame: dict[str, Any]) -> tuple[bytes, bytes]:
    """Body and signature of a frame."""
    return unb64(frame["body"]), unb64(frame["signature"])
