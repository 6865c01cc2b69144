"""Writes messages in groups: one transaction for whatever is waiting, each message judged by what is true inside it.

This is the path of every message. It asks the database once per group and not once per message. A message that
was sent before is found by (device, client id), is stored once and acknowledged again. Few are, so that is looked for
only when something does not fit, or when the database refuses a group because of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, OperationalError, transaction

from members import clock
from members.protocol.signing import ITEM, verify
from messaging.conversations import due, roster
from messaging.conversations.headers import MessageHeader
from messaging.conversations.heads import heads, is_own_history
from messaging.conversations.roster import Roster
from messaging.conversations.statements import ItemRow, statements
from messaging.protocol.items import item_hash, next_head

MOST_AT_ONCE: Final = 256
MOST_OUTRUN: Final = 50


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that was sent, with its header already read."""

    header: MessageHeader
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The place of a message in its conversation, on disk; `repeated` when it had been there before."""

    participants: Sequence[str]
    size: int
    sequence: int
    head: str
    received_at: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not accepted: one of the codes of the socket."""

    code: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """An account says how far it has received a conversation, and how far it has read it."""

    account: str
    conversation: str
    received: int = 0
    read: int = 0

    def with_(self, other: Mark) -> Mark:
        """The further of the two, in both."""
        return Mark(
            self.account, self.conversation, max(self.received, other.received), max(self.read, other.read)
        )


@dataclass(frozen=True, slots=True)
class Noted:
    """A mark that has moved forward, as it stands now."""

    participants: Sequence[str]
    size: int
    received: int
    read: int


@dataclass(slots=True)
class _Place:
    """A conversation while a group is being written to it."""

    row: int
    participants: list[str]
    sequence: int
    head: str
    epoch: int
    due: bool
    last_at: int
    grown: bool = False


def write(
    messages: Sequence[Incoming], marks: Sequence[Mark] = ()
) -> tuple[list[Accepted | Refusal], list[Noted | None]]:
    """Append these messages and note these marks in one transaction; one answer to each, in their order.

    When this returns, what it says is on disk.
    """
    signed = _check_signatures(messages)
    repeated = False
    for _ in range(MOST_OUTRUN):
        # made right before and compared inside: who settles holds locks that must come before those of a group
        newest = due.settled_roster() if not due.is_settled(roster.newest()) else roster.newest()
        try:
            with transaction.atomic():
                group = _Group(messages, marks, newest)
                if repeated:
                    group.find_repeats()
                answers = [
                    group.judge(message, holds) for message, holds in zip(messages, signed, strict=True)
                ]
                noted = [group.note(mark) for mark in marks]
                group.store()
        except _Outrun:
            roster.current()
        except IntegrityError:
            repeated = True  # something of it is there already, or another process has just written it
        else:
            group.remember()
            return answers, noted
    raise OperationalError("The Register or a conversation grew faster than a group could be written.")


class _Outrun(Exception):
    """The Register has grown since the roster was read."""


def _check_signatures(messages: Sequence[Incoming]) -> list[bool]:
    """Whether each signature holds, by the key of the device; checked before the transaction, to keep that short.

    A device is named by the hash of its key, so what is in memory is right, whatever has become of the device since.
    """
    devices = roster.newest().devices
    if any(message.header.device not in devices for message in messages):
        devices = roster.current().devices
    holds: list[bool] = []
    for message in messages:
        device = devices.get(message.header.device)
        holds.append(device is not None and verify(device.key, ITEM, message.body, message.signature))
    return holds


