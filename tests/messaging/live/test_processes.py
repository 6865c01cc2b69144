"""Two processes of one portal: whoever is connected to one hears what was sent to the other, at once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.messaging.live.portal import Client, client
from tests.messaging.live.processes import Portal, portal
from tests.servers import Server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal(tmp_path_factory.mktemp("portal")) as opened:
        yield opened


@pytest.fixture(scope="module")
def both(made: Portal) -> Iterator[tuple[Server, Server]]:
    with made.process() as first, made.process() as second:
        yield first, second


async def say(one: Client, number: int = 1) -> list[dict[str, Any]]:
    """Send so many messages after one another; what was acknowledged."""
    answers = []
    for _ in range(number):
        frame, _client_id = one.message(one.who["sequence"], one.who["head"])
        await one.line.send(frame)
        answers.append(await one.hear("sent", "refused"))
    return answers


async def test_what_is_sent_to_one_process_is_heard_at_the_other(
    made: Portal, both: tuple[Server, Server]
) -> None:
    first, second = both
    async with client(made, first, 0) as here, client(made, second, 1) as there:
        (sent,) = await say(here)
        heard = await there.hear("item")
        assert (heard["sequence"], heard["head"]) == (sent["sequence"], sent["head"])
        assert len(heard["body"]) > 300
        (back,) = await say(there)
        assert (await here.hear("item"))["sequence"] == back["sequence"]


async def test_while_both_write_into_one_conversation_everybody_hears_it_in_order(
    made: Portal, both: tuple[Server, Server]
) -> None:
    async def write(one: Client) -> None:
        for _ in range(100):
            await one.line.send(one.message(one.who["sequence"], one.who["head"])[0])
            await asyncio.sleep(0)

    async def heard(one: Client) -> list[int]:
        return [(await one.hear("item", "sent"))["sequence"] for _ in range(200)]

    first, second = both
    async with client(made, first, 0) as here, client(made, second, 1) as there:
        # each has heard the other: what comes now is not what a process that has just begun may miss
        await say(here)
        await there.hear("item")
        await say(there)
        await here.hear("item")
    async with (
        client(made, first, 0) as a,
        client(made, second, 1) as b,
        client(made, first, 2) as c,
        client(made, second, 3) as d,
    ):
        start = a.who["sequence"]
        async with asyncio.TaskGroup() as group:
            group.create_task(write(a))
            group.create_task(write(b))
            told = [group.create_task(heard(one)) for one in (a, b, c, d)]
    expected = list(range(start + 1, start + 201))
    for one in told:
        assert one.result() == expected
    assert [row[0] for row in made.stored()][-200:] == expected
