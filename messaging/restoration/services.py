"""Handing back items, and the end of a restoration: what was handed back gets its places, and the portal opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final, NoReturn

from django.db import transaction
from django.db.models import Count, Max

from members import clock
from members.problems import NotFound, Problem, Refused, SlowDown
from members.protocol.encoding import b64, unb64
from members.register import restoration
from members.register.models import Head, RegisterDevice
from members.register.restoration import Standing
from messaging.conversations import due, publishing, roster, writer
from messaging.conversations.models import Conversation, RegisterMark
from messaging.conversations.publishing import Written
from messaging.conversations.roster import Roster
from messaging.protocol import epochs, items
from messaging.protocol.items import Item
from messaging.protocol.refusal import Refused as RefusedItem
from messaging.restoration import taking
from messaging.restoration.histories import Held, Histories, following
from messaging.restoration.models import HandedBack, Holder
from messaging.restoration.taking import Hole, Piece
from messaging.sightings.models import Sighting

MOST_ITEMS: Final = 200
MOST_OF_ONE: Final = 20_000
SEEN_LATELY_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Given:
    """An item as it was handed back, at the place where its holder has it."""

    sequence: int
    received_at: int
    body: bytes
    signature: bytes
    members: bytes | None = None
    boxes: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the conversation stands now, and whether everything that was handed back is kept or in its place."""

    sequence: int
    head: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What an operator decides by: nothing is missing when `size` is `known` and `holes` is empty."""

    standing: Standing
    expected: int
    items: int
    conversations: int
    holes: Sequence[str]
    """Conversations of which something was handed back before which something is missing."""
    disputed: Sequence[str]
    """Conversations of which two histories were handed back; the one that more accounts hold is taken."""

    @property
    def whole(self) -> bool:
        return self.standing.size >= self.standing.known and not self.holes


class NotRestoring(Problem):
    def __init__(self) -> None:
        super().__init__("not_restoring", 409, "Nothing is missing here that could be handed back.")


# --- handing back ---


def hand_back(*, account: str, conversation: str, before_head: str, given: Sequence[Given]) -> Answer:
    """Keep consecutive items that the copy lacks, or put them back at once when the portal is open again.

    Raises NotRestoring, NotFound for everybody who does not read the conversation, Problem `register_first`, and
    Refused with a reason of docs/protocol.md, 5.5.
    """
    standing = restoration.standing()
    if not standing.takes_what_comes:
        raise NotRestoring
    now = due.settled_roster()
    found = [_read(one, conversation, now) for one in given]
    if any(later.sequence != one.sequence + 1 for one, later in pairwise(given)):
        _refuse("bad_item", "These items do not follow each other.")
    _check_reader(account, conversation, found[0], now)
    rows = _in_places(conversation, before_head, given, found)
    return writer.write(partial(_keep_or_put_back, account, conversation, rows))


def _read(given: Given, conversation: str, now: Roster) -> Item:
    try:
        item = items.parse(given.body, given.signature)
    except RefusedItem as error:
        raise Refused(
            "refused", f"{error.detail[:1].upper()}{error.detail[1:]}.", reason=error.code
        ) from error
    header = item.header
    named = item.hash if item.kind == "conversation.created" else header["conversation"]
    if header["network"] != now.network or named != conversation:
        _refuse("bad_item", "The item belongs elsewhere.")
    if (item.kind == "conversation.created") != (given.sequence == 1):
        _refuse("bad_item", "A conversation begins once, with its first item.")
    size = header["checkpoint"]["size"]
    if size > now.size:
        raise Problem("register_first", 409, "The Register has to be handed back first.", size=now.size)
    if not now.is_own_checkpoint(size, header["checkpoint"]["root"]):
        _refuse("bad_checkpoint", "The item names a Register that is not this server's.")
    device = RegisterDevice.objects.filter(pk=header["device"], account=header["account"]).first()
    if device is None:
        _refuse("device_inactive", "The device is not one of the author's.")
    if not item.signed_by(unb64(device.key)):
        _refuse("bad_signature", "The signature does not hold.")
    return item


def _refuse(reason: str, sentence: str) -> NoReturn:
    raise Refused("refused", sentence, reason=reason)


def _check_reader(account: str, conversation: str, first: Item, now: Roster) -> None:
    """By those who take part, as the copy has it or the first item says; everybody else is told nothing."""
    participants = (
        Conversation.objects.filter(identifier=conversation).values_list("participants", flat=True).first()
    )
    if participants is None and first.kind == "conversation.created":
        participants = first.header["participants"]
    if participants is None:
        kept = HandedBack.objects.filter(conversation=conversation, sequence=1).first()
        participants = [] if kept is None else _parsed(kept).header["participants"]
    if now.authority_read_by(account) not in participants:
        raise NotFound


def _in_places(
    conversation: str, before: str, given: Sequence[Given], found: Sequence[Item]
) -> list[HandedBack]:
    rows = []
    for one, item in zip(given, found, strict=True):
        head = items.next_head(before, item.hash)
        rows.append(
            HandedBack(
                conversation=conversation,
                sequence=one.sequence,
                before=before,
                head=head,
                body=one.body,
                signature=one.signature,
                received_at=one.received_at,
                members=_fitting_table(item, one.members),
                boxes=_fitting_boxes(item, one),
            )
        )
        before = head
    return rows


def _fitting_table(item: Item, table: bytes | None) -> bytes | None:
    fits = item.kind == "epoch" and table is not None and epochs.table_hash(table) == item.header["members"]
    return table if fits else None


def _fitting_boxes(item: Item, given: Given) -> dict[str, str]:
    """Those of the boxes that somebody signed; whatever else came is left out."""
    named: dict[str, str | None] = {}
    table = _fitting_table(item, given.members)
    if table is not None:
        named = {account: row.box for account, row in epochs.parse_table(table).items()}
    elif item.kind == "late_box":
        named = {str(one["epoch"]): one["box"] for one in item.header["boxes"]}
    return {
        key: b64(box)
        for key, box in given.boxes.items()
        if taking.fitting(named.get(key), b64(box)) is not None
    }


@transaction.atomic
def _keep_or_put_back(account: str, conversation: str, rows: Sequence[HandedBack]) -> Answer:
    now = roster.current(locked=True)  # nobody ends the restoration meanwhile
    if now.restoring:
        return _keep(account, conversation, rows)
    due.settle(now)
    return _put_back_late(conversation, rows, now)


def _keep(account: str, conversation: str, rows: Sequence[HandedBack]) -> Answer:
    if Holder.objects.filter(account=account).count() + len(rows) > MOST_OF_ONE:
        raise SlowDown(clock.HOUR // clock.SECOND)
    here = Conversation.objects.filter(identifier=conversation).first()
    HandedBack.objects.bulk_create(rows, ignore_conflicts=True)
    kept = HandedBack.objects.select_for_update().filter(
        conversation=conversation, head__in=[row.head for row in rows]
    )
    brought = {row.head: row for row in rows}
    for one in kept.order_by("pk"):
        fresh = brought[one.head]
        has_table = one.members is not None or fresh.members is None
        if not has_table or not fresh.boxes.keys() <= one.boxes.keys():
            one.members = one.members or fresh.members
            one.boxes = {**fresh.boxes, **one.boxes}
            one.save(update_fields=["members", "boxes"])
    Holder.objects.bulk_create([Holder(item=one, account=account) for one in kept], ignore_conflicts=True)
    return Answer(
        0 if here is None else here.sequence, items.START if here is None else here.head, taken=True
    )


def _put_back_late(identifier: str, rows: Sequence[HandedBack], now: Roster) -> Answer:
    """After the end: only where nobody has written since."""
    conversation = Conversation.objects.select_for_update().filter(identifier=identifier).first()
    if conversation is None and rows[0].sequence == 1:
        conversation = _begin(rows[0])
    if conversation is None:
        raise NotFound
    place, written = (conversation.sequence, conversation.head), []
    begins = [(row.sequence - 1, row.before) for row in rows]
    if place in begins:
        written = _put(conversation, rows[begins.index(place) :])
        due.settle_one(conversation, now)
    _tell(conversation, now, written)
    last = rows[-1]
    stands = conversation.sequence >= last.sequence and _head_at(conversation, last.sequence) == last.head
    return Answer(conversation.sequence, conversation.head, taken=stands)


# --- the end ---


def report() -> Report:
    """How much was handed back so far, and whether it leads to everything that is known to have been."""
    standing = restoration.standing()
    found = {identifier: _following(identifier) for identifier in _handed_back()}
    holes = [identifier for identifier, one in found.items() if one.hole]
    disputed = [identifier for identifier, one in found.items() if one.disputed]
    kept = HandedBack.objects.aggregate(items=Count("pk"), conversations=Count("conversation", distinct=True))
    return Report(standing, expected(), kept["items"], kept["conversations"], holes, disputed)


def expected() -> int:
    """The accounts that somebody held something of in the days before the copy ends."""
    since = restoration.standing().since or clock.now()
    last = Sighting.objects.filter(received_at__lt=since).aggregate(last=Max("received_at"))["last"] or since
    lately = Sighting.objects.filter(received_at__gte=last - SEEN_LATELY_DAYS * clock.DAY)
    return lately.values("account").distinct().count()


def end() -> Report:
    """Give everything that was handed back its place, and open the portal; what does not follow is given up."""
    return writer.write(_end)


@transaction.atomic
def _end() -> Report:
    # before any conversation, as all writers do: nobody hands anything back meanwhile
    Head.objects.select_for_update().filter(pk=1).first()
    done = report()
    if not done.standing.restoring:
        raise NotRestoring
    for identifier in _handed_back():
        with transaction.atomic():
            _put_all(identifier)
    HandedBack.objects.all().delete()
    # by every process: what it has found to be due was found by the copy
    RegisterMark.objects.filter(id=1).update(size=0, root="")
    restoration.end()
    return done


def _put_all(identifier: str) -> None:
    conversation = Conversation.objects.select_for_update().filter(identifier=identifier).first()
    chosen = [one.row for one in _following(identifier).chosen]
    rows = HandedBack.objects.in_bulk(chosen)
    ordered = [rows[row] for row in chosen]
    if not ordered:
        return
    _put(conversation or _begin(ordered[0]), ordered)


def _begin(first: HandedBack) -> Conversation:
    return taking.begin(_parsed(first), first.received_at)


def _put(conversation: Conversation, rows: Sequence[HandedBack]) -> list[Written]:
    written = []
    for row in rows:
        piece = Piece(
            _parsed(row), row.received_at, None if row.members is None else bytes(row.members), row.boxes
        )
        try:
            written.append(taking.take(conversation, piece))
        except Hole:
            break
    return written


def _tell(conversation: Conversation, now: Roster, written: Sequence[Written]) -> None:
    if written:
        publishing.publish(
            publishing.Appended(conversation.identifier, conversation.participants, now.size, written)
        )


def _handed_back() -> list[str]:
    """The conversations of which something was handed back."""
    found = HandedBack.objects.order_by("conversation").values_list("conversation", flat=True)
    return list(found.distinct())


def _following(identifier: str) -> Histories:
    here = Conversation.objects.filter(identifier=identifier).values_list("sequence", "head").first()
    rows = HandedBack.objects.filter(conversation=identifier).annotate(number=Count("holders"))
    held = [Held(*row) for row in rows.values_list("pk", "sequence", "before", "head", "number")]
    return following(*(here or (0, items.START)), held)


def _head_at(conversation: Conversation, sequence: int) -> str | None:
    found: str | None = conversation.items.filter(sequence=sequence).values_list("head", flat=True).first()
    return found


def _parsed(row: HandedBack) -> Item:
    return items.parse(bytes(row.body), bytes(row.signature))
