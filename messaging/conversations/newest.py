"""Reads for whoever begins at the end: the newest items, and what must be known of those that are left out.

A new browser, and one that was away for long, is shown the newest items of every conversation in few answers. The
skeleton (docs/protocol.md, section 5.6) says which epochs there are below them; what is between comes later, page by
page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from messaging.conversations import access
from messaging.conversations.access import EpochForReader, Page
from messaging.conversations.models import Conversation, Item
from messaging.protocol import items

# one answer: enough for the conversations on top of the list, and soon there
ROOM: Final = 1024 * 1024
# further ones are asked for when they are met
MOST_EPOCHS: Final = 50


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest items of a conversation that an account lacks, and the skeleton of what lies below them."""

    page: Page
    first: int
    skeleton: Sequence[Item] = ()
    epochs: Sequence[EpochForReader] = ()


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All of a conversation that must be known before what stands between it can be judged."""

    conversation: Conversation
    first: int
    items: Sequence[Item]


def newest(account: str, held: Mapping[str, int], limit: int) -> list[Newest]:
    """What an account lacks of each conversation, at most the newest `limit` items of each, as far as there is room."""
    found = access.lacking(account, held)
    first = access.first_sequences(account, found)
    given: list[Newest] = []
    room = ROOM
    for one in found:
        readable = first[one.pk]
        after = max(held.get(one.identifier, 0), readable - 1)
        if after >= one.sequence:
            continue
        if room <= 0:
            given.append(Newest(Page(one, one.head, (), more=True), readable))
            continue
        lacks = _newest_of(account, one, after, limit, readable)
        room -= sum(len(item.body) for item in (*lacks.page.items, *lacks.skeleton))
        room -= sum(len(epoch.members) for epoch in lacks.epochs)
        given.append(lacks)
    return given


def skeleton(account: str, identifier: str) -> Skeleton:
    """The skeleton of everything that an account may read."""
    conversation = access.find(account, identifier)
    first = access.first_sequences(account, [conversation])[conversation.pk]
    return Skeleton(conversation, first, _skeleton(account, conversation, first, conversation.sequence))


def _newest_of(account: str, one: Conversation, after: int, limit: int, readable: int) -> Newest:
    lacked = Item.objects.filter(conversation=one, sequence__gt=after, sequence__lte=one.sequence)
    page = list(reversed(access.bounded(list(lacked.order_by("-sequence")[:limit]))))
    before = page[0].sequence - 1
    return Newest(
        Page(one, access.head_at(one, before), page, more=False),
        readable,
        _skeleton(account, one, after + 1, before) if before > after else (),
        access.epochs_between(account, one, after + 1, one.sequence, MOST_EPOCHS),
    )


def _skeleton(account: str, conversation: Conversation, first: int, last: int) -> list[Item]:
    within = Item.objects.filter(conversation=conversation, sequence__gte=first, sequence__lte=last)
    found = [one for one in within.filter(~Q(kind="message")).order_by("sequence") if _concerns(account, one)]
    # the first message carries the subject
    opening = Item.objects.filter(conversation=conversation, kind="message").order_by("sequence").first()
    if opening is not None and first <= opening.sequence <= last:
        found = sorted([*found, opening], key=lambda one: one.sequence)
    return found


def _concerns(account: str, item: Item) -> bool:
    if item.kind != "late_box":
        return True
    header = items.parse(bytes(item.body), bytes(item.signature)).header
    return bool(header["account_for"] == account)
