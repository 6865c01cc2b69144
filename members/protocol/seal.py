"""AES-256-GCM under a random nonce, and HKDF-SHA-256 to derive its keys."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH: Final = 32
NONCE_LENGTH: Final = 12
TAG_LENGTH: Final = 16


class SealBroken(ValueError):
    """Sealed bytes do not open with this key and associated data."""


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 with 32 bytes of output; an absent salt is the empty one."""
    return HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=salt, info=info).derive(secret)


def seal(key: bytes, plaintext: bytes, aad: bytes = b"", *, nonce: bytes | None = None) -> bytes:
    """`nonce (12) || ciphertext || tag (16)`; the nonce is random and is given only to make test vectors."""
    if nonce is None:
        nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """The plaintext of sealed bytes; raises SealBroken when they do not open."""
    if len(sealed) < NONCE_LENGTH + TAG_LENGTH:
        raise SealBroken("sealed bytes are too short")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], aad)
    except InvalidTag as error:
        raise SealBroken("sealed bytes do not open") from error
