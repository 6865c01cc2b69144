"""An application to join: its form, and the digest by which an admission names it (docs/protocol.md, 4.9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from members.protocol import schema
from members.protocol.canonical import canonical
from members.protocol.charter import LANGUAGES
from members.protocol.schema import Malformed

POWERS: Final = ("investigate", "prevent", "prosecute", "recover_assets")
PURPOSES: Final = ("mandate", "other", "protection", "state_confirmation")
MEMBERSHIPS: Final = ("member", "observer")
MOST_FOCAL_POINTS: Final = 10
MOST_DOCUMENTS: Final = 20

_LINE: Final = schema.text(0, 200)
_LONG: Final = schema.text(0, 4000)

_FOCAL_POINT: Final = schema.closed(
    role=schema.one_of("lead", "deputy", "member"),
    name=_LINE,
    function=_LINE,
    email=schema.text(0, 254),
    language=schema.one_of(*LANGUAGES),
)


def _focal_points(value: Any, where: str) -> None:
    if not isinstance(value, list) or len(value) > MOST_FOCAL_POINTS:
        raise Malformed(f"{where}: not a list of at most {MOST_FOCAL_POINTS}")
    for one in value:
        _FOCAL_POINT(one, where)


def _state(value: Any, where: str) -> None:
    if value != "":
        schema.state_code(value, where)


FORM: Final[dict[str, schema.Check]] = {
    "name": _LINE,
    "name_en": _LINE,
    "state": _state,
    "membership": schema.one_of(*MEMBERSHIPS),
    "powers": schema.sorted_list(schema.one_of(*POWERS)),
    "mandate": _LONG,
    "legal_basis": _LONG,
    "independence": _LONG,
    "protection_physical": _LONG,
    "protection_legal": _LONG,
    "website": _LINE,
    "address": schema.text(0, 500),
    "telephone": schema.text(0, 50),
    "focal_points": _focal_points,
    "signatory_name": _LINE,
    "signatory_function": _LINE,
    "charter": schema.text(0, 7),
    "note": schema.text(0, 2000),
}
"""Every field of a form. Texts may be empty: what is lacking is told to the applicant, and hinders no saving."""

check_form: Final = schema.closed(**FORM)

_CONTENT: Final = schema.closed(
    application=schema.identifier,
    documents=schema.sorted_list(
        schema.closed(
            name=schema.text(1, 200),
            purpose=schema.one_of(*PURPOSES),
            sha256=schema.hash_,
            size=schema.positive,
        ),
        by="sha256",
        most=MOST_DOCUMENTS,
    ),
    form=check_form,
    network=schema.hash_,
    nonce=schema.hash_,
    revision=schema.positive,
)


def application_digest(
    *,
    application: str,
    documents: Iterable[Mapping[str, Any]],
    form: Mapping[str, Any],
    network: str,
    nonce: str,
    revision: int,
) -> str:
    """What stands for a submitted application in an admission; raises Malformed for what is none.

    `documents` (in any order) have `name`, `purpose`, `sha256` (hexadecimal) and `size` (bytes). `nonce` is 32 random
    bytes in hexadecimal that are kept with the application and go with it: what stays in the Register is then a random
    number, from which nobody can guess who was named in the form.
    """
    content = {
        "application": application,
        "documents": sorted((dict(one) for one in documents), key=lambda one: str(one.get("sha256"))),
        "form": dict(form),
        "network": network,
        "nonce": nonce,
        "revision": revision,
    }
    _CONTENT(content, "application")
    return hashlib.sha256(canonical(content)).hexdigest()
