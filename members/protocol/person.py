"""A person's keys, how they are boxed, and what proves that a key is theirs (docs/protocol.md, 2 and 4.5-4.6)."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from members.protocol import boxes, signing, statements
from members.protocol.boxes import BoxKeyPair, BoxRefused
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from members.protocol.seal import derive
from members.protocol.state import Account, UnlockKey

SALT_LENGTH: Final = 32
INVITATION_SECRET_LENGTH: Final = 16


class KeyMismatch(ValueError):
    """What came out of a box is not what somebody signed."""


def commitment(salt: bytes, *, name: str, function: str) -> str:
    """The salted hash by which the Register names a person."""
    person = canonical({"function": function, "name": name})
    return hashlib.sha256(b"entente/v1/person\n" + salt + person).hexdigest()


def compare_code(network: str, identity_key: bytes) -> tuple[str, ...]:
    """Six numbers of five digits that two people compare by telephone."""
    digest = hashlib.sha256(b"entente/v1/compare\n" + bytes.fromhex(network) + identity_key).digest()
    numbers = (int.from_bytes(digest[5 * place : 5 * place + 5], "big") % 100_000 for place in range(6))
    return tuple(f"{number:05d}" for number in numbers)


def invitation_mac(secret: bytes, kind: str, covered: Mapping[str, Any]) -> bytes:
    """What the inviter or the invitee (`kind`) proves with the secret of the link."""
    key = derive(secret, b"", f"entente/v1/invitation/{kind}\n".encode())
    return hmac.new(key, canonical(covered), hashlib.sha256).digest()


def inviter_mac(secret: bytes, *, network: str, size: int, root: str) -> bytes:
    """The inviter's word about the network and its checkpoint."""
    return invitation_mac(secret, "inviter", {"checkpoint": {"root": root, "size": size}, "network": network})


def invitee_mac(secret: bytes, *, network: str, account: str, identity_key: bytes) -> bytes:
    """The invitee's word about their identity key."""
    covered = {"account": account, "identity_key": b64(identity_key), "network": network}
    return invitation_mac(secret, "invitee", covered)


def mac_matches(left: bytes, right: bytes) -> bool:
    """Whether two macs are equal, in constant time."""
    return hmac.compare_digest(left, right)


def identity_info(network: str, account: str, unlock_key: str) -> bytes:
    """Binds an identity box to its unlock key (key hash)."""
    return boxes.info("entente/v1/identity", network, account, unlock_key)


def reading_info(network: str, account: str, generation: int, receiver: str) -> bytes:
    """Binds a reading box to its generation and receiver (key hash)."""
    return boxes.info("entente/v1/reading", network, account, generation, receiver)


def previous_info(network: str, account: str, previous: int, reading_key: str) -> bytes:
    """Binds a box of generation `previous` to the key (hash) of the next one."""
    return boxes.info("entente/v1/reading-previous", network, account, previous, reading_key)


def invitation_info(network: str, account: str, invitation: str) -> bytes:
    """Binds the box in which an inviter keeps an invitation's secret."""
    return boxes.info("entente/v1/invitation", network, account, invitation)


@dataclass(frozen=True, slots=True)
class Unlock:
    """An unlock key to be named in `account.keys`: its public key, what it is, and when it was made."""

    public: bytes
    serial: int
    date: int
    kind: str = "recovery_code"


@dataclass(frozen=True, slots=True)
class KeysStatement:
    """Fields of an `account.keys` statement, and the bytes whose hashes it names."""

    fields: dict[str, Any]
    attachments: dict[str, bytes]


def attach(*blobs: bytes) -> dict[str, bytes]:
    """Bytes by their SHA-256 in hexadecimal, as they lie beside the Register."""
    return {hashlib.sha256(each).hexdigest(): each for each in blobs}


def make_keys(
    *,
    network: str,
    account: str,
    generation: int,
    reading_seed: bytes,
    device_box_keys: Sequence[bytes],
    unlocks: Sequence[Unlock] = (),
    identity_seed: bytes | None = None,
    kept_unlock_keys: Sequence[tuple[UnlockKey, bytes]] = (),
    previous_seed: bytes | None = None,
    previous_box: str | None = None,
) -> KeysStatement:
    """Fields and attachments of `account.keys`.

    New unlock keys (`unlocks`) need the identity seed; `kept_unlock_keys` stay as they were, each with its public key.
    For a next generation give `previous_seed` unless there is none to hand on; for a repeat of the present one give
    the present `previous_box`.
    """
    pair = boxes.key_pair(reading_seed)
    attachments = attach(pair.public)
    if previous_seed is not None:
        info = previous_info(network, account, generation - 1, pair.hash)
        box = boxes.seal_box(pair.public, info, previous_seed)
        attachments |= attach(box)
        previous_box = hashlib.sha256(box).hexdigest()
    unlock_keys = [each.to_json() for each, _ in kept_unlock_keys]
    for unlock in unlocks:
        named, more = _name_unlock(network, account, unlock, identity_seed)
        unlock_keys.append(named)
        attachments |= more
    receivers = {
        *device_box_keys,
        *(each.public for each in unlocks),
        *(public for _, public in kept_unlock_keys),
    }
    reading_boxes = []
    for public in receivers:
        box = boxes.seal_box(
            public, reading_info(network, account, generation, boxes.key_hash(public)), reading_seed
        )
        attachments |= attach(public, box)
        reading_boxes.append({"box": hashlib.sha256(box).hexdigest(), "key": boxes.key_hash(public)})
    fields = {
        "account": account,
        "generation": generation,
        "previous_box": previous_box,
        "reading_boxes": sorted(reading_boxes, key=lambda each: each["key"]),
        "reading_key": pair.hash,
        "unlock_keys": sorted(unlock_keys, key=lambda each: str(each["key"])),
    }
    return KeysStatement(fields, attachments)


