"""Late boxes: a member hands older epoch keys to a colleague's new reading key (docs/protocol.md, 5.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from members.protocol import boxes
from members.protocol.boxes import BoxRefused
from members.protocol.state import Account
from messaging.protocol.epochs import box_info


@dataclass(frozen=True, slots=True)
class LateBoxes:
    """Fields of a `late_box` header, and the boxes by epoch number."""

    fields: dict[str, Any]
    boxes: dict[int, bytes]


def make(
    keys: Mapping[int, bytes],
    *,
    network: str,
    conversation: str,
    account_for: str,
    member: Account,
    reading_key: bytes,
) -> LateBoxes:
    """Box epoch keys (by number) to the present reading key of `account_for`."""
    if member.tainted or boxes.key_hash(reading_key) != member.reading_key:
        raise BoxRefused("not the present reading key of that person, or nobody may box to it")
    made = {
        number: boxes.seal_box(
            reading_key, box_info(network, conversation, number, account_for, member.generation), epoch_key
        )
        for number, epoch_key in sorted(keys.items())
    }
    fields = {
        "account_for": account_for,
        "boxes": [{"box": hashlib.sha256(box).hexdigest(), "epoch": number} for number, box in made.items()],
        "generation": member.generation,
    }
    return LateBoxes(fields, made)
