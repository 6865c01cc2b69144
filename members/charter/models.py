"""Versions of the charter, what leads have signed for them, and whom mail has reminded."""

from __future__ import annotations

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID


class CharterVersion(models.Model):
    """One version. Until it is published it is a draft that any officer may change; afterwards nothing changes it.

    `effective` is the time (milliseconds) from which it binds, `texts` holds the six languages, `hash` stands for all
    of it (docs/protocol.md, 4.7) and is empty while a draft is not whole. `changed_by` is whoever wrote last; it is
    published by another officer.
    """

    number = models.CharField(max_length=7, unique=True)
    effective = models.BigIntegerField(null=True)
    texts = models.JSONField()
    hash = models.CharField(max_length=HEX_HASH, blank=True, default="")
    changed_by = models.CharField(max_length=HEX_ID)
    changed_at = models.BigIntegerField(default=clock.now)
    published_by = models.CharField(max_length=HEX_ID, blank=True, default="")
    published_at = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"charter {self.number}"


class Acceptance(models.Model):
    """What the lead of an authority has signed for a version, as it was signed; the first counts."""

    version = models.ForeignKey(CharterVersion, on_delete=models.PROTECT, related_name="acceptances")
    authority = models.CharField(max_length=HEX_ID)
    account = models.CharField(max_length=HEX_ID)
    device = models.CharField(max_length=HEX_HASH)
    body = models.BinaryField()
    signature = models.BinaryField()
    at = models.BigIntegerField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "authority"], name="each_authority_accepts_once")
        ]

    def __str__(self) -> str:
        return f"{self.authority} accepts {self.version}"


class Reminder(models.Model):
    """A mail to the lead of an authority that has not accepted.

    `occasion` is how many days before the date, or the day on which an officer wished it.
    """

    version = models.ForeignKey(CharterVersion, on_delete=models.CASCADE)
    authority = models.CharField(max_length=HEX_ID)
    occasion = models.CharField(max_length=20)
    at = models.BigIntegerField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "authority", "occasion"], name="each_reminder_is_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {self.occasion}"
