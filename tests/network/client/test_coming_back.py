"""A client that lost the portal in the middle of something comes back by itself, and is shown no less than before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from members import clock
from network.client import Client, Memory, Problem, socket
from network.client.register import RegisterStopped
from tests.network.client.network import Network
from tests.network.client.test_conversations import begun, synced, until
from tests.network.client.test_hostile_portal import lied_to

pytestmark = pytest.mark.asyncio(loop_scope="package")


def not_reached(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("the portal went down meanwhile", request=request)


def busy(request: httpx.Request) -> httpx.Response:
    return httpx.Response(503, text="the proxy has nobody behind it")


def late(request: httpx.Request) -> httpx.Response:
    return httpx.Response(408, json={"code": "too_slow"})


def slowed(request: httpx.Request) -> httpx.Response:
    return httpx.Response(429, json={"code": "slow_down", "retry_after": 1})


def gone(request: httpx.Request) -> httpx.Response:
    return httpx.Response(404, json={"code": "not_found"})


class Failing(httpx.AsyncHTTPTransport):
    """Reaches the portal, but for so many requests at one path."""

    def __init__(self, path: str, fail: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__()
        self._path = path
        self._fail = fail
        self.times = 0
        self.spared = 0
        """How many are let through first."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.times and request.url.path.endswith(self._path):
            if not self.spared:
                self.times -= 1
                return self._fail(request)
            self.spared -= 1
        return await super().handle_async_request(request)


class Holding(httpx.AsyncHTTPTransport):
    """Reaches the portal, but for requests at one path while they are held back."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.let = asyncio.Event()
        self.let.set()
        self.held = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(self._path) and not self.let.is_set():
            self.held.set()
            await self.let.wait()
        return await super().handle_async_request(request)


@asynccontextmanager
async def again(
    network: Network, name: str, transport: httpx.AsyncHTTPTransport | None = None
) -> AsyncIterator[Client]:
    """The person's client after it was ended and begun anew, in the session that they have."""
    memory = Memory.from_json(network[name].memory.to_json())
    client = Client(network.address, memory, transport=transport)
    client.http._client.cookies.update(network[name].http._client.cookies)
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize("path", ["/api/conversations/sync", "/api/register/checkpoint"])
@pytest.mark.parametrize("fail", [not_reached, busy, late, slowed])
async def test_a_socket_comes_back_when_the_portal_fails_while_it_does(
    network: Network, path: str, fail: Callable[[httpx.Request], httpx.Response]
) -> None:
    transport = Failing(path, fail)
    async with again(network, "Ben", transport) as ben:
        await ben.socket.start()
        conversation = await begun(network, "While Ben comes back")
        transport.times = 3
        await ben.socket.drop()
        async with asyncio.timeout(60):
            await ben.socket.welcomed.wait()
        assert transport.times == 0
        await network["Sol"].conversations.sync()
        await network["Sol"].conversations.send(conversation, "After all that")
        async with asyncio.timeout(60):
            while ben.conversations[conversation].texts()[-1:] != ["After all that"]:
                await ben.socket.events.get()


async def test_events_that_nobody_takes_do_not_pile_up(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "MOST_EVENTS", 3)
    conversation = await begun(network, "Nobody listens")
    await synced(network, "Sol")
    async with again(network, "Ben") as ben:
        await ben.socket.start()
        for number in range(5):
            await network["Sol"].conversations.send(conversation, f"Line {number}")
        await until(lambda: ben.conversations[conversation].texts()[-1:] == ["Line 4"])
        assert ben.socket.events.qsize() <= 3


async def test_keys_that_could_not_be_fetched_are_fetched_by_the_next_sync(network: Network) -> None:
    transport = Failing("/epochs", busy)
    async with again(network, "Ben", transport) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        conversation = await begun(network, "No keys at first")
        transport.spared, transport.times = 1, 1  # the member table comes, the boxes do not
        with pytest.raises(Problem):
            await ben.conversations.sync()
        assert ben.conversations[conversation].texts() == []
        await ben.conversations.sync()
        assert ben.conversations[conversation].texts() == ["Hello."]


