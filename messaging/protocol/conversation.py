"""Follows one conversation item by item and checks everything that docs/protocol.md, 5, lets anybody check.

Upwards here; `messaging.protocol.below` reads downwards. The server and every client use the same checks. A refused
item keeps its place in the sequence and in the head: it is there for all to see, and it counts for nothing. What the
server alone can be guilty of (a head that does not fit, another first item) stops the whole conversation instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Later:
    """A `seen` that cannot be compared yet, since the head that it names is not known: of which item, and by whom."""

    item: int
    account: str
    sequence: int
    head: str


@dataclass(frozen=True, slots=True)
class Created:
    """Who takes part, as the first item says."""

    participants: tuple[str, ...]
    administrators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a conversation before one place in it."""

    sequence: int
    created: Created | None
    before: Epoch | None
    here: Epoch | None
    """The epoch at the place itself, where the skeleton had it."""
    hidden: Callable[[int], bool]
    """Whether an epoch of this number can only be one that the skeleton left out."""
    head_at: Callable[[int], str | None]
    used: Callable[[tuple[str, str]], bool]
    """Whether an item before the place was accepted with this device and client id."""


@dataclass(slots=True)
class Judged:
    """What follows from one item."""

    refusal: Refused | None = None
    later: Later | None = None
    created: Created | None = None
    epoch: Epoch | None = None
    late: set[tuple[int, str, int]] = field(default_factory=set)


