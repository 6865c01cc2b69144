"""kill -9 in mid-send: what was acknowledged is there, in its order, and what was not may be sent again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path

import websockets

from messaging.protocol import items
from tests import servers
from tests.messaging.live.portal import Client, client, item_in, make, serving


async def test_kill_9_in_mid_send_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    made = make(tmp_path)
    acknowledged: dict[str, tuple[int, str]] = {}
    unanswered: list[str] = []

    async def keep_sending(sender: Client, server: servers.Server) -> None:
        place = (sender.who["sequence"], sender.who["head"])
        with contextlib.suppress(websockets.ConnectionClosed, OSError):
            for _ in range(5_000):
                frame, client_id = sender.message(*place)
                unanswered.append(frame)
                await sender.line.send(frame)
                answer = await sender.hear("sent", "refused")
                assert answer["type"] == "sent", answer
                acknowledged[client_id] = (answer["sequence"], answer["head"])
                unanswered.remove(frame)
                if len(acknowledged) == 150:
                    os.kill(server.process.pid, signal.SIGKILL)

    with serving(made) as server:
        async with contextlib.AsyncExitStack() as stack:
            stack.push(lambda *_: True)  # the sockets break when the server is killed
            senders = [await stack.enter_async_context(client(made, server, number)) for number in range(4)]
            await asyncio.gather(*(keep_sending(sender, server) for sender in senders))
    assert server.process.returncode == -signal.SIGKILL
    assert len(acknowledged) >= 150

    rows = made.stored()
    places = {client_id: (sequence, head) for sequence, client_id, head, *_ in rows}
    assert {client_id: places.get(client_id) for client_id in acknowledged} == acknowledged
    assert [sequence for sequence, *_ in rows] == list(range(1, len(rows) + 1))
    head = items.START
    for _, _, stored_head, body, signature in rows:
        head = items.next_head(head, items.item_hash(body, signature))
        assert head == stored_head

    with serving(made) as server:  # and what was not acknowledged may be sent again: it is there once
        async with client(made, server, 0) as sender:
            mine = [frame for frame in unanswered if sender.who["device"] in _header_of(frame)]
            for frame in mine:
                await sender.line.send(frame)
                assert (await sender.hear("sent", "refused"))["type"] == "sent"
    again = [client_id for _, client_id, *_ in made.stored()]
    assert len(again) == len(set(again))


def _header_of(frame: str) -> str:
    return item_in(json.loads(frame))[0].decode("latin-1")
