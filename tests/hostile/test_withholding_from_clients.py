"""A server that keeps something back, or shows an old Register, is found out by what others sign, and by time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

import network.client.sightings
from members import clock
from members.protocol.encoding import b64
from members.protocol.register import RegisterBroken
from messaging.protocol import items, messages
from messaging.protocol.items import Item
from network.client import Client
from network.client.conversations import _given, new_client_id
from network.client.register import RegisterStopped
from tests.browser.person import PATIENCE_SECONDS
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.proxy import Change
from tests.hostile.test_lies_to_clients import again

Record = Callable[[str, object], None]


def level(stage: Settled, *names: str) -> None:
    """These hold everything that there is."""

    async def taken() -> None:
        for name in names:
            await stage[name].register.catch_up()
            await stage[name].conversations.sync()

    stage.run(taken())


def tells(stage: Settled, name: str) -> None:
    """Somebody's device says what it holds."""
    level(stage, name)
    stage.run(stage[name].sightings.tell())


def compares(stage: Settled, client: Client) -> str:
    """What a client finds that looks at everything once more, and then compares; it never talks again."""

    async def looked() -> None:
        await client.register.catch_up()
        await client.conversations.sync()
        await client.sightings.compare(everything=True)

    with pytest.raises(RegisterBroken) as broken:
        stage.run(looked())
    with pytest.raises(RegisterBroken):
        stage.run(client.conversations.create([], [], subject="never"))
    return broken.value.finding


def message_of(client: Client, conversation: str, text: str, **changed: Any) -> Item:
    """A message of somebody, signed and not sent."""
    talk = client.conversations[conversation]
    epoch = changed.get("epoch", max(talk.keys))
    fields: dict[str, Any] = {
        "network": client.register.network,
        "account": client.account,
        "device": client.memory.keys.device,
        "checkpoint": client.register.checkpoint,
        "client_id": new_client_id(),
        "time": clock.now(),
        "conversation": conversation,
        "epoch": epoch,
        "seen": (talk.conversation.sequence, talk.conversation.head),
    }
    header = items.make_header("message", **fields | changed)
    content = messages.seal_message(
        talk.keys[epoch],
        device=client.memory.keys.device,
        header=header,
        plaintext=messages.make_plaintext(text),
    )
    return client.conversations._sign(header, content)


def test_a_conversation_that_is_frozen_for_one_of_its_members(
    stage: Settled, record_property: Record
) -> None:
    conversation = stage.begin("Ana", "South", "Frozen for clients", "First")
    with again(stage, "Tam") as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        stage.say("Ana", conversation, "Second")
        tells(stage, "Ana")
        with stage.proxy.lie("/conversations/sync", lies.without(conversation), "clients"):
            begun = time.perf_counter()
            assert compares(stage, tam) == "withheld"
            record_property("frozen conversation: withheld, seconds", round(time.perf_counter() - begun, 2))


