"""Two processes and a real server between them: what one says arrives whole and in order, and a loss is noticed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from messaging.live import relay
from messaging.live.relay import CHANNEL, BadRelay, Event, ForAccount, ForReaders, Look, Relay, decode, encode
from network.addresses import Redis as Address
from network.bench import valkey
from network.bench.valkey import Valkey

EVENTS = [
    ForReaders(("a", "b"), 7, '{"type":"item","body":"é\\n"}', "talk", 3),
    ForReaders((), 0, '{"type":"typing"}'),
    ForAccount("somebody", '{"type":"draft"}', "device"),
    ForAccount("somebody", '{"type":"draft"}', None),
    Look(),
]


@pytest.fixture(scope="module")
def redis() -> Iterator[Valkey]:
    with valkey.running() as server:
        yield server


@dataclass
class Process:
    """One process, as far as the relay knows it."""

    relay: Relay
    heard: list[Event]
    missed: list[str]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.01)


async def begin(server: Valkey) -> Process:
    heard: list[Event] = []
    missed: list[str] = []
    one = Relay(
        asyncio.get_running_loop(),
        Address(server.address, None),
        heard.append,
        lambda: missed.append("lost"),
        lambda: missed.append("silent"),
    )
    process = Process(one, heard, missed)
    await process.until(lambda: one.up)
    missed.clear()  # whoever has just begun has missed what was said before
    return process


@pytest.fixture
async def pair(redis: Valkey) -> AsyncIterator[tuple[Process, Process]]:
    first, second = await begin(redis), await begin(redis)
    await first.until(lambda: first.relay.others == second.relay.others == 1)
    first.missed.clear()
    second.missed.clear()
    yield first, second
    await first.relay.close()
    await second.relay.close()


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    whom, text = encode(event).split("\n")
    assert decode(whom, text) == event


@pytest.mark.parametrize(
    "whom", ["", "{", "[]", '["nobody"]', '["readers", 1]', '["account"]', "7", '"readers"']
)
def test_what_no_process_says_is_refused(whom: str) -> None:
    with pytest.raises(BadRelay):
        decode(whom, "")


async def test_the_others_hear_it_in_order_and_one_does_not_hear_oneself(
    pair: tuple[Process, Process],
) -> None:
    first, second = pair
    said = [ForReaders(("a",), number, f'{{"n":{number}}}') for number in range(2_000)]
    for event in said:
        first.relay.tell(event)
    first.relay.tell(Look())
    await second.until(lambda: bool(second.heard) and second.heard[-1] == Look())
    assert second.heard == [*said, Look()]
    assert first.heard == []
    assert second.missed == first.missed == []


async def test_what_cannot_be_read_counts_as_missed_and_breaks_nothing(
    pair: tuple[Process, Process], redis: Valkey
) -> None:
    first, second = pair
    stranger = Redis.from_url(redis.address)
    for junk in (
        b"\xff\xfe",
        b"",
        b"[]",
        b'["x", "y"]',
        b'["x", 1, false]\n["readers"]',
        b'["x", 2, false]\nodd',
    ):
        await stranger.publish(CHANNEL, junk)
    await stranger.aclose()
    first.relay.tell(Look())
    await second.until(lambda: bool(second.heard))
    assert second.heard == [Look()]
    assert set(second.missed) == {"lost"}
    assert second.relay.up


async def test_redis_that_comes_back_empty_is_found_again_and_what_was_said_meanwhile_counts_as_missed() -> (
    None
):
    with valkey.running() as server:
        first, second = await begin(server), await begin(server)
        await second.until(lambda: second.relay.others == 1)
        server.kill()
        await second.until(lambda: not second.relay.up and not first.relay.up)
        first.missed.clear()
        second.missed.clear()
        first.relay.tell(ForAccount("somebody", "{}"))
        await first.until(lambda: first.relay.lost == 1)
        server.start()
        await second.until(lambda: second.relay.up and first.relay.up)
        assert "lost" in second.missed
        assert "lost" in first.missed
        first.relay.tell(Look())
        await second.until(lambda: second.heard == [Look()])
        await first.relay.close()
        await second.relay.close()


async def test_more_than_there_is_room_for_is_given_up_and_noticed(
    pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    monkeypatch.setattr(relay, "MOST_WAITING", 1_000)
    for _ in range(3):
        first.relay.tell(ForAccount("somebody", json.dumps("x" * 600)))
    first.relay.tell(Look())
    await second.until(lambda: Look() in second.heard)
    assert first.relay.lost > 0
    assert second.missed == ["lost"]
