"""Recovery codes: 160 bits on paper, where every slip shows at once with its group (docs/protocol.md, 2.1)."""

from __future__ import annotations

import os
from typing import Final

from members.protocol import boxes
from members.protocol.seal import derive

SECRET_LENGTH: Final = 20
GROUPS: Final = 8
GROUP_LENGTH: Final = 5

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_FORGIVEN: Final = str.maketrans(
    {lower: lower.upper() for lower in _LOWER}
    | dict.fromkeys("Oo", "0")
    | dict.fromkeys("IiLl", "1")
    | dict.fromkeys(" -")  # dropped
)


class CodeRefused(ValueError):
    """A recovery code was not read; `group` is the first group (0 to 7) that is wrong, or None when the length is."""

    def __init__(self, sentence: str, group: int | None = None) -> None:
        super().__init__(sentence)
        self.group = group


def _times(left: int, right: int) -> int:
    """Product in GF(32) with x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= 0b100101
        right >>= 1
    return product


_POWERS: Final = [1]
for _ in range(GROUPS):
    _POWERS.append(_times(_POWERS[-1], 2))


def _check_value(group: int, data: list[int]) -> int:
    value = _POWERS[group]
    for place, each in enumerate(data):
        value ^= _times(_POWERS[place + 1], each)
    return value


def new_secret() -> bytes:
    """20 random bytes for a new recovery code."""
    return os.urandom(SECRET_LENGTH)


def write(secret: bytes) -> str:
    """The code of 20 bytes: eight groups of five characters, joined by hyphens."""
    if len(secret) != SECRET_LENGTH:
        raise ValueError(f"a recovery code holds {SECRET_LENGTH} bytes")
    bits = int.from_bytes(secret, "big")
    groups = []
    for group in range(GROUPS):
        twenty = bits >> (20 * (GROUPS - 1 - group)) & 0xFFFFF
        data = [twenty >> shift & 0x1F for shift in (15, 10, 5, 0)]
        groups.append("".join(ALPHABET[value] for value in [*data, _check_value(group, data)]))
    return "-".join(groups)


def read(text: str) -> bytes:
    """The 20 bytes of a code as somebody typed it; raises CodeRefused naming the first wrong group."""
    cleaned = text.translate(_FORGIVEN)
    bits = 0
    for group in range(GROUPS):
        part = cleaned[group * GROUP_LENGTH : (group + 1) * GROUP_LENGTH]
        values = [_VALUES.get(character, -1) for character in part]
        if -1 in values:
            raise CodeRefused("a character is not in the alphabet", group)
        if len(values) < GROUP_LENGTH:
            raise CodeRefused("the code is too short", group)
        *data, check = values
        if check != _check_value(group, data):
            raise CodeRefused("a group does not match its check character", group)
        for value in data:
            bits = bits << 5 | value
    if len(cleaned) > GROUPS * GROUP_LENGTH:
        raise CodeRefused("the code is too long")
    return bits.to_bytes(SECRET_LENGTH, "big")


def unlock_key(secret: bytes, network: str, account: str) -> boxes.BoxKeyPair:
    """The unlock key pair that a recovery code gives to one account of one network."""
    seed = derive(
        secret, bytes.fromhex(network), b"entente/v1/unlock/recovery_code\n" + account.encode("ascii")
    )
    return boxes.key_pair(seed)
