"""The log as it is stored, and tables that repeat its state for queries.

`Head`, `Entry`, `SubtreeHash` and `Attachment` are the log and what lies beside it. `RegisterAccount`,
`RegisterDevice` and `RegisterAuthority` are a projection of the state: written in the transaction of each append and
by nobody else; `entente register verify` rebuilds and compares them.
"""

from __future__ import annotations

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID, Invitation, fresh_id


class Head(models.Model):
    """The one row that an append locks: how far the log reaches, and the checkpoint over it.

    `demo` is decided when the database is made and never changes. `restoring_since` is set while the portal is closed
    to writing because its database is an older copy, `restored_at` says when that last ended, and `known` is the
    largest size that a signed checkpoint has named meanwhile. `charter` grows with whatever changes who has accepted
    the charter: like the size it tells every process that what it has in memory is out of date.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    demo = models.BooleanField(default=False)
    network = models.CharField(max_length=HEX_HASH, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    size = models.BigIntegerField(default=0)
    root = models.CharField(max_length=HEX_HASH, blank=True, default="")
    checkpoint = models.TextField(blank=True, default="")
    restoring_since = models.BigIntegerField(null=True)
    restored_at = models.BigIntegerField(null=True)
    known = models.BigIntegerField(default=0)
    charter = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.network or 'not founded'}: {self.size}"


class Entry(models.Model):
    """One entry at its place. `root` is that of the log with this entry as its last."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.CharField(max_length=HEX_HASH, unique=True)
    root = models.CharField(max_length=HEX_HASH)
    type = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, db_index=True)
    data = models.BinaryField()
    added_at = models.BigIntegerField(default=clock.now)
    added_by = models.CharField(max_length=HEX_ID, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["added_by", "added_at"])]

    def __str__(self) -> str:
        return f"{self.index} {self.type}"


class SubtreeHash(models.Model):
    """The root of a full subtree of 256^level leaves: what tiles above the lowest level consist of."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=HEX_HASH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_hash_per_subtree")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Attachment(models.Model):
    """Bytes whose hash a statement names. Keys are public; boxes are for their owner alone."""

    hash = models.CharField(primary_key=True, max_length=HEX_HASH)
    data = models.BinaryField()
    public = models.BooleanField()
    account = models.CharField(max_length=HEX_ID, db_index=True)
    added_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return self.hash


class RegisterAccount(models.Model):
    """An account as the state has it."""

    id = models.CharField(primary_key=True, max_length=HEX_ID)
    active = models.BooleanField()
    held = models.BooleanField()
    role = models.CharField(max_length=10)
    authority = models.CharField(max_length=HEX_ID, null=True, db_index=True)
    identity_key = models.CharField(max_length=44)
    generation = models.PositiveIntegerField()
    tainted_through = models.PositiveIntegerField()
    reading_key = models.CharField(max_length=HEX_HASH, null=True)
    commitment = models.CharField(max_length=HEX_HASH, null=True)

    def __str__(self) -> str:
        return self.id


class RegisterDevice(models.Model):
    """A device as the state has it. Devices of an earlier identity key stay here, inactive."""

    id = models.CharField(primary_key=True, max_length=HEX_HASH)
    account = models.CharField(max_length=HEX_ID, db_index=True)
    key = models.CharField(max_length=44)
    box_key = models.CharField(max_length=HEX_HASH)
    active = models.BooleanField()
    enrolled_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return self.id


class RegisterAuthority(models.Model):
    """An authority as the state has it."""

    id = models.CharField(primary_key=True, max_length=HEX_ID)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=2)
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    lead = models.CharField(max_length=HEX_ID, null=True)

    def __str__(self) -> str:
        return self.name


class CameBack(models.Model):
    """An account whose client has shown, since the restoration began, what it holds."""

    account = models.CharField(primary_key=True, max_length=HEX_ID)
    at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return self.account


# --- what waits beside the Register ---


class Proposal(models.Model):
    """A statement of the officers that waits for signatures until the threshold is reached."""

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    payload = models.BinaryField()
    type = models.CharField(max_length=40)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE)
    application = models.CharField(
        max_length=HEX_ID, blank=True, default="", db_default="", help_text="What it admits on, if anything."
    )
    proposed_by = models.CharField(max_length=HEX_ID)
    proposed_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class ProposalSignature(models.Model):
    """One officer's signature under a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="signatures")
    account = models.CharField(max_length=HEX_ID)
    keyid = models.CharField(max_length=HEX_HASH)
    sig = models.CharField(max_length=88)
    why = models.CharField(max_length=500, blank=True, default="", db_default="")
    at = models.BigIntegerField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "account"], name="each_officer_signs_once")
        ]

    def __str__(self) -> str:
        return f"{self.account} under {self.proposal_id}"


class Founding(models.Model):
    """The first statement while its officers give their keys and sign it; one row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    payload = models.BinaryField(null=True)

    def __str__(self) -> str:
        return "signing" if self.payload else "collecting"


class FoundingOfficer(models.Model):
    """One of those who found the network."""

    account = models.CharField(primary_key=True, max_length=HEX_ID)
    name = models.CharField(max_length=200)
    identity_key = models.CharField(max_length=44, blank=True, default="")
    sig = models.CharField(max_length=88, blank=True, default="")

    def __str__(self) -> str:
        return self.account
