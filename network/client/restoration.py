"""What happens between a client and a portal whose database was put back to an older copy (docs/protocol.md, 7).

The portal is closed to writing while clients hand back what the copy lacks. Nothing is judged by what it shows
meanwhile, and nothing is sealed. A hostile server gains nothing by saying so: it is given what it has signed or served
before, and no more is said to it for as long as it shows less than that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx

from members import clock
from members.protocol.encoding import b64
from network.client.holdings import Holdings, Piece
from network.client.http import Http, Problem
from network.client.memory import Memory

RESTORING: Final = "restoring"
RECENT: Final = 30 * clock.DAY
"""For so long (in milliseconds) after its end a restoration takes what somebody brings late."""
AGAIN_SECONDS: float = 60
ASKED_SECONDS: float = 30
"""For so long somebody who waits relies on being told that it is over."""


@dataclass(frozen=True)
class Standing:
    """Whether the portal is being restored, when that last ended, and how long its Register is."""

    restoring: bool = False
    restored_at: int | None = None
    size: int | None = None
    """None at a portal that knows nothing of restorations."""

    @property
    def takes(self) -> bool:
        """Whether what is handed back now may be taken."""
        return self.restoring or (self.restored_at is not None and clock.now() - self.restored_at < RECENT)


class Restoration:
    """Asks, hands back, and lets those wait who have something to say."""

    def __init__(self, http: Http, memory: Memory) -> None:
        self._http = http
        self._memory = memory
        self.restoring = False
        """What the portal has said last."""
        self.over = asyncio.Event()
        """Is set while one may write."""
        self.over.set()
        self._given: dict[str, int] = {}
        """How far each conversation was handed back since this restoration was last heard of."""
        self.handed_back = False
        """Whether everything that was held was handed back since then."""
        self._register_given: tuple[int | None, int] | None = None
        self._handing: asyncio.Task[None] | None = None

    @property
    def _holdings(self) -> Holdings:
        return self._memory.holdings

    # what the portal says

    def told(self, *, restoring: bool) -> None:
        """The portal says, by the socket or in an answer, whether it is being restored."""
        if restoring and not self.restoring:
            self.handed_back = False
        self.restoring = restoring
        if restoring:
            self.over.clear()

    def goes_on(self) -> None:
        """Let everybody write again, when what the portal shows after the end was compared."""
        if not self.restoring:
            self.over.set()

    async def ask(self) -> Standing:
        """How it stands now; raises Problem and httpx.TransportError where nobody says so."""
        try:
            answer = await self._http.get("/api/restoration")
        except Problem as problem:
            if problem.status != 404:
                raise
            standing = Standing()
        else:
            standing = Standing(answer["restoring"], answer["restored_at"], answer["size"])
        self.told(restoring=standing.restoring)
        return standing

    async def require_over(self) -> None:
        """Raise Problem `restoring` while the portal is closed to writing: nothing is sealed or signed meanwhile."""
        if self.over.is_set():
            return
        if (await self.ask()).restoring:
            raise Problem(503, RESTORING, "the portal is being restored", {"retry_after": 30})
        self.goes_on()

    async def until_over(self) -> None:
        """Return when one may write; what the socket has missed is asked for now and then."""
        while not self.over.is_set():
            try:
                async with asyncio.timeout(ASKED_SECONDS):
                    await self.over.wait()
            except TimeoutError:
                with suppress(Problem, OSError, httpx.TransportError):
                    await self.require_over()

    # handing back

    async def excuses_register(self) -> bool:
        """Whether a Register that is shorter than the one held is no finding yet: call it before it is judged.

        It is handed back in any case: to a portal that has not noticed it is the evidence that closes it. Where this
        says no, what the portal shows after that is to be judged.
        """
        standing = await self.ask()
        await self._give_register(standing)
        return standing.restoring or (await self.ask()).restoring

    async def places(self, lacking: Mapping[str, int]) -> dict[str, dict[str, Any]] | None:
        """Hand back conversations that stand at a lower sequence, named here, than was held; call it before judging.

        None while the portal is being restored: nothing is judged then. Otherwise where those now stand that it took.
        """
        standing = await self.ask()
        if standing.restoring:
            return None
        found: dict[str, dict[str, Any]] = {}
        if standing.takes:
            for conversation, sequence in lacking.items():
                answer = await self._give(conversation, sequence)
                if answer is not None and answer["taken"]:
                    found[conversation] = answer
        return found

    async def hand_back(self) -> bool:
        """Hand back the Register, and then every conversation that the portal has less of, if it takes any now.

        Whether it has taken any.
        """
        standing, taken = await self.ask(), False
        if not standing.takes:
            return taken
        await self._give_register(standing)
        stated = {each["id"]: each["sequence"] for each in await self._http.get("/api/conversations")}
        for conversation in list(self._holdings.pieces):
            above = max(stated.get(conversation, 0), self._given.get(conversation, 0))
            if self._holdings.newest(conversation) > above:
                answer = await self._give(conversation, above)
                taken |= answer is not None and answer["taken"]
        self.handed_back = True
        return taken

    def begin(self) -> None:
        """Hand back everything beside what goes on, and each minute what is new, until it is over."""
        self._given.clear()
        self._register_given = None
        self.handed_back = False
        if self._handing is not None:
            self._handing.cancel()
        self._handing = asyncio.create_task(self._until_the_end())

    async def stop(self) -> None:
        """Hand back no more."""
        if self._handing is not None:
            self._handing.cancel()
            await asyncio.gather(self._handing, return_exceptions=True)
            self._handing = None

    async def _until_the_end(self) -> None:
        while self.restoring:
            with suppress(Problem, OSError, httpx.TransportError):
                await self.hand_back()
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self.over.wait()

    async def _give_register(self, standing: Standing) -> None:
        held = self._holdings
        giving = (standing.size, held.size)
        if standing.size is None or held.note is None or giving == self._register_given:
            return
        entries = held.entries_from(standing.size)
        body = {
            "checkpoint": held.note,
            "first": min(held.size, standing.size),
            "entries": [b64(each) for each in entries],
            "attachments": {name: b64(data) for name, data in held.beside().items()},
        }
        if await self._taken("/api/restoration/register", body) is not None:
            self._register_given = giving

    async def _give(self, conversation: str, above: int) -> dict[str, Any] | None:
        """The last answer of the portal; None where it had nothing to say about the conversation."""
        answer = None
        for pieces in self._holdings.above(conversation, above):
            answer = await self._taken("/api/restoration/conversations", _body(conversation, pieces))
            if answer is None or not answer["taken"]:
                break
            self._given[conversation] = pieces[-1].sequence
        return answer

    async def _taken(self, path: str, body: object) -> dict[str, Any] | None:
        """The answer; None where the portal cannot take it, which is then for the caller to judge."""
        try:
            answer: dict[str, Any] = await self._http.post(path, body)
        except Problem as problem:
            if problem.status not in (404, 409, 422):
                raise
            return None
        return answer


def _body(conversation: str, pieces: list[Piece]) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "before_head": pieces[0].before_head,
        "items": [piece.to_json() for piece in pieces],
    }
