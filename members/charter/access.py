"""What may be read of the charter, and which authorities may only read until they have accepted it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from members import clock
from members.charter.models import Acceptance, CharterVersion
from members.problems import NotFound
from members.protocol.charter import LANGUAGES
from members.protocol.encoding import b64
from members.register.access import Standing, standing
from members.register.models import RegisterAuthority

_TEMPLATE = Path(__file__).parent / "template"


def published() -> list[CharterVersion]:
    """All published versions without their texts, the earliest first."""
    rows = CharterVersion.objects.filter(published_at__isnull=False).defer("texts")
    return list(rows.order_by("effective"))


def replaced_at(versions: Iterable[CharterVersion], version: CharterVersion) -> int | None:
    """When the version after this one has come into force or will; None for the last."""
    later = [one.effective or 0 for one in versions if (one.effective or 0) > (version.effective or 0)]
    return min(later, default=None)


# --- who may only read ---


def only_reads_from(authorities: Collection[str]) -> dict[str, int]:
    """Since when, or from when on, each of these authorities may only read; nobody where the network does not ask it.

    That is when the first version comes into force that it has neither accepted nor accepted a later one of. Two
    queries, whatever their number.
    """
    if not settings.CHARTER_REQUIRED:
        return {}
    versions = published()
    place = {one.pk: index for index, one in enumerate(versions)}
    accepted: dict[str, int] = {}
    rows = Acceptance.objects.filter(authority__in=authorities).values_list("authority", "version_id")
    for authority, version in rows:
        accepted[authority] = max(accepted.get(authority, -1), place[version])
    found: dict[str, int] = {}
    for authority in authorities:
        following = accepted.get(authority, -1) + 1
        if following < len(versions):
            found[authority] = versions[following].effective or 0
    return found


def may_only_read(authority: str) -> bool:
    """Whether this authority may only read now, since it has not accepted what is in force."""
    since = only_reads_from([authority]).get(authority)
    return since is not None and since <= clock.now()


# --- reading ---


def _place_of(reader: str) -> Standing:
    found = standing(reader)
    if found is None:
        raise NotFound
    return found


def overview(reader: str) -> dict[str, Any]:
    """All versions with what was signed for them, for whoever has a place in the Register. Four queries."""
    _place_of(reader)
    versions = published()
    signed: dict[int, list[dict[str, Any]]] = {one.pk: [] for one in versions}
    for one in Acceptance.objects.filter(version__published_at__isnull=False).order_by("at"):
        signed[one.version_id].append(
            {"body": b64(bytes(one.body)), "signature": b64(bytes(one.signature)), "at": one.at}
        )
    return {
        "required": settings.CHARTER_REQUIRED,
        "versions": [_object(one, signed[one.pk]) for one in versions],
    }


def _object(version: CharterVersion, acceptances: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": version.number,
        "effective": version.effective,
        "hash": version.hash,
        "written_by": version.changed_by,
        "published_by": version.published_by,
        "published_at": version.published_at,
        "acceptances": acceptances,
    }


def texts(reader: str, number: str) -> Mapping[str, str]:
    """The six texts of a published version."""
    _place_of(reader)
    found = CharterVersion.objects.filter(number=number, published_at__isnull=False).first()
    if found is None:
        raise NotFound
    return dict(found.texts)


def require_officer(account: str) -> None:
    """Raises NotFound for everybody else: what officers prepare is nobody's yet."""
    found = standing(account)
    if found is None or found.role != "officer":
        raise NotFound


def draft(reader: str) -> CharterVersion | None:
    """What officers prepare; for officers alone."""
    require_officer(reader)
    return CharterVersion.objects.filter(published_at=None).first()


def template(reader: str) -> dict[str, str]:
    """The texts that a network without a charter begins with; for officers alone."""
    require_officer(reader)
    return template_texts()


def template_texts() -> dict[str, str]:
    """The charter that comes with this program, in six languages."""
    return {
        language: (_TEMPLATE / f"{language}.md").read_text(encoding="utf-8").strip() for language in LANGUAGES
    }


# --- who has not accepted ---


def lacking(version: CharterVersion) -> list[RegisterAuthority]:
    """The active member authorities that have accepted neither this version nor a later one."""
    later = CharterVersion.objects.filter(
        published_at__isnull=False, effective__gte=version.effective or 0
    ).values("pk")
    accepted = Acceptance.objects.filter(version__in=later).values("authority")
    members = RegisterAuthority.objects.filter(status="active", kind="member")
    return list(members.exclude(pk__in=accepted).order_by("pk"))
