"""How far everybody has received and read: hints of the server, heard, and told now and then."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from websockets.exceptions import ConnectionClosed

from network.client.http import Http

EVERY_SECONDS: Final = 0.3

Tell = Callable[[dict[str, Any]], Awaitable[None]]


class Marks:
    """What was heard of others (`received`, `read`), and what this client has to say."""

    def __init__(self, http: Http, tell: Tell) -> None:
        self._http = http
        self._tell = tell
        self._said: dict[str, int] = {}
        self._read_here: dict[str, int] = {}
        self._news: dict[str, int] = {}
        self._timer: asyncio.Task[None] | None = None
        self.received: dict[str, dict[str, int]] = defaultdict(dict)
        self.read: dict[str, dict[str, int]] = defaultdict(dict)

    def heard(self, conversation: str, received: Mapping[str, int], read: Mapping[str, int]) -> None:
        """Take marks that are further than those held."""
        for held, news in ((self.received[conversation], received), (self.read[conversation], read)):
            for account, sequence in news.items():
                held[account] = max(sequence, held.get(account, 0))

    async def fetch(self) -> None:
        """Take the marks of all conversations as the server has them."""
        for one in await self._http.get("/api/conversations"):
            self.heard(one["id"], one["received"], one["read"])

    def keeps(self, held: Mapping[str, int]) -> None:
        """These conversations are kept up to here; the others are told soon."""
        for conversation, sequence in held.items():
            if sequence > self._said.get(conversation, 0):
                self._news[conversation] = sequence
        if self._news and self._timer is None:
            self._timer = asyncio.create_task(self._soon())

    async def has_read(self, conversation: str, sequence: int) -> None:
        """This person has read up to here."""
        self._read_here[conversation] = max(sequence, self._read_here.get(conversation, 0))
        await self._tell({"type": "read", "conversation": conversation, "sequence": sequence})

    async def again(self, held: Mapping[str, int]) -> None:
        """After a welcome: say everything once more, for what was said before may not have been written."""
        self._said.clear()
        for conversation, sequence in self._read_here.items():
            await self._tell({"type": "read", "conversation": conversation, "sequence": sequence})
        self.keeps(held)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _soon(self) -> None:
        await asyncio.sleep(EVERY_SECONDS)
        self._timer = None
        news, self._news = self._news, {}
        try:
            for conversation, sequence in news.items():
                await self._tell({"type": "received", "conversation": conversation, "sequence": sequence})
                self._said[conversation] = sequence
        except (ConnectionClosed, ConnectionError):
            pass  # said again after the next welcome
