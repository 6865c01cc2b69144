"""The secret key of one portal: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from network.addresses import SettingError

SHORTEST = 40


def given_key(path: Path) -> str:
    """The key in a file that the operator names; it is never made here, for that would hide a slip of the pen."""
    try:
        return _read(path)
    except OSError as error:
        raise SettingError(f"ENTENTE_SECRET_KEY_FILE: {path} cannot be read ({error.strerror}).") from error


def own_key(path: Path) -> str:
    """The key in this file; on first start one is made, and of two first starts at once both get the same."""
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(fresh, path)  # unlike a rename, this fails when another start was first
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read(path)


def _read(path: Path) -> str:
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < SHORTEST:
        raise SettingError(f"The secret key in {path} is shorter than {SHORTEST} characters: make it anew.")
    return key
