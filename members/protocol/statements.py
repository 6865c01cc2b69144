"""Statements of the Register and the envelopes that carry them: closed schemas, one form, strict keys.

`parse_entry` accepts exactly the bytes that sections 1, 3.1 and 4.1 of docs/protocol.md allow. What it returns can be
trusted in form; whether it applies is for `rules` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from members.protocol import merkle, schema, signing
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.encoding import EncodingError, b64, is_hash, is_id, unb64
from members.protocol.schema import Malformed

MAX_PAYLOAD: Final = 44 * 1024
MAX_ENTRY: Final = 65_535

NETWORK: Final = "network"

ROLES: Final = ("lead", "deputy", "member")
VERIFICATIONS: Final = ("invitation_secret", "code_compared", "in_person")
UNLOCK_KINDS: Final = ("recovery_code", "passkey")

_OFFICER = schema.closed(account=schema.identifier, identity_key=schema.ed25519_key)
_LEAD = schema.closed(account=schema.identifier, commitment=schema.hash_, identity_key=schema.ed25519_key)
_READING_BOX = schema.closed(box=schema.hash_, key=schema.hash_)
_UNLOCK_KEY = schema.closed(
    date=schema.natural,
    identity_box=schema.hash_,
    key=schema.hash_,
    kind=schema.one_of(*UNLOCK_KINDS),
    serial=schema.positive,
)

_STANDING_CHANGED = {"authority": schema.identifier, "reason": schema.text(0, 500)}

FIELDS: Final[dict[str, dict[str, schema.Check]]] = {
    "network.founded": {
        "demo": schema.boolean,
        "name": schema.name,
        "nonce": schema.hash_,
        "officers": schema.sorted_list(_OFFICER, by="account"),
        "register_key": schema.ed25519_key,
        "threshold": schema.at_least(2),
    },
    "officer.appointed": {"account": schema.identifier, "identity_key": schema.ed25519_key},
    "officer.rekeyed": {"account": schema.identifier, "identity_key": schema.ed25519_key},
    "officer.removed": {"account": schema.identifier},
    "authority.admitted": {
        "application": schema.nullable(schema.hash_),
        "authority": schema.identifier,
        "kind": schema.one_of("member", "observer"),
        "lead": schema.nullable(_LEAD),
        "name": schema.name,
        "state": schema.state_code,
        "verification": schema.one_of(*VERIFICATIONS),
    },
    "authority.suspended": _STANDING_CHANGED,
    "authority.reinstated": _STANDING_CHANGED,
    "authority.withdrawn": _STANDING_CHANGED,
    "focal_point.appointed": {
        "account": schema.identifier,
        "authority": schema.identifier,
        "commitment": schema.hash_,
        "identity_key": schema.ed25519_key,
        "role": schema.one_of(*ROLES),
        "verification": schema.one_of(*VERIFICATIONS),
    },
    "focal_point.role_changed": {
        "account": schema.identifier,
        "authority": schema.identifier,
        "role": schema.one_of(*ROLES),
    },
    "focal_point.rekeyed": {
        "account": schema.identifier,
        "authority": schema.identifier,
        "identity_key": schema.ed25519_key,
        "verification": schema.one_of(*VERIFICATIONS),
    },
    "focal_point.confirmed": {"account": schema.identifier, "authority": schema.identifier},
    "focal_point.removed": {"account": schema.identifier, "authority": schema.identifier},
    "account.keys": {
        "account": schema.identifier,
        "generation": schema.positive,
        "previous_box": schema.nullable(schema.hash_),
        "reading_boxes": schema.sorted_list(_READING_BOX, by="key"),
        "reading_key": schema.hash_,
        "unlock_keys": schema.sorted_list(_UNLOCK_KEY, by="key"),
    },
    "device.enrolled": {
        "account": schema.identifier,
        "device_key": schema.ed25519_key,
        "device_box_key": schema.hash_,
        "revokes": schema.sorted_list(schema.hash_),
    },
    "device.revoked": {"account": schema.identifier, "device": schema.hash_},
}

_ENVELOPE = schema.closed(
    payload=schema.base64_text,
    payloadType=schema.one_of(signing.STATEMENT),
    signatures=schema.sorted_list(
        schema.closed(keyid=schema.ed25519_key_id, sig=schema.ed25519_signature), by="keyid", least=1
    ),
)

_ON_NETWORK: Final = frozenset(
    {"network.founded", "officer.appointed", "officer.rekeyed", "officer.removed", "device.revoked"}
)
_ON_ACCOUNT: Final = frozenset({"account.keys", "device.enrolled", "device.revoked"})
_ON_PEOPLE: Final = frozenset(
    {
        "focal_point.appointed",
        "focal_point.role_changed",
        "focal_point.rekeyed",
        "focal_point.confirmed",
        "focal_point.removed",
        "device.revoked",
    }
)
_ON_STANDING: Final = frozenset(
    {"authority.admitted", "authority.suspended", "authority.reinstated", "authority.withdrawn"}
) | (_ON_PEOPLE - {"focal_point.confirmed"})


def standing(authority: str) -> str:
    """The subject of what officers do to an authority and its people."""
    return f"authority/{authority}/standing"


def people(authority: str) -> str:
    """The subject of what a lead and deputies do to the people of their authority."""
    return f"authority/{authority}/people"


def own(account: str, identity_key: bytes) -> str:
    """The subject of what a person does with their own keys, under one identity key."""
    return f"account/{account}/{identity_key.hex()}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: `kind` is network, standing, people or account."""

    kind: str
    id: str = ""
    identity_key: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an envelope: the signer's public key in hexadecimal, and the 64 bytes."""

    keyid: str
    signature: bytes


