"""Every setting that an operator can give, with its type, its default and a clear error when it is wrong.

Settings come from environment variables and nowhere else. `VARIABLES` is the one list: documents, the compose
file and the tests are compared with it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from network.addresses import Database, Mail, ObjectStorage, Redis, SettingError, read_secret

BASE = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("lines", "json")
WORKERS = ("inside", "outside")

VARIABLES: dict[str, str] = {
    "ENTENTE_ORIGIN": "Address that people type, such as https://portal.example.org; http for this computer only",
    "ENTENTE_DATA": "Directory of the database, the secret key and the files",
    "ENTENTE_HOST": "Address the server listens on; loopback unless a proxy on another machine or a container asks",
    "ENTENTE_PORT": "Port the server listens on; that of the origin if it names one, otherwise 8000",
    "ENTENTE_SECRET_KEY_FILE": "File that holds the secret key; when not given, one is made in the data directory",
    "ENTENTE_BEHIND_PROXY": "1 when a proxy that sets X-Forwarded-For and X-Forwarded-Proto is the only way in",
    "ENTENTE_NETWORK_NAME": "Name of the network, as people see it",
    "ENTENTE_CHARTER_REQUIRED": "1 when an authority that has not accepted the charter in force can only read",
    "ENTENTE_DEMO": "1 for a demonstration network, whose sign-ins everybody may know",
    "ENTENTE_OFFICERS_NEED_PASSKEYS": "1 when officers may act only after they have touched a passkey in the session",
    "ENTENTE_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "ENTENTE_LOG_FORMAT": "lines for people, json for what collects logs",
    "ENTENTE_DATABASE": "PostgreSQL, such as postgresql://entente@db:5432/entente; when not given, SQLite in the data "
    "directory",
    "ENTENTE_DATABASE_PASSWORD_FILE": "File that holds the password of the database",
    "ENTENTE_DATABASE_CONNECTIONS": "Most connections that one process opens to PostgreSQL; 10 when not given",
    "ENTENTE_REDIS": "Redis or Valkey, such as redis://redis:6379/0, for several processes; one alone needs none",
    "ENTENTE_REDIS_PASSWORD_FILE": "File that holds the password of Redis",
    "ENTENTE_STORAGE": "S3-compatible bucket, such as https://s3.example.org/bucket; when not given, files lie in the "
    "data directory",
    "ENTENTE_STORAGE_REGION": "Region of the bucket, where the service has regions",
    "ENTENTE_STORAGE_KEY_ID": "Access key of the bucket",
    "ENTENTE_STORAGE_SECRET_FILE": "File that holds the secret that belongs to the access key",
    "ENTENTE_MAIL": "Mail server, such as smtps://user@mail.example.org:465; when not given, mail is kept in the data "
    "directory",
    "ENTENTE_MAIL_PASSWORD_FILE": "File that holds the password of the mail server",
    "ENTENTE_MAIL_FROM": "Address that mail is sent from",
    "ENTENTE_WORKER": "inside when a thread of the server does background tasks, outside when `entente work` does",
    "ENTENTE_METRICS_TOKEN_FILE": "File that holds the token that /metrics asks for; without one there are no metrics",
}


@dataclass(frozen=True)
class Origin:
    """One web origin: scheme, host and port, and nothing after them."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Refuses whatever is not exactly an origin, and plain http for any host but this computer."""
        wrong = SettingError(f"ENTENTE_ORIGIN must look like https://portal.example.org, not {text!r}.")
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise wrong from None
        beyond = parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None
        if parts.scheme not in ("http", "https") or not host or "*" in host or beyond:
            raise wrong
        if parts.scheme == "http" and host not in LOOPBACK:
            raise SettingError(
                f"ENTENTE_ORIGIN must begin with https:// for {host}: browsers refuse cryptography on plain http, "
                "except for localhost."
            )
        return cls(parts.scheme, host, port)

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def websocket(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self.netloc}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


