"""A client and a portal whose database was put back to an older copy: it hands back, and judges only after the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from members import clock
from members.protocol.encoding import unb64
from members.protocol.register import RegisterBroken
from messaging.protocol import items
from network.client import Client, Memory, Problem
from network.client.conversations import TAKEN_BACK
from tests.hostile import lies
from tests.network.client.network import Network
from tests.network.client.test_conversations import begun, synced

pytestmark = pytest.mark.asyncio(loop_scope="package")


class PutBack(httpx.AsyncHTTPTransport):
    """A portal that shows what it was given as its past, says how its restoration stands, and takes down what comes."""

    def __init__(self, standing: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.standing = {"restoring": False, "restored_at": None, "size": 0} | (standing or {})
        self.note: str | None = None
        self.places: dict[str, tuple[int, str]] = {}
        """At which sequence and head conversations end."""
        self.given: list[dict[str, Any]] = []
        self.taken: dict[str, Any] | None = None
        """What is answered to conversations that are handed back; nothing, where they are refused."""
        self.notices = False
        """Whether a longer Register is evidence enough to close it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/api/restoration":
            return httpx.Response(200, json=self.standing)
        if path.startswith("/api/restoration/"):
            return self._take(path, json.loads(request.content))
        if path == "/api/register/checkpoint" and self.note is not None:
            return httpx.Response(200, text=self.note)
        response = await super().handle_async_request(request)
        if path not in ("/api/conversations", "/api/conversations/sync"):
            return response
        answer = json.loads(await response.aread())
        for page in answer if path == "/api/conversations" else answer["conversations"]:
            if page["id"] in self.places:
                page["sequence"], page["head"] = self.places[page["id"]]
                page["items"] = [
                    each for each in page.get("items", []) if each["sequence"] <= page["sequence"]
                ]
        return httpx.Response(200, json=answer)

    def _take(self, path: str, body: dict[str, Any]) -> httpx.Response:
        self.given.append(body)
        if path == "/api/restoration/register":
            self.standing["restoring"] |= self.notices
            return httpx.Response(200, json={"size": self.standing["size"], "known": 0})
        if self.taken is None:
            return httpx.Response(409, json={"code": "not_restoring"})
        self.places.pop(body["conversation"], None)
        return httpx.Response(200, json=self.taken)

    @property
    def register_given(self) -> list[dict[str, Any]]:
        return [one for one in self.given if "checkpoint" in one]

    @property
    def conversations_given(self) -> list[dict[str, Any]]:
        return [one for one in self.given if "conversation" in one]


@asynccontextmanager
async def behind(network: Network, name: str, portal: PutBack) -> AsyncIterator[Client]:
    """The person's client, begun anew with what it remembers, in the session that they have."""
    memory = Memory.from_json(json.loads(json.dumps(network[name].memory.to_json())))
    client = Client(network.address, memory, transport=portal)
    client.http._client.cookies.update(network[name].http._client.cookies)
    try:
        yield client
    finally:
        await client.close()


async def register_put_back(network: Network, name: str, portal: PutBack) -> int:
    """The portal shows the Register as it was before somebody renewed their keys; returns the size that is held."""
    sol = network["Sol"]
    portal.note = await sol.http.get_text("/api/register/checkpoint")
    portal.standing["size"] = int(portal.note.split("\n")[1])
    await sol.own_keys.renew()
    await network[name].register.catch_up()
    return network[name].register.replay.size


def place(client: Client, conversation: str, sequence: int) -> tuple[int, str]:
    return sequence, client.conversations[conversation].conversation.heads[sequence]


async def stated_by(client: Client) -> dict[str, dict[str, Any]]:
    """As in a welcome."""
    return {
        each["id"]: {"sequence": each["sequence"], "head": each["head"]}
        for each in await client.http.get("/api/conversations")
    }


