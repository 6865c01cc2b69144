"""Appends one item after the other to a conversation, inside the transaction of whoever calls.

`Log` holds the conversation's row while it grows. What it appends has been checked against the conversation,
the server's own history and the newest Register; anything else raises, and with that takes back everything
before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NoReturn

from django.db import transaction

from members import clock
from members.problems import CharterNotAccepted, Problem, Refused
from messaging.conversations import bad_boxes, limits, models, publishing
from messaging.conversations.boxes import check_epoch, check_late_boxes
from messaging.conversations.heads import heads, is_own_history
from messaging.conversations.models import Box, Conversation, Epoch
from messaging.conversations.publishing import Written
from messaging.conversations.roster import Roster
from messaging.protocol import items
from messaging.protocol.items import Item

_SENTENCES: Final = {
    "bad_item": "The item does not belong into this conversation.",
    "bad_signature": "The signature does not hold.",
    "bad_history": "The item names a history that is not this server's.",
    "used_client_id": "This client id was used for another item.",
    "old_epoch": "There is a newer epoch.",
}


def refuse(reason: str, sentence: str | None = None) -> NoReturn:
    """Refuse the whole request because of one item."""
    raise Refused("refused", sentence or _SENTENCES[reason], reason=reason)


class Log:
    """A conversation while items are appended to it by one author."""

    def __init__(self, conversation: Conversation, roster: Roster, account: str, device: str) -> None:
        self._conversation = conversation
        self._roster = roster
        self._account = account
        self._device = device
        self._written: list[Written] = []

    def begin(self, created: Item) -> None:
        """Store the first item, and with it the row of the conversation."""
        self._check_author(created)
        self._check_may_write()
        if models.Item.objects.filter(client_id=created.header["client_id"], device=self._device).exists():
            refuse("used_client_id")
        self._check_checkpoint(created)
        self._conversation.save(force_insert=True)
        self._store(created)

    def find(self, item: Item) -> Written | None:
        """The place of an item that is here already."""
        found = models.Item.objects.filter(client_id=item.header["client_id"], device=self._device).first()
        if found is None:
            return None
        if found.conversation_id != self._conversation.pk or bytes(found.signature) != item.signature:
            refuse("used_client_id")
        return Written(found.sequence, found.head, found.received_at, item.body, item.signature)

    def append(self, item: Item, members: bytes | None, boxes: Mapping[str, bytes]) -> Written:
        """Check an item against all that holds for its kind, and give it the next place."""
        self._check_author(item)
        header, conversation = item.header, self._conversation
        if header.get("conversation") != conversation.identifier:
            refuse("bad_item")
        if item.kind != "late_box":  # whoever may only read still passes keys on, so that others can read
            self._check_may_write()
        self._check_checkpoint(item)
        seen = header["seen"]
        if seen["sequence"] > conversation.sequence or not is_own_history(
            conversation.identifier, conversation.pk, seen["sequence"], seen["head"]
        ):
            refuse("bad_history")
        if item.kind == "message":
            self._check_message(header)
        elif item.kind == "epoch":
            limits.check(self._account, item.kind)
            self._store_epoch(item, members, boxes)
        else:
            limits.check(self._account, item.kind)
            self._store_late_boxes(header, boxes)
        return self._store(item)

    def save(self) -> None:
        """Write the conversation's row, and tell of everything that was appended once it is committed."""
        conversation = self._conversation
        if not self._written:
            return
        conversation.save()
        for one in self._written:
            transaction.on_commit(partial(heads.remember, conversation.identifier, one.sequence, one.head))
        publishing.publish(
            publishing.Appended(
                conversation.identifier, conversation.participants, self._roster.size, tuple(self._written)
            )
        )

    def _check_author(self, item: Item) -> None:
        header = item.header
        if (header["account"], header["device"]) != (self._account, self._device):
            refuse("bad_item", "The item names another account or device than those that hand it in.")
        if header["network"] != self._roster.network:
            refuse("bad_item", "The item is of another network.")
        device = self._roster.active_device(self._device, self._account)
        if device is None or not item.signed_by(device.key):
            refuse("bad_signature")

    def _check_may_write(self) -> None:
        if self._roster.may_only_read(self._account, clock.now()):
            raise CharterNotAccepted

    def _check_checkpoint(self, item: Item) -> None:
        checkpoint = item.header["checkpoint"]
        if not self._roster.is_own_checkpoint(checkpoint["size"], checkpoint["root"]):
            refuse("bad_history")

    def _check_message(self, header: Mapping[str, Any]) -> None:
        if self._conversation.due:
            raise Problem(
                "epoch_due", 409, "The members have changed: a new epoch is needed before a message."
            )
        if header["epoch"] != self._conversation.epoch:
            refuse("old_epoch" if header["epoch"] < self._conversation.epoch else "bad_item")

    def _store_epoch(self, item: Item, members: bytes | None, boxes: Mapping[str, bytes]) -> None:
        conversation, number = self._conversation, item.header["number"]
        rows = check_epoch(item, members, boxes, conversation, self._roster, self._account)
        Epoch.objects.create(
            conversation=conversation, number=number, sequence=conversation.sequence + 1, members=members
        )
        Box.objects.bulk_create(
            Box(
                conversation=conversation,
                number=number,
                account=row.account,
                generation=row.generation,
                box=boxes.get(row.account),
            )
            for row in rows
        )
        conversation.epoch, conversation.epoch_hash = number, item.hash
        conversation.epoch_size = item.header["checkpoint"]["size"]
        conversation.due = False

    def _store_late_boxes(self, header: Mapping[str, Any], boxes: Mapping[str, bytes]) -> None:
        check_late_boxes(header, boxes, self._conversation, self._roster, self._account)
        receiver, numbers = header["account_for"], [one["epoch"] for one in header["boxes"]]
        turns = Counter(
            Box.objects.filter(
                conversation=self._conversation,
                account=receiver,
                generation=header["generation"],
                late=True,
                number__in=numbers,
            ).values_list("number", flat=True)
        )
        bad_boxes.answer(self._conversation, receiver, numbers)
        Box.objects.bulk_create(
            Box(
                conversation=self._conversation,
                number=one["epoch"],
                account=receiver,
                generation=header["generation"],
                box=boxes[str(one["epoch"])],
                late=True,
                turn=turns[one["epoch"]],
            )
            for one in header["boxes"]
        )

    def _store(self, item: Item) -> Written:
        conversation = self._conversation
        conversation.sequence += 1
        conversation.head = items.next_head(conversation.head, item.hash)
        conversation.last_at = max(conversation.last_at, clock.now())
        written = Written(
            conversation.sequence, conversation.head, conversation.last_at, item.body, item.signature
        )
        models.Item.objects.create(
            conversation=conversation,
            sequence=written.sequence,
            kind=item.kind,
            account=self._account,
            device=self._device,
            client_id=item.header["client_id"],
            body=item.body,
            signature=item.signature,
            head=written.head,
            received_at=written.received_at,
        )
        self._written.append(written)
        return written
