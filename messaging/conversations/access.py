"""Reads of conversations; the permission is in every query.

Who may read follows from the newest Register: a reader of a participant, now. From where on follows from the
epochs: the first one that has the person in its table or a late box for them. Whoever has been removed gets
nothing, at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from members.problems import NotFound
from messaging.conversations import due, roster
from messaging.conversations.models import BadBox, Box, Conversation, Epoch, Item, ReadMark
from messaging.protocol.items import START

MOST_ITEMS: Final = 500
# a page ends here, so that no answer grows without bound whatever the items are like
MOST_BYTES: Final = 4 * 1024 * 1024


class Head(NamedTuple):
    """Where a conversation stands."""

    sequence: int
    head: str
    due: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation with what one account may know of it."""

    conversation: Conversation
    first_sequence: int
    received: Mapping[str, int]
    read: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive items, and the head before the first of them."""

    conversation: Conversation
    before_head: str
    items: Sequence[Item]
    more: bool


@dataclass(frozen=True, slots=True)
class EpochForReader:
    """The table of an epoch with the boxes that one account has of its key, the newest generation first."""

    number: int
    members: bytes
    boxes: Sequence[bytes]
    late: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Epochs whose keys a reader was not given and may be handed."""

    account: str
    generation: int
    epochs: Sequence[int]


def _readable(account: str) -> QuerySet[Conversation]:
    """The conversations of the authority that this account reads for, by the newest Register."""
    authority = due.settled_roster().authority_read_by(account)
    if authority is None:
        return Conversation.objects.none()
    return Conversation.objects.filter(participant_rows__authority=authority)


def find(account: str, identifier: str) -> Conversation:
    """A conversation that this account may read; raises NotFound."""
    conversation = _readable(account).filter(identifier=identifier).first()
    if conversation is None:
        raise NotFound
    return conversation


def heads(account: str) -> dict[str, Head]:
    """Where all conversations of an account stand; one query."""
    rows = _readable(account).values_list("identifier", "sequence", "head", "due")
    return {identifier: Head(sequence, head, is_due) for identifier, sequence, head, is_due in rows}


class Place(NamedTuple):
    """The row of a conversation that an account may read, and where it stands."""

    row: int
    identifier: str
    sequence: int
    head: str


def places(account: str) -> list[Place]:
    """Where all conversations of an account stand, to be compared with what it says of them; one query."""
    rows = _readable(account).values_list("pk", "identifier", "sequence", "head")
    return [Place(*row) for row in rows]


def authorities_met(account: str) -> set[str]:
    """The authorities that take part in some conversation of this account; one query."""
    return {one for met in _readable(account).values_list("participants", flat=True) for one in met}


def identifiers(account: str, most: int) -> list[str]:
    """The newest conversations of an account."""
    return list(_readable(account).order_by("-last_at").values_list("identifier", flat=True)[:most])


def participants(conversation: str) -> list[str]:
    """The authorities in a conversation; nobody when there is none. No permission: never shown to anybody."""
    found: list[str] | None = (
        Conversation.objects.filter(identifier=conversation).values_list("participants", flat=True).first()
    )
    return found or []


def conversations(account: str) -> list[Listed]:
    """All conversations of an account, the most recently written first."""
    found = list(_readable(account).order_by("-last_at", "-id"))
    first = first_sequences(account, found)
    received: dict[int, dict[str, int]] = defaultdict(dict)
    read: dict[int, dict[str, int]] = defaultdict(dict)
    marks = ReadMark.objects.filter(conversation__in=[one.pk for one in found])
    for row, reader, has, sequence in marks.values_list("conversation_id", "account", "received", "sequence"):
        received[row][reader] = has
        if sequence:
            read[row][reader] = sequence
    return [Listed(one, first[one.pk], received[one.pk], read[one.pk]) for one in found]


def first_sequences(account: str, found: Sequence[Conversation]) -> dict[int, int]:
    """The first sequence that an account may read, by conversation; what comes next where no epoch has it yet."""
    own = Box.objects.filter(account=account, conversation__in=[one.pk for one in found])
    numbers = dict(
        own.values("conversation_id").annotate(first=Min("number")).values_list("conversation_id", "first")
    )
    later = [row for row, number in numbers.items() if number > 1]
    sequences = {
        (row, number): sequence
        for row, number, sequence in Epoch.objects.filter(conversation__in=later).values_list(
            "conversation_id", "number", "sequence"
        )
    }
    return {
        one.pk: 1
        if numbers.get(one.pk) == 1
        else sequences.get((one.pk, numbers.get(one.pk, 0)), one.sequence + 1)
        for one in found
    }