@dataclass(frozen=True)
class Entry:
    """An entry of the Register that has the right form."""

    raw: bytes
    payload: bytes
    fields: dict[str, Any]
    signatures: tuple[Signature, ...]
    subject: Subject

    @cached_property
    def hash(self) -> str:
        """The entry hash: the leaf hash, in hexadecimal."""
        return entry_hash(self.raw)

    @property
    def type(self) -> str:
        """The statement's type."""
        return str(self.fields["type"])

    @property
    def signers(self) -> tuple[str, ...]:
        """The public keys under the statement, in hexadecimal, sorted, each once."""
        return tuple(each.keyid for each in self.signatures)

    def signatures_hold(self) -> bool:
        """Whether every signature verifies."""
        return all(
            signing.verify(bytes.fromhex(each.keyid), signing.STATEMENT, self.payload, each.signature)
            for each in self.signatures
        )


def entry_hash(raw: bytes) -> str:
    """The hash by which statements name an entry: its leaf hash, in hexadecimal."""
    return merkle.leaf_hash(raw).hex()


def parse_entry(raw: bytes) -> Entry:
    """The entry that these bytes are; raises Malformed when they break the form in any way."""
    if len(raw) > MAX_ENTRY:
        raise Malformed("the entry is too long")
    try:
        envelope = parse_object(raw)
        _ENVELOPE(envelope, "envelope")
        payload = unb64(envelope["payload"])
        if len(payload) > MAX_PAYLOAD:
            raise Malformed("the payload is too long")
        fields = parse_object(payload)
    except (NotCanonical, EncodingError) as error:
        raise Malformed(str(error)) from error
    subject = check_statement(fields)
    listed: Any = envelope["signatures"]
    signatures = tuple(Signature(each["keyid"], unb64(each["sig"])) for each in listed)
    return Entry(raw, payload, fields, signatures, subject)


def parse_payload(payload: bytes) -> dict[str, Any]:
    """The fields of a statement that is not signed yet; raises Malformed when it breaks the form."""
    try:
        fields = parse_object(payload)
    except NotCanonical as error:
        raise Malformed(str(error)) from error
    check_statement(fields)
    return fields


def check_statement(fields: Mapping[str, Any]) -> Subject:
    """The subject of a statement whose fields, values and subject text fit its type; raises Malformed otherwise."""
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise Malformed("no such type of statement")
    expected: dict[str, schema.Check] = {
        "previous": schema.nullable(schema.hash_),
        "subject": schema.text(1, 200),
        "time": schema.natural,
        "type": schema.one_of(kind),
        **FIELDS[kind],
    }
    if kind != "network.founded":
        expected["network"] = schema.hash_
    schema.closed(**expected)(fields, kind)
    if kind == "network.founded":
        _check_founders(fields)
    return _subject(kind, fields)


def _check_founders(fields: Mapping[str, Any]) -> None:
    keys = [officer["identity_key"] for officer in fields["officers"]]
    if len(set(keys)) != len(keys):
        raise Malformed("two officers have the same identity key")
    if len(keys) < fields["threshold"] + 1:
        raise Malformed("a network needs one officer more than its threshold")


def _subject(kind: str, fields: Mapping[str, Any]) -> Subject:
    parts = fields["subject"].split("/")
    if parts == [NETWORK] and kind in _ON_NETWORK:
        return Subject("network")
    if len(parts) == 3 and parts[0] == "authority" and is_id(parts[1]):
        allowed = {"standing": _ON_STANDING, "people": _ON_PEOPLE}.get(parts[2], frozenset())
        if kind in allowed and fields.get("authority", parts[1]) == parts[1]:
            return Subject(parts[2], parts[1])
    is_account = len(parts) == 3 and parts[0] == "account" and is_id(parts[1]) and is_hash(parts[2])
    if is_account and kind in _ON_ACCOUNT and fields["account"] == parts[1]:
        return Subject("account", parts[1], parts[2])
    raise Malformed("the subject does not fit the statement")


def make_payload(
    kind: str, /, *, network: str | None, subject: str, previous: str | None, time: int, **fields: Any
) -> bytes:
    """The canonical bytes of a statement, checked for form; `network` is None for `network.founded` only."""
    statement = {"type": kind, "subject": subject, "previous": previous, "time": time, **fields}
    if network is not None:
        statement["network"] = network
    check_statement(statement)
    return canonical(statement)


def sign_payload(payload: bytes, seed: bytes) -> Signature:
    """One signature over a statement's payload."""
    return Signature(signing.public_key(seed).hex(), signing.sign(seed, signing.STATEMENT, payload))


def make_entry(payload: bytes, signatures: Mapping[str, bytes]) -> bytes:
    """The canonical envelope of a payload with signatures by `keyid` (hexadecimal)."""
    return canonical(envelope(payload, signatures))


def envelope(payload: bytes, signatures: Mapping[str, bytes]) -> dict[str, Any]:
    """The envelope as a JSON object, which is how the HTTP API carries it."""
    return {
        "payload": b64(payload),
        "payloadType": signing.STATEMENT,
        "signatures": [{"keyid": keyid, "sig": b64(signatures[keyid])} for keyid in sorted(signatures)],
    }


def sign_entry(payload: bytes, *seeds: bytes) -> bytes:
    """The entry of a payload, signed by each seed."""
    signatures = [sign_payload(payload, seed) for seed in seeds]
    return make_entry(payload, {each.keyid: each.signature for each in signatures})