@dataclass(slots=True)
class Conversation:
    """What follows from the items so far."""

    network: str
    id: str
    sequence: int = 0
    head: str = items.START
    heads: dict[int, str] = field(default_factory=lambda: {0: items.START})
    created: Created | None = None
    epochs: dict[int, Epoch] = field(default_factory=dict)
    client_ids: dict[tuple[str, str], int] = field(default_factory=dict)
    late: set[tuple[int, str, int]] = field(default_factory=set)
    anchored_at: int = 0
    """Everything above this sequence number was taken in one piece; 0 when this client has seen everything."""
    ground: int = 1
    """The epochs from this sequence number on are known."""
    islands: list[tuple[int, int]] = field(default_factory=list)
    """What was taken before, below a gap: (after which, up to which), the highest first."""
    later: list[Later] = field(default_factory=list)
    skeleton: dict[int, str] = field(default_factory=dict)
    """Item hashes that a skeleton named at places that were not met yet."""

    @classmethod
    def anchored(cls, network: str, conversation: str, sequence: int, head: str) -> Conversation:
        """A conversation whose first `sequence` items this person may not read; signed items must confirm `head`."""
        heads = {sequence: head}
        return cls(network, conversation, sequence, head, heads, anchored_at=sequence, ground=sequence + 1)

    @property
    def participants(self) -> tuple[str, ...]:
        """The authorities that take part."""
        known = self.epoch or self.created
        return () if known is None else known.participants

    @property
    def administrators(self) -> tuple[str, ...]:
        """Those of them that may change who takes part."""
        known = self.epoch or self.created
        return () if known is None else known.administrators

    @property
    def has_gaps(self) -> bool:
        """Whether something was passed over that the skeleton speaks for."""
        return bool(self.islands) or self.anchored_at >= self.ground

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
        judged = self.judge(item, self.ground_at(sequence), register, table)
        self.sequence, self.head = sequence, following
        self.heads[sequence] = following
        self.settle(item, sequence, judged)
        return Outcome(sequence, following, item, judged.refusal)

    def due(self, register: Register) -> str | None:
        """Why a new epoch is due now (`created`, `members`, `keys`), or None."""
        newest = self.epoch
        if newest is None:
            return "created"
        return epochs.due(newest.members, register.now(), newest.participants)

    def ground_at(self, sequence: int) -> Ground:
        """What is known before a place."""
        before = [each for each in self.epochs.values() if each.sequence < sequence]
        here = [each for each in self.epochs.values() if each.sequence == sequence]
        return Ground(
            sequence,
            self.created,
            max(before, key=lambda each: each.sequence, default=None),
            here[0] if here else None,
            lambda number: self.has_gaps and number > max(self.epochs, default=0),
            self.heads.get,
            lambda used: self.client_ids.get(used, sequence) < sequence,
        )

    def judge(
        self,
        item: Item,
        ground: Ground,
        register: Register,
        table: bytes | None,
        *,
        skeleton: bool = False,
    ) -> Judged:
        """What follows from an item at its place, changing nothing; raises NotYet when something is missing.

        Of a `skeleton`: out of place, so that neither `seen` nor client id nor the epoch of a message is judged.
        """
        judged = Judged()
        try:
            self._check_form(item, ground.sequence)
            checkpoint = item.header["checkpoint"]
            if checkpoint["size"] > register.size:
                raise NotYet("the author knows more of the Register", size=checkpoint["size"])
            check_author(item, register)
            if register.root_at(checkpoint["size"]) not in (None, checkpoint["root"]):
                raise Refused("bad_checkpoint", "the author knows another Register")
            if not skeleton:
                judged.later = _check_seen(item, ground)
                if ground.used((item.header["device"], item.header["client_id"])):
                    raise Refused("repeated", "the device used this client id before")
            if item.kind == "conversation.created":
                judged.created = Created(
                    tuple(item.header["participants"]), tuple(item.header["administrators"])
                )
            elif item.kind == "epoch":
                judged.epoch = self._judge_epoch(item, ground, register, table)
            elif item.kind == "message" and not skeleton:
                if ground.hidden(item.header["epoch"]):
                    raise ConversationBroken("an epoch is left out of the skeleton")
                check_message(item, ground.before)
            elif item.kind == "late_box":
                if not skeleton:
                    _check_late_box_at(item, ground, register)
                account, generation = item.header["account_for"], item.header["generation"]
                judged.late = {(each["epoch"], account, generation) for each in item.header["boxes"]}
        except Refused as error:
            judged.refusal = error
        return judged

    def settle(self, item: Item, sequence: int, judged: Judged) -> None:
        """Let what follows from an item hold."""
        if judged.later is not None:
            self.later.append(judged.later)
        if judged.refusal is None:
            self.client_ids[(item.header["device"], item.header["client_id"])] = sequence
        self.created = judged.created or self.created
        if judged.epoch is not None:
            self.epochs[judged.epoch.number] = judged.epoch
        self.late |= judged.late

    def _check_form(self, item: Item, sequence: int) -> None:
        if item.header["network"] != self.network:
            raise Refused("bad_item", "the item is for another network")
        if (item.kind == "conversation.created") != (sequence == 1):
            raise Refused("bad_item", "a conversation begins once, with its first item")
        if item.header.get("conversation", self.id) != self.id:
            raise Refused("bad_item", "the item is for another conversation")

    def _judge_epoch(self, item: Item, ground: Ground, register: Register, table: bytes | None) -> Epoch:
        header, known = item.header, ground.before or ground.created
        if known is not None:
            number = 1 if ground.before is None else ground.before.number + 1
            if header["number"] > number and ground.hidden(header["number"]):
                raise ConversationBroken("an epoch is left out of the skeleton")
            check_follows(item, self.id, known.participants, known.administrators, ground.before)
        if ground.here is not None and ground.here.hash == item.hash:
            rows: Mapping[str, Row] = ground.here.members
        elif table is None or epochs.table_hash(table) != header["members"]:
            raise NotYet("the member table is not here", table=header["members"])
        else:
            rows = epochs.parse_table(table, header["members"])
        if header["account"] not in rows:
            raise Refused("not_member", "the author of the epoch is not in it")
        standing = register.at(header["checkpoint"]["size"])
        if standing is not None:
            epochs.check_members(rows, standing, header["participants"])
        return Epoch(
            number=header["number"],
            hash=item.hash,
            sequence=ground.sequence,
            commitment=header["commitment"],
            previous=header["previous"],
            checkpoint_size=header["checkpoint"]["size"],
            participants=tuple(header["participants"]),
            administrators=tuple(header["administrators"]),
            members=rows,
            members_checked=standing is not None,
        )


def _check_seen(item: Item, ground: Ground) -> Later | None:
    seen = item.header.get("seen")
    if seen is None:
        return None
    known = ground.head_at(seen["sequence"])
    if seen["sequence"] >= ground.sequence or known not in (None, seen["head"]):
        raise Refused("bad_history", "the author has seen another history")
    if known is not None:
        return None
    return Later(ground.sequence, item.header["account"], seen["sequence"], seen["head"])


def _check_late_box_at(item: Item, ground: Ground, register: Register) -> None:
    then, newest = register.at(item.header["checkpoint"]["size"]), ground.before
    if then is not None:
        check_late_box(item, newest, then)
    else:
        check_late_box_later(item, newest, register.now())
    if newest is None or any(each["epoch"] > newest.number for each in item.header["boxes"]):
        raise Refused("bad_late_box", "there is no such epoch")


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
