"""Drafts: what a person has begun to write, sealed so that only they can read or make it (docs/protocol.md, 5.7)."""

from __future__ import annotations

import re
from typing import Any, Final

from members.protocol import schema, seal
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.schema import Malformed
from members.protocol.seal import SealBroken
from messaging.protocol.messages import Unreadable, pad, unpad

NEW: Final = "new"
MAX_SEALED: Final = 96 * 1024
MAX_DRAFTS: Final = 200

_SLOT: Final = re.compile(r"new|[0-9a-f]{64}", re.ASCII)
_TEXT: Final = schema.text(0, MAX_SEALED)
_OF_CONVERSATION: Final = schema.closed(text=_TEXT)
_OF_NEW: Final = schema.closed(
    authorities=schema.sorted_list(schema.identifier, most=50), subject=_TEXT, text=_TEXT
)


class TooLarge(ValueError):
    """A draft that is longer than the server keeps."""


def is_slot(text: str) -> bool:
    """Whether this is a conversation id, or `new`."""
    return _SLOT.fullmatch(text) is not None


def check(slot: str, draft: object) -> None:
    """Raise Malformed unless this is what may lie in the slot."""
    if not is_slot(slot):
        raise Malformed("neither a conversation nor `new`")
    (_OF_NEW if slot == NEW else _OF_CONVERSATION)(draft, "draft")


def info(account: str, slot: str) -> bytes:
    """What a draft is bound to."""
    return f"entente/v1/draft\n{account}\n{slot}".encode("ascii")


def key(reading_seed: bytes, *, network: str, account: str, slot: str) -> bytes:
    """The key of one slot under one generation of the reading key."""
    return seal.derive(reading_seed, bytes.fromhex(network), info(account, slot))


def seal_draft(
    reading_seed: bytes,
    *,
    network: str,
    account: str,
    slot: str,
    draft: dict[str, Any],
    nonce: bytes | None = None,
) -> bytes:
    """The sealed draft; raises TooLarge beyond 96 KiB, and Malformed for what may not lie in the slot."""
    check(slot, draft)
    opened = key(reading_seed, network=network, account=account, slot=slot)
    sealed = seal.seal(opened, pad(canonical(draft)), info(account, slot), nonce=nonce)
    if len(sealed) > MAX_SEALED:
        raise TooLarge("the draft is too long")
    return sealed


def open_draft(
    reading_seed: bytes, *, network: str, account: str, slot: str, sealed: bytes
) -> dict[str, Any]:
    """The draft; raises Unreadable."""
    opened = key(reading_seed, network=network, account=account, slot=slot)
    try:
        draft = parse_object(unpad(seal.open_sealed(opened, sealed, info(account, slot))))
        check(slot, draft)
    except (SealBroken, NotCanonical, Malformed) as error:
        raise Unreadable(str(error)) from error
    return draft


def merge(base: dict[str, Any] | None, mine: dict[str, Any] | None, theirs: dict[str, Any] | None) -> Any:
    """Two drafts that came from one: nothing of either is lost. `base` is None where they had nothing in common."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if mine is None or theirs is None:
        return mine or theirs
    begun = base or {}
    merged = {**mine, "text": _both(begun.get("text"), mine["text"], theirs["text"], "\n\n")}
    if "subject" in mine and "subject" in theirs:
        merged["subject"] = _both(begun.get("subject"), mine["subject"], theirs["subject"], " / ")
        merged["authorities"] = sorted({*mine["authorities"], *theirs["authorities"]})
    return merged


def _both(base: str | None, mine: str, theirs: str, between: str) -> str:
    if theirs == base or theirs in mine:
        return mine
    if mine == base or mine in theirs:
        return theirs
    if base:  # what one side had put above or below what both began from stays where it is
        if theirs.startswith(base + between):
            return mine + theirs.removeprefix(base)
        if theirs.endswith(between + base):
            return theirs.removesuffix(base) + mine
    return f"{theirs}{between}{mine}"
