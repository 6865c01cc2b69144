"""A passkey or security key in software, as a browser passes its answers on; it can also answer what it should not.

key = Authenticator()
made = key.make(options, origin=ORIGIN)             # body of POST /api/passkeys, but for the name
signed = key.sign(options, origin=ORIGIN)           # body of an assertion
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

from members.accounts.passkeys import own_origin

PRESENT, VERIFIED, SYNCABLE, ATTESTED = 0x01, 0x04, 0x08, 0x40
COORDINATE = 32


@dataclass
class Authenticator:
    """One key pair for one person at one portal, with its counter."""

    party: str = "localhost"
    verifies: bool = True
    """Asks for a PIN or a finger, and says so."""
    synced: bool = False
    counts: bool = True
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """What comes of creation options: the credential, and the statement of none."""
        self.user_handle = websafe_decode(options["user"]["id"])
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED, self.attested())}
        return {
            "id": websafe_encode(self.credential_id),
            "client_data": websafe_encode(self._client_data("webauthn.create", options, **lies)),
            "attestation_object": websafe_encode(cbor.encode(statement)),
            "transports": ["usb"],
            "prf": False,
        }

    def sign(self, options: dict[str, Any], *, handle: bytes | None = None, **lies: Any) -> dict[str, Any]:
        """What comes of request options: signed data, and whose it is."""
        client_data = self._client_data("webauthn.get", options, **lies)
        data = self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": websafe_encode(self.credential_id),
            "client_data": websafe_encode(client_data),
            "authenticator_data": websafe_encode(data),
            "signature": websafe_encode(signature),
            "user_handle": websafe_encode(self.user_handle if handle is None else handle),
        }

    def attested(self) -> bytes:
        """The credential as the portal keeps it: no make of authenticator, the id, the public key."""
        return bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self._cose()

    def _data(self, flags: int, attested: bytes = b"") -> bytes:
        self.counter += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0) | (SYNCABLE if self.synced else 0)
        party = hashlib.sha256(self.party.encode()).digest()
        return party + bytes([flags]) + self.counter.to_bytes(4) + attested

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor.encode(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(COORDINATE), -3: point.y.to_bytes(COORDINATE)}
        )

    def _client_data(
        self, kind: str, options: dict[str, Any], *, origin: str = "", framed: bool = False
    ) -> bytes:
        said = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": origin or own_origin(),
            "crossOrigin": framed,
        }
        return json.dumps(said).encode()
