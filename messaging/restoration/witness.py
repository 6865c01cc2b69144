"""A file beside the database that remembers how far it had got, so that an older copy is noticed when it is put back.

It lies in the data directory, as the Register key does. Where that is put back too, or was lost, members notice: see
members/register/restoration.py.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from members import clock
from members.register import restoration
from members.register.models import Head
from messaging.conversations.models import Item


@dataclass(frozen=True, slots=True)
class Reached:
    """How many entries the Register had, and the number of the newest item of any conversation."""

    network: str
    entries: int
    items: int
    at: int = field(default=0, compare=False)
    """When that was written down, in milliseconds."""


def _file() -> Path:
    return Path(settings.DATA) / "witness"


def reached() -> Reached | None:
    """How far the database is; None while no network is founded."""
    head = Head.objects.filter(pk=1).values_list("network", "size").first()
    if head is None or not head[1]:
        return None
    return Reached(*head, Item.objects.aggregate(newest=Max("id"))["newest"] or 0)


def remembered() -> Reached | None:
    """What the file says; None where there is none that can be read."""
    try:
        return Reached(**json.loads(_file().read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remember(before: Reached | None) -> Reached | None:
    """Write down how far the database is, if that is further than `before`; returns what is written down now."""
    now = reached()
    if now is None or now == before:
        return before
    now = replace(now, at=clock.now())
    descriptor, fresh = tempfile.mkstemp(dir=settings.DATA, prefix="witness-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(now), file)
    Path(fresh).replace(_file())
    return now


class Witness:
    """One process that writes down how far the database is; used by one thread at a time."""

    def __init__(self) -> None:
        self._written: Reached | None = None
        self._compared = False

    def look(self) -> None:
        """Compare with what was written down, at the first time, and write down what is new since the last."""
        if not self._compared:
            close_if_older()
            self._compared = True
        self._written = remember(self._written)


def close_if_older() -> bool:
    """Close the portal to writing when the database has less than the file remembers; whether it did so."""
    before, now = remembered(), reached()
    if before is None or now is None or before.network != now.network:
        return False
    if now.entries >= before.entries and now.items >= before.items:
        return False
    restored_at = restoration.standing().restored_at
    if restored_at is not None and before.at <= restored_at:
        return False  # what is missing since then was given up, or comes late
    return restoration.begin(
        f"it has {now.entries} entries and {now.items} items, and had {before.entries} and {before.items}"
    )
