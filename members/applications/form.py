"""The form of an application: an empty one, what a submission still lacks, and what changed between two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from members.problems import Refused
from members.protocol.application import FORM, check_form
from members.protocol.schema import Malformed

Form: TypeAlias = "dict[str, Any]"

_FROM_ALL: Final = ("name", "name_en", "state", "mandate", "address", "telephone")
_FROM_MEMBERS: Final = (
    "powers",
    "legal_basis",
    "independence",
    "protection_physical",
    "protection_legal",
)
_SIGNED: Final = ("signatory_name", "signatory_function")

LACKS: Final = (
    *FORM,
    "lead",
    "lead_email",
    "documents.mandate",
    "documents.state_confirmation",
    "documents.protection",
    "documents.other",
)
"""What an officer may mark as missing."""


def empty() -> Form:
    return {**dict.fromkeys(FORM, ""), "powers": [], "focal_points": [], "membership": "member"}


def checked(form: Mapping[str, Any]) -> Form:
    """The form, if it has exactly its fields and nothing is too long; raises Refused `invalid`."""
    powers = form.get("powers")
    given = {**form, "powers": sorted(powers, key=str) if isinstance(powers, list) else powers}
    try:
        check_form(given, "form")
    except (Malformed, TypeError) as error:
        raise Refused("invalid", f"The form cannot be kept as it is: {error}.") from error
    return given


def missing(form: Form, purposes: Collection[str]) -> list[str]:
    """Codes of what a submission lacks, in the order of the form; `purposes` are those of the whole documents."""
    wanted = [*_FROM_ALL, *(_FROM_MEMBERS if form["membership"] == "member" else ()), *_SIGNED]
    found = [field for field in FORM if field in wanted and not _given(form[field])]
    points = form["focal_points"]
    if form["membership"] == "member":
        if len(points) < 2 or not all(one["name"].strip() and one["function"].strip() for one in points):
            found.append("focal_points")
        leads = [one for one in points if one["role"] == "lead"]
        if len(leads) != 1:
            found.append("lead")
    addresses = [one["email"].strip().lower() for one in points]
    if not all(_is_address(one) for one in addresses) or len(set(addresses)) != len(addresses):
        found.append("lead_email")
    if "mandate" not in purposes:
        found.append("documents.mandate")
    return found


def changes(before: Form, after: Form) -> list[str]:
    """The fields that differ, in the order of the form."""
    return [field for field in FORM if before[field] != after[field]]


def lead_of(form: Form) -> dict[str, str] | None:
    """Who is named as lead."""
    points: Sequence[dict[str, str]] = form["focal_points"]
    return next((one for one in points if one["role"] == "lead"), None)


def _given(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
