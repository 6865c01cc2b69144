"""A network that lives: founded and filled by Python clients in seconds, so that browsers are for those one watches."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser

from network.bench.ports import free_port
from network.client import Client
from tests.browser.backstage import Backstage
from tests.browser.canary import find_readable
from tests.browser.person import PATIENCE_SECONDS, Person, Secrets
from tests.hostile.proxy import Proxy
from tests.network.client.network import Network, made_at
from tests.servers import Server, running

Answer = TypeVar("Answer")

AT_ONCE = 50
FEWEST_CODES = 3


@dataclass
class Settled:
    """The portal, whoever stands before it, and its people: North with Ana, Ben and Cleo, South with Sol and Tam."""

    browser: Browser
    server: Server
    proxy: Proxy
    network: Network
    backstage: Backstage
    data: Path
    _watched: dict[str, Person] = field(default_factory=dict)
    _here: list[Person] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.proxy.port}"

    def __getitem__(self, name: str) -> Client:
        """Somebody's Python client."""
        return self.network[name]

    def run(self, act: Coroutine[Any, Any, Answer]) -> Answer:
        return self.backstage.run(act)

    # people

    def appoint(self, lead: str, name: str) -> None:
        """A new focal point, for a story that nobody comes back from."""
        self.run(self.network.appoint(lead, name))

    def enrol(self, link: str) -> None:
        """Somebody opens a link with a Python client, makes keys, and waits."""

        async def enrolled() -> None:
            client, _ = await self.network.enrol(link)
            await client.close()

        self.run(enrolled())

    def secrets(self, name: str) -> Secrets:
        """What somebody has on paper and on the telephone."""
        person = self.network.people[name]
        sign_in = person.client.memory.sign_in
        if len(sign_in.backup_codes) < FEWEST_CODES:  # each arrival takes one, and a second sign-in another
            sign_in.backup_codes = self.run(person.client.http.post("/api/backup-codes"))["codes"]
        return Secrets(sign_in, recovery=person.sheet.code.split("-"))

    def stranger(self, secrets: Secrets, *, language: str = "en") -> Person:
        """A browser in which nobody has signed in yet."""
        person = Person(self.browser, self.address, secrets, language=language)
        self._here.append(person)
        return person

    def leave(self) -> None:
        """Everybody closes their browser; those who come again in other stories keep it, and close Entente in it."""
        watched = list(self._watched.values())
        for person in self._here:
            if person in watched:
                person.leave()
            else:
                person.close()
        self._here = watched

    def close(self) -> None:
        self._watched.clear()
        self.leave()

    def arrive(self, name: str) -> Person:
        """Somebody at a browser of their own, who has signed in and opened their keys."""
        return self.arrive_at(name, "Choose a conversation")

    def arrive_at(self, name: str, heading: str) -> Person:
        """The same, for those whose first page is another."""
        return self.come_in(self.stranger(self.secrets(name)), heading)

    def come_in(self, person: Person, heading: str) -> Person:
        """Somebody signs in in a new browser, and opens their keys."""
        return person.sign_in_past_the_forms().paste_recovery_code().sees_heading(heading)

    def watch(self, name: str, heading: str = "Choose a conversation") -> Person:
        """Somebody at their usual browser; the same one in all stories."""
        if name not in self._watched:
            self._watched[name] = self.arrive_at(name, heading)
        return self._watched[name].come_back()

    # conversations

    def begin(self, author: str, to: str, subject: str, text: str) -> str:
        """A conversation that somebody's Python client begins with an authority."""

        async def begun() -> str:
            client = self[author]
            await client.register.catch_up()
            own = client.register.account(client.account).authority
            assert own is not None
            participants = sorted({own, self.network.authorities[to]})
            return await client.conversations.create(participants, [own], subject=subject, text=text)

        return self.run(begun())

    def say(self, author: str, conversation: str, text: str) -> int:
        """Somebody says something from their Python client."""

        async def said() -> int:
            await self[author].register.catch_up()
            await self[author].conversations.sync()
            return await self[author].conversations.send(conversation, text)

        return self.run(said())

    def fill(self, author: str, conversation: str, messages: int, words: str) -> None:
        """Somebody has said very much, fifty messages in a request."""

        async def filled() -> None:
            client = self[author]
            await client.register.catch_up()
            await client.conversations.sync()
            for start in range(0, messages, AT_ONCE):  # each names what was there when the filling began
                given = []
                for one in range(start, min(start + AT_ONCE, messages)):
                    frame = await client.conversations.frame_for(
                        conversation, f"{words} {one + 1} of {messages}"
                    )
                    assert frame is not None
                    given.append({"body": frame["body"], "signature": frame["signature"]})
                await client.http.post(f"/api/conversations/{conversation}/items", {"items": given})
            await client.conversations.sync()

        self.run(filled())

    def read(self, name: str, conversation: str) -> list[str]:
        """Everything that somebody's Python client reads in a conversation."""

        async def read() -> list[str]:
            await self[name].register.catch_up()
            await self[name].conversations.sync()
            return self[name].conversations[conversation].texts()

        return self.run(read())

    @contextmanager
    def writing(self, author: str, conversation: str, words: str) -> Iterator[list[str]]:
        """Somebody writes one message after the other, as fast as they go through, while the block lasts."""
        over, said = asyncio.Event(), list[str]()

        async def write() -> None:
            client = self[author]
            await client.register.catch_up()
            await client.conversations.sync()
            while not over.is_set():
                said.append(f"{words} {len(said) + 1}")
                await client.conversations.send(conversation, said[-1])

        async def stop() -> None:
            over.set()

        going_on = self.backstage.begin(write())
        try:
            yield said
        finally:
            self.run(stop())
            going_on.result(PATIENCE_SECONDS)


@contextmanager
def settled(browser: Browser, data: Path, **variables: str) -> Iterator[Settled]:
    """Everything from the empty directory on; at the end nothing that was written may be readable in it."""
    front = free_port()
    with ExitStack() as stack:
        more = {"ENTENTE_ORIGIN": f"http://localhost:{front}", **variables}
        server = stack.enter_context(running(data, variables=more))
        backstage = stack.enter_context(Backstage())
        proxy = Proxy(front, server.port)
        backstage.run(proxy.start())
        stack.callback(lambda: backstage.run(proxy.stop()))
        network = backstage.run(made_at(Server(front, server.process), data, **variables))
        stack.callback(lambda: backstage.run(network.close()))
        made = Settled(browser, server, proxy, network, backstage, data)
        stack.callback(made.close)
        yield made
    assert find_readable(data, server.output) == []
