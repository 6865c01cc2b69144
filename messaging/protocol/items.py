"""Items of a conversation: closed headers, one signature, one running hash (docs/protocol.md, 5.1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from members.protocol import schema, signing
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.encoding import u32
from members.protocol.schema import Malformed
from messaging.protocol.refusal import Refused

MAX_HEADER: Final = 16 * 1024
MAX_CONTENT: Final = 64 * 1024
MAX_PARTICIPANTS: Final = 50
START: Final = bytes(32).hex()
"""The head before the first item."""

_CLIENT_ID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII
)
REASONS: Final = ("created", "members", "keys", "renewed")


def _client_id(value: Any, where: str) -> None:
    if not isinstance(value, str) or _CLIENT_ID.fullmatch(value) is None:
        raise Malformed(f"{where}: not a UUID of version 7")


_AUTHORITIES = schema.sorted_list(schema.identifier, least=1, most=MAX_PARTICIPANTS)

_EVERY: Final[dict[str, schema.Check]] = {
    "account": schema.identifier,
    "checkpoint": schema.closed(root=schema.hash_, size=schema.natural),
    "client_id": _client_id,
    "device": schema.hash_,
    "network": schema.hash_,
    "time": schema.natural,
}
_LATER: Final[dict[str, schema.Check]] = {
    "conversation": schema.hash_,
    "seen": schema.closed(head=schema.hash_, sequence=schema.positive),
}
_KINDS: Final[dict[str, dict[str, schema.Check]]] = {
    "conversation.created": {
        "administrators": _AUTHORITIES,
        "nonce": schema.hash_,
        "participants": _AUTHORITIES,
    },
    "epoch": {
        "administrators": _AUTHORITIES,
        "commitment": schema.hash_,
        "members": schema.hash_,
        "number": schema.positive,
        "participants": _AUTHORITIES,
        "previous": schema.hash_,
        "reason": schema.one_of(*REASONS),
        **_LATER,
    },
    "message": {"epoch": schema.positive, **_LATER},
    "late_box": {
        "account_for": schema.identifier,
        "boxes": schema.sorted_list(
            schema.closed(box=schema.hash_, epoch=schema.positive), by="epoch", least=1
        ),
        "generation": schema.positive,
        **_LATER,
    },
}


@dataclass(frozen=True)
class Item:
    """An item that has the right form; whether its signature holds and it fits its conversation is checked apart."""

    body: bytes
    signature: bytes
    header_bytes: bytes
    header: dict[str, Any]
    content: bytes

    @property
    def kind(self) -> str:
        """The kind of item."""
        return str(self.header["kind"])

    @cached_property
    def hash(self) -> str:
        """The item hash, in hexadecimal."""
        return item_hash(self.body, self.signature)

    def signed_by(self, device_key: bytes) -> bool:
        """Whether the device whose key this is signed the item, and is the one that the header names."""
        return signing.device_id(device_key) == self.header["device"] and signing.verify(
            device_key, signing.ITEM, self.body, self.signature
        )


def item_hash(body: bytes, signature: bytes) -> str:
    """SHA-256(body || signature), in hexadecimal."""
    return hashlib.sha256(body + signature).hexdigest()


def next_head(head: str, item: str) -> str:
    """The head after one more item (both in hexadecimal)."""
    return hashlib.sha256(bytes.fromhex(head) + bytes.fromhex(item)).hexdigest()


def make_header(
    kind: str,
    *,
    network: str,
    account: str,
    device: str,
    checkpoint: tuple[int, str],
    client_id: str,
    time: int,
    conversation: str | None = None,
    seen: tuple[int, str] | None = None,
    **fields: Any,
) -> bytes:
    """The canonical header of an item; `checkpoint` is (size, root) and `seen` is (sequence, head)."""
    header: dict[str, Any] = {
        "account": account,
        "checkpoint": {"root": checkpoint[1], "size": checkpoint[0]},
        "client_id": client_id,
        "device": device,
        "kind": kind,
        "network": network,
        "time": time,
        **fields,
    }
    if conversation is not None and seen is not None:
        header |= {"conversation": conversation, "seen": {"head": seen[1], "sequence": seen[0]}}
    check_header(header)
    return canonical(header)


def check_header(header: Mapping[str, Any]) -> None:
    """Raise Malformed unless the header is exactly one of the four kinds."""
    kind = header.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Malformed("no such kind of item")
    schema.closed(kind=schema.one_of(kind), **_EVERY, **_KINDS[kind])(header, kind)
    if "participants" in header and not set(header["administrators"]) <= set(header["participants"]):
        raise Malformed("an administrator is not a participant")


def make_body(header: bytes, content: bytes = b"") -> bytes:
    """u32(length of header) || header || content."""
    return u32(len(header)) + header + content


def sign(device_seed: bytes, header: bytes, content: bytes = b"") -> Item:
    """A signed item."""
    body = make_body(header, content)
    return parse(body, signing.sign(device_seed, signing.ITEM, body))


def parse(body: bytes, signature: bytes) -> Item:
    """The item of a body and signature; raises Refused `bad_item` or `too_large`."""
    length = int.from_bytes(body[:4], "big")
    if length > MAX_HEADER or len(body) < 4 + length:
        raise Refused("bad_item", "the header is too long or cut off")
    header_bytes, content = body[4 : 4 + length], body[4 + length :]
    try:
        header: dict[str, Any] = parse_object(header_bytes)
        check_header(header)
        signing.check_signature_form(signature)
    except (NotCanonical, Malformed, signing.WeakKey) as error:
        raise Refused("bad_item", str(error)) from error
    if (header["kind"] == "message") != bool(content):
        raise Refused("bad_item", "messages have content, and nothing else has")
    if len(content) > MAX_CONTENT:
        raise Refused("too_large", "the content is too long")
    return Item(body, signature, header_bytes, header, content)
