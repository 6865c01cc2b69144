"""Entries of the directory and profiles: what is said in one, and who has signed it (docs/protocol.md, 4.8)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from members.protocol import schema, signing
from members.protocol.canonical import NotCanonical, canonical, parse_object
from members.protocol.charter import LANGUAGES
from members.protocol.schema import Check, Malformed

MAX_BODY: Final = 32 * 1024
ENTRY: Final = "directory.entry"
PROFILE: Final = "directory.profile"

Kind = Literal["authority", "state", "account"]

_SUBJECT: Final = re.compile(r"authority/([0-9a-f]{32})|state/([A-Z]{2})|account/([0-9a-f]{32})", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_CONTROL: Final = re.compile("[\u0000-\u001f\u007f-\u009f]")
_MINUTES: Final = 24 * 60


def _matching(pattern: re.Pattern[str], what: str, longest: int = 64) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or len(value) > longest or pattern.fullmatch(value) is None:
            raise Malformed(f"{where}: not {what}")

    return check


def _line(most: int) -> Check:
    """One line of text, which may be empty."""

    def check(value: Any, where: str) -> None:
        schema.text(0, most)(value, where)
        if _CONTROL.search(value):
            raise Malformed(f"{where}: a control character")

    return check


def _names(value: Any, where: str) -> None:
    if not isinstance(value, dict) or not value.keys() <= set(LANGUAGES):
        raise Malformed(f"{where}: not names by the six languages")
    for language, name in value.items():
        schema.name(name, f"{where}.{language}")


def _minute(least: int) -> Check:
    def check(value: Any, where: str) -> None:
        schema.at_least(least)(value, where)
        if value > _MINUTES:
            raise Malformed(f"{where}: no minute of a day")

    return check


def _weekday(value: Any, where: str) -> None:
    schema.positive(value, where)
    if value > 7:
        raise Malformed(f"{where}: no day of the week")


_HOURS_FORM: Final = schema.closed(
    days=schema.sorted_list(_weekday, least=1, most=7), **{"from": _minute(0), "until": _minute(1)}
)


def _hours(value: Any, where: str) -> None:
    """Days of the week (1 is Monday), and from when until when on each of them."""
    _HOURS_FORM(value, where)
    if value["from"] >= value["until"]:
        raise Malformed(f"{where}: ends before it begins")


_CODE_TEXT: Final = _matching(_CODE, "a code")
_CODES: Final = schema.sorted_list(_CODE_TEXT, most=40)
_LANGUAGE_CODES: Final = schema.sorted_list(_matching(_LANGUAGE, "a language"), most=20)
_ZONE_NAME: Final = schema.nullable(_matching(_ZONE, "a zone"))
_MATTERS: Final = schema.sorted_list(
    schema.closed(code=_CODE_TEXT, note=schema.text(0, 300)), by="code", most=40
)
_ENTRY_FORM: Final = schema.closed(
    address=schema.text(0, 500),
    basis=schema.text(0, 2000),
    central=schema.boolean,
    competences=_CODES,
    duty=schema.nullable(schema.closed(hours=schema.nullable(_hours), telephone=_line(60))),
    electronic=schema.nullable(schema.closed(accepted=schema.boolean, how=schema.text(0, 500))),
    email=_line(254),
    formal=_MATTERS,
    hours=schema.nullable(_hours),
    informal=_MATTERS,
    interpol=schema.nullable(schema.boolean),
    languages=_LANGUAGE_CODES,
    names=_names,
    networks=_CODES,
    note=schema.text(0, 2000),
    powers=_CODES,
    switchboard=_line(60),
    zone=_ZONE_NAME,
)
_PROFILE_FORM: Final = schema.closed(
    competences=_CODES,
    hours=schema.nullable(_hours),
    languages=_LANGUAGE_CODES,
    title=_line(200),
    zone=_ZONE_NAME,
)


def _subject(value: Any, where: str) -> None:
    if not isinstance(value, str) or _SUBJECT.fullmatch(value) is None:
        raise Malformed(f"{where}: not a subject of the directory")


def _form(entry: Check, kind: str) -> Check:
    return schema.closed(
        account=schema.identifier,
        device=schema.hash_,
        entry=entry,
        network=schema.hash_,
        previous=schema.nullable(schema.hash_),
        revision=schema.positive,
        size=schema.positive,
        subject=_subject,
        time=schema.natural,
        type=schema.one_of(kind),
    )


_FORMS: Final = {ENTRY: _form(_ENTRY_FORM, ENTRY), PROFILE: _form(_PROFILE_FORM, PROFILE)}


class NotAnEntry(ValueError):
    """The bytes are no entry of the directory and no profile."""


@dataclass(frozen=True)
class Signed:
    """An entry or a profile of the right form; whether its device signed it is asked with `signed_by`."""

    body: bytes
    signature: bytes
    account: str
    device: str
    entry: Mapping[str, Any]
    network: str
    previous: str | None
    revision: int
    size: int
    subject: str
    time: int

    @property
    def kind(self) -> Kind:
        """Of whom it speaks."""
        return kind_of(self.subject)

    @property
    def about(self) -> str:
        """The authority, the State or the account that it speaks of."""
        return self.subject.partition("/")[2]

    @property
    def hash(self) -> str:
        """What the next revision names as the one before it."""
        return hashlib.sha256(self.body).hexdigest()

    def signed_by(self, device_key: bytes) -> bool:
        """Whether the device whose key this is signed it, and is the one that it names."""
        return signing.device_id(device_key) == self.device and signing.verify(
            device_key, signing.DIRECTORY, self.body, self.signature
        )

    def follows(self, before: Signed | None) -> bool:
        """Whether it is the revision after this one, or the first."""
        if before is None:
            return self.revision == 1 and self.previous is None
        return (
            self.subject == before.subject
            and self.revision == before.revision + 1
            and self.previous == before.hash
            and self.size >= before.size
        )


def kind_of(subject: str) -> Kind:
    """`authority`, `state` or `account`; raises Malformed for what is no subject of the directory."""
    _subject(subject, "subject")
    kind = subject.partition("/")[0]
    return "authority" if kind == "authority" else "state" if kind == "state" else "account"


def empty_entry() -> dict[str, Any]:
    """An entry that says nothing yet."""
    lists = ("competences", "formal", "informal", "languages", "networks", "powers")
    texts = ("address", "basis", "email", "note", "switchboard")
    nothing = ("duty", "electronic", "hours", "interpol", "zone")
    return {
        **{name: [] for name in lists},
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(nothing),
        "central": False,
        "names": {},
    }


def make(
    *,
    account: str,
    device: str,
    entry: Mapping[str, Any],
    network: str,
    previous: str | None,
    revision: int,
    size: int,
    subject: str,
    time: int,
) -> bytes:
    """The canonical bytes of an entry, or of a profile where the subject is an account."""
    return canonical(
        {
            "account": account,
            "device": device,
            "entry": dict(entry),
            "network": network,
            "previous": previous,
            "revision": revision,
            "size": size,
            "subject": subject,
            "time": time,
            "type": PROFILE if subject.startswith("account/") else ENTRY,
        }
    )


def parse(body: bytes, signature: bytes) -> Signed:
    """The entry of these bytes; raises NotAnEntry when they have not exactly its form."""
    if len(body) > MAX_BODY or len(signature) != signing.SIGNATURE_LENGTH:
        raise NotAnEntry("too long, or no signature")
    try:
        fields: dict[str, Any] = parse_object(body)
        kind = fields.get("type")
        if not isinstance(kind, str) or kind not in _FORMS:
            raise Malformed("type: neither an entry nor a profile")
        _FORMS[kind](fields, "entry")
        _check_fits(kind, fields)
    except (NotCanonical, Malformed) as error:
        raise NotAnEntry(str(error)) from error
    del fields["type"]
    return Signed(body, signature, **fields)


def _check_fits(kind: str, fields: Mapping[str, Any]) -> None:
    subject, entry = fields["subject"], fields["entry"]
    about = kind_of(subject)
    if (kind == PROFILE) != (about == "account"):
        raise Malformed("subject: an entry is of an authority or a State, a profile of an account")
    if about == "state" and not (entry["names"] and entry["central"]):
        raise Malformed("entry: a central authority has a name, and says that it is one")
    if (fields["previous"] is None) != (fields["revision"] == 1):
        raise Malformed("previous: the first revision has none, every other has one")


def may_sign(
    *, kind: Kind, about: str, account: str, role: str, authority: str | None, authority_kind: str | None
) -> bool:
    """Whether somebody with this place in the Register speaks for the subject.

    `authority_kind` is that of the authority that it is about, null where there is no such one: an observer has no
    people of its own, and officers speak for it.
    """
    match kind:
        case "account":
            return about == account
        case "state":
            return role == "officer"
        case "authority":
            if authority_kind == "observer":
                return role == "officer"
            return authority_kind == "member" and role in ("lead", "deputy") and authority == about
