"""A password is long enough, not a common one, and not made of the person's own name."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import CommonPasswordValidator

from members.problems import Refused

SHORTEST, LONGEST = 12, 256
FEWEST_DIFFERENT = 5

_common = CommonPasswordValidator()


def weaknesses(password: str, *, email: str, names: list[str]) -> list[str]:
    """Codes of what is wrong with this password, for the interface to translate; empty when nothing is."""
    found = []
    plain = password.lower()
    if len(password) < SHORTEST:
        found.append("too_short")
    if len(password) > LONGEST:
        return ["too_long"]
    if password.isdigit():
        found.append("only_digits")
    if len(set(plain)) < FEWEST_DIFFERENT:
        found.append("too_repetitive")
    if _is_common(plain):
        found.append("too_common")
    if _resembles(plain, email=email, names=names):
        found.append("like_your_name")
    return found


def refuse_weak(password: str, *, email: str, names: list[str]) -> None:
    """Raises `password_weak` with the reasons, or lets the password pass."""
    reasons = weaknesses(password, email=email, names=names)
    if reasons:
        raise Refused("password_weak", "Choose another password.", reasons=reasons)


def _is_common(plain: str) -> bool:
    """Whether it is one of the 20,000 most common, or one of them with something put before or behind it."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    repeated = re.fullmatch(r"(.+?)\1+", plain)
    candidates = {plain, bare, repeated.group(1) if repeated else plain}
    return any(word in _common.passwords for word in candidates)


def _resembles(plain: str, *, email: str, names: list[str]) -> bool:
    parts = [part for text in [email, *names] for part in re.split(r"[\W_]+", text.lower())]
    return any(len(part) >= 4 and part in plain and len(plain) - len(part) < 8 for part in parts)
