"""Rows of the audit log, and how far they are chained.

Accounts and authorities are named by their identifiers and by no foreign key: a row outlives whom it names, and holds
no more of a person than that.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID

ACTION_LENGTH = 60


class AuditRow(models.Model):
    """One act. `sequence` and `hash` are given by the sealer, within a second after the act is committed."""

    at = models.BigIntegerField(default=clock.now)
    action = models.CharField(max_length=ACTION_LENGTH)
    actor = models.CharField(max_length=HEX_ID, blank=True, default="")
    """Who did it; empty where nobody was signed in, as for an operator."""
    about = models.CharField(max_length=HEX_ID, blank=True, default="")
    """The person whom it concerns, where that is not the actor."""
    authority = models.CharField(max_length=HEX_ID, blank=True, default="")
    details = models.JSONField(default=dict)
    """Identifiers, numbers and words of a list: never a name, an address or anything that somebody has written."""
    sequence = models.BigIntegerField(null=True, unique=True)
    hash = models.CharField(max_length=HEX_HASH, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor", "id"], name="audit_by_actor"),
            models.Index(fields=["about", "id"], name="audit_about"),
            models.Index(fields=["action", "id"], name="audit_by_action"),
            models.Index(fields=["authority", "id"], name="audit_by_authority"),
            models.Index(fields=["id"], condition=models.Q(sequence=None), name="audit_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.sequence}"


class AuditHead(models.Model):
    """The one row that the sealer locks: how far the chain goes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HEX_HASH, default="00" * 32)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:8]}"
