"""A charter for tests: a version that two officers publish, and what a lead signs for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from members import clock
from members.charter import access, services
from members.charter.models import CharterVersion
from members.protocol import charter, signing

TEXTS = {language: f"**1. {language}**\n\nWe work together." for language in charter.LANGUAGES}


def prepare(officer: str, number: str = "1.0", **changed: Any) -> CharterVersion:
    """What an officer writes, in place of what is prepared already."""
    present = access.draft(officer)
    seen = present.changed_at if present else 0
    fields: dict[str, Any] = {"effective": clock.now() + 30 * clock.DAY, "texts": TEXTS, **changed}
    return services.save_draft(officer=officer, number=number, seen=seen, **fields)


def publish(officers: Sequence[str], number: str = "1.0", **changed: Any) -> CharterVersion:
    """A version that the first of these officers writes and the second publishes; in 30 days unless said otherwise."""
    first, second = officers[:2]
    return services.publish(officer=second, stated=prepare(first, number, **changed).hash)


def signed(version: CharterVersion, *, device_seed: bytes, **fields: Any) -> dict[str, bytes]:
    """Body and signature of an acceptance as a lead's browser makes them; `fields` are of whom, and what is changed."""
    said: dict[str, Any] = {
        "charter": version.hash,
        "device": signing.device_id(signing.public_key(device_seed)),
        "number": version.number,
        "time": clock.now(),
        **fields,
    }
    body = charter.make(**said)
    return {"body": body, "signature": signing.sign(device_seed, signing.CHARTER, body)}


def accept(
    version: CharterVersion, *, account: str, authority: str, device_seed: bytes, network: str
) -> None:
    """The lead accepts."""
    given = signed(version, account=account, authority=authority, device_seed=device_seed, network=network)
    device = signing.device_id(signing.public_key(device_seed))
    services.accept(account=account, device=device, **given)
