"""Reads of sightings: those of the people whom somebody shares a conversation with, and of their own other browsers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from messaging.conversations import access as conversations
from messaging.conversations import due
from messaging.sightings.models import Sighting

MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """Sightings in the order in which they came, and whether there are later ones."""

    sightings: Sequence[Sighting]
    more: bool


def sightings(account: str, device: str, since: int) -> Page:
    """The newest sightings that this account may see, of those received at `since` (milliseconds) or later."""
    roster = due.settled_roster()
    people = {account, *roster.readers_of(conversations.authorities_met(account))}
    devices = [name for name, one in roster.devices.items() if one.account in people and name != device]
    found = Sighting.objects.filter(device__in=devices, received_at__gte=since)
    kept: list[Sighting] = []
    room = MOST_BYTES
    for one in found.order_by("received_at", "device"):
        room -= len(one.body)
        # all of one moment come together: the next page begins at a later one
        if kept and room < 0 and one.received_at != kept[-1].received_at:
            return Page(kept, more=True)
        kept.append(one)
    return Page(kept, more=False)
