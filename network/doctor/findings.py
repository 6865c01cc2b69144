"""What a check has seen: one line each, with what to do about it, and never a secret in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from network.environment import Environment, Origin

PASSWORD_IN_ADDRESS = re.compile(r"(://[^\s/@:]*:)[^\s@]+@")
SHORTEST_SECRET = 4
"""Below this a word is no secret, and to strike it out would make the sentences unreadable."""


class Level(StrEnum):
    """How a thing stands; `skipped` says that it could not be looked at, or that there is nothing to look at."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What was seen in one place, and what to do about it; nothing where all is well."""

    place: str
    level: Level
    saw: str
    do: str = ""

    def without(self, secrets: Iterable[str]) -> Finding:
        """The same with every secret struck out, also a password that somebody has written into an address."""

        def struck(text: str) -> str:
            for secret in secrets:
                if len(secret) >= SHORTEST_SECRET:
                    text = text.replace(secret, "[secret]")
            return PASSWORD_IN_ADDRESS.sub(r"\1[secret]@", text)

        one_line = " ".join(self.saw.split()), " ".join(self.do.split())
        return replace(self, saw=struck(one_line[0]), do=struck(one_line[1]))


def ok(place: str, saw: str) -> Finding:
    return Finding(place, Level.OK, saw)


def warning(place: str, saw: str, do: str) -> Finding:
    return Finding(place, Level.WARNING, saw, do)


def failed(place: str, saw: str, do: str) -> Finding:
    return Finding(place, Level.FAILED, saw, do)


def skipped(place: str, saw: str) -> Finding:
    return Finding(place, Level.SKIPPED, saw)


@dataclass
class Case:
    """The deployment that is looked at, and how."""

    origin: Origin
    settings: Environment | None
    authority: Path | None = None
    """Certificates of a private authority, believed beside those of the system."""
    plain_port: int | None = None
    """Where plain http is answered; None when nobody has said."""
    processes: int = 1
    mail_to: str | None = None
    certificate_holds: bool = field(default=True)
    """Until shown otherwise; when it does not, the rest is still looked at."""

    @property
    def environment(self) -> Environment:
        assert self.settings is not None, "a check that reads settings waits for them"
        return self.settings

    def secrets(self) -> Iterator[str]:
        """What must appear in no output."""
        if self.settings is None:
            return
        one = self.settings
        for holder in (one.database, one.redis, one.mail):
            if holder is not None and holder.password:
                yield holder.password
        if one.storage is not None:
            yield one.storage.secret
        if one.metrics_token:
            yield one.metrics_token


@dataclass(frozen=True)
class Check:
    """One thing to look at. It ends after so many seconds, whatever it waits for."""

    name: str
    look: Callable[[Case], Iterator[Finding]]
    seconds: float = 15
    needs: tuple[str, ...] = ()
    """Checks without which this one would only repeat their failure."""
    after: tuple[str, ...] = ()
    """Checks that come first, whatever they find."""

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]
