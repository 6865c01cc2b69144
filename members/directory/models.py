"""Who is who. Erasing the salt here erases the person: what stays in the Register is then a random number."""

from __future__ import annotations

from django.db import models

from members.accounts.models import HEX_HASH, HEX_ID


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
