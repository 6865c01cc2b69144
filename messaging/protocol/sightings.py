"""Sightings: what a device says, signed, that it holds, so that others see what was kept from them (5.8)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from members.protocol import schema, signing
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.schema import Malformed

MOST_CONVERSATIONS: Final = 2_000
MAX_BODY: Final = 512 * 1024
WARN_AFTER: Final = 3 * 60 * 60 * 1000
"""How much later than the newest sighting of a device (in milliseconds) one of its items may be."""

_FORM: Final = schema.closed(
    account=schema.identifier,
    checkpoint=schema.closed(root=schema.hash_, size=schema.natural),
    conversations=schema.sorted_list(
        schema.closed(head=schema.hash_, sequence=schema.positive, tag=schema.hash_),
        by="tag",
        most=MOST_CONVERSATIONS,
    ),
    device=schema.hash_,
    network=schema.hash_,
    time=schema.natural,
    type=schema.one_of("sighting"),
)


class NotASighting(ValueError):
    """The bytes are no sighting, or nobody that they name has signed them."""


@dataclass(frozen=True)
class Sighting:
    """A sighting of the right form; whether its device signed it is asked with `signed_by`."""

    body: bytes
    signature: bytes
    account: str
    device: str
    network: str
    time: int
    checkpoint: tuple[int, str]
    """Size and root."""
    conversations: Mapping[str, tuple[int, str]]
    """By tag: sequence and head."""

    def signed_by(self, device_key: bytes) -> bool:
        """Whether the device whose key this is signed it, and is the one that it names."""
        return signing.device_id(device_key) == self.device and signing.verify(
            device_key, signing.SIGHTING, self.body, self.signature
        )


def tag(conversation: str, device: str) -> str:
    """How a conversation is called in the sightings of a device: only those who are in it know which one it is."""
    return hashlib.sha256(f"entente/v1/sighting\n{conversation}{device}".encode()).hexdigest()


def make(
    *,
    account: str,
    device: str,
    network: str,
    checkpoint: tuple[int, str],
    held: Mapping[str, tuple[int, str]],
    time: int,
) -> bytes:
    """The canonical bytes of a sighting; `held` gives sequence and head by conversation id."""
    conversations = [
        {"head": head, "sequence": sequence, "tag": tag(conversation, device)}
        for conversation, (sequence, head) in held.items()
    ]
    size, root = checkpoint
    return canonical(
        {
            "account": account,
            "checkpoint": {"root": root, "size": size},
            "conversations": sorted(conversations, key=lambda one: str(one["tag"])),
            "device": device,
            "network": network,
            "time": time,
            "type": "sighting",
        }
    )


def parse(body: bytes, signature: bytes) -> Sighting:
    """The sighting of these bytes; raises NotASighting when they have not exactly its form."""
    if len(body) > MAX_BODY or len(signature) != signing.SIGNATURE_LENGTH:
        raise NotASighting("too long, or no signature")
    try:
        fields: dict[str, Any] = parse_object(body)
        _FORM(fields, "sighting")
    except (NotCanonical, Malformed) as error:
        raise NotASighting(str(error)) from error
    return Sighting(
        body,
        signature,
        fields["account"],
        fields["device"],
        fields["network"],
        fields["time"],
        (fields["checkpoint"]["size"], fields["checkpoint"]["root"]),
        {one["tag"]: (one["sequence"], one["head"]) for one in fields["conversations"]},
    )
