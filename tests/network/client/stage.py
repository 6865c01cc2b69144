"""People of two authorities whose keys and members change, with what comes of each case."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from network.client import Client, Memory
from network.client.memory import SignIn
from tests.network.client.network import Network

# two seconds are enough for a computer that has nothing else to do; a busy one is not to fail for that
PATIENCE: Final = 120


@dataclass(frozen=True)
class Row:
    """What came of one case."""

    case: str
    tries: int
    lost: int
    doubled: int
    unreadable: int
    seconds: float


@dataclass
class Stage:
    """Two authorities of their own within the network: East with Eda, Emil and Esra, West with Wim and Wada."""

    network: Network
    east: str = ""
    west: str = ""
    second: dict[str, Client] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def __getitem__(self, name: str) -> Client:
        return self.network[name]

    def all(self, *names: str) -> list[Client]:
        """Every device of these people, by default of all."""
        chosen = names or ("Eda", "Emil", "Esra", "Wim", "Wada")
        return [self[name] for name in chosen] + [self.second[name] for name in chosen if name in self.second]

    async def without_second(self, name: str) -> None:
        """The second device of this person is closed and not used any more."""
        if name in self.second:
            await self.second.pop(name).close()

    async def begin(self, subject: str) -> str:
        """A conversation between both, which everybody has."""
        made = await self["Eda"].conversations.create(
            [self.east, self.west], [self.east], subject=subject, text="Hello."
        )
        await self.seen(self.all(), made, ["Hello."])
        return made

    async def seen(self, clients: Iterable[Client], conversation: str, texts: Iterable[str]) -> None:
        """Wait until these clients have read these texts, whatever else there is."""
        wanted = set(texts)
        async with asyncio.timeout(PATIENCE):
            for client in clients:
                while not wanted <= set(read(client, conversation)):
                    await next_event(client)

    async def judge(
        self, case: str, conversation: str, texts: list[str], clients: list[Client], since: float
    ) -> None:
        """Wait until everybody has read these texts, and note what was lost, doubled or could not be read."""
        with suppress(TimeoutError):
            await self.seen(clients, conversation, texts)
        seconds = time.perf_counter() - since
        lost = doubled = unreadable = 0
        for client in clients:
            counted = Counter(read(client, conversation))
            lost += sum(text not in counted for text in texts)
            doubled += sum(number - 1 for number in counted.values() if number > 1)
            talk = client.conversations.talks.get(conversation)
            unreadable += sum(said.why_not is not None for said in talk.messages()) if talk else 1
        self.rows.append(Row(case, len(texts), lost, doubled, unreadable, seconds))
        assert (lost, doubled, unreadable) == (0, 0, 0)
        async with asyncio.timeout(PATIENCE):  # late boxes may still be on their way to the others
            while len({client.conversations[conversation].conversation.head for client in clients}) > 1:
                await asyncio.gather(*(next_event(client) for client in clients))

    def table(self) -> str:
        lines = [f"{'case':58} {'tries':>5} {'lost':>5} {'doubled':>7} {'unreadable':>10} {'seconds':>7}"]
        lines += [
            f"{row.case:58} {row.tries:5} {row.lost:5} {row.doubled:7} {row.unreadable:10} {row.seconds:7.2f}"
            for row in self.rows
        ]
        return "\n".join(["", *lines])


def read(client: Client, conversation: str) -> list[str]:
    talk = client.conversations.talks.get(conversation)
    return [] if talk is None else talk.texts()


async def next_event(client: Client) -> None:
    """Something has come in; or, since an event may have been taken by somebody else, a moment has passed."""
    try:
        async with asyncio.timeout(0.05):
            await client.socket.events.get()
    except TimeoutError:
        return


def elsewhere(client: Client) -> Client:
    """The same person at another computer: they know how to sign in, and nothing else.

    By backup codes: an authenticator has two codes in half a minute, and a third would have to be waited for.
    """
    known = client.memory.sign_in
    sign_in = SignIn(known.email, known.password, backup_codes=known.backup_codes)
    return Client(client.http.origin, Memory(sign_in=sign_in))


async def on_new_device(network: Network, name: str) -> Client:
    client, sheet = elsewhere(network[name]), network.people[name].sheet
    await client.start_on_new_device(sheet.code, sheet.network)
    await client.socket.start()
    return client


async def moved(network: Network, name: str, client: Client) -> None:
    """The person goes on with this client alone."""
    await network[name].close()
    network.people[name].client = client


async def officers_act(network: Network, kind: str, authority: str) -> None:
    first, second = network["officer 1"], network["officer 2"]
    await first.membership.propose(
        kind, f"authority/{authority}/standing", authority=authority, reason="under review"
    )
    (proposal,) = await second.membership.proposals()
    await second.membership.sign_proposal(proposal)


async def send_half(client: Client, path: str, body: object) -> None:
    """Half of a request, and then no more."""
    request = client.http._client.build_request(
        "POST",
        path,
        json=body,
        headers={"X-CSRFToken": client.http._token or "", "Cookie": client.http.cookie_header},
    )
    address = request.url
    _, writer = await asyncio.open_connection(address.host, address.port)
    lines = [
        f"POST {address.raw_path.decode()} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    content = request.content
    writer.write("\r\n".join([*lines, "", ""]).encode() + content[: len(content) // 2])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
