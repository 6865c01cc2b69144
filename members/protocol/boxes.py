"""Boxes to a public key: HPKE base mode with X-Wing, where everything that gives a box its meaning is bound in `info`.

A box says nothing about who made it. What comes out of one counts only when it matches something signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from members.protocol.signing import P

SEED_LENGTH: Final = 32
PUBLIC_KEY_LENGTH: Final = 1216
ENCAPSULATION_LENGTH: Final = 1120
TAG_LENGTH: Final = 16

_MLKEM_LENGTH: Final = 1184
_COEFFICIENT_BYTES: Final = 1152
_Q: Final = 3329
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        P - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
)
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class BoxRefused(ValueError):
    """A box does not open with this key and info, or a box key breaks the strict form."""


@dataclass(frozen=True, slots=True)
class BoxKeyPair:
    """A key pair that comes from its 32-byte seed alone, which is the X-Wing decapsulation key."""

    seed: bytes
    public: bytes

    @property
    def hash(self) -> str:
        """The key hash of the public key."""
        return key_hash(self.public)


def key_hash(public: bytes) -> str:
    """SHA-256 of the raw bytes, in hexadecimal: how statements name a public key."""
    return hashlib.sha256(public).hexdigest()


def info(*lines: str | int) -> bytes:
    """The lines that bind a box to its purpose, joined by newlines, without one at the end."""
    return "\n".join(str(line) for line in lines).encode("utf-8")


def check_public(public: bytes) -> None:
    """Raise BoxRefused unless every implementation accepts the key and can make boxes to it (docs/protocol.md, 1.2)."""
    if len(public) != PUBLIC_KEY_LENGTH:
        raise BoxRefused(f"a box key has {PUBLIC_KEY_LENGTH} bytes")
    for start in range(0, _COEFFICIENT_BYTES, 3):
        low, middle, high = public[start], public[start + 1], public[start + 2]
        if low | (middle & 0x0F) << 8 >= _Q or middle >> 4 | high << 4 >= _Q:
            raise BoxRefused("a coefficient of a box key is not reduced")
    u = int.from_bytes(public[_MLKEM_LENGTH:], "little")
    if u >= P or u in _SMALL_ORDER:
        raise BoxRefused("the X25519 half of a box key is not reduced or has small order")


def key_pair(seed: bytes) -> BoxKeyPair:
    """The key pair of a 32-byte seed."""
    kem, curve = _private_parts(seed)
    public = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return BoxKeyPair(seed=seed, public=public)


def seal_box(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """A box `enc (1120 bytes) || ciphertext` that only the holder of the key's seed opens, under the same `info`."""
    check_public(public)
    return _SUITE.encrypt(plaintext, _public(public), info=info)


def open_box(seed: bytes, info: bytes, box: bytes) -> bytes:
    """The plaintext of a box; raises BoxRefused when it does not open with this seed and `info`."""
    if len(box) < ENCAPSULATION_LENGTH + TAG_LENGTH:
        raise BoxRefused("a box is too short")
    kem, curve = _private_parts(seed)
    try:
        return _SUITE.decrypt(box, MLKEM768X25519PrivateKey(kem, curve), info=info)
    except (InvalidTag, ValueError) as error:
        raise BoxRefused("a box does not open") from error


def _private_parts(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_LENGTH:
        raise BoxRefused(f"a seed has {SEED_LENGTH} bytes")
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(
        expanded[64:]
    )


def _public(raw: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_LENGTH]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_LENGTH:]),
    )
