"""The people of the demonstration whose sign-ins everybody may know.

Their secrets lie in a file that only its owner can read, outside the database, and are given out in demo mode only, on
a database that was made by it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from members.accounts.models import Account
from members.problems import NotFound
from members.register.access import network
from network.demo.codes import next_unused_code


@dataclass(frozen=True)
class Persona:
    """One persona; `title` and `story` are codes that the catalogues translate."""

    id: str
    title: str
    authority: str | None
    authority_name: str
    state: str
    language: str
    role: str
    story: str
    email: str
    password: str
    recovery_code: str


def file() -> Path:
    return Path(settings.DATA) / "demo_personas.json"


def keep(personas: Sequence[Persona]) -> None:
    """Write the file anew, mode 0600; only for a demonstration."""
    if not (settings.DEMO and network().demo):
        raise RuntimeError("Personas are kept in demo mode only.")
    fresh = file().with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as held:
        json.dump([asdict(one) for one in personas], held, ensure_ascii=False, indent=1)
    fresh.replace(file())


def held() -> list[Persona]:
    """The personas; NotFound where this is no demonstration, as if there were no such thing."""
    if not (settings.DEMO and network().demo):
        raise NotFound
    try:
        listed = json.loads(file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [Persona(**one) for one in listed]


def fill(persona_id: str) -> dict[str, str]:
    """What the sign-in page fills in for this persona: both factors, and the recovery code for a new browser."""
    found = next((one for one in held() if one.id == persona_id), None)
    account = Account.objects.filter(email=found.email).first() if found else None
    if found is None or account is None:
        raise NotFound
    return {
        "email": found.email,
        "password": found.password,
        "code": next_unused_code(account),
        "recovery_code": found.recovery_code,
    }
