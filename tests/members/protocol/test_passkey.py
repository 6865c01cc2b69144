"""What a passkey derives is bound to the network and the account, and is no recovery code."""

from __future__ import annotations

import pytest

from members.protocol import passkey, recovery
from tests.members.protocol.world import hash_of, secret

NETWORK, ACCOUNT = hash_of("network"), hash_of("account")[:32]


def test_another_network_asks_for_another_secret() -> None:
    assert passkey.prf_input(NETWORK) != passkey.prf_input(hash_of("another network"))
    assert len(passkey.prf_input(NETWORK)) == 32


def test_one_secret_gives_each_account_of_each_network_a_key_of_its_own() -> None:
    given = secret("passkey")
    keys = {
        passkey.unlock_key(given, network, account).hash
        for network in (NETWORK, hash_of("another network"))
        for account in (ACCOUNT, hash_of("somebody")[:32])
    }
    assert len(keys) == 4


def test_a_recovery_code_of_the_same_bytes_would_give_another_key() -> None:
    given = secret("passkey")
    assert (
        passkey.unlock_key(given, NETWORK, ACCOUNT).hash != recovery.unlock_key(given, NETWORK, ACCOUNT).hash
    )


def test_a_secret_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        passkey.unlock_key(secret("passkey")[:31], NETWORK, ACCOUNT)
