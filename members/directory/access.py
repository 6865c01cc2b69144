"""Reading who is who; whoever is signed in may, and checks it against the commitments of the Register."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from members.directory.models import AuthorityName, Person
from members.register.models import RegisterAuthority


def directory() -> dict[str, Any]:
    """Every person and every authority's names in other languages; three queries, whatever their number."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for authority, language, text in AuthorityName.objects.values_list("authority", "language", "text"):
        names[authority][language] = text
    people = Person.objects.order_by("account").values("account", "salt", "name", "function", "language")
    authorities = RegisterAuthority.objects.order_by("id").values_list("id", flat=True)
    return {
        "people": [{**person, "salt": person["salt"] or None} for person in people],
        "authorities": [{"id": one, "name_translations": names.get(one, {})} for one in authorities],
    }