def items_after(account: str, identifier: str, after: int, limit: int) -> Page:
    """The items that follow a sequence number."""
    conversation = find(account, identifier)
    first = first_sequences(account, [conversation])[conversation.pk]
    return _page_after(conversation, max(after, first - 1), limit)


def items_before(account: str, identifier: str, before: int, limit: int) -> Page:
    """The last items before a sequence number."""
    conversation = find(account, identifier)
    first = first_sequences(account, [conversation])[conversation.pk]
    end = min(before, conversation.sequence + 1)
    found = list(
        Item.objects.filter(conversation=conversation, sequence__gte=first, sequence__lt=end).order_by(
            "-sequence"
        )[: _most(limit)]
    )
    kept = list(reversed(bounded(found)))
    start = kept[0].sequence if kept else min(first, conversation.sequence + 1)
    return Page(conversation, head_at(conversation, start - 1), kept, more=start > first)


def _page_after(conversation: Conversation, after: int, limit: int) -> Page:
    after = min(after, conversation.sequence)
    following = Item.objects.filter(
        conversation=conversation, sequence__gt=after, sequence__lte=conversation.sequence
    )
    kept = bounded(list(following.order_by("sequence")[: _most(limit)]))
    last = kept[-1].sequence if kept else after
    return Page(conversation, head_at(conversation, after), kept, more=last < conversation.sequence)


def lacking(account: str, held: Mapping[str, int]) -> list[Conversation]:
    """The conversations of an account that have grown beyond what it holds, the most recently written first."""
    return [
        each
        for each in _readable(account).order_by("-last_at")
        if held.get(each.identifier, 0) < each.sequence
    ]


def sync(account: str, held: Mapping[str, int], limit: int) -> list[Page]:
    """What an account lacks of each conversation, given the newest sequence that it holds."""
    found = lacking(account, held)
    first = first_sequences(account, found)
    pages: list[Page] = []
    room = MOST_BYTES
    for one in found:
        after = max(held.get(one.identifier, 0), first[one.pk] - 1)
        if after >= one.sequence:
            continue
        if room <= 0:
            pages.append(Page(one, head_at(one, after), (), more=True))
            continue
        page = _page_after(one, after, limit)
        room -= sum(len(item.body) for item in page.items)
        pages.append(page)
    return pages


def epochs(account: str, identifier: str, first: int, last: int) -> list[EpochForReader]:
    """The epochs from `first` to `last` that this account may know, with the boxes made to it.

    At most 500, and no more than fit into one answer; whoever lacks more asks from there on.
    """
    conversation = find(account, identifier)
    from_sequence = first_sequences(account, [conversation])[conversation.pk]
    found = Epoch.objects.filter(
        conversation=conversation, number__gte=first, number__lte=last, sequence__gte=from_sequence
    ).order_by("number")[:MOST_ITEMS]
    kept: list[Epoch] = []
    room = MOST_BYTES
    for epoch in found.iterator(chunk_size=20):
        room -= len(epoch.members)
        if kept and room < 0:
            break
        kept.append(epoch)
    return _for_reader(account, conversation, kept)


def newest_epochs(
    account: str, since: Mapping[Conversation, int], most: int
) -> dict[int, list[EpochForReader]]:
    """Of each conversation, by its row, the newest of the epochs that began at this place or later: at least one, and
    of all together no more than fit into one answer; the caller has seen to the permission."""
    wanted = Q()
    for one, sequence in since.items():
        wanted |= Q(conversation=one, sequence__gte=sequence, number__gt=one.epoch - most)
    found: dict[int, list[Epoch]] = defaultdict(list)
    room = MOST_BYTES
    newest_first = Epoch.objects.filter(wanted).order_by("conversation_id", "-number")
    for epoch in newest_first.iterator(chunk_size=20):
        if room >= 0 or not found[epoch.conversation_id]:
            room -= len(epoch.members)
            found[epoch.conversation_id].append(epoch)
    own = _boxes(account, [epoch for some in found.values() for epoch in some])
    return {one.pk: [_with_boxes(epoch, own) for epoch in reversed(found[one.pk])] for one in since}


