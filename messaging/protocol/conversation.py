"""Follows one conversation item by item and checks everything that docs/protocol.md, 5, lets anybody check.

The server and every client use the same checks. A refused item keeps its place in the sequence and in the head: it
is there for all to see, and it counts for nothing. What the server alone can be guilty of (a head that does not fit,
another first item) stops the whole conversation instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from members.protocol.encoding import unb64
from members.protocol.state import Account
from messaging.protocol import epochs, items
from messaging.protocol.epochs import Row, Standing
from messaging.protocol.items import Item
from messaging.protocol.refusal import Refused


class ConversationBroken(Exception):
    """The server's sequence cannot be this conversation's history."""


class NotYet(Exception):
    """An item cannot be judged before the Register is read up to `size`, or the member table of an epoch is there."""

    def __init__(self, sentence: str, *, size: int | None = None, table: str | None = None) -> None:
        super().__init__(sentence)
        self.size = size
        self.table = table


class Register(Protocol):
    """What a conversation needs to know of the Register."""

    @property
    def size(self) -> int:
        """How far it was read and verified."""

    def root_at(self, size: int) -> str | None:
        """The root at a size; None when that is not known any more."""

    def now(self) -> Standing:
        """The newest that is known."""

    def at(self, size: int) -> Standing | None:
        """How things stood at a size; None when that is not known any more (or not yet)."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch that was accepted; `members_checked` is false when the Register of that time is not known here."""

    number: int
    hash: str
    sequence: int
    commitment: str
    previous: str
    checkpoint_size: int
    participants: tuple[str, ...]
    administrators: tuple[str, ...]
    members: Mapping[str, Row]
    members_checked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item at its place, and why it counts for nothing, if it was refused."""

    sequence: int
    head: str
    item: Item
    refusal: Refused | None


@dataclass(slots=True)
class Conversation:
    """What follows from the items so far."""

    network: str
    id: str
    sequence: int = 0
    head: str = items.START
    heads: dict[int, str] = field(default_factory=lambda: {0: items.START})
    participants: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    epochs: dict[int, Epoch] = field(default_factory=dict)
    client_ids: set[tuple[str, str]] = field(default_factory=set)
    late: set[tuple[int, str, int]] = field(default_factory=set)
    anchored_at: int = 0
    """The sequence number after which this client may read; 0 when it has seen everything."""

    @classmethod
    def anchored(cls, network: str, conversation: str, sequence: int, head: str) -> Conversation:
        """A conversation whose first `sequence` items this person may not read; signed items must confirm `head`."""
        return cls(network, conversation, sequence, head, {sequence: head}, anchored_at=sequence)

    @property
    def epoch(self) -> Epoch | None:
        """The newest epoch."""
        return self.epochs[max(self.epochs)] if self.epochs else None

    def accept(
        self, item: Item, register: Register, *, table: bytes | None = None, head: str | None = None
    ) -> Outcome:
        """Take the next item of the sequence; `table` is the member table of an epoch, `head` what the server states.

        Raises ConversationBroken when the item cannot stand here or the stated head does not fit, and NotYet, having
        changed nothing, when something must be fetched first.
        """
        sequence = self.sequence + 1
        if sequence == 1 and item.hash != self.id:
            raise ConversationBroken("the first item is not the one that the conversation is named after")
        following = items.next_head(self.head, item.hash)
        if head is not None and head != following:
            raise ConversationBroken("the head does not follow from the items")
        refusal = None
        try:
            self._check(item, sequence, register, table)
        except Refused as error:
            refusal = error
        self.sequence, self.head = sequence, following
        self.heads[sequence] = following
        return Outcome(sequence, following, item, refusal)

    def due(self, register: Register) -> str | None:
        """Why a new epoch is due now (`created`, `members`, `keys`), or None."""
        newest = self.epoch
        if newest is None:
            return "created"
        return epochs.due(newest.members, register.now(), newest.participants)

    def _check(self, item: Item, sequence: int, register: Register, table: bytes | None) -> None:
        self._check_form(item, sequence)
        checkpoint = item.header["checkpoint"]
        if checkpoint["size"] > register.size:
            raise NotYet("the author knows more of the Register", size=checkpoint["size"])
        check_author(item, register)
        if register.root_at(checkpoint["size"]) not in (None, checkpoint["root"]):
            raise Refused("bad_checkpoint", "the author knows another Register")
        self._check_seen(item, sequence)
        used = (item.header["device"], item.header["client_id"])
        if used in self.client_ids:
            raise Refused("repeated", "the device used this client id before")
        if item.kind == "conversation.created":
            self.participants = tuple(item.header["participants"])
            self.administrators = tuple(item.header["administrators"])
        elif item.kind == "epoch":
            self._take_epoch(item, sequence, register, table)
        elif item.kind == "message":
            check_message(item, self.epoch)
        elif item.kind == "late_box":
            self._take_late_box(item, register)
        self.client_ids.add(used)

    def _check_form(self, item: Item, sequence: int) -> None:
        if item.header["network"] != self.network:
            raise Refused("bad_item", "the item is for another network")
        if (item.kind == "conversation.created") != (sequence == 1):
            raise Refused("bad_item", "a conversation begins once, with its first item")
        if item.header.get("conversation", self.id) != self.id:
            raise Refused("bad_item", "the item is for another conversation")

    def _check_seen(self, item: Item, sequence: int) -> None:
        seen = item.header.get("seen")
        if seen is None:
            return
        known = seen["sequence"] >= self.anchored_at
        if seen["sequence"] >= sequence or (known and self.heads.get(seen["sequence"]) != seen["head"]):
            raise Refused("bad_history", "the author has seen another history")

    def _take_epoch(self, item: Item, sequence: int, register: Register, table: bytes | None) -> None:
        header, previous = item.header, self.epoch
        if previous is not None or self.participants:
            check_follows(item, self.id, self.participants, self.administrators, previous)
        if table is None or epochs.table_hash(table) != header["members"]:
            raise NotYet("the member table is not here", table=header["members"])
        rows = epochs.parse_table(table, header["members"])
        if header["account"] not in rows:
            raise Refused("not_member", "the author of the epoch is not in it")
        standing = register.at(header["checkpoint"]["size"])
        if standing is not None:
            epochs.check_members(rows, standing, header["participants"])
        self.participants = tuple(header["participants"])
        self.administrators = tuple(header["administrators"])
        self.epochs[header["number"]] = Epoch(
            number=header["number"],
            hash=item.hash,
            sequence=sequence,
            commitment=header["commitment"],
            previous=header["previous"],
            checkpoint_size=header["checkpoint"]["size"],
            participants=self.participants,
            administrators=self.administrators,
            members=rows,
            members_checked=standing is not None,
        )

    def _take_late_box(self, item: Item, register: Register) -> None:
        header = item.header
        then = register.at(header["checkpoint"]["size"])
        if then is not None:
            check_late_box(item, self.epoch, then)
        else:
            check_late_box_later(item, self.epoch, register.now())
        account, generation = header["account_for"], header["generation"]
        named = {(each["epoch"], account, generation) for each in header["boxes"]}
        newest = self.epoch
        if newest is None or any(number > newest.number for number, _, _ in named):
            raise Refused("bad_late_box", "there is no such epoch")
        self.late |= named


def check_author(item: Item, register: Register) -> Account:
    """The author's account; raises Refused unless a device that was active at the item's checkpoint signed it."""
    account = item.header["account"]
    then = register.at(item.header["checkpoint"]["size"])
    standing = then or register.now()
    author = standing.accounts.get(account)
    device = None if author is None else author.devices.get(item.header["device"])
    if author is None or device is None:
        raise Refused("device_inactive", "the device is not one of the author's")
    if then is not None and not device.active:
        raise Refused("device_inactive", "the device was not active")
    if not item.signed_by(unb64(device.key)):
        raise Refused("bad_signature", "the signature does not verify")
    return author


def check_follows(
    item: Item,
    conversation: str,
    participants: Sequence[str],
    administrators: Sequence[str],
    previous: Epoch | None,
) -> None:
    """Raise Refused unless an epoch item follows the previous epoch, or the creation for number 1."""
    header = item.header
    number, named = (1, conversation) if previous is None else (previous.number + 1, previous.hash)
    if header["number"] != number or header["previous"] != named:
        raise Refused("epoch_exists", "the epoch does not follow the newest one")
    if previous is not None and header["checkpoint"]["size"] < previous.checkpoint_size:
        raise Refused("bad_epoch", "the epoch looks further back than the one before it")
    if header["participants"] != list(participants) or header["administrators"] != list(administrators):
        raise Refused("bad_epoch", "the epoch changes the participants or administrators")


def check_message(item: Item, newest: Epoch | None) -> None:
    """Raise Refused unless a message stands under the newest epoch and its sender is in it."""
    if newest is None or item.header["epoch"] != newest.number:
        raise Refused("old_epoch", "the message is not under the newest epoch")
    if item.header["account"] not in newest.members:
        raise Refused("not_member", "the sender is not in the epoch")


def check_late_box(item: Item, newest: Epoch | None, standing: Standing) -> None:
    """Raise Refused unless the author is a member and the receiver may receive at this generation."""
    header = item.header
    newest = _in_newest(item, newest)
    receiver = epochs.readers(standing, newest.participants).get(header["account_for"])
    if receiver is None or receiver.tainted or receiver.generation != header["generation"]:
        raise Refused("bad_late_box", "nobody may box to this person or generation")


def check_late_box_later(item: Item, newest: Epoch | None, standing: Standing) -> None:
    """The same where the Register of that time is not at hand: today's tells only that there was such a generation."""
    _in_newest(item, newest)
    receiver = standing.accounts.get(item.header["account_for"])
    if receiver is None or item.header["generation"] not in receiver.reading_keys:
        raise Refused("bad_late_box", "nobody could ever box to this person or generation")


def _in_newest(item: Item, newest: Epoch | None) -> Epoch:
    if newest is None or item.header["account"] not in newest.members:
        raise Refused("not_member", "the author is not in the newest epoch")
    return newest
