"""A real portal with people whose clients know nothing but its address: founded, settled, ready to talk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from network.client import Client
from network.client.enrolment import RecoveryCode
from tests.servers import Server, start

PASSWORD = "a long sentence that nobody guesses 47"


@dataclass
class Person:
    """Somebody with a client and the sheet with their recovery code."""

    client: Client
    sheet: RecoveryCode

    @property
    def account(self) -> str:
        return self.client.account


@dataclass
class Network:
    """The portal and everybody in it."""

    address: str
    people: dict[str, Person] = field(default_factory=dict)
    authorities: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Client:
        return self.people[name].client

    async def close(self) -> None:
        for person in self.people.values():
            await person.client.close()

    async def found(self, links: list[str]) -> str:
        """Three officers found the network and settle; the id comes back."""
        names = [f"officer {number}" for number in range(1, len(links) + 1)]
        clients = {name: Client(self.address) for name in names}
        for name, link in zip(names, links, strict=True):
            shown = await clients[name].enrolment.begin(link, PASSWORD)
            assert shown["founding"] is True
            await clients[name].enrolment.give_founding_key()
        network = None
        for client in clients.values():
            network = await client.enrolment.sign_founding(officers=len(links))
        assert network is not None
        for name, client in clients.items():
            sheet = await client.enrolment.finish_founding(network)
            await client.arrive()
            self.people[name] = Person(client, sheet)
        return network

    async def admit(self, authority: str, state: str, lead: str) -> None:
        """Two officers admit an authority with its lead, after the second compared the code."""
        first, second = self["officer 1"], self["officer 2"]
        made = await first.membership.invite(
            "lead",
            email=f"{lead.lower()}@example.org",
            name=lead,
            function="Head of unit",
            authority={"name": authority, "state": state, "kind": "member"},
        )
        client, sheet = await self.enrol(made.link)
        (waiting,) = await first.membership.waiting()
        await first.membership.propose_admission(waiting)
        (proposal,) = await second.membership.proposals()
        assert client.memory.keys.identity_key is not None
        read_out = second.membership.code_to_compare(proposal)
        await second.membership.sign_proposal(proposal, compared=read_out)
        await client.arrive()
        assert made.authority is not None
        self.authorities[authority] = made.authority
        self.people[lead] = Person(client, sheet)

    async def appoint(self, lead: str, name: str, *, role: str = "member") -> None:
        """A lead brings somebody in."""
        client = await self.appointed(lead, name, role=role)
        await client.arrive()

    async def appointed(self, lead: str, name: str, *, role: str = "member") -> Client:
        made = await self[lead].membership.invite(
            "focal_point", email=f"{name.lower()}@example.org", name=name, function="Duty officer", role=role
        )
        client, sheet = await self.enrol(made.link)
        (waiting,) = await self[lead].membership.waiting()
        await self[lead].membership.sign_appointment(waiting)
        self.people[name] = Person(client, sheet)
        return client

    async def enrol(self, link: str) -> tuple[Client, RecoveryCode]:
        client = Client(self.address)
        await client.enrolment.begin(link, PASSWORD)
        return client, await client.enrolment.give_keys()


def first_links(data: Path, port: int, **variables: str) -> list[str]:
    """What `entente init` prints for three officers."""
    process = start(["-m", "network", "init"], port=port, data=data, **variables)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return re.findall(r"\S+/enrol#\S+", said)


async def made_at(server: Server, data: Path, **variables: str) -> Network:
    """A network of three officers and two authorities with five people."""
    network = Network(server.address)
    await network.found(first_links(data, server.port, **variables))
    await network.admit("North", "XA", "Ana")
    await network.admit("South", "XB", "Sol")
    await network.appoint("Ana", "Ben", role="deputy")
    await network.appoint("Ana", "Cleo")
    await network.appoint("Sol", "Tam")
    return network


def everything(client: Client, conversation: str) -> list[str]:
    """What a client reads in a conversation."""
    return client.conversations[conversation].texts()