@dataclass(frozen=True)
class Environment:
    """The settings of one portal, checked."""

    origin: Origin
    data: Path
    host: str
    port: int
    secret_key_file: Path | None
    behind_proxy: bool
    network_name: str
    charter_required: bool
    demo: bool
    officers_need_passkeys: bool
    log_level: str
    log_format: str
    database: Database | None
    redis: Redis | None
    storage: ObjectStorage | None
    mail: Mail | None
    worker_inside: bool
    metrics_token: str | None

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Environment:
        """The settings that these variables give; an unknown ENTENTE_ name is refused as a slip of the pen."""
        unknown = sorted(name for name in values if name.startswith("ENTENTE_") and name not in VARIABLES)
        if unknown:
            raise SettingError(f"There is no setting {unknown[0]}; the settings are {', '.join(VARIABLES)}.")
        port = _number("ENTENTE_PORT", 1, 65535, values)
        origin = Origin.parse(values.get("ENTENTE_ORIGIN") or f"http://localhost:{port or 8000}")
        data = Path(values.get("ENTENTE_DATA") or BASE / ".entente").absolute()
        return cls(
            origin=origin,
            data=data,
            host=values.get("ENTENTE_HOST") or "127.0.0.1",
            port=port or (not origin.secure and origin.port) or 8000,
            secret_key_file=Path(given) if (given := values.get("ENTENTE_SECRET_KEY_FILE")) else None,
            behind_proxy=_switch("ENTENTE_BEHIND_PROXY", values),
            network_name=values.get("ENTENTE_NETWORK_NAME") or "Entente",
            charter_required=_switch("ENTENTE_CHARTER_REQUIRED", values),
            demo=_switch("ENTENTE_DEMO", values),
            officers_need_passkeys=_switch("ENTENTE_OFFICERS_NEED_PASSKEYS", values),
            log_level=_one_of("ENTENTE_LOG_LEVEL", LOG_LEVELS, "INFO", values),
            log_format=_one_of("ENTENTE_LOG_FORMAT", LOG_FORMATS, "lines", values),
            database=_database(values),
            redis=_redis(values),
            storage=_storage(values),
            mail=_mail(values),
            worker_inside=_one_of("ENTENTE_WORKER", WORKERS, "inside", values) == "inside",
            metrics_token=_secret("ENTENTE_METRICS_TOKEN_FILE", values),
        )


def _secret(name: str, values: Mapping[str, str]) -> str | None:
    return read_secret(name, values.get(name))


def _with_nothing_left_over(name: str, values: Mapping[str, str]) -> None:
    """What belongs to a setting is of no use without it; to drop it in silence would hide a slip of the pen."""
    for other in VARIABLES:
        if other.startswith(f"{name}_") and values.get(other):
            raise SettingError(f"{other} is given and {name} is not.")


def _database(values: Mapping[str, str]) -> Database | None:
    given = values.get("ENTENTE_DATABASE")
    if not given:
        _with_nothing_left_over("ENTENTE_DATABASE", values)
        return None
    connections = _number("ENTENTE_DATABASE_CONNECTIONS", 4, 1000, values) or 10
    return Database.parse(given, _secret("ENTENTE_DATABASE_PASSWORD_FILE", values), connections)


def _redis(values: Mapping[str, str]) -> Redis | None:
    given = values.get("ENTENTE_REDIS")
    if not given:
        _with_nothing_left_over("ENTENTE_REDIS", values)
        return None
    if not values.get("ENTENTE_DATABASE"):
        raise SettingError(
            "ENTENTE_REDIS is for several processes, and those need ENTENTE_DATABASE beside it."
        )
    return Redis.parse(given, _secret("ENTENTE_REDIS_PASSWORD_FILE", values))


def _storage(values: Mapping[str, str]) -> ObjectStorage | None:
    given = values.get("ENTENTE_STORAGE")
    if not given:
        _with_nothing_left_over("ENTENTE_STORAGE", values)
        return None
    return ObjectStorage.parse(
        given,
        values.get("ENTENTE_STORAGE_REGION") or "us-east-1",
        values.get("ENTENTE_STORAGE_KEY_ID", ""),
        _secret("ENTENTE_STORAGE_SECRET_FILE", values),
    )


def _mail(values: Mapping[str, str]) -> Mail | None:
    given = values.get("ENTENTE_MAIL")
    if not given:
        _with_nothing_left_over("ENTENTE_MAIL", values)
        return None
    password = _secret("ENTENTE_MAIL_PASSWORD_FILE", values)
    return Mail.parse(given, password, values.get("ENTENTE_MAIL_FROM", ""))


def _one_of(name: str, allowed: tuple[str, ...], otherwise: str, values: Mapping[str, str]) -> str:
    text = values.get(name) or otherwise
    found = next((one for one in allowed if one.lower() == text.lower()), None)
    if found is None:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {text!r}.")
    return found


def _number(name: str, least: int, most: int, values: Mapping[str, str]) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise SettingError(f"{name} must be a number from {least} to {most}, not {text!r}.")
    return int(text)


def _switch(name: str, values: Mapping[str, str]) -> bool:
    text = values.get(name, "").lower()
    if text not in TRUE | FALSE:
        raise SettingError(f"{name} must be 1 or 0, not {text!r}.")
    return text in TRUE
