"""A real portal with people whose devices are lost, renewed and wiped, and a list of what each of them must read.

The list is kept by the model alone, from who was in at the time; nothing of the clients' own bookkeeping goes into it.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from members.protocol import statements
from members.protocol.encoding import unb64
from network.client import Client, Memory, Problem
from network.client.enrolment import RecoveryCode
from tests.network.client.network import Network, first_links
from tests.servers import running

Answer = TypeVar("Answer")


@dataclass
class Member:
    """A focal point, the devices that they have now, and the sheet with their recovery code."""

    name: str
    authority: str
    account: str
    devices: list[Client]
    sheet: RecoveryCode
    lead: bool = False
    active: bool = True

    @property
    def client(self) -> Client:
        return self.devices[0]


@dataclass
class Said:
    """An acknowledged message, and the accounts that must be able to read it for ever."""

    sequence: int
    text: str
    readers: set[str]


@dataclass
class Story:
    """One conversation: everything that was acknowledged in it, and who has left it with what they held."""

    conversation: str
    said: list[Said] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    """Of each account that is out: the newest sequence at that time."""


class World:
    """One portal for all walks: every walk begins a conversation of its own between the people who are left."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.runner = self._stack.enter_context(asyncio.Runner())
        data = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="entente-model-")))
        server = self._stack.enter_context(running(data))
        self.network = Network(server.address)
        self.members: list[Member] = []
        self.suspended: set[str] = set()
        self.acts: Counter[str] = Counter()
        self._names = (f"P{number}" for number in itertools.count(1))
        self.run(self._settle(first_links(data, server.port)))

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self._leave())
        self._stack.close()

    async def _settle(self, links: list[str]) -> None:
        await self.network.found(links)
        for authority, state in (("North", "XA"), ("South", "XB")):
            lead = next(self._names)
            await self.network.admit(authority, state, lead)
            self._came(lead, authority, lead=True)

    async def _leave(self) -> None:
        for member in self.members:
            for device in member.devices:
                await device.close()
        for number in (1, 2, 3):
            await self.network[f"officer {number}"].close()

    def _came(self, name: str, authority: str, *, lead: bool = False) -> Member:
        person = self.network.people[name]
        member = Member(name, authority, person.account, [person.client], person.sheet, lead)
        self.members.append(member)
        return member

    # who is there

    def active(self, authority: str | None = None) -> list[Member]:
        return [one for one in self.members if one.active and authority in (None, one.authority)]

    def readers(self) -> list[Member]:
        return [one for one in self.active() if one.authority not in self.suspended]

    def lead(self, authority: str) -> Member:
        return next(one for one in self.active(authority) if one.lead)

    # what happens to people

    async def appoint(self, authority: str) -> Member:
        name = next(self._names)
        lead = self.lead(authority)
        self.network.people[lead.name].client = lead.client
        client = await self.network.appointed(lead.name, name)
        await client.arrive()
        return self._came(name, authority)

    async def change_standing(self, authority: str, kind: str) -> None:
        first, second = self.network["officer 1"], self.network["officer 2"]
        identifier = self.network.authorities[authority]
        await first.membership.propose(
            f"authority.{kind}", statements.standing(identifier), authority=identifier, reason=""
        )
        (proposal,) = await second.membership.proposals()
        await second.membership.sign_proposal(proposal, compared=None)

    async def new_device(self, member: Member, *, revokes: tuple[str, ...] = ()) -> Client:
        """Sign in at another computer with a backup code, and open everything with the recovery code."""
        sign_in = member.client.memory.sign_in
        fresh = Client(self.network.address, Memory(sign_in=sign_in))
        await fresh.http.session()
        await fresh.http.post("/api/session/password", {"email": sign_in.email, "password": sign_in.password})
        await fresh.http.session()
        code = await self._backup_code(member)
        session = await fresh.http.post("/api/session/second-factor", {"backup_code": code})
        fresh.http.remember_token(session["csrf_token"])
        fresh.memory.keys.account = session["account"]["id"]
        await fresh.own_keys.open_with_code(member.sheet.code, member.sheet.network)
        await fresh.own_keys.enrol_device(revokes=revokes)
        await fresh.bind_device()
        await fresh.register.keep_bookmark()
        await fresh.conversations.sync()
        return fresh

    async def _backup_code(self, member: Member) -> str:
        codes = member.client.memory.sign_in.backup_codes
        if len(codes) < 2:
            made = await member.client.http.post("/api/backup-codes")
            codes[:] = made["codes"]
        return codes.pop()

    # what is delivered

    async def deliver(self, device: Client, conversation: str, order: list[int]) -> None:
        """Give a device what it lacks as frames in this order, some twice and some never, as a bad line would."""
        talk = device.conversations.talks[conversation].conversation
        page = await device.http.get(
            f"/api/conversations/{conversation}/items", after=talk.sequence, limit=50
        )
        head, frames = bytes.fromhex(page["before_head"]), []
        for each in page["items"]:
            item_hash = hashlib.sha256(unb64(each["body"]) + unb64(each["signature"])).digest()
            head = hashlib.sha256(head + item_hash).digest()
            frames.append({**each, "conversation": conversation, "head": head.hex()})
        for place in order:
            if frames:
                await device.conversations.take_frame(frames[place % len(frames)])


async def ignoring_limits(work: Coroutine[Any, Any, object]) -> bool:
    """False when the server asks to slow down: a program that walks for hours meets limits that no person meets."""
    try:
        await work
    except Problem as problem:
        if problem.code != "slow_down":
            raise
        return False
    return True