async def test_a_shorter_register_is_no_finding_while_it_is_restored_and_is_handed_back(
    network: Network,
) -> None:
    portal = PutBack({"restoring": True})
    size = await register_put_back(network, "Sol", portal)
    async with behind(network, "Sol", portal) as sol:
        assert await sol.register.catch_up() is None
        assert sol.register.broken is None
        assert sol.register.replay.size == size
        (given,) = portal.register_given
        assert given["checkpoint"].split("\n")[1] == str(size)
        assert given["first"] == portal.standing["size"]
        assert len(given["entries"]) == size - given["first"]
        newest = json.loads(json.dumps(sol.register.account(sol.account).reading_key))
        assert newest in given["attachments"], "one's own new reading key"
        await sol.register.catch_up()
        assert len(portal.register_given) == 1, "it is given once"


async def test_a_public_key_that_was_sealed_to_is_handed_back_too_and_no_older_one(network: Network) -> None:
    portal = PutBack({"restoring": True})
    await register_put_back(network, "Ben", portal)
    keys = network["Ben"].register.account(network["Sol"].account).reading_keys
    async with behind(network, "Ben", portal) as ben:
        await ben.register.public_keys([keys[max(keys)]])
        ben.memory.holdings.public["ab" * 32] = b"of nobody that is named there"
        await ben.register.catch_up()
        (given,) = portal.register_given
        assert keys[max(keys)] in given["attachments"]
        assert "ab" * 32 not in given["attachments"]


async def test_nothing_is_sealed_or_signed_while_it_is_restored(network: Network) -> None:
    conversation = await begun(network, "Closed to writing")
    portal = PutBack({"restoring": True})
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        ben.restoration.told(restoring=True)
        for act in (
            ben.conversations.send(conversation, "Too early"),
            ben.conversations.frame_for(conversation, "Too early"),
            ben.own_keys.renew(),
        ):
            with pytest.raises(Problem) as problem:
                await act
            assert (problem.value.status, problem.value.code) == (503, "restoring")
        portal.standing["restoring"] = False
        await ben.conversations.send(conversation, "Open again")
        assert ben.conversations[conversation].texts() == ["Hello.", "Open again"]


async def test_the_evidence_for_an_older_register_is_given_to_a_portal_that_has_not_noticed(
    network: Network,
) -> None:
    portal = PutBack()
    await register_put_back(network, "Sol", portal)
    portal.notices = True
    async with behind(network, "Sol", portal) as sol:
        assert await sol.register.catch_up() is None
        assert portal.register_given[0]["entries"]
        assert sol.restoration.restoring


async def test_an_older_register_at_a_portal_that_is_not_restored_is_found_out(network: Network) -> None:
    portal = PutBack()
    await register_put_back(network, "Sol", portal)
    async with behind(network, "Sol", portal) as sol:
        with pytest.raises(RegisterBroken) as broken:
            await sol.register.catch_up()
        assert broken.value.finding == "rolled_back"
        assert len(portal.register_given) == 1


async def test_an_older_register_long_after_a_restoration_is_found_out(network: Network) -> None:
    portal = PutBack({"restored_at": clock.now() - 31 * clock.DAY})
    await register_put_back(network, "Sol", portal)
    async with behind(network, "Sol", portal) as sol:
        with pytest.raises(RegisterBroken):
            await sol.register.catch_up()


async def test_another_past_of_the_register_is_found_out_also_while_it_is_restored(
    network: Network, portal: tuple[object, Path]
) -> None:
    put_back = PutBack({"restoring": True})
    await register_put_back(network, "Sol", put_back)
    assert put_back.note is not None
    put_back.note = lies.with_other_root(portal[1])(put_back.note.encode()).decode()
    async with behind(network, "Sol", put_back) as sol:
        sol.register.replay.history.roots[put_back.standing["size"]] = "00" * 32
        with pytest.raises(RegisterBroken) as broken:
            await sol.register.catch_up()
        assert broken.value.finding == "forked"


