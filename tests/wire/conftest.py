"""What the tests of the wire share: a small network in a directory, and members who talk while others misbehave."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, cast

import psutil
import pytest
from websockets.asyncio.client import ClientConnection

from tests.messaging.live.portal import Client, Place, client, make, serving
from tests.servers import Server
from tests.wire.lines import PATIENCE, member, text

MOST_GROWTH = 32 * 1024 * 1024
"""Bytes by which the process may have grown over whatever it refused."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def server(made: Place) -> Iterator[Server]:
    """The portal as it is in earnest."""
    with serving(made) as running:
        yield running


def written(made: Place, by: int) -> tuple[str, str]:
    """A message of this member as a frame, and its client id; it needs no line to be written."""
    author = Client(made, cast("ClientConnection", None), made.plan["members"][by])
    return author.message(made.plan["sequence"], made.plan["head"])


class Others:
    """Two members at their sockets, who go about their business."""

    def __init__(self, made: Place, server: Server) -> None:
        self.made = made
        self.sender, self.ear = member(made, server, 0), member(made, server, 1)

    def talk(self) -> None:
        """One of them writes, and the other hears it."""
        frame, client_id = written(self.made, 0)
        self.sender.push(text(frame))
        acknowledged = self.sender.hear_frame("sent")
        assert acknowledged["client_id"] == client_id
        assert self.ear.hear_frame("item")["sequence"] == acknowledged["sequence"]

    def close(self) -> None:
        self.sender.line.close()
        self.ear.line.close()


@pytest.fixture
def others(made: Place, server: Server) -> Iterator[Others]:
    """They talk before and after, over the same sockets; nothing else is stored, and no memory is lost over it."""
    two = Others(made, server)
    two.talk()
    stored, held = len(made.stored()), memory(server)
    yield two
    two.talk()
    assert len(made.stored()) == stored + 1
    assert memory(server) - held < MOST_GROWTH
    two.close()


def further_sessions(made: Place, members: Sequence[int], **changes: Any) -> list[str]:
    """A further session for each of these members, written beside the one that they have; returns the keys."""
    keys = []
    with contextlib.closing(sqlite3.connect(made.data / "entente.sqlite3", timeout=PATIENCE)) as database:
        database.row_factory = sqlite3.Row
        for member_number in members:
            key, known = secrets.token_hex(16), made.plan["members"][member_number]["session"]
            own = {"id": secrets.token_hex(16), "session_key": key, **changes}
            for table, changed in (
                ("django_session", {"session_key": key}),
                ("accounts_signedinsession", own),
            ):
                found = database.execute(f"SELECT * FROM {table} WHERE session_key = ?", [known]).fetchone()
                row = {**dict(found), **changed}
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
            keys.append(key)
        database.commit()
    return keys


async def talk(made: Place, server: Server) -> None:
    """A member writes, and another hears it: what everybody else is there for."""
    async with client(made, server, 0) as sender, client(made, server, 1) as ear:
        await say(sender, ear)


async def say(sender: Client, ear: Client) -> None:
    """One message over sockets that are open already."""
    frame, client_id = sender.message(sender.who["sequence"], sender.who["head"])
    await sender.line.send(frame)
    acknowledged = await sender.hear("sent")
    assert acknowledged["client_id"] == client_id
    assert (await ear.hear("item"))["sequence"] == acknowledged["sequence"]


def memory(server: Server) -> int:
    """Bytes of memory that the process of the server holds."""
    return int(psutil.Process(server.process.pid).memory_info().rss)
