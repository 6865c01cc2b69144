"""Puts items back at their places, with what lies beside them; whoever calls has chosen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from members import clock
from members.protocol.encoding import unb64
from messaging.conversations.models import Box, Conversation, Epoch, Item, Participant
from messaging.conversations.publishing import Written
from messaging.protocol import epochs, items
from messaging.protocol.items import Item as Parsed
from messaging.protocol.refusal import Refused


@dataclass(frozen=True, slots=True)
class Piece:
    """An item with what was brought beside it; boxes in base64, as `HandedBack` has them."""

    item: Parsed
    received_at: int
    members: bytes | None
    boxes: Mapping[str, str]


class Hole(Exception):
    """This item cannot be put back yet: what lies beside it is not there, or it is there under another place."""


def begin(created: Parsed, received_at: int) -> Conversation:
    """A conversation that the copy does not have at all, still without its first item."""
    conversation = Conversation.objects.create(
        identifier=created.hash,
        participants=created.header["participants"],
        administrators=created.header["administrators"],
        sequence=0,
        head=items.START,
        epoch_hash=created.hash,
        created_at=min(received_at, clock.now()),
        last_at=min(received_at, clock.now()),
    )
    Participant.objects.bulk_create(
        Participant(conversation=conversation, authority=one) for one in conversation.participants
    )
    return conversation


def take(conversation: Conversation, piece: Piece) -> Written:
    """Give an item the next place; raises Hole, having changed nothing."""
    item, header = piece.item, piece.item.header
    if Item.objects.filter(client_id=header["client_id"], device=header["device"]).exists():
        raise Hole
    if item.kind == "epoch":
        _take_epoch(conversation, piece)
    elif item.kind == "late_box":
        _take_late_boxes(conversation, piece)
    conversation.sequence += 1
    conversation.head = items.next_head(conversation.head, item.hash)
    conversation.last_at = max(conversation.last_at, min(piece.received_at, clock.now()))
    conversation.save()
    Item.objects.create(
        conversation=conversation,
        sequence=conversation.sequence,
        kind=item.kind,
        account=header["account"],
        device=header["device"],
        client_id=header["client_id"],
        body=item.body,
        signature=item.signature,
        head=conversation.head,
        received_at=conversation.last_at,
    )
    return Written(conversation.sequence, conversation.head, conversation.last_at, item.body, item.signature)


def _take_epoch(conversation: Conversation, piece: Piece) -> None:
    """Boxes that nobody has brought are missing, as those of tainted members are: colleagues hand them over."""
    header = piece.item.header
    if piece.members is None:
        raise Hole
    if header["number"] != conversation.epoch + 1 or header["previous"] != conversation.epoch_hash:
        return  # it was refused by everybody, and keeps its place
    try:
        rows = epochs.parse_table(piece.members, header["members"])
    except Refused:
        raise Hole from None
    Epoch.objects.create(
        conversation=conversation,
        number=header["number"],
        sequence=conversation.sequence + 1,
        members=piece.members,
    )
    Box.objects.bulk_create(
        Box(
            conversation=conversation,
            number=header["number"],
            account=row.account,
            generation=row.generation,
            box=fitting(row.box, piece.boxes.get(row.account)),
        )
        for row in rows.values()
    )
    conversation.epoch, conversation.epoch_hash = header["number"], piece.item.hash
    conversation.epoch_size = header["checkpoint"]["size"]


def _take_late_boxes(conversation: Conversation, piece: Piece) -> None:
    """Only the receiver can bring them; whoever has not, holds the keys."""
    header = piece.item.header
    for one in header["boxes"]:
        box = fitting(one["box"], piece.boxes.get(str(one["epoch"])))
        if box is None:
            continue
        given = Box.objects.filter(
            conversation=conversation,
            account=header["account_for"],
            number=one["epoch"],
            generation=header["generation"],
            late=True,
        )
        Box.objects.create(
            conversation=conversation,
            number=one["epoch"],
            account=header["account_for"],
            generation=header["generation"],
            box=box,
            late=True,
            turn=given.count(),
        )


def fitting(named: str | None, brought: str | None) -> bytes | None:
    """A box that was brought, if it is the one that was signed."""
    if named is None or brought is None:
        return None
    box = unb64(brought)
    return box if sha256(box).hexdigest() == named else None
