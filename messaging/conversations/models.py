"""What the server keeps of conversations: the sequence, its head, and what lies beside the items.

Nothing here opens anything: bodies are sealed, boxes are for the keys of members. Accounts, authorities and
devices are named by the identifiers of the Register and not by foreign keys: the Register says who they are,
and a conversation outlives each of them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

ID_LENGTH = 32
HASH_LENGTH = 64


class Conversation(models.Model):
    """One sequence of items; `sequence` and `head` are those of its newest item."""

    identifier = models.CharField(max_length=HASH_LENGTH, unique=True)
    participants = models.JSONField()
    administrators = models.JSONField()
    sequence = models.PositiveBigIntegerField()
    head = models.CharField(max_length=HASH_LENGTH)
    epoch = models.PositiveIntegerField(default=0)
    # item hash of the newest epoch and the size of the Register it was made at; what its successor must follow
    epoch_hash = models.CharField(max_length=HASH_LENGTH)
    epoch_size = models.PositiveBigIntegerField(default=0)
    due = models.BooleanField(default=False)
    created_at = models.PositiveBigIntegerField()
    last_at = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"conversation {self.identifier[:8]}"


class Participant(models.Model):
    """An authority that takes part in a conversation; the same as `Conversation.participants`, for queries."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participant_rows")
    authority = models.CharField(max_length=ID_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "conversation"], name="one_row_per_participant"),
        ]

    def __str__(self) -> str:
        return f"authority {self.authority[:8]} in {self.conversation_id}"


class Item(models.Model):
    """One signed item at its place in the sequence; never changed."""

    # whoever appends holds the conversation, which is never deleted: there is nothing for the database to check at
    # each item, and the first of the constraints below serves what an index would
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="items", db_constraint=False, db_index=False
    )
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20)
    account = models.CharField(max_length=ID_LENGTH)
    device = models.CharField(max_length=HASH_LENGTH)
    client_id = models.CharField(max_length=36)
    body = models.BinaryField()
    signature = models.BinaryField()
    head = models.CharField(max_length=HASH_LENGTH)
    received_at = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "sequence"], name="one_item_per_sequence"),
            # client_id first: one look-up finds what a whole batch repeats
            models.UniqueConstraint(fields=["client_id", "device"], name="one_item_per_client_id"),
        ]
        indexes: ClassVar = [
            # the few that everybody must know of before the rest can be judged
            models.Index(
                fields=["conversation", "sequence"],
                condition=~models.Q(kind="message"),
                name="items_of_skeleton",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence} in {self.conversation_id}"


class Epoch(models.Model):
    """The member table of an epoch, which the item names by its hash."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="epochs")
    number = models.PositiveIntegerField()
    sequence = models.PositiveBigIntegerField()
    members = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_epoch_per_number"),
        ]

    def __str__(self) -> str:
        return f"epoch {self.number} of {self.conversation_id}"


class Box(models.Model):
    """An epoch key boxed to one generation of one account; without a box where that account was tainted.

    A row that is not late stands for a row of the member table; a late one came by an item of its own. `turn` counts
    the late ones to one generation: there is a further one where the reader has reported that none opens.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="boxes")
    number = models.PositiveIntegerField()
    account = models.CharField(max_length=ID_LENGTH)
    generation = models.PositiveIntegerField()
    box = models.BinaryField(null=True)
    late = models.BooleanField(default=False)
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "conversation", "number", "generation", "late", "turn"],
                name="one_box_per_generation",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["conversation", "number"], name="boxes_of_epoch")]

    def __str__(self) -> str:
        return f"box of epoch {self.number} of {self.conversation_id} for {self.account[:8]}"


class BadBox(models.Model):
    """A reader's word that no box of an epoch opens for them; `answered` by the next late box."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="bad_boxes")
    account = models.CharField(max_length=ID_LENGTH)
    number = models.PositiveIntegerField()
    reports = models.PositiveSmallIntegerField(default=0)
    answered = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "account", "number"], name="one_report_per_epoch"
            ),
        ]

    def __str__(self) -> str:
        return f"bad box of epoch {self.number} of {self.conversation_id} for {self.account[:8]}"


class ReadMark(models.Model):
    """How far an account has read a conversation (`sequence`) and received it; whoever has read has received."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="read_marks")
    account = models.CharField(max_length=ID_LENGTH)
    sequence = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "account"], name="one_read_mark_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account[:8]} has read {self.conversation_id} to {self.sequence}"


class RegisterMark(models.Model):
    """The one row that says by which Register (its size and root) every `due` was last made right."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    root = models.CharField(max_length=HASH_LENGTH, blank=True, default="")

    def __str__(self) -> str:
        return f"due is right at size {self.size}"