async def test_what_may_not_be_read_any_more_keeps_nothing_else_from_coming(network: Network) -> None:
    transport = Failing("/epochs", gone)
    async with again(network, "Ben", transport) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        await begun(network, "Gone when its keys are asked for")
        transport.spared, transport.times = 1, 2
        with pytest.raises(Problem):
            await ben.conversations.sync()
        conversation = await begun(network, "Still there")
        await ben.conversations.sync()
        assert transport.times == 0
        assert ben.conversations[conversation].texts() == ["Hello."]


async def test_keys_that_come_in_several_answers_are_all_fetched(network: Network) -> None:
    conversation = await begun(network, "Many keys", "Under key 1")
    ana = network["Ana"]
    for number in (2, 3):
        ana.conversations[conversation].keys.clear()  # whoever lacks the key makes another
        await ana.conversations.send(conversation, f"Under key {number}")
    sol = lied_to(network, "Sol", "/epochs", lambda answer: json.dumps(json.loads(answer)[:1]).encode())
    await sol.register.catch_up()
    await sol.conversations.sync()
    assert sol.conversations[conversation].texts() == [f"Under key {number}" for number in (1, 2, 3)]
    await sol.close()


async def test_what_was_held_before_the_client_was_ended_cannot_be_left_out_after(network: Network) -> None:
    conversation = await begun(network, "Cut short")
    await synced(network, "Sol")
    await network["Sol"].conversations.send(conversation, "Said, and then denied")

    true = network["Sol"].conversations[conversation].conversation.heads

    def cut_short(answer: bytes) -> bytes:
        given = json.loads(answer)
        for page in given["conversations"]:
            if page["id"] == conversation:
                del page["items"][-1]
                last = page["items"][-1]["sequence"]
                page["sequence"], page["head"] = last, true[last]
                page["more"] = False
        return json.dumps(given).encode()

    client = lied_to(network, "Sol", "/conversations/sync", cut_short)
    await client.register.catch_up()
    await client.conversations.sync()
    assert conversation in client.conversations.broken
    await client.close()


async def test_nothing_is_sealed_for_the_socket_by_a_register_that_nobody_confirms(network: Network) -> None:
    conversation = await begun(network, "By an old Register")
    transport = Failing("/api/register/checkpoint", busy)
    async with again(network, "Ben", transport) as ben:
        await ben.socket.start()
        note = await ben.http.get_text("/api/register/checkpoint")

        def without_time(request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, text=note[: note.rindex("— ")])

        transport._fail, transport.times = without_time, 100
        # only now: the portal has the client look at the Register whenever something is new
        ben.register.replay.confirmed = (clock.now() - 8 * clock.DAY) // clock.SECOND
        with pytest.raises(RegisterStopped):
            await ben.socket.send(conversation, "Nobody knows who reads this")
        transport.times = 0
        await ben.socket.send(conversation, "Confirmed again")
        assert ben.register.freshness == "fresh"


async def test_what_is_said_on_a_line_that_has_ended_waits_for_the_next_one(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it has ended is noticed when what had come before is taken in, and that may need a slow portal."""
    conversation = await begun(network, "On a line that has ended")
    transport = Holding("/api/register/checkpoint")
    async with again(network, "Ben", transport) as ben:
        await ben.socket.start()
        tries, tell = [0], ben.socket._tell

        async def counted(frame: dict[str, object]) -> None:
            tries[0] += frame["type"] == "send"
            await tell(frame)

        monkeypatch.setattr(ben.socket, "_tell", counted)
        transport.let.clear()
        await begun(network, "Heard of at a bad moment")
        await transport.held.wait()
        assert ben.socket._connection is not None
        await ben.socket._connection.close(1001)
        sending = asyncio.create_task(ben.socket.send(conversation, "Said too late"))
        await until(lambda: tries[0])
        for _ in range(100):
            await asyncio.sleep(0)
        transport.let.set()
        await sending
        assert tries[0] == 2
        assert ben.conversations[conversation].texts()[-1:] == ["Said too late"]


async def test_lines_that_end_again_and_again_are_opened_again_as_soon_as_the_first(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    pause = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await pause(seconds)

    async with again(network, "Ben") as ben:
        await ben.socket.start()
        monkeypatch.setattr(asyncio, "sleep", noted)
        for _ in range(4):
            await ben.socket.drop()
            await ben.socket.welcomed.wait()
        monkeypatch.undo()
    assert pauses.count(0.1) == 4
    assert not {0.2, 0.4, 0.8, 1.6} & set(pauses)
