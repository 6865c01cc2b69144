"""Who is who. Erasing the salt here erases the person: what stays in the Register is then a random number."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID, fresh_id


class Person(models.Model):
    """Name and function of an account, with the salt of the commitment to them; officers have no commitment."""

    account = models.CharField(primary_key=True, max_length=HEX_ID)
    salt = models.CharField(max_length=HEX_HASH, blank=True, default="")
    name = models.CharField(max_length=200)
    function = models.CharField(max_length=200)
    language = models.CharField(max_length=2)

    def __str__(self) -> str:
        return self.account


class AuthorityName(models.Model):
    """The name of an authority in one language; the name that counts stands in the Register."""

    authority = models.CharField(max_length=HEX_ID)
    language = models.CharField(max_length=2)
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "language"], name="one_name_per_language")
        ]

    def __str__(self) -> str:
        return self.text


class Revision(models.Model):
    """One revision of an entry or a profile, as it was signed (docs/protocol.md, 4.8); none is ever changed.

    `subject` is `authority/<id>`, `state/<code>` or `account/<id>`; `present` marks the newest of each. Rows are made
    while nobody else makes one, so that a reader who has seen one identifier has seen every smaller one.
    """

    subject = models.CharField(max_length=len("authority/") + HEX_ID)
    profile = models.BooleanField()
    revision = models.PositiveIntegerField()
    present = models.BooleanField(default=True)
    account = models.CharField(max_length=HEX_ID)
    device = models.CharField(max_length=HEX_HASH)
    body = models.BinaryField()
    signature = models.BinaryField()
    at = models.BigIntegerField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "revision"], name="one_body_per_revision"),
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(present=True), name="one_present_revision"
            ),
        ]
        indexes = [models.Index(fields=["profile", "present", "id"], name="revisions_in_order")]

    def __str__(self) -> str:
        return f"{self.subject} {self.revision}"


class Institution(models.Model):
    """An institution that is no member of this network: nobody has signed for it, and nobody can write to it here."""

    name = models.CharField(max_length=200)
    state = models.CharField(max_length=2)
    central = models.BooleanField(default=False)
    languages = models.JSONField(default=list)
    zone = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["state", "name"], name="each_institution_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"


class Absence(models.Model):
    """Days on which a person is not there: from `first` to `last`, both included, in `zone` (of the IANA database).

    `stand_in` is another person of the same authority, or empty. It is a note and nothing that anybody signs: nobody
    may do more or less for it.
    """

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    account = models.CharField(max_length=HEX_ID)
    first = models.DateField()
    last = models.DateField()
    zone = models.CharField(max_length=64)
    stand_in = models.CharField(max_length=HEX_ID, blank=True, default="")
    entered_by = models.CharField(max_length=HEX_ID)
    entered_at = models.BigIntegerField(default=clock.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "last"], name="absence_of_account")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="absence_begins_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.first} {self.last}"
