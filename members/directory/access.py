"""Reading who is who; whoever has a place in the Register may, and checks it against the commitments there."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from members.directory.models import AuthorityName, Person
from members.problems import NotFound
from members.register.access import standing
from members.register.models import RegisterAuthority


def directory(reader: str) -> dict[str, Any]:
    """Every person and every authority's names in other languages; four queries, whatever their number.

    Nothing for an invited person whom nobody has signed for: their link may have come into wrong hands.
    """
    if standing(reader) is None:
        raise NotFound
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for authority, language, text in AuthorityName.objects.values_list("authority", "language", "text"):
        names[authority][language] = text
    people = Person.objects.order_by("account").values("account", "salt", "name", "function", "language")
    authorities = RegisterAuthority.objects.order_by("id").values_list("id", flat=True)
    return {
        "people": [{**person, "salt": person["salt"] or None} for person in people],
        "authorities": [{"id": one, "name_translations": names.get(one, {})} for one in authorities],
    }
