"""The newest sighting of each device."""

from __future__ import annotations

from django.db import models

ID_LENGTH = 32
HASH_LENGTH = 64


class Sighting(models.Model):
    """One device's word, as it was signed; `handed_in` counts those since `minute_began`."""

    device = models.CharField(primary_key=True, max_length=HASH_LENGTH)
    account = models.CharField(max_length=ID_LENGTH)
    body = models.BinaryField()
    signature = models.BinaryField()
    time = models.PositiveBigIntegerField()
    received_at = models.PositiveBigIntegerField(db_index=True)
    minute_began = models.PositiveBigIntegerField()
    handed_in = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"sighting of {self.device[:8]}"
