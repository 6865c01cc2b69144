"""One entry that must be refused, and small steps that many cases share."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from members.protocol import statements
from members.protocol.canonical import canonical
from tests.members.protocol.world import World, small_network

Make = Callable[[World], bytes]


@dataclass(frozen=True)
class Refusal:
    """An entry that must be refused for this reason; `empty` begins without a network."""

    name: str
    reason: str
    make: Make
    empty: bool = False

    def prepared(self) -> tuple[World, int, bytes]:
        """The network, how many of its entries are those of the small network, and the entry to refuse."""
        world = World() if self.empty else small_network()
        before = len(world.entries)
        return world, before, self.make(world)


def changed(entry: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The envelope with a change, still in canonical form."""
    envelope = json.loads(entry)
    change(envelope)
    return canonical(envelope)


def resigned(entry: bytes, change: Callable[[dict[str, Any]], None], *seeds: bytes) -> bytes:
    """The statement with a change that `make_payload` would not let through, signed anew."""
    fields = json.loads(base64.b64decode(json.loads(entry)["payload"]))
    change(fields)
    return statements.sign_entry(canonical(fields), *seeds)


def signed(payload: bytes, *seeds: bytes) -> bytes:
    return statements.sign_entry(payload, *seeds)


def set_to(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda fields: fields.update(values)


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    def change(fields: dict[str, Any]) -> None:
        del fields[name]

    return change


def olga_removed(w: World) -> bytes:
    return w.about_officer("removed", "Olga")


def bens_removal(w: World, *seeds: bytes) -> bytes:
    return w.act("removed", "North", "Ben", *(seeds or (w.person("Ana").device_seed(),)))


def after(make: Make, *before: Callable[[World], bytes]) -> Make:
    """The case after some entries that apply."""

    def prepared(w: World) -> bytes:
        for each in before:
            w.add(each(w))
        return make(w)

    return prepared


def suspended(w: World) -> bytes:
    return w.about_authority("suspended", "North")


def withdrawn(w: World) -> bytes:
    return w.about_authority("withdrawn", "North")


def dora(w: World) -> bytes:
    """A new lead from outside, appointed by officers: held."""
    return w.appointment("North", "Dora", by=None, role="lead")


def settled(name: str) -> tuple[Make, Make]:
    return (lambda w: w.enrolment(name)), (lambda w: w.keys(name))
