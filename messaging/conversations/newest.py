"""Reads for whoever begins at the end: the newest items, and what must be known of those that are left out.

A new browser, and one that was away for long, is shown the newest items of every conversation in few answers. The
skeleton (docs/protocol.md, section 5.6) says which epochs there are below them; what is between comes later, page by
page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Min, Q

from messaging.conversations import access
from messaging.conversations.access import EpochForReader, Page
from messaging.conversations.models import Conversation, Item
from messaging.protocol import items

# one answer: enough for the conversations on top of the list, and soon there
ROOM: Final = 1024 * 1024
# of all conversations that lack something together, and of each at least: a slow line carries it in some seconds
TOGETHER: Final = 200
LEAST: Final = 4
# so many conversations are read together
AT_ONCE: Final = 10
# further ones are asked for when they are met
MOST_EPOCHS: Final = 50


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest items of a conversation that an account lacks, and the skeleton of what lies below them."""

    page: Page
    first: int
    skeleton: Sequence[Item] = ()
    epochs: Sequence[EpochForReader] = ()


class Lacked(NamedTuple):
    """A conversation of which an account holds everything up to `after`, and may read from `first` on."""

    conversation: Conversation
    after: int
    first: int


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All of a conversation that must be known before what stands between it can be judged."""

    conversation: Conversation
    first: int
    items: Sequence[Item]


def newest(account: str, held: Mapping[str, int], limit: int) -> list[Newest]:
    """What an account lacks of each conversation: of each its newest items, at most `limit`, as far as there is room.

    Where many conversations lack something they share what one answer carries, so that the top of each is there soon.
    """
    found = access.lacking(account, held)
    first = access.first_sequences(account, found)
    lacked = [
        Lacked(one, after, first[one.pk])
        for one in found
        if (after := max(held.get(one.identifier, 0), first[one.pk] - 1)) < one.sequence
    ]
    share = min(limit, max(LEAST, TOGETHER // max(1, len(lacked))))
    given: list[Newest] = []
    room = ROOM
    for start in range(0, len(lacked), AT_ONCE):
        some = lacked[start : start + AT_ONCE]
        answers = _newest_of(account, some, share) if room > 0 else [_nothing_of(one) for one in some]
        for one, lacks in zip(some, answers, strict=True):
            given.append(lacks if room > 0 else _nothing_of(one))
            room -= _size_of(given[-1])
    return given


def skeleton(account: str, identifier: str) -> Skeleton:
    """The skeleton of everything that an account may read."""
    conversation = access.find(account, identifier)
    first = access.first_sequences(account, [conversation])[conversation.pk]
    within = {conversation: range(first, conversation.sequence + 1)}
    return Skeleton(conversation, first, _skeletons(account, within)[conversation.pk])


def _newest_of(account: str, lacked: Sequence[Lacked], limit: int) -> list[Newest]:
    """The answers for some conversations, with as many queries as for one."""
    pages = _newest_items(lacked, limit)
    gaps = {
        each.conversation: range(each.after + 1, page[0].sequence)
        for each, page in zip(lacked, pages, strict=True)
    }
    skeletons = _skeletons(account, gaps)
    epochs = access.newest_epochs(account, {one.conversation: one.after + 1 for one in lacked}, MOST_EPOCHS)
    heads = access.heads_at(
        {each.conversation: page[0].sequence - 1 for each, page in zip(lacked, pages, strict=True)}
    )
    return [
        Newest(
            Page(each.conversation, heads[each.conversation.pk], page, more=False),
            each.first,
            skeletons[each.conversation.pk],
            epochs[each.conversation.pk],
        )
        for each, page in zip(lacked, pages, strict=True)
    ]


def _nothing_of(lacked: Lacked) -> Newest:
    """There is no room for it: it is asked for again."""
    return Newest(Page(lacked.conversation, lacked.conversation.head, (), more=True), lacked.first)


def _size_of(answer: Newest) -> int:
    items = sum(len(item.body) for item in (*answer.page.items, *answer.skeleton))
    return items + sum(len(epoch.members) for epoch in answer.epochs)


def _newest_items(lacked: Sequence[Lacked], limit: int) -> list[list[Item]]:
    """The last items of each conversation, at most so many: sequences have no gaps."""
    within = {
        each.conversation: range(
            max(each.after, each.conversation.sequence - limit) + 1, each.conversation.sequence + 1
        )
        for each in lacked
    }
    found: dict[int, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(access.anywhere_in(within)).order_by("conversation_id", "-sequence"):
        found[item.conversation_id].append(item)
    return [list(reversed(access.bounded(found[each.conversation.pk]))) for each in lacked]


def _skeletons(account: str, gaps: Mapping[Conversation, range]) -> dict[int, list[Item]]:
    """What must be known of the items in these places; the first message carries the subject."""
    found: dict[int, list[Item]] = {conversation.pk: [] for conversation in gaps}
    wide = {conversation: places for conversation, places in gaps.items() if places}
    if not wide:
        return found
    openings = (
        Item.objects.filter(conversation__in=list(wide), kind="message")
        .values("conversation_id")
        .annotate(first=Min("sequence"))
        .values_list("conversation_id", "first")
    )
    opening = dict(openings)
    at_opening = Q()
    for conversation, places in wide.items():
        if opening.get(conversation.pk, 0) in places:
            at_opening |= Q(conversation=conversation, sequence=opening[conversation.pk])
    wanted = access.anywhere_in(wide) & ~Q(kind="message")
    for item in Item.objects.filter(wanted | at_opening).order_by("conversation_id", "sequence"):
        if _concerns(account, item):
            found[item.conversation_id].append(item)
    return found


def _concerns(account: str, item: Item) -> bool:
    if item.kind != "late_box":
        return True
    header = items.parse(bytes(item.body), bytes(item.signature)).header
    return bool(header["account_for"] == account)
