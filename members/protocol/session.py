"""What a browser signs to bind its session to a device, and the key of its vault (docs/protocol.md, 2.4)."""

from __future__ import annotations

from typing import Final

from members.protocol import signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from members.protocol.seal import derive

CHALLENGE_LENGTH: Final = 32


def bind_payload(*, account: str, challenge: bytes, device: str, network: str) -> bytes:
    """The canonical bytes that bind a session's challenge to a device."""
    return canonical(
        {
            "account": account,
            "challenge": b64(challenge),
            "device": device,
            "network": network,
            "type": "session.bind",
        }
    )


def sign_binding(device_seed: bytes, payload: bytes) -> bytes:
    """The device's signature over `bind_payload`."""
    return signing.sign(device_seed, signing.SESSION, payload)


def verify_binding(device_key: bytes, payload: bytes, signature: bytes) -> bool:
    """Whether the device signed this very challenge for this account and network."""
    return signing.verify(device_key, signing.SESSION, payload, signature)


def vault_key(*, local: bytes, half: bytes, network: str, account: str, device: str) -> bytes:
    """The key of everything that a browser stores: what it alone computes, and what only a live session releases."""
    return derive(local + half, bytes.fromhex(network), f"entente/v1/vault\n{account}{device}".encode())