def _for_reader(account: str, conversation: Conversation, found: Sequence[Epoch]) -> list[EpochForReader]:
    own = _boxes(account, found)
    return [_with_boxes(epoch, own) for epoch in found]


_Boxes = Mapping[tuple[int, int], Sequence[Box]]


def _with_boxes(epoch: Epoch, boxes: _Boxes) -> EpochForReader:
    own = boxes.get((epoch.conversation_id, epoch.number), ())
    return EpochForReader(
        epoch.number,
        bytes(epoch.members),
        [bytes(box.box or b"") for box in own],
        bool(own) and own[0].late,
    )


def _boxes(account: str, found: Sequence[Epoch]) -> _Boxes:
    """The boxes that an account has of these epochs, by conversation and number."""
    if not found:
        return {}
    numbers: dict[int, list[int]] = defaultdict(list)
    for epoch in found:
        numbers[epoch.conversation_id].append(epoch.number)
    wanted = Q()
    for row, some in numbers.items():
        wanted |= Q(conversation=row, number__gte=min(some), number__lte=max(some))
    own: dict[tuple[int, int], list[Box]] = defaultdict(list)
    # the box of the table before a late one of the same generation: a late one is somebody else's word
    for box in Box.objects.filter(wanted, account=account, box__isnull=False).order_by(
        "-generation", "late", "-turn"
    ):
        own[box.conversation_id, box.number].append(box)
    return own


def missing(account: str, identifier: str) -> list[Missing]:
    """Readers without a box in an epoch in whose table they stand, and with no late box of it yet; and those who have
    reported that none of theirs opens."""
    conversation = find(account, identifier)
    readers = roster.current().readers_of(conversation.participants)
    late = Box.objects.filter(
        account=OuterRef("account"), conversation=conversation, number=OuterRef("number"), late=True
    )
    empty = Box.objects.filter(conversation=conversation, box__isnull=True, late=False).exclude(Exists(late))
    reported = BadBox.objects.filter(conversation=conversation, answered=False)
    lacking: dict[str, set[int]] = defaultdict(set)
    for reader, number in (
        *empty.values_list("account", "number"),
        *reported.values_list("account", "number"),
    ):
        if reader in readers and not readers[reader].tainted:
            lacking[reader].add(number)
    return [
        Missing(reader, readers[reader].generation, sorted(numbers))
        for reader, numbers in sorted(lacking.items())
    ]


def reported(account: str) -> list[str]:
    """The conversations of an account in which a reader waits for another box."""
    waiting = _readable(account).filter(
        Exists(BadBox.objects.filter(conversation=OuterRef("pk"), answered=False))
    )
    return list(waiting.values_list("identifier", flat=True))


def head_at(conversation: Conversation, sequence: int) -> str:
    """The head after so many items."""
    return heads_at({conversation: sequence})[conversation.pk]


def heads_at(wanted: Mapping[Conversation, int]) -> dict[int, str]:
    """The heads after so many items of each conversation, by its row."""
    found = {one.pk: one.head for one, sequence in wanted.items() if sequence == one.sequence}
    found |= {one.pk: START for one, sequence in wanted.items() if sequence == 0}
    others = Q()
    for one, sequence in wanted.items():
        if one.pk not in found:
            others |= Q(conversation=one, sequence=sequence)
    if others:
        found |= dict(Item.objects.filter(others).values_list("conversation_id", "head"))
    return found


def anywhere_in(within: Mapping[Conversation, range]) -> Q:
    """Whatever of these conversations stands at these places; the caller names at least one."""
    places = Q()
    for conversation, sequences in within.items():
        places |= Q(conversation=conversation, sequence__gte=sequences.start, sequence__lt=sequences.stop)
    return places


def _most(limit: int) -> int:
    return max(1, min(limit, MOST_ITEMS))


def bounded(found: Iterable[Item]) -> list[Item]:
    """As many of these items as fit into one answer, and at least one."""
    kept: list[Item] = []
    room = MOST_BYTES
    for item in found:
        room -= len(item.body)
        if kept and room < 0:
            break
        kept.append(item)
    return kept