def test_members_of_an_epoch_that_are_kept_back(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Members kept back from clients", "Under the first key")
    with again(stage, "Sol") as sol:
        stage.run(sol.register.catch_up())
        stage.run(sol.conversations.sync())
        stage.appoint("Ana", "Pia")
        stage.say("Ana", conversation, "Under the next key")
        with stage.proxy.lie("/epochs", lies.in_json(lambda answer: answer.clear()), "clients") as lie:
            stage.run(sol.conversations.sync())
            assert lie.times > 0
        assert "withholds" in sol.conversations.broken[conversation]
        assert conversation not in sol.conversations.talks


def test_a_register_that_is_frozen_for_one_client(stage: Settled, record_property: Record) -> None:
    """Also where the server says each hour anew that the old one is the newest."""
    with again(stage, "Tam") as tam:
        stage.run(tam.register.catch_up())
        before = stage.run(tam.http.get_text("/api/register/checkpoint")).encode()
        stage.run(stage["Ana"].own_keys.renew())
        tells(stage, "Ana")
        confirmed = lies.with_time(stage.data, hours=0)(before)
        with stage.proxy.lie("/register/checkpoint", lambda _: confirmed, "clients"):
            begun = time.perf_counter()
            assert compares(stage, tam) == "withheld"
            record_property("frozen Register: withheld, seconds", round(time.perf_counter() - begun, 2))
    level(stage, "Tam")


def test_two_orders_of_what_was_written_at_once(stage: Settled, record_property: Record) -> None:
    """Nothing in the items tells one order from the other: only the comparison of what two people hold does."""
    conversation = stage.begin("Ana", "South", "Two orders", "First")
    level(stage, "Ben")
    at_once = message_of(stage["Ben"], conversation, "Written at once")
    stage.say("Ana", conversation, "Said first")
    path = f"/api/conversations/{conversation}/items"
    stage.run(stage["Ben"].http.post(path, {"items": [_given(at_once)]}))
    tells(stage, "Ana")
    change = lies.in_pages(conversation, lies.in_other_order(conversation))
    with again(stage, "Tam") as tam, stage.proxy.lie("/conversations/sync", change, "clients") as lie:
        begun = time.perf_counter()
        assert compares(stage, tam) == "bad_history"
        record_property("two orders: bad_history, seconds", round(time.perf_counter() - begun, 2))
        assert lie.times > 0


def test_what_others_say_cannot_be_made_up(stage: Settled) -> None:
    """A word that nobody signed accuses nobody, and a word of yesterday is no news."""
    level(stage, "Ana", "Tam")
    tells(stage, "Ana")
    old = stage.run(stage["Tam"].http.get("/api/sightings"))

    def with_false_signatures(answer: Any) -> None:
        for one in answer["sightings"]:
            one["signature"] = lies.flip(one["signature"])
        answer["sightings"].append({"body": b64(b"{}"), "signature": "AA==", "received_at": 1})

    with again(stage, "Tam") as tam:
        with stage.proxy.lie("/api/sightings", lies.in_json(with_false_signatures), "clients") as lie:
            stage.run(tam.sightings.compare(everything=True))
            assert lie.times > 0
            assert tam.sightings._times == {}
        with stage.proxy.lie("/api/sightings", lies.in_json(lambda answer: answer.update(old)), "clients"):
            stage.run(tam.sightings.compare(everything=True))
            known = dict(tam.sightings._times)
            stage.run(tam.sightings.compare(everything=True))
        assert known
        assert tam.sightings._times == known


class HeardTooMuch(httpx.AsyncHTTPTransport):
    """Passes everything on but sightings, and says when the next one is welcome."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.refuses = True
        self.handed_in = 0
        self._retry_after = retry_after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path == "/api/sightings":
            self.handed_in += 1
            if self.refuses:
                return httpx.Response(429, json={"code": "slow_down", "retry_after": self._retry_after})
            return httpx.Response(204)  # the portal itself is not to hear words of a time to come
        return await super().handle_async_request(request)


@pytest.mark.parametrize(("retry_after", "hours"), [(90, 0.025), (10**9, 1)], ids=["a while", "for ever"])
def test_a_word_that_the_server_will_not_hear_is_said_again(
    stage: Settled, retry_after: int, hours: float
) -> None:
    """Once, when its time has come: not at once, and not only when the hour is over."""
    transport = HeardTooMuch(retry_after)
    with again(stage, "Tam", transport=transport) as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.sightings.level())
        stage.run(tam.sightings.level())
        assert transport.handed_in == 1
        transport.refuses = False
        with later(hours * 0.9):
            stage.run(tam.sightings.level())
        assert transport.handed_in == 1
        with later(hours * 1.1):
            stage.run(tam.sightings.level())
            stage.run(tam.sightings.level())
        assert transport.handed_in == 2


def test_a_client_that_only_listens_says_what_it_holds_and_finds_out_what_is_kept_from_it(
    stage: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sealed, nobody asks: what came in is said within the minute, and colleagues are compared each hour."""
    monkeypatch.setattr(network.client.sightings, "TICK_SECONDS", 0.02)
    conversation = stage.begin("Ana", "South", "Only listening", "First")
    transport = HeardTooMuch(60)
    transport.refuses = False
    with again(stage, "Tam", transport=transport) as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        stage.run(tam.sightings.level())
        stage.run(tam.socket.start())
        stage.say("Ana", conversation, "Second")
        tells(stage, "Ana")
        said = transport.handed_in
        with later(0.02):
            stage.run(until(lambda: transport.handed_in > said))
        with stage.proxy.lie_in_frames(nothing, "clients"):
            stage.say("Ana", conversation, "Third")
            tells(stage, "Ana")
            change = lies.without(conversation)
            with stage.proxy.lie("/conversations/sync", change, "clients"), later(1.5):
                stage.run(until(lambda: tam.register.broken is not None))
        assert tam.register.broken is not None
        assert tam.register.broken.finding == "withheld"


def nothing(frame: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if frame["type"] == "item" else [frame]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():
            await asyncio.sleep(0.01)


@contextmanager
def later(hours: float) -> Iterator[None]:
    """The clocks of all clients of this process go so many hours ahead."""
    clock.source = lambda: clock.of_the_machine() + int(hours * clock.HOUR)
    try:
        yield
    finally:
        clock.source = clock.of_the_machine


def test_whose_word_does_not_get_through_is_named(stage: Settled) -> None:
    """The server passes on what Cleo writes, and not what she says that she holds."""
    conversation = stage.begin("Cleo", "South", "Not heard of", "First")
    with again(stage, "Tam") as tam:
        with stage.proxy.lie("/api/sightings", lies.in_json(_nothing), "clients"):
            stage.run(tam.sightings.compare(everything=True))
            with later(4):
                level(stage, "Cleo")
                stage.run(stage["Cleo"].conversations._racing(lambda: _said(stage["Cleo"], conversation)))
            stage.run(tam.register.catch_up())
            stage.run(tam.conversations.sync())
            stage.run(tam.sightings.compare(everything=True))
            assert tam.sightings.quiet() == {stage["Cleo"].account}
        stage.run(tam.sightings.compare(everything=True))
        assert tam.sightings.quiet() == set()


def _nothing(answer: Any) -> None:
    if "sightings" in answer:
        answer["sightings"] = []


async def _said(client: Client, conversation: str) -> int:
    return await client.conversations._send(client.conversations[conversation], "Four hours later", "text")


@pytest.mark.parametrize(
    ("which", "freshness"),
    [
        ("a day", "stale"),
        ("eight days", "stopped"),
        ("no time", "stopped"),
        ("tomorrow", "fresh"),
        ("in three days", "stopped"),
    ],
)
def test_a_register_that_nobody_has_confirmed_of_late(stage: Settled, which: str, freshness: str) -> None:
    change: Change = {
        "a day": lies.with_time(stage.data, hours=25),
        "eight days": lies.with_time(stage.data, hours=8 * 24),
        "no time": lies.without_time,
        "tomorrow": lies.with_time(stage.data, hours=-24),  # or the clock here is a day late
        "in three days": lies.with_time(stage.data, hours=-72),
    }[which]
    conversation = stage.begin("Sol", "North", f"Confirmed: {which}", "First")
    with again(stage, "Tam") as tam:
        tam.register.replay.confirmed = None
        with stage.proxy.lie("/register/checkpoint", change, "clients"):
            stage.run(tam.register.catch_up())
            stage.run(tam.conversations.sync())
            assert tam.register.freshness == freshness
            assert tam.conversations[conversation].texts() == ["First"]
            if freshness == "stopped":
                with pytest.raises(RegisterStopped):
                    stage.run(tam.conversations.send(conversation, "By an old Register"))
        stage.run(tam.register.catch_up())
        assert tam.register.freshness == "fresh"


def test_a_time_that_nobody_has_signed(stage: Settled) -> None:
    with again(stage, "Tam") as tam, stage.proxy.lie("/register/checkpoint", lies.with_false_time, "clients"):
        with pytest.raises(RegisterBroken) as broken:
            stage.run(tam.register.catch_up())
        assert broken.value.finding == "bad_signature"
