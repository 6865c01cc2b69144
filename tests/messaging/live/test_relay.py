"""The relay between processes, with a real Valkey: whoever has missed something learns that they have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from messaging.conversations.growth import OVERLAP_SECONDS
from messaging.live import relay as module
from messaging.live.relay import CHANNEL, SELDOM_SECONDS, Event, ForAccount, Relay
from network.addresses import Redis as Address
from network.bench import valkey
from network.bench.valkey import Valkey

PATIENCE = 30.0


@dataclass
class Heard:
    """What one process was told by its relay."""

    events: list[Event] = field(default_factory=list)
    missed: int = 0
    fallen_silent: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, event: Event) -> None:
        self.events.append(event)
        self.news.set()

    def has_missed(self) -> None:
        self.missed += 1
        self.news.set()

    def somebody_is_silent(self) -> None:
        self.fallen_silent += 1
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.news.clear()
                await self.news.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with valkey.running() as running:
        yield running


@asynccontextmanager
async def relay(server: Valkey) -> AsyncIterator[tuple[Relay, Heard]]:
    told = Heard()
    made = Relay(
        asyncio.get_running_loop(),
        Address(server.address, None),
        told.heard,
        told.has_missed,
        told.somebody_is_silent,
    )
    try:
        await told.until(lambda: made.up)
        yield made, told
    finally:
        await made.close()


@asynccontextmanager
async def another(server: Valkey) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """A process that says one thing under a number, and nothing else."""
    async with Redis.from_url(server.address) as line:

        async def say(number: int) -> None:
            await line.publish(CHANNEL, f'["another", {number}, false]\n["account", "a", null]\n{number}')

        yield say


async def test_what_follows_is_heard_and_nothing_is_missed(server: Valkey) -> None:
    async with relay(server) as (_, told), another(server) as say:
        before = told.missed
        for number in (1, 2, 3):
            await say(number)
        await told.until(lambda: len(told.events) == 3)
        assert told.events == [ForAccount("a", str(number)) for number in (1, 2, 3)]
        assert told.missed == before


async def test_a_number_that_is_skipped_was_missed(server: Valkey) -> None:
    async with relay(server) as (_, told), another(server) as say:
        before = told.missed
        await say(1)
        await say(3)
        await told.until(lambda: told.missed == before + 1)


async def test_what_a_process_said_before_it_is_heard_for_the_first_time_was_missed(server: Valkey) -> None:
    """Its first words may have failed while what is heard here was open already."""
    async with relay(server) as (_, told), another(server) as say:
        before = told.missed
        await say(2)
        await told.until(lambda: told.missed == before + 1)


async def test_as_long_as_a_process_that_has_said_no_goodbye_is_silent_not_everything_is_heard(
    server: Valkey,
) -> None:
    async with relay(server) as (made, told), another(server) as say:
        await say(1)
        await told.until(lambda: len(told.events) == 1)
        assert (made.whole, made.others) == (True, 1)
        await told.until(lambda: told.fallen_silent == 1)
        assert (made.up, made.whole, made.others) == (True, False, 0)
        missed = told.missed
        await say(2)
        await told.until(lambda: len(told.events) == 2)
        assert (made.whole, made.others) == (True, 1)
        await say(4)
        await told.until(lambda: told.missed == missed + 1)


async def test_a_process_that_stays_silent_is_looked_after_closely_at_first_and_then_seldom(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with relay(server) as (made, told), another(server) as say:
        await say(1)
        await told.until(lambda: len(told.events) == 1)
        assert not made.look_is_due(SELDOM_SECONDS), "all is heard"
        await told.until(lambda: told.fallen_silent == 1)
        assert made.look_is_due(0)
        monkeypatch.setattr(module, "CLOSELY_SECONDS", 0.0)
        assert not made.look_is_due(0)
        assert made.look_is_due(SELDOM_SECONDS)
        async with relay(server) as (other, _):
            other.tell(ForAccount("a", "another one that is heard"))
            await told.until(lambda: len(told.events) == 2)
            assert not made.look_is_due(0)


def test_what_is_looked_for_seldom_is_found_all_the_same() -> None:
    assert SELDOM_SECONDS < OVERLAP_SECONDS


async def test_who_says_goodbye_leaves_nothing_behind(server: Valkey) -> None:
    async with relay(server) as (stays, told):
        async with relay(server) as (leaves, _):
            leaves.tell(ForAccount("a", "last"))
            await told.until(lambda: told.events == [ForAccount("a", "last")])
        async with asyncio.timeout(PATIENCE):
            while stays.others:
                await asyncio.sleep(0.01)
        assert stays.whole
        assert told.fallen_silent == 0
