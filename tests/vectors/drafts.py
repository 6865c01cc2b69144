"""Vectors of drafts: what opens, and what must not."""

from __future__ import annotations

from typing import Any

from members.protocol import seal
from members.protocol.canonical import canonical
from members.protocol.encoding import b64, unb64
from messaging.protocol import drafts
from messaging.protocol.messages import Unreadable, pad
from tests.members.protocol.world import hash_of, secret
from tests.vectors.forms import Vectors

_NETWORK, _ACCOUNT = hash_of("network"), hash_of("account")[:32]
_SEED, _CONVERSATION = secret("reading 1"), hash_of("conversation")


def _sealed(slot: str, padded: bytes, *, seed: bytes = _SEED) -> bytes:
    key = drafts.key(seed, network=_NETWORK, account=_ACCOUNT, slot=slot)
    return seal.seal(key, padded, drafts.info(_ACCOUNT, slot), nonce=secret(slot)[:12])


def _case(name: str, slot: str, sealed: bytes, **fields: Any) -> dict[str, Any]:
    case = {"name": name, "reading_seed": _SEED.hex(), "network": _NETWORK, "account": _ACCOUNT, "slot": slot}
    case |= {"sealed": b64(sealed)} | fields
    key = drafts.key(
        bytes.fromhex(case["reading_seed"]),
        network=case["network"],
        account=case["account"],
        slot=case["slot"],
    )
    return {**case, "key": key.hex(), "draft": opened(case)}


def opened(case: dict[str, Any]) -> dict[str, Any] | None:
    """The draft of a case, or None where it is refused."""
    try:
        return drafts.open_draft(
            bytes.fromhex(case["reading_seed"]),
            network=case["network"],
            account=case["account"],
            slot=case["slot"],
            sealed=unb64(case["sealed"]),
        )
    except Unreadable:
        return None


def draft_vectors() -> Vectors:
    """Drafts of a conversation and of a new one; wrong ones of each kind."""
    short = {"text": "Dear colleagues, 王 — ça va 🕊"}
    begun = {"authorities": sorted(hash_of(each)[:32] for each in "ab"), "subject": "Case 7431", "text": ""}
    good = _sealed(_CONVERSATION, pad(canonical(short)))
    wrong = {
        "a draft of a new conversation in the slot of one that exists": (_CONVERSATION, canonical(begun)),
        "a draft of a conversation in the slot new": (drafts.NEW, canonical(short)),
        "authorities that are not sorted": (
            drafts.NEW,
            canonical({**begun, "authorities": begun["authorities"][::-1]}),
        ),
        "an unknown field": (_CONVERSATION, canonical({"text": "", "more": 1})),
        "text that is none": (_CONVERSATION, canonical({"text": 1})),
        "not canonical": (_CONVERSATION, b'{ "text": "" }'),
    }
    return {
        "drafts": [
            _case("a conversation", _CONVERSATION, good),
            _case("an empty text", _CONVERSATION, _sealed(_CONVERSATION, pad(canonical({"text": ""})))),
            _case("a long text", _CONVERSATION, _sealed(_CONVERSATION, pad(canonical({"text": "é" * 3000})))),
            _case("a new conversation", drafts.NEW, _sealed(drafts.NEW, pad(canonical(begun)))),
            *(_case(name, slot, _sealed(slot, pad(content))) for name, (slot, content) in wrong.items()),
            _case("not padded", _CONVERSATION, _sealed(_CONVERSATION, canonical(short))),
            _case("another slot", hash_of("another conversation"), good),
            _case("another generation", _CONVERSATION, good, reading_seed=secret("reading 2").hex()),
            _case("another network", _CONVERSATION, good, network=hash_of("another network")),
            _case("another account", _CONVERSATION, good, account=hash_of("another account")[:32]),
        ]
    }
