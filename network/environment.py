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

BASE = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

VARIABLES: dict[str, str] = {
    "ENTENTE_ORIGIN": "Address that people type, such as https://portal.example.org; http for this computer only",
    "ENTENTE_DATA": "Directory of the database, the secret key and the files",
    "ENTENTE_HOST": "Address the server listens on; loopback unless a proxy on another machine or a container asks",
    "ENTENTE_PORT": "Port the server listens on; that of the origin if it names one, otherwise 8000",
    "ENTENTE_SECRET_KEY_FILE": "File that holds the secret key; when not given, one is made in the data directory",
    "ENTENTE_BEHIND_PROXY": "1 when a proxy that sets X-Forwarded-For and X-Forwarded-Proto is the only way in",
    "ENTENTE_NETWORK_NAME": "Name of the network, as people see it",
    "ENTENTE_DEMO": "1 for a demonstration network, whose sign-ins everybody may know",
    "ENTENTE_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}


class SettingError(Exception):
    """A setting that cannot be used; the message names the variable and says what it should be."""


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
    demo: bool
    log_level: str

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Environment:
        """The settings that these variables give; an unknown ENTENTE_ name is refused as a slip of the pen."""
        unknown = sorted(name for name in values if name.startswith("ENTENTE_") and name not in VARIABLES)
        if unknown:
            raise SettingError(f"There is no setting {unknown[0]}; the settings are {', '.join(VARIABLES)}.")
        port = _port(values)
        origin = Origin.parse(values.get("ENTENTE_ORIGIN") or f"http://localhost:{port or 8000}")
        data = Path(values.get("ENTENTE_DATA") or BASE / ".entente").absolute()
        level = (values.get("ENTENTE_LOG_LEVEL") or "INFO").upper()
        if level not in LOG_LEVELS:
            raise SettingError(f"ENTENTE_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {level!r}.")
        return cls(
            origin=origin,
            data=data,
            host=values.get("ENTENTE_HOST") or "127.0.0.1",
            port=port or (not origin.secure and origin.port) or 8000,
            secret_key_file=Path(given) if (given := values.get("ENTENTE_SECRET_KEY_FILE")) else None,
            behind_proxy=_switch("ENTENTE_BEHIND_PROXY", values),
            network_name=values.get("ENTENTE_NETWORK_NAME") or "Entente",
            demo=_switch("ENTENTE_DEMO", values),
            log_level=level,
        )


def _port(values: Mapping[str, str]) -> int | None:
    text = values.get("ENTENTE_PORT", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SettingError(f"ENTENTE_PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _switch(name: str, values: Mapping[str, str]) -> bool:
    text = values.get(name, "").lower()
    if text not in TRUE | FALSE:
        raise SettingError(f"{name} must be 1 or 0, not {text!r}.")
    return text in TRUE
