"""Writing down who is who."""

from __future__ import annotations

from members.accounts.models import LANGUAGES
from members.directory.models import AuthorityName, Person


def know_person(*, account: str, salt: str, name: str, function: str, language: str) -> Person:
    """Keep name and function of somebody who has just entered the Register."""
    person, _ = Person.objects.update_or_create(
        account=account, defaults={"salt": salt, "name": name, "function": function, "language": language}
    )
    return person


def name_authority(authority: str, names: dict[str, str]) -> None:
    """Keep the name of an authority in further languages; the one that counts stands in the Register."""
    rows = [
        AuthorityName(authority=authority, language=language, text=text)
        for language, text in names.items()
        if language in LANGUAGES
    ]
    AuthorityName.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["authority", "language"], update_fields=["text"]
    )


def forget_person(account: str) -> None:
    """Erase name, function and salt: what stays in the Register is then a random number."""
    Person.objects.filter(pk=account).delete()
