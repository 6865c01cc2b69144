"""A portal that lies is found out, and the client stops talking to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import httpx
import pytest

from members.protocol.register import RegisterBroken
from network.client import Client, Memory
from network.client.enrolment import EnrolmentRefused
from tests.network.client.network import PASSWORD, Network
from tests.network.client.test_conversations import begun, synced

pytestmark = pytest.mark.asyncio(loop_scope="package")

Change = Callable[[bytes], bytes]


class Lying(httpx.AsyncHTTPTransport):
    """Passes everything on to the portal, and changes what comes back from one path."""

    def __init__(self, path: str, change: Change) -> None:
        super().__init__()
        self.path = path
        self._change = change

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if self.path not in request.url.path:
            return response
        content = self._change(await response.aread())
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        headers.pop("content-length", None)
        return httpx.Response(response.status_code, headers=headers, content=content)


def lied_to(network: Network, name: str, path: str, change: Change) -> Client:
    """The person's client in the session that they have, behind a portal that has begun to lie."""
    memory = Memory.from_json(network[name].memory.to_json())
    client = Client(network.address, memory, transport=Lying(path, change))
    client.http._client.cookies.update(network[name].http._client.cookies)
    return client


class Elapsed(httpx.AsyncHTTPTransport):
    """A portal that was last given a second factor too long ago: it asks for one before the first act at a path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == self._path and not self.asked:
            self.asked += 1
            return httpx.Response(403, json={"code": "confirm_again"})
        return await super().handle_async_request(request)


def older(entries: int) -> Change:
    def change(note: bytes) -> bytes:
        lines = note.decode().split("\n")
        return "\n".join([lines[0], str(entries), *lines[2:]]).encode()

    return change


async def test_a_changed_checkpoint_is_refused(network: Network) -> None:
    client = lied_to(network, "Sol", "/register/checkpoint", older(3))
    with pytest.raises(RegisterBroken) as broken:
        await client.register.catch_up()
    assert broken.value.finding == "bad_signature"
    with pytest.raises(RegisterBroken):
        await client.conversations.create([], [], subject="never")
    await client.close()


async def test_an_older_checkpoint_is_found_out(network: Network) -> None:
    sol = network["Sol"]
    before = await sol.http.get_text("/api/register/checkpoint")
    await sol.own_keys.renew()
    client = lied_to(network, "Sol", "/register/checkpoint", lambda _: before.encode())
    with pytest.raises(RegisterBroken) as broken:
        await client.register.catch_up()
    assert broken.value.finding == "rolled_back"
    await client.close()


async def test_changed_entries_are_found_out(network: Network) -> None:
    client = lied_to(network, "Sol", "/register/tile", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    client.memory.replay = None
    with pytest.raises(RegisterBroken) as broken:
        await client.register.catch_up()
    assert broken.value.finding == "forked"
    await client.close()


async def test_a_changed_message_ends_its_conversation_and_no_other(network: Network) -> None:
    first = await begun(network, "Left alone")
    second = await begun(network, "Tampered with")
    await synced(network, "Sol")

    def change(answer: bytes) -> bytes:
        pages = json.loads(answer)
        for page in pages["conversations"]:
            if page["id"] == second and page["items"]:
                body = bytearray(base64.b64decode(page["items"][-1]["body"]))
                body[-1] ^= 1
                page["items"][-1]["body"] = base64.b64encode(body).decode()
        return json.dumps(pages).encode()

    client = lied_to(network, "Sol", "/conversations/sync", change)
    await client.register.catch_up()
    await client.conversations.sync()
    assert client.conversations[first].subject == "Left alone"
    assert second not in client.conversations.talks
    assert second in client.conversations.broken
    await client.close()


async def test_a_link_of_another_network_is_not_signed(network: Network) -> None:
    made = await network["Sol"].membership.invite(
        "focal_point", email="wren@example.org", name="Wren", function="Analyst", role="member"
    )

    def change(answer: bytes) -> bytes:
        shown = json.loads(answer)
        shown["attestation"]["network"] = "ab" * 32
        return json.dumps(shown).encode()

    transport = Lying("/nowhere", change)
    client = Client(network.address, transport=transport)
    await client.enrolment.begin(made.link, PASSWORD)
    transport.path = "/api/enrolment"
    with pytest.raises(EnrolmentRefused):
        await client.enrolment.give_keys()
    await client.close()
    await network["Sol"].http.delete(f"/api/invitations/{made.id}")


async def test_an_act_that_asks_for_a_fresh_code_is_given_one_and_done_once(network: Network) -> None:
    ana, portal = network["Ana"], Elapsed("/api/invitations")
    client = Client(network.address, Memory.from_json(ana.memory.to_json()), transport=portal)
    client.memory.sign_in = ana.memory.sign_in
    client.http._client.cookies.update(ana.http._client.cookies)
    before = (await client.http.session())["confirmed_until"]
    await client.register.catch_up()
    made = await client.membership.invite(
        "focal_point", email="late@example.org", name="Late", function="Analyst", role="member"
    )
    assert made.link
    assert portal.asked == 1
    assert (await client.http.session())["confirmed_until"] > before
    # the session is the same one under another name, as after each factor that is given
    ana.http._client.cookies.update(client.http._client.cookies)
    await ana.http.session()
    await client.close()
