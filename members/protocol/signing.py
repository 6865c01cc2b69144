"""Ed25519 signatures over a DSSE pre-authentication encoding, in a form that every implementation accepts.

Implementations of Ed25519 differ about points of small order and encodings that are not reduced. `check_point` refuses
them all before any library sees them (docs/protocol.md, 1.2), so that no two clients can ever disagree.
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_KEY_LENGTH: Final = 32
SEED_LENGTH: Final = 32
SIGNATURE_LENGTH: Final = 64

STATEMENT: Final = "application/vnd.entente.statement.v1+json"
ITEM: Final = "application/vnd.entente.item.v1"
SESSION: Final = "application/vnd.entente.session.v1+json"
SIGHTING: Final = "application/vnd.entente.sighting.v1+json"
CHARTER: Final = "application/vnd.entente.charter.v1+json"
DIRECTORY: Final = "application/vnd.entente.directory.v1+json"

P: Final = 2**255 - 19
_Y8: Final = 55188659117513257062467267217118295137698188065244968500265048394206261417927
_SMALL_ORDER: Final = frozenset({0, 1, P - 1, _Y8, P - _Y8})


class WeakKey(ValueError):
    """A key or a signature has a form that implementations would not treat alike."""


def check_point(data: bytes) -> None:
    """Raise WeakKey unless the 32 bytes are a reduced encoding that is not of small order."""
    if len(data) != PUBLIC_KEY_LENGTH:
        raise WeakKey("a point has 32 bytes")
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= P or y in _SMALL_ORDER:
        raise WeakKey("a point is not reduced or has small order")


def check_signature_form(signature: bytes) -> None:
    """Raise WeakKey unless the signature has 64 bytes and its first half passes `check_point`."""
    if len(signature) != SIGNATURE_LENGTH:
        raise WeakKey("a signature has 64 bytes")
    check_point(signature[:32])


def pae(payload_type: str, body: bytes) -> bytes:
    """The bytes that a signature covers: type and body with their lengths (DSSE v1)."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def public_key(seed: bytes) -> bytes:
    """The raw public key (32 bytes) of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign_raw(seed: bytes, data: bytes) -> bytes:
    """A plain Ed25519 signature (64 bytes); only signed notes use it without a payload type."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(data)


def sign(seed: bytes, payload_type: str, body: bytes) -> bytes:
    """The signature (64 bytes) over `pae(payload_type, body)`."""
    return sign_raw(seed, pae(payload_type, body))


def verify_raw(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether key and signature are strict and the plain signature holds."""
    try:
        check_point(public)
        check_signature_form(signature)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (WeakKey, InvalidSignature, ValueError):
        return False
    return True


def verify(public: bytes, payload_type: str, body: bytes, signature: bytes) -> bool:
    """Whether key and signature are strict and the signature over `pae(payload_type, body)` holds."""
    return verify_raw(public, pae(payload_type, body), signature)


def device_id(device_key: bytes) -> str:
    """The key hash of a device key: how the device is named everywhere."""
    return hashlib.sha256(device_key).hexdigest()
