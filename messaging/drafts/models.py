"""What the server keeps of a draft: sealed bytes in a slot, and a revision that only grows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

ID_LENGTH = 32
SLOT_LENGTH = 64


class Draft(models.Model):
    """One draft of one person.

    Whoever puts another in its place makes a new row: its key is the revision, and no key is ever given out twice.
    """

    revision = models.BigAutoField(primary_key=True)
    account = models.CharField(max_length=ID_LENGTH)
    slot = models.CharField(max_length=SLOT_LENGTH)
    generation = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "slot"], name="one_draft_per_slot"),
        ]

    def __str__(self) -> str:
        return f"draft {self.revision} of {self.account[:8]}"
