"""Writes to conversations that come over HTTP: conversations, epochs with their boxes, late boxes, read marks.

Each function is one transaction in the writer's thread. Everything of docs/protocol.md, section 5, that the
server can see is checked, by the newest Register; the clients check the same again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import IntegrityError, transaction

from members import clock
from members.audit.actions import Action
from members.audit.services import record
from members.problems import NotFound, Refused, Restoring
from messaging.conversations import due, limits, messages, publishing, roster, writer
from messaging.conversations.appending import Log
from messaging.conversations.models import Conversation, Participant
from messaging.conversations.roster import Roster
from messaging.protocol import items
from messaging.protocol.items import Item
from messaging.protocol.refusal import Refused as RefusedItem


@dataclass(frozen=True, slots=True)
class Given:
    """An item as it was handed in, with the member table and the boxes that lie beside it."""

    body: bytes
    signature: bytes
    members: bytes | None = None
    boxes: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The place of an item in the sequence."""

    client_id: str
    sequence: int
    head: str
    received_at: int


@dataclass(frozen=True, slots=True)
class Author:
    """Who hands in: an account on one of its devices."""

    account: str
    device: str


def create_conversation(*, author: Author, given: Sequence[Given]) -> Conversation:
    """Begin a conversation: its creation, epoch 1, the subject, and perhaps a first message, all or nothing.

    Handed in twice it is the same conversation, for its id is the hash of its first item.
    """
    return writer.write(partial(_create, author, given))


def _create(author: Author, given: Sequence[Given]) -> Conversation:
    try:
        with transaction.atomic():
            return _create_inside(author, given)
    except IntegrityError:
        # another process has made the same meanwhile; the second look finds it
        with transaction.atomic():
            return _create_inside(author, given)


def _create_inside(author: Author, given: Sequence[Given]) -> Conversation:
    now = _roster_for(author)
    first = _read(given[0])
    kinds = [first.kind, *(_read(one).kind for one in given[1:])]
    if kinds[:3] != ["conversation.created", "epoch", "message"] or kinds[3:] not in ([], ["message"]):
        raise Refused(
            "refused", "A conversation begins with its creation, an epoch and a subject.", reason="bad_item"
        )
    limits.one_at_a_time(
        author.account
    )  # or what another process has made meanwhile is not found and yet in the way
    known = Conversation.objects.filter(identifier=first.hash).first()
    if known is not None:
        _check_own(first, author)
        if now.authority_read_by(author.account) not in known.participants:
            raise NotFound
        return known
    _check_participants(now, author, first.header["participants"])
    limits.check(author.account, first.kind)
    at = clock.now()
    conversation = Conversation(
        identifier=first.hash,
        participants=first.header["participants"],
        administrators=first.header["administrators"],
        sequence=0,
        head=items.START,
        epoch_hash=first.hash,
        created_at=at,
        last_at=at,
    )
    log = Log(conversation, now, author.account, author.device)
    log.begin(first)
    authorities = conversation.participants
    Participant.objects.bulk_create(
        Participant(conversation=conversation, authority=one) for one in authorities
    )
    for one in given[1:]:
        log.append(_read(one), one.members, one.boxes)
    log.save()
    record(
        Action.CONVERSATION_OPENED,
        actor=author.account,
        authority=now.authority_read_by(author.account) or "",
        conversation=conversation.identifier,
        authorities=list(authorities),
    )
    publishing.publish(publishing.Created(conversation.identifier, authorities, now.size))
    return conversation


def _check_own(first: Item, author: Author) -> None:
    """Only whoever made a conversation is told that it is there already."""
    if (first.header["account"], first.header["device"]) != (author.account, author.device):
        raise Refused("refused", "The item names another account or device.", reason="bad_item")


def _check_participants(now: Roster, author: Author, participants: Sequence[str]) -> None:
    if not set(participants) <= now.members:
        raise Refused("refused", "A participant is not a member of the network.", reason="bad_item")
    if now.authority_read_by(author.account) not in participants:
        raise Refused("refused", "Whoever begins a conversation is in it.", reason="not_member")


def append_items(
    *, author: Author, conversation: str, given: Sequence[Given]
) -> tuple[list[Result], Conversation]:
    """Add items in their order, all or nothing; those that are there already are answered with their place."""
    return writer.write(partial(_append, author, conversation, given))


def _append(author: Author, identifier: str, given: Sequence[Given]) -> tuple[list[Result], Conversation]:
    with transaction.atomic():
        return _append_inside(author, identifier, given)


def _append_inside(
    author: Author, identifier: str, given: Sequence[Given]
) -> tuple[list[Result], Conversation]:
    now = _roster_for(author)
    authority = now.authority_read_by(author.account)
    if authority is None:
        raise NotFound  # and no comparison with nothing, which would be an outer join that cannot be locked
    found = Conversation.objects.select_for_update(of=("self",)).filter(
        identifier=identifier, participant_rows__authority=authority
    )
    conversation = found.first()
    if conversation is None:
        raise NotFound
    log = Log(conversation, now, author.account, author.device)
    results: list[Result] = []
    for one in given:
        item = _read(one)
        place = log.find(item) or log.append(item, one.members, one.boxes)
        results.append(Result(item.header["client_id"], place.sequence, place.head, place.received_at))
    log.save()
    return results, conversation


def mark_read(*, account: str, conversation: str, sequence: int) -> None:
    """Note how far an account has read; never backwards, and silently nothing where there is nothing to read."""
    mark = messages.Mark(account, conversation, read=sequence)

    def note() -> None:
        with transaction.atomic():
            _, (noted,) = messages.write((), (mark,))
            if noted is not None:
                publishing.publish(
                    publishing.Marked(
                        conversation, noted.participants, noted.size, account, noted.received, noted.read
                    )
                )

    writer.write(note)


def _roster_for(author: Author) -> Roster:
    """The newest Register, with every `due` made right by it.

    Raises Restoring while nobody may write, and NotFound for a device that is no longer active.
    """
    now = roster.current(locked=True)
    if now.restoring:
        raise Restoring
    due.settle(now)
    if now.active_device(author.device, author.account) is None:
        raise NotFound
    return now


def _read(given: Given) -> Item:
    try:
        return items.parse(given.body, given.signature)
    except RefusedItem as error:
        raise Refused(
            "refused", f"{error.detail[:1].upper()}{error.detail[1:]}.", reason=error.code
        ) from error
