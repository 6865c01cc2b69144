"""The charter: what a version of it is, and how the lead of an authority accepts one (docs/protocol.md, 4.7)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from members.protocol import schema, signing
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.schema import Malformed

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "zh")
MAX_TEXT: Final = 40_000
MAX_BODY: Final = 4 * 1024

_NUMBER: Final = re.compile(r"([1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})", re.ASCII)
_TEXT: Final = schema.text(1, MAX_TEXT)


def _number(value: Any, where: str) -> None:
    if not isinstance(value, str) or _NUMBER.fullmatch(value) is None:
        raise Malformed(f"{where}: not the number of a version")


_VERSION: Final = schema.closed(
    effective=schema.natural, number=_number, texts=schema.closed(**dict.fromkeys(LANGUAGES, _TEXT))
)
_ACCEPTANCE: Final = schema.closed(
    account=schema.identifier,
    authority=schema.identifier,
    charter=schema.hash_,
    device=schema.hash_,
    network=schema.hash_,
    number=_number,
    time=schema.natural,
    type=schema.one_of("charter.accepted"),
)


class NotAnAcceptance(ValueError):
    """The bytes are no acceptance of a charter."""


@dataclass(frozen=True)
class Acceptance:
    """An acceptance of the right form; whether its device signed it is asked with `signed_by`."""

    body: bytes
    signature: bytes
    account: str
    authority: str
    charter: str
    device: str
    network: str
    number: str
    time: int

    def signed_by(self, device_key: bytes) -> bool:
        """Whether the device whose key this is signed it, and is the one that it names."""
        return signing.device_id(device_key) == self.device and signing.verify(
            device_key, signing.CHARTER, self.body, self.signature
        )


def order(number: str) -> tuple[int, int]:
    """Where a version stands among the others; raises Malformed for what is no number of a version."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise Malformed("not the number of a version")
    return int(found[1]), int(found[2])


def charter_hash(*, number: str, effective: int, texts: Mapping[str, str]) -> str:
    """What stands for a version in an acceptance; raises Malformed for what is no version.

    `effective` is in milliseconds; `texts` has exactly the six languages. NotCanonical is raised for half a surrogate.
    """
    version = {"effective": effective, "number": number, "texts": dict(texts)}
    _VERSION(version, "charter")
    return hashlib.sha256(canonical(version)).hexdigest()


def make(
    *, account: str, authority: str, charter: str, device: str, network: str, number: str, time: int
) -> bytes:
    """The canonical bytes of an acceptance of the version with this charter hash."""
    return canonical(
        {
            "account": account,
            "authority": authority,
            "charter": charter,
            "device": device,
            "network": network,
            "number": number,
            "time": time,
            "type": "charter.accepted",
        }
    )


def parse(body: bytes, signature: bytes) -> Acceptance:
    """The acceptance of these bytes; raises NotAnAcceptance when they have not exactly its form."""
    if len(body) > MAX_BODY or len(signature) != signing.SIGNATURE_LENGTH:
        raise NotAnAcceptance("too long, or no signature")
    try:
        fields: dict[str, Any] = parse_object(body)
        _ACCEPTANCE(fields, "acceptance")
    except (NotCanonical, Malformed) as error:
        raise NotAnAcceptance(str(error)) from error
    del fields["type"]
    return Acceptance(body, signature, **fields)
