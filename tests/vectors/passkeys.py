"""Vectors of passkeys that unlock: where the PRF is evaluated, and what follows from its output."""

from __future__ import annotations

from members.protocol import bookmark, passkey, seal
from members.protocol.encoding import b64
from tests.members.protocol.world import hash_of, secret
from tests.vectors.forms import Vectors


def passkey_vectors() -> Vectors:
    """Three secrets of two networks."""
    cases = [(f"passkey {number}", hash_of(f"network {number % 2}")) for number in range(3)]
    account = hash_of("account")[:32]
    unlock, keys = [], []
    for name, network in cases:
        pair = passkey.unlock_key(secret(name), network, account)
        fields = {"secret": secret(name).hex(), "network": network, "account": account}
        unlock.append(
            fields | {"input": passkey.prf_input(network).hex(), "seed": pair.seed.hex(), "hash": pair.hash}
        )
        key = bookmark.code_key(secret(name), network, account)
        sealed = seal.seal(key, secret("bookmark key"), nonce=secret(f"{name} box")[:12])
        keys.append(
            fields | {"key": key.hex(), "sealed": b64(sealed), "bookmark_key": secret("bookmark key").hex()}
        )
    return {"unlock": unlock, "bookmark_keys": keys}
