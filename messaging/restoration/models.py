"""Items that clients have handed back, until the end of the restoration decides which of them stand where."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

ID_LENGTH = 32
HASH_LENGTH = 64


class HandedBack(models.Model):
    """An item at the place where its holders have it: after `before`, which is the head of all that was before it.

    `members` is the member table of an epoch; `boxes` are those that their owners have brought, in base64, by account
    for an epoch and by its number for a late box.
    """

    conversation = models.CharField(max_length=HASH_LENGTH)
    sequence = models.PositiveBigIntegerField()
    before = models.CharField(max_length=HASH_LENGTH)
    head = models.CharField(max_length=HASH_LENGTH)
    body = models.BinaryField()
    signature = models.BinaryField()
    received_at = models.PositiveBigIntegerField()
    members = models.BinaryField(null=True)
    boxes = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "head"], name="handed_back_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} of {self.conversation[:8]}"


class Holder(models.Model):
    """An account that has handed an item back."""

    item = models.ForeignKey(HandedBack, models.CASCADE, related_name="holders")
    account = models.CharField(max_length=ID_LENGTH, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "account"], name="held_once_by_each"),
        ]

    def __str__(self) -> str:
        return f"{self.account[:8]} has {self.item_id}"
