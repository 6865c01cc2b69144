"""A slip in a recovery code shows at once, with the group it happened in; spacing and look-alikes do not matter."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from members.protocol import recovery

secrets = st.binary(min_size=20, max_size=20)


@given(secrets)
def test_a_code_is_read_as_it_was_written(secret: bytes) -> None:
    code = recovery.write(secret)
    assert len(code) == 47
    assert recovery.read(code) == secret
    assert recovery.read(code.lower().replace("-", "  ")) == secret
    assert recovery.read(code.replace("0", "O").replace("1", "l")) == secret


@given(secrets, st.integers(0, 39), st.sampled_from(recovery.ALPHABET))
def test_every_wrong_character_shows_in_its_group(secret: bytes, place: int, character: str) -> None:
    plain = recovery.write(secret).replace("-", "")
    assume(plain[place] != character)
    with pytest.raises(recovery.CodeRefused) as refused:
        recovery.read(plain[:place] + character + plain[place + 1 :])
    assert refused.value.group == place // 5


@given(secrets, st.integers(0, 38))
def test_every_exchange_of_neighbours_shows(secret: bytes, place: int) -> None:
    plain = recovery.write(secret).replace("-", "")
    assume(plain[place] != plain[place + 1])
    exchanged = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    with pytest.raises(recovery.CodeRefused) as refused:
        recovery.read(exchanged)
    assert refused.value.group == place // 5


@given(secrets, st.integers(0, 7), st.integers(0, 7))
def test_every_exchange_of_groups_shows(secret: bytes, one: int, other: int) -> None:
    groups = recovery.write(secret).split("-")
    assume(one < other)
    groups[one], groups[other] = groups[other], groups[one]
    with pytest.raises(recovery.CodeRefused) as refused:
        recovery.read("-".join(groups))
    assert refused.value.group == one


def test_unlock_keys_differ_by_code_network_and_account() -> None:
    pairs = [
        recovery.unlock_key(code, network, account).hash
        for code in (bytes(20), bytes([1] * 20))
        for network in ("00" * 32, "11" * 32)
        for account in ("00" * 16, "11" * 16)
    ]
    assert len(set(pairs)) == 8
