"""Vectors of sightings: what devices say that they hold, and what is taken for such a word."""

from __future__ import annotations

from typing import Any

from members.protocol import signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from messaging.protocol import sightings
from tests.members.protocol.world import hash_of, secret
from tests.vectors.forms import Vectors


def _made(held: list[dict[str, Any]]) -> dict[str, Any]:
    seed = secret("device")
    fields: dict[str, Any] = {
        "account": hash_of("account")[:32],
        "network": hash_of("network"),
        "time": 1_790_000_000_000,
    }
    body = sightings.make(
        device=signing.device_id(signing.public_key(seed)),
        checkpoint=(7, hash_of("root")),
        held={one["id"]: (one["sequence"], one["head"]) for one in held},
        **fields,
    )
    return {
        **fields,
        "seed": seed.hex(),
        "checkpoint": {"root": hash_of("root"), "size": 7},
        "held": held,
        "body": b64(body),
        "signature": b64(signing.sign(seed, signing.SIGHTING, body)),
    }


def sighting_vectors() -> Vectors:
    """Sightings as they are made, and as they are judged."""
    held = [
        {"id": hash_of(f"conversation {number}"), "sequence": number, "head": hash_of(f"head {number}")}
        for number in (1, 2, 300)
    ]
    seed, other = secret("device"), secret("another device")
    device = signing.device_id(signing.public_key(seed))
    row = {"head": hash_of("head"), "sequence": 3, "tag": sightings.tag(hash_of("conversation"), device)}
    fields: dict[str, Any] = {
        "account": hash_of("account")[:32],
        "checkpoint": {"root": hash_of("root"), "size": 7},
        "conversations": [row],
        "device": device,
        "network": hash_of("network"),
        "time": 1_790_000_000_000,
        "type": "sighting",
    }
    later = {**row, "tag": "ff" * 32}
    bodies = [
        ("plain", canonical(fields), True),
        ("nothing held", canonical({**fields, "conversations": []}), True),
        ("two", canonical({**fields, "conversations": [row, later]}), True),
        ("not sorted", canonical({**fields, "conversations": [later, row]}), False),
        ("one twice", canonical({**fields, "conversations": [row, row]}), False),
        ("a sequence of nothing", canonical({**fields, "conversations": [{**row, "sequence": 0}]}), False),
        ("a head that is none", canonical({**fields, "conversations": [{**row, "head": "ab"}]}), False),
        ("a field more", canonical({**fields, "note": ""}), False),
        ("a field less", canonical({key: fields[key] for key in fields if key != "time"}), False),
        ("another type", canonical({**fields, "type": "session.bind"}), False),
        (
            "a negative size",
            canonical({**fields, "checkpoint": {"root": hash_of("root"), "size": -1}}),
            False,
        ),
        ("not canonical", canonical(fields) + b"\n", False),
        ("no JSON", b"{", False),
        ("of another device", canonical({**fields, "device": hash_of("device")}), False),
    ]
    judged = [(name, body, signing.sign(seed, signing.SIGHTING, body), holds) for name, body, holds in bodies]
    plain = canonical(fields)
    judged += [
        ("signed by another device", plain, signing.sign(other, signing.SIGHTING, plain), False),
        ("signed as an item", plain, signing.sign(seed, signing.ITEM, plain), False),
        ("half a signature", plain, signing.sign(seed, signing.SIGHTING, plain)[:32], False),
    ]
    return {
        "made": [_made([]), _made(held)],
        "judged": [
            {
                "name": name,
                "device_key": b64(signing.public_key(seed)),
                "body": b64(body),
                "signature": b64(signature),
                "holds": holds,
            }
            for name, body, signature, holds in judged
        ],
    }
