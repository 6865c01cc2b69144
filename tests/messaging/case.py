"""A conversation to test with: two authorities of a real, small network, and everybody's keys."""

from __future__ import annotations

from dataclasses import dataclass

from messaging.conversations.headers import read_message
from messaging.conversations.messages import Accepted, Incoming, Refusal, write
from messaging.protocol.items import Item
from network.bench import writing
from network.bench.people import Made, Member
from network.bench.writing import Thread


@dataclass
class Case:
    """North with Ana (lead) and Ben; South with Sol (lead); their conversation; and Eva of East, who takes no part."""

    made: Made
    ana: Member
    ben: Member
    sol: Member
    eva: Member
    thread: Thread

    @property
    def id(self) -> str:
        return self.thread.id

    @property
    def olga(self) -> Member:
        """An officer, who can read nothing."""
        return self.made.officers[0]


def make_case() -> Case:
    """The case with its conversation of North and South, which Ana has begun."""
    made = Made()
    ana, sol, eva = made.admit("North"), made.admit("South", "XB"), made.admit("East", "XC")
    ben = made.appoint(ana)
    thread = writing.begin(made, ana, [ana.authority, sol.authority])
    return Case(made, ana, ben, sol, eva, thread)


def incoming(item: Item) -> Incoming:
    """A message as the socket hands it on."""
    return Incoming(read_message(item.body), item.body, item.signature)


def send(*messages: Item) -> list[Accepted | Refusal]:
    """Write these messages in one group."""
    answers, _ = write([incoming(item) for item in messages])
    return answers


def code(answer: Accepted | Refusal) -> str:
    """The code of a refusal; `accepted` where there is none."""
    return answer.code if isinstance(answer, Refusal) else "accepted"
