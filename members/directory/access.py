"""Reading who is who; whoever has a place in the Register may, and checks it against the commitments there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from members.directory.absences import ONE_DAY, day_of
from members.directory.models import Absence, AuthorityName, Institution, Person, Revision
from members.problems import NotFound
from members.protocol.encoding import b64
from members.register.access import standing
from members.register.models import Head, RegisterAccount, RegisterAuthority

ENTRIES_AT_ONCE = 60
PROFILES_AT_ONCE = 200
"""On a line of 256 kbit/s either takes about two seconds."""


def directory(reader: str) -> dict[str, Any]:
    """Every person and every authority's names in other languages; four queries, whatever their number.

    Nothing for an invited person whom nobody has signed for: their link may have come into wrong hands.
    """
    _require_place(reader)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for authority, language, text in AuthorityName.objects.values_list("authority", "language", "text"):
        names[authority][language] = text
    people = Person.objects.order_by("account").values("account", "salt", "name", "function", "language")
    authorities = RegisterAuthority.objects.order_by("id").values_list("id", flat=True)
    return {
        "people": [{**person, "salt": person["salt"] or None} for person in people],
        "authorities": [{"id": one, "name_translations": names.get(one, {})} for one in authorities],
    }


# --- what is signed ---


def changes(reader: str, *, profiles: bool, after: int) -> dict[str, Any]:
    """What was signed after the row `after` and is still the newest of its subject, the earliest first; three queries.

    At most as many rows as the line is patient for; `more` says that there are others. Profiles of people who have
    left are not shown. Where `restored` has changed, rows were numbered anew, and a reader begins from 0.
    """
    _require_place(reader)
    rows = Revision.objects.filter(profile=profiles, present=True, pk__gt=after).order_by("pk")
    if profiles:
        rows = rows.filter(account__in=RegisterAccount.objects.filter(active=True).values("pk"))
    most = PROFILES_AT_ONCE if profiles else ENTRIES_AT_ONCE
    found = list(rows[: most + 1])
    restored = Head.objects.filter(pk=1).values_list("restored_at", flat=True).first()
    return {"rows": [_row(one) for one in found[:most]], "more": len(found) > most, "restored": restored}


def history(reader: str, subject: str, *, after: int = 0) -> list[dict[str, Any]]:
    """All revisions of an entry or a profile after this revision, the earliest first; two queries.

    Of somebody who has left there are none, as in `changes`.
    """
    _require_place(reader)
    rows = Revision.objects.filter(subject=subject, revision__gt=after).order_by("revision")
    active = RegisterAccount.objects.filter(active=True).values("pk")
    return [_row(one) for one in rows.filter(Q(profile=False) | Q(account__in=active))]


def institutions(reader: str) -> list[dict[str, Any]]:
    """Those that are no members, by State; two queries."""
    _require_place(reader)
    rows = Institution.objects.order_by("state", "name")
    return [{**one} for one in rows.values("id", "name", "state", "central", "languages", "zone")]


def _row(found: Revision) -> dict[str, Any]:
    return {
        "place": found.pk,
        "subject": found.subject,
        # as text: packed, it is half of what base64 would be
        "body": bytes(found.body).decode(),
        "signature": b64(bytes(found.signature)),
        "at": found.at,
    }


def _require_place(reader: str) -> None:
    if standing(reader) is None:
        raise NotFound


def away(accounts: Collection[str], at: int) -> dict[str, Absence]:
    """Those of these accounts who are away at this time (milliseconds), each with the absence that covers it.

    One query, whatever their number.
    """
    day = day_of(at)
    # somewhere it is the day before or the day after
    rows = Absence.objects.filter(
        account__in=accounts, first__lte=day + ONE_DAY, last__gte=day - ONE_DAY
    ).order_by("first")
    return {one.account: one for one in rows if one.first <= day_of(at, one.zone) <= one.last}
