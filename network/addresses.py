"""Addresses of the services beside the portal, read from settings: each is checked whole, and refused by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit


class SettingError(Exception):
    """A setting that cannot be used; the message names the variable and says what it should be."""


def read_secret(name: str, path: str | None) -> str | None:
    """What a file of the operator holds, without the line end of its editor; None when no file is named."""
    if not path:
        return None
    try:
        held = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingError(f"{name}: {path} cannot be read ({why}).") from error
    if not held:
        raise SettingError(f"{name}: {path} is empty.")
    return held


def _wrong(name: str, text: str, example: str) -> SettingError:
    """Says what was given, but never a password in it."""
    shown = re.sub(r":[^:/@]*@", ":***@", text)
    return SettingError(f"{name} must look like {example}, not {shown!r}.")


def _split(name: str, text: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    wrong = _wrong(name, text, example)
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in schemes or parts.query or parts.fragment:
        raise wrong
    if parts.password is not None:
        raise SettingError(f"{name} must not hold the password: name a file with it in {name}_PASSWORD_FILE.")
    return parts


class _Pool(Protocol):
    def check(self) -> None: ...


def _begin_anew(pool: _Pool) -> None:
    """A pool that has given up a connection tries for another one, with short pauses again."""
    pool.check()


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database, reached over a network or by the directory of its local socket."""

    host: str
    port: int
    name: str
    user: str
    password: str | None
    connections: int

    @classmethod
    def parse(cls, text: str, password: str | None, connections: int) -> Database:
        example = "postgresql://entente@db.example.org:5432/entente"
        parts = _split("ENTENTE_DATABASE", text, ("postgresql",), example)
        name, user = parts.path.removeprefix("/"), parts.username
        if not name or "/" in name or not user or not parts.hostname:
            raise _wrong("ENTENTE_DATABASE", text, example)
        host = unquote(parts.hostname if "%" not in parts.netloc else parts.netloc.rpartition("@")[2])
        if host.startswith("/") and ":" in host:
            host = host.rpartition(":")[0]
        return cls(host, parts.port or 5432, unquote(name), unquote(user), password, connections)

    def django(self) -> dict[str, Any]:
        """As Django's settings have it: pooled, and with an end to every wait for a database that is gone."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": self.host,
            "PORT": str(self.port),
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password or "",
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 5,
                # a network that has swallowed the connection is noticed, whoever waits for what
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
                "pool": {
                    "min_size": 1,
                    "max_size": self.connections,
                    "timeout": 10,
                    # The pool doubles its pauses for as long as it tries: after an hour without a database it
                    # would come back up to an hour late. So it gives up soon, and begins anew.
                    "reconnect_timeout": 4,
                    "reconnect_failed": _begin_anew,
                },
            },
        }


@dataclass(frozen=True)
class Redis:
    """Redis or Valkey, by which the processes of one portal tell each other what is new."""

    url: str
    password: str | None

    @classmethod
    def parse(cls, text: str, password: str | None) -> Redis:
        example = "redis://redis.example.org:6379/0 (rediss with TLS, unix:///path for a local socket)"
        parts = _split("ENTENTE_REDIS", text, ("redis", "rediss", "unix"), example)
        place = parts.path.removeprefix("/")
        if parts.scheme == "unix":
            fits = bool(place) and not parts.hostname
        else:
            fits = bool(parts.hostname) and (not place or place.isdecimal())
        if not fits:
            raise _wrong("ENTENTE_REDIS", text, example)
        return cls(text, password)


@dataclass(frozen=True)
class ObjectStorage:
    """A bucket at an S3-compatible service."""

    endpoint: str
    bucket: str
    region: str
    key_id: str
    secret: str

    @classmethod
    def parse(cls, text: str, region: str, key_id: str, secret: str | None) -> ObjectStorage:
        example = "https://s3.example.org/bucket"
        parts = _split("ENTENTE_STORAGE", text, ("http", "https"), example)
        bucket = parts.path.strip("/")
        if not parts.hostname or parts.username or not bucket or "/" in bucket:
            raise _wrong("ENTENTE_STORAGE", text, example)
        if not key_id or not secret:
            raise SettingError(
                "ENTENTE_STORAGE needs ENTENTE_STORAGE_KEY_ID and ENTENTE_STORAGE_SECRET_FILE beside it."
            )
        return cls(f"{parts.scheme}://{parts.netloc}", bucket, region, key_id, secret)


@dataclass(frozen=True)
class Mail:
    """The server that mail is handed to, and whom it is from."""

    host: str
    port: int
    user: str
    password: str | None
    tls: bool
    sender: str

    @classmethod
    def parse(cls, text: str, password: str | None, sender: str) -> Mail:
        """`smtps` is TLS from the first byte; `smtp` asks for STARTTLS, except on this computer."""
        example = "smtps://user@mail.example.org:465 or smtp://user@mail.example.org:587"
        parts = _split("ENTENTE_MAIL", text, ("smtp", "smtps"), example)
        if not parts.hostname or parts.path not in ("", "/"):
            raise _wrong("ENTENTE_MAIL", text, example)
        if "@" not in sender:
            raise SettingError("ENTENTE_MAIL needs ENTENTE_MAIL_FROM beside it, such as portal@example.org.")
        if bool(parts.username) != bool(password):
            raise SettingError(
                "ENTENTE_MAIL needs a user and ENTENTE_MAIL_PASSWORD_FILE, or neither of them."
            )
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 587)
        return cls(parts.hostname, port, unquote(parts.username or ""), password, tls, sender)
