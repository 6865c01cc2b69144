"""The Register key: made once, in a file of the data directory that only its owner can read; never in the database."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from members import clock
from members.protocol import checkpoint, signing
from members.protocol.checkpoint import Checkpoint
from members.protocol.encoding import unhex
from members.protocol.person import new_seed


class RegisterKeyMissing(Exception):
    """The Register key is not there, or is not the one that founded this network; nothing can be appended."""


def key_file() -> Path:
    return Path(settings.DATA) / "register_key"


def make_key() -> bytes:
    """The public Register key; made now if there is none yet."""
    path = key_file()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return signing.public_key(_seed())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_seed().hex())
    return signing.public_key(_seed())


def sign(head: Checkpoint, register_key: bytes, *, confirmed: bool = True) -> str:
    """The checkpoint as a signed note under exactly this Register key; `confirmed` with the present time."""
    seed = _seed()
    if signing.public_key(seed) != register_key:
        raise RegisterKeyMissing(f"The key in {key_file()} is not the Register key of this network.")
    note = checkpoint.sign(head, seed)
    return checkpoint.cosign(note, seed, clock.now() // clock.SECOND) if confirmed else note


def cosigned_at(note: str) -> int | None:
    """When the Register key said last that the log has this head, in seconds."""
    return checkpoint.cosigned_at(note, signing.public_key(_seed()))


def cosign(note: str) -> str:
    """The same note, cosigned now."""
    return checkpoint.cosign(note, _seed(), clock.now() // clock.SECOND)


def _seed() -> bytes:
    try:
        return unhex(key_file().read_text(encoding="ascii").strip(), 32)
    except FileNotFoundError:
        raise RegisterKeyMissing(f"There is no Register key in {key_file()}.") from None