def _name_unlock(
    network: str, account: str, unlock: Unlock, identity_seed: bytes | None
) -> tuple[dict[str, Any], dict[str, bytes]]:
    if identity_seed is None:
        raise ValueError("a new unlock key needs the identity seed")
    key = boxes.key_hash(unlock.public)
    box = boxes.seal_box(unlock.public, identity_info(network, account, key), identity_seed)
    named = UnlockKey(
        date=unlock.date,
        identity_box=hashlib.sha256(box).hexdigest(),
        key=key,
        kind=unlock.kind,
        serial=unlock.serial,
    )
    return named.to_json(), attach(unlock.public, box)


def open_identity(network: str, account: str, known: Account, unlock: BoxKeyPair, box: bytes) -> bytes:
    """The identity seed from its box; raises KeyMismatch unless it gives the identity key of the Register."""
    seed = boxes.open_box(unlock.seed, identity_info(network, account, unlock.hash), box)
    if len(seed) != signing.SEED_LENGTH or signing.public_key(seed).hex() != known.identity_hex:
        raise KeyMismatch("the box does not hold this person's identity key")
    return seed


def open_reading(
    network: str, account: str, *, generation: int, reading_key: str, receiver: BoxKeyPair, box: bytes
) -> bytes:
    """A reading seed from its box; raises KeyMismatch unless it gives the reading key that `account.keys` states."""
    seed = boxes.open_box(receiver.seed, reading_info(network, account, generation, receiver.hash), box)
    return _matching(seed, reading_key)


def open_previous(
    network: str, account: str, *, generation: int, reading_key: str, following: BoxKeyPair, box: bytes
) -> bytes:
    """The reading seed of `generation` from the box to the next one; raises KeyMismatch like `open_reading`."""
    seed = boxes.open_box(following.seed, previous_info(network, account, generation, following.hash), box)
    return _matching(seed, reading_key)


def _matching(seed: bytes, reading_key: str) -> bytes:
    try:
        if boxes.key_pair(seed).hash == reading_key:
            return seed
    except BoxRefused as error:
        raise KeyMismatch(str(error)) from error
    raise KeyMismatch("the box does not hold the reading key that was signed")


def enrolment_fields(
    *, account: str, device_key: bytes, device_box_key: bytes, revokes: Sequence[str] = ()
) -> dict[str, Any]:
    """Fields of `device.enrolled`."""
    return {
        "account": account,
        "device_box_key": boxes.key_hash(device_box_key),
        "device_key": b64(device_key),
        "revokes": sorted(revokes),
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an invitee signs before they are in the Register: the two entries and what lies beside them."""

    device_enrolled: bytes
    account_keys: bytes
    attachments: dict[str, bytes]


def first_statements(
    *,
    network: str,
    account: str,
    identity_seed: bytes,
    device_seed: bytes,
    device_box_seed: bytes,
    reading_seed: bytes,
    unlocks: Sequence[Unlock],
    time: int,
    generation: int = 1,
) -> Waiting:
    """A new person's `device.enrolled` and `account.keys`, which enter the Register with their appointment.

    Of somebody who is re-keyed `generation` is the next one; nothing of the former ones is handed on.
    """
    subject = statements.own(account, signing.public_key(identity_seed))
    device_box = boxes.key_pair(device_box_seed)
    enrolled = statements.sign_entry(
        statements.make_payload(
            "device.enrolled",
            network=network,
            subject=subject,
            previous=None,
            time=time,
            **enrolment_fields(
                account=account,
                device_key=signing.public_key(device_seed),
                device_box_key=device_box.public,
            ),
        ),
        identity_seed,
        device_seed,
    )
    keys = make_keys(
        network=network,
        account=account,
        generation=generation,
        reading_seed=reading_seed,
        device_box_keys=[device_box.public],
        unlocks=unlocks,
        identity_seed=identity_seed,
    )
    payload = statements.make_payload(
        "account.keys",
        network=network,
        subject=subject,
        previous=statements.entry_hash(enrolled),
        time=time,
        **keys.fields,
    )
    attachments = keys.attachments | attach(device_box.public)
    return Waiting(enrolled, statements.sign_entry(payload, identity_seed), attachments)


def new_seed() -> bytes:
    """32 random bytes: a signing seed or a box seed."""
    return os.urandom(32)
