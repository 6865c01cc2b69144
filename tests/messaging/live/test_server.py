"""The socket behind a real server on a real file: order under load, readers who do not read, and wild bytes."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
import websockets

from messaging.live.outlet import TOO_SLOW
from messaging.protocol import items
from tests import servers
from tests.messaging.live.portal import Client, Place, client, item_in, make, serving


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, made: Place) -> Iterator[servers.Server]:
    """Each of the two servers that the same application runs on."""
    with serving(made, request.param) as running:
        yield running


@pytest.fixture
def daphne(made: Place) -> Iterator[servers.Server]:
    """The server that is shipped."""
    with serving(made) as running:
        yield running


async def test_several_senders_and_one_order_for_all(made: Place, server: servers.Server) -> None:
    async with (
        client(made, server, 0) as first,
        client(made, server, 1) as second,
        client(made, server, 2) as ear,
    ):
        start, head = ear.who["sequence"], ear.who["head"]
        for _ in range(25):
            for sender in (first, second):
                await sender.line.send(sender.message(start, head)[0])
        for place in range(start + 1, start + 51):
            heard = await ear.hear("item")
            head = items.next_head(head, items.item_hash(*item_in(heard)))
            assert (heard["sequence"], heard["head"]) == (place, head)
        for sender in (first, second):
            acknowledged = [await sender.hear("sent") for _ in range(25)]
            assert len({one["client_id"] for one in acknowledged}) == 25


async def test_who_reads_nothing_is_told_to_come_back_and_holds_nobody_up(
    made: Place, daphne: servers.Server
) -> None:
    """The slow reader's socket takes little at once; the others go on, and the database has what it missed."""
    narrow = socket.create_connection(("127.0.0.1", daphne.port))
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    slow_options = {"sock": narrow, "max_queue": 1, "ping_interval": None, "close_timeout": 1}
    async with client(made, daphne, 3, **slow_options) as slow, client(made, daphne, 4) as sender:
        place = (sender.who["sequence"], sender.who["head"])
        for _ in range(400):
            frame, _ = sender.message(*place, content=bytes(60_000))
            await sender.line.send(frame)
            assert (await sender.hear("sent"))["type"] == "sent"
        heard: list[int] = []
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await hear_all(slow, heard)
        # the close frame comes behind what the connection had taken; a peer that is cut before it has no code
        assert closed.value.rcvd is None or closed.value.rcvd.code == TOO_SLOW
        assert len(heard) < 400


async def hear_all(slow: Client, heard: list[int]) -> NoReturn:
    while True:
        heard.append((await slow.hear("item"))["sequence"])


@pytest.mark.parametrize(
    "wild",
    [
        b"\x81\xfe",  # cut off
        b"\x81\x05hello",  # not masked
        b"\x81\x82\0\0\0\0\xff\xfe",  # not UTF-8
        b"\xc1\x80\0\0\0\0",  # a reserved bit
        b"\x83\x80\0\0\0\0",  # an unknown opcode
        b"\x80\x80\0\0\0\0",  # a continuation of nothing
        b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",  # longer than anything
        b"\x89\xfe\x01\x00\0\0\0\0" + bytes(256),  # a ping that is too long
    ],
)
async def test_wild_bytes_end_their_own_socket_only(made: Place, server: servers.Server, wild: bytes) -> None:
    async with client(made, server, 0) as other:
        async with client(made, server, 1, close_timeout=1) as victim:
            victim.line.transport.write(wild)
            if wild == b"\x81\xfe":
                victim.line.transport.abort()
            with pytest.raises(websockets.ConnectionClosed):
                await victim.hear("item")
        await other.line.send('{"type":"ping"}')
        assert (await other.hear())["type"] == "pong"


async def test_a_message_in_fragments_is_one_message(made: Place, server: servers.Server) -> None:
    async with client(made, server, 0) as sender:
        frame, client_id = sender.message(sender.who["sequence"], sender.who["head"])
        await sender.line.send(iter([frame[:10], frame[10:500], frame[500:]]))
        assert (await sender.hear("sent"))["client_id"] == client_id


async def test_a_frame_that_is_too_large_ends_the_socket(made: Place, daphne: servers.Server) -> None:
    async with client(made, daphne, 0, close_timeout=1) as sender:
        await sender.line.send('{"type":"ping","more":"' + "x" * 200_000 + '"}')
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await sender.hear("pong")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4413


async def ask(sender: Client, text: str) -> None:
    await sender.line.send(text)
    await sender.hear("pong")


async def test_a_frame_of_megabytes_is_not_even_read(made: Place, daphne: servers.Server) -> None:
    async with client(made, daphne, 0, close_timeout=1) as sender:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await ask(sender, '{"type":"ping","more":"' + "x" * 2_000_000 + '"}')
        # daphne drops the connection while the frame is still coming: the code may not arrive
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


async def test_a_page_of_another_origin_gets_no_socket(made: Place, server: servers.Server) -> None:
    origins: list[Callable[[str], str | None]] = [
        lambda own: own.replace("localhost", "elsewhere.example"),
        lambda own: own + "1",
        lambda own: own.replace("http", "https"),
        lambda _: "null",
        lambda _: None,
    ]
    for origin in origins:
        with pytest.raises(websockets.InvalidStatus):
            async with client(made, server, 0, origin=origin(server.address)):
                pass