class _Group:
    """One group of messages inside its transaction."""

    def __init__(self, messages: Sequence[Incoming], marks: Sequence[Mark], newest: Roster) -> None:
        self.roster = newest
        wanted = {message.header.conversation for message in messages}
        wanted.update(mark.conversation for mark in marks)
        look = statements().look(list(wanted), list({mark.account for mark in marks}))
        if look.head != newest.head:
            raise _Outrun
        self.places = {
            name: _Place(row, participants, sequence, head, epoch, bool(is_due), last_at)
            for name, row, participants, sequence, head, epoch, is_due, last_at in look.places
        }
        self.client_ids = list({message.header.client_id for message in messages})
        self.known: dict[tuple[str, str], _Repeat] = {}
        self.looked_for_repeats = False
        self.marks = {(row, account): (received, read) for row, account, received, read in look.marks}
        self.rows: list[ItemRow] = []
        self.moved: set[tuple[int, str]] = set()
        self.now = clock.now()

    def find_repeats(self) -> None:
        """Look for what was written before, by a group or another process."""
        self.looked_for_repeats = True
        for client_id, device, row, signature, sequence, head, at in statements().repeats(self.client_ids):
            first = Accepted((), 0, sequence, head, at)
            self.known.setdefault((client_id, device), _Repeat(row, signature, first))

    def judge(self, message: Incoming, signature_holds: bool) -> Accepted | Refusal:
        """Give the message its place, or say why it gets none."""
        header = message.header
        if self.roster.active_device(header.device, header.account) is None:
            return _stranger("device_inactive", self.roster)
        place = self.places.get(header.conversation)
        if place is None or self.roster.authority_read_by(header.account) not in place.participants:
            return _stranger("not_member", self.roster)
        if not signature_holds:
            return Refusal("bad_signature")
        named = (header.client_id, header.device)
        refusal = None if named in self.known else self._unfit(header, place)
        if refusal is not None and not self.looked_for_repeats:
            self.find_repeats()  # it may have been in time when it came first
        repeat = self.known.get(named)
        if repeat is not None:
            return repeat.answer(place, message.signature, self.roster.size)
        return refusal or self._append(message, place)

    def _unfit(self, header: MessageHeader, place: _Place) -> Refusal | None:
        if self.roster.restoring:
            return Refusal("restoring")
        if header.network != self.roster.network:
            return Refusal("bad_item", "network")
        if self.roster.may_only_read(header.account, self.now):
            return Refusal("charter_not_accepted")
        if place.due:
            return Refusal("epoch_due")
        if header.epoch != place.epoch:
            return Refusal("old_epoch" if header.epoch < place.epoch else "bad_item", "epoch")
        if not self.roster.is_own_checkpoint(header.checkpoint_size, header.checkpoint_root):
            return Refusal("bad_history", "checkpoint")
        seen, head = header.seen_sequence, header.seen_head
        if seen == place.sequence:
            own = head == place.head
        else:
            own = seen < place.sequence and is_own_history(header.conversation, place.row, seen, head)
        return None if own else Refusal("bad_history", "seen")

    def _append(self, message: Incoming, place: _Place) -> Accepted:
        header = message.header
        place.sequence += 1
        place.head = next_head(place.head, item_hash(message.body, message.signature))
        place.last_at = max(place.last_at, self.now)
        place.grown = True
        accepted = Accepted(place.participants, self.roster.size, place.sequence, place.head, place.last_at)
        self.rows.append(
            (
                place.row,
                place.sequence,
                header.account,
                header.device,
                header.client_id,
                message.body,
                message.signature,
                place.head,
                place.last_at,
            )
        )
        self.known[header.client_id, header.device] = _Repeat(place.row, message.signature, accepted)
        return accepted

    def note(self, mark: Mark) -> Noted | None:
        """Move a mark forward; None when the account may not, or it stands there already."""
        place = self.places.get(mark.conversation)
        if place is None or self.roster.authority_read_by(mark.account) not in place.participants:
            return None
        received, read = max(mark.received, mark.read), mark.read
        if received > place.sequence:
            return None  # nobody has what is not there
        whose = (place.row, mark.account)
        held_received, held_read = self.marks.get(whose, (0, 0))
        if received <= held_received and read <= held_read:
            return None
        received, read = max(received, held_received), max(read, held_read)
        self.marks[whose] = (received, read)
        self.moved.add(whose)
        return Noted(place.participants, self.roster.size, received, read)

    def store(self) -> None:
        """Write everything that was given a place."""
        grown = [place for place in self.places.values() if place.grown]
        if self.rows or self.moved:
            statements().store(
                self.rows,
                [(one.row, one.sequence, one.head, one.last_at) for one in grown],
                [(*whose, *self.marks[whose]) for whose in self.moved],
            )

    def remember(self) -> None:
        """Keep the new heads at hand; only after the commit, when they can no longer change."""
        names = {place.row: name for name, place in self.places.items()}
        for row, sequence, *_, head, _received_at in self.rows:
            heads.remember(names[row], sequence, head)


def _stranger(code: str, newest: Roster) -> Refusal:
    """What an older copy does not know may yet be handed back: nobody is told by it that they are a stranger."""
    return Refusal("restoring" if newest.restoring else code)


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A message that is there already under the same (client id, device)."""

    row: int
    signature: bytes
    accepted: Accepted

    def answer(self, place: _Place, signature: bytes, size: int) -> Accepted | Refusal:
        """The same acknowledgement, if it is the same message: an Ed25519 signature covers all of it."""
        if self.row != place.row or bytes(self.signature) != signature:
            return Refusal("bad_item", "client_id")
        first = self.accepted
        return Accepted(
            place.participants, size, first.sequence, first.head, first.received_at, repeated=True
        )