async def test_a_conversation_that_was_cut_short_is_handed_back_with_what_belongs_to_it(
    network: Network,
) -> None:
    conversation = await begun(network, "Cut short by a copy")
    ana, ben = await synced(network, "Ana", "Ben")
    ana.conversations[conversation].keys.clear()  # whoever lacks the key makes another
    await ana.conversations.send(conversation, "Under the next key")
    await ben.conversations.sync()
    portal = PutBack({"restoring": True})
    portal.places[conversation] = place(ben, conversation, 3)
    portal.taken = {"sequence": 3, "head": "", "taken": True}
    async with behind(network, "Ben", portal) as again:
        await again.register.catch_up()
        await again.conversations.sync()
        assert again.conversations.broken == {}
        await again.restoration.hand_back()
        (given,) = portal.conversations_given
        talk = ben.conversations[conversation].conversation
        assert given["conversation"] == conversation
        assert given["before_head"] == talk.heads[3]
        assert [each["sequence"] for each in given["items"]] == list(range(4, talk.sequence + 1))
        head = given["before_head"]
        for each in given["items"]:
            head = items.next_head(head, items.parse(unb64(each["body"]), unb64(each["signature"])).hash)
        assert head == talk.head
        (epoch,) = [each for each in given["items"] if "members" in each]
        assert list(epoch["boxes"]) == [ben.account], "one's own box and no other"


async def test_what_nobody_has_written_over_is_taken_after_the_end(network: Network) -> None:
    conversation = await begun(network, "Late, and in time")
    await synced(network, "Ana", "Ben")
    sequence, head = network["Ben"].memory.heads[conversation]
    portal = PutBack({"restored_at": clock.now() - clock.HOUR})
    portal.places[conversation] = place(network["Ben"], conversation, sequence - 1)
    portal.taken = {"sequence": sequence, "head": head, "taken": True}
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        assert [len(each["items"]) for each in portal.conversations_given] == [1]
        assert ben.conversations.broken == {}
        assert ben.conversations[conversation].texts() == ["Hello."]


@pytest.mark.parametrize("taken", [None, {"sequence": 3, "head": "ab" * 32, "taken": False}])
async def test_what_somebody_has_written_over_is_found_out_and_what_is_held_can_be_read(
    network: Network, taken: dict[str, Any] | None
) -> None:
    conversation = await begun(network, "Late, and too late")
    await synced(network, "Ana", "Ben")
    portal = PutBack({"restored_at": clock.now() - clock.HOUR})
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        portal.taken = taken
        portal.places[conversation] = place(ben, conversation, 3)
        await ben.conversations.check_heads(await stated_by(ben), ben.conversations.verified)
        assert ben.conversations.broken == {conversation: TAKEN_BACK}
        assert ben.conversations.kept[conversation].texts() == ["Hello."]


async def test_what_was_found_before_anybody_knew_why_is_judged_anew(network: Network) -> None:
    conversation = await begun(network, "Found too early")
    await synced(network, "Ana", "Ben")
    portal = PutBack()
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        await ben.conversations.sync()
        portal.places[conversation] = place(ben, conversation, 3)
        await ben.conversations.check_heads(await stated_by(ben), ben.conversations.verified)
        assert conversation in ben.conversations.broken
        portal.places.clear()
        ben.conversations.judge_anew()
        assert ben.conversations.broken == {}
        await ben.conversations.send(conversation, "As if nothing had been")


async def test_no_word_of_others_is_compared_while_it_is_restored(network: Network) -> None:
    """Who holds less than others may not say that it is kept from them, before those have handed it back."""
    portal = PutBack({"restoring": True})
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        ben.restoration.told(restoring=True)
        asked = ben.sightings._asked
        await ben.sightings.tick()
        assert ben.sightings._asked == asked
        ben.restoration.told(restoring=False)
        ben.restoration.goes_on()
        await ben.sightings.tick()
        assert ben.sightings._asked > asked


async def test_who_waits_asks_now_and_then_whether_it_is_over(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.client.restoration.ASKED_SECONDS", 0.01)
    portal = PutBack({"restoring": True})
    async with behind(network, "Ben", portal) as ben:
        await ben.register.catch_up()
        ben.restoration.told(restoring=True)
        waiting = asyncio.create_task(ben.restoration.until_over())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 0.1)
        portal.standing["restoring"] = False
        await asyncio.wait_for(waiting, 60)
