"""What the server keeps for a device and for the keys of a person; it can open none of it."""

from __future__ import annotations

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID


class VaultHalf(models.Model):
    """Half of a vault key: released only to a live session with both factors that proved the device key."""

    device = models.CharField(primary_key=True, max_length=HEX_HASH)
    account = models.CharField(max_length=HEX_ID, db_index=True)
    half = models.BinaryField()
    label = models.CharField(max_length=100, blank=True, default="")
    last_seen_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return self.device


class Bookmark(models.Model):
    """What a person's browser last verified of the Register, sealed under their bookmark key."""

    account = models.CharField(primary_key=True, max_length=HEX_ID)
    sealed = models.BinaryField()
    kept_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return self.account


class BookmarkKey(models.Model):
    """The key of a person's bookmarks, sealed under their recovery code with this serial number."""

    account = models.CharField(primary_key=True, max_length=HEX_ID)
    serial = models.PositiveIntegerField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.account
