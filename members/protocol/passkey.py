"""Passkeys that unlock: what an authenticator derives for a network is the secret of an unlock key (protocol, 2.5)."""

from __future__ import annotations

import hashlib
from typing import Final

from members.protocol import boxes
from members.protocol.seal import derive

SECRET_LENGTH: Final = 32


def prf_input(network: str) -> bytes:
    """What the PRF of an authenticator is evaluated at: 32 bytes, the same for everybody in one network."""
    return hashlib.sha256(b"entente/v1/passkey\n" + bytes.fromhex(network)).digest()


def unlock_key(secret: bytes, network: str, account: str) -> boxes.BoxKeyPair:
    """The unlock key pair that the 32 bytes of a PRF give to one account of one network."""
    if len(secret) != SECRET_LENGTH:
        raise ValueError(f"the secret of a passkey has {SECRET_LENGTH} bytes")
    seed = derive(secret, bytes.fromhex(network), b"entente/v1/unlock/passkey\n" + account.encode("ascii"))
    return boxes.key_pair(seed)
