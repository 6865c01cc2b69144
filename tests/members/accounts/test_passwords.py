"""Weak passwords are refused with reasons that the interface can say in six languages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hashers

from members.accounts.passwords import refuse_weak, weaknesses
from members.problems import Refused


def reasons(password: str) -> list[str]:
    return weaknesses(password, email="amina.haddad@integrity.example", names=["Amina Haddad"])


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("correct horse battery staple", []),
        ("Kv7-umbra-lontano", []),
        ("كلمة مرور طويلة بما يكفي", []),
        ("short", ["too_short"]),
        ("90218374651028", ["only_digits"]),
        ("ababababababab", ["too_repetitive"]),
        ("Password12345!", ["too_common"]),
        ("dragondragon", ["too_common"]),
        ("amina.haddad1", ["like_your_name"]),
        ("x" * 257, ["too_long"]),
    ],
)
def test_each_weakness_has_a_code(password: str, expected: list[str]) -> None:
    assert reasons(password) == expected


def test_a_weak_password_is_refused_with_its_reasons() -> None:
    with pytest.raises(Refused) as refused:
        refuse_weak("short", email="a@example.org", names=[])
    assert refused.value.code == "password_weak"
    assert "too_short" in str(refused.value.extra["reasons"])


def test_passwords_are_hashed_with_argon2id() -> None:
    from network import settings as portal

    assert portal.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert settings.PASSWORD_HASHERS[1] == portal.PASSWORD_HASHERS[0]
    argon = next(hasher for hasher in get_hashers() if isinstance(hasher, Argon2PasswordHasher))
    assert argon.encode("any", argon.salt()).startswith("argon2$argon2id$")
