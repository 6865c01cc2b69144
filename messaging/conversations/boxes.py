"""Checks an epoch and late boxes against the conversation, the boxes that came with them, and the newest Register.

docs/protocol.md, sections 5.2 and 5.4. An epoch must be right at the checkpoint that it names *and* by the
newest Register, so nothing that concerns its members may lie between the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, Final, NoReturn

from members.problems import Problem, Refused
from members.register.models import Entry, RegisterAccount
from messaging.conversations import bad_boxes
from messaging.conversations.models import Box, Conversation
from messaging.conversations.roster import Roster
from messaging.protocol import epochs
from messaging.protocol.epochs import Row
from messaging.protocol.items import Item
from messaging.protocol.refusal import Refused as RefusedItem

BOX_LENGTH: Final = 1_168
MOST_ENTRIES_BETWEEN: Final = 5_000


def check_epoch(
    item: Item,
    members: bytes | None,
    boxes: Mapping[str, bytes],
    conversation: Conversation,
    roster: Roster,
    author: str,
) -> Collection[Row]:
    """The rows of the member table of an epoch that may come next; raises 409 with the winner, or what is wrong."""
    header = item.header
    if header["number"] <= conversation.epoch:
        raise Problem("epoch_exists", 409, "Somebody else has made this epoch.", epoch=conversation.epoch)
    if header["number"] != conversation.epoch + 1 or header["previous"] != conversation.epoch_hash:
        _bad_epoch("The epoch does not follow the newest one.")
    if header["checkpoint"]["size"] < conversation.epoch_size:
        _bad_epoch("The epoch names an older Register than the one before it.")
    if (header["participants"], header["administrators"]) != (
        conversation.participants,
        conversation.administrators,
    ):
        _bad_epoch("Participants and administrators are not those of the conversation.")
    if members is None:
        _bad_epoch("The member table is missing.")
    try:
        table = epochs.parse_table(members, header["members"])
    except RefusedItem as error:
        _bad_epoch(f"{error.detail[:1].upper()}{error.detail[1:]}.")
    _check_rows(table, conversation, roster, header["checkpoint"]["size"])
    if author not in table:
        _bad_epoch("Whoever makes an epoch is in it.")
    named = {account: row.box for account, row in table.items() if row.box is not None}
    _check_boxes(named, boxes, "bad_epoch")
    return table.values()


def _check_rows(table: Mapping[str, Row], conversation: Conversation, roster: Roster, size: int) -> None:
    readers = roster.readers_of(conversation.participants)
    fits = table.keys() == readers.keys() and all(
        row.generation == readers[account].generation and (row.box is None) == readers[account].tainted
        for account, row in table.items()
    )
    if not fits or _changed_since(size, roster, conversation.participants):
        raise Problem("members_changed", 409, "The members are not those that the newest Register names.")


def _changed_since(size: int, roster: Roster, participants: Collection[str]) -> bool:
    """Whether an entry after this size concerns one of these authorities or its people."""
    if size == roster.size:
        return False
    if roster.size - size > MOST_ENTRIES_BETWEEN:
        return True
    subjects = set(
        Entry.objects.filter(index__gte=size, index__lt=roster.size).values_list("subject", flat=True)
    )
    named = [subject.split("/") for subject in subjects]
    if any(parts[0] == "authority" and parts[1] in participants for parts in named):
        return True
    accounts = [parts[1] for parts in named if parts[0] == "account"]
    return RegisterAccount.objects.filter(id__in=accounts, authority__in=participants).exists()


def check_late_boxes(
    header: Mapping[str, Any],
    boxes: Mapping[str, bytes],
    conversation: Conversation,
    roster: Roster,
    author: str,
) -> None:
    """Raises unless a member hands these boxes to a reader's present key, each once or as an answer to a report."""
    receiver = roster.readers_of(conversation.participants).get(header["account_for"])
    if receiver is None:
        _bad_late_box("Late boxes are for readers of the conversation.")
    if receiver.tainted or header["generation"] != receiver.generation:
        _bad_late_box("The generation is not one to box to.")
    here = Box.objects.filter(conversation=conversation)
    if not here.filter(number=conversation.epoch, account=author, late=False).exists():
        _bad_late_box("Only members of the newest epoch hand over.")
    named = {str(one["epoch"]): one["box"] for one in header["boxes"]}
    if any(one["epoch"] > conversation.epoch for one in header["boxes"]):
        _bad_late_box("There is no such epoch.")
    _check_boxes(named, boxes, "bad_late_box")
    given = here.filter(
        account=receiver.account,
        generation=receiver.generation,
        late=True,
        number__in=[one["epoch"] for one in header["boxes"]],
    )
    numbers = set(given.values_list("number", flat=True))
    taken = sorted(numbers - bad_boxes.open_reports(conversation, receiver.account, numbers))
    if taken:
        raise Problem("late_box_exists", 409, "Somebody else has handed these over.", epochs=taken)


def _check_boxes(named: Mapping[str, str | None], boxes: Mapping[str, bytes], reason: str) -> None:
    """Every box that is named is there, with the right size and hash, and no other."""
    exactly = named.keys() == boxes.keys() and all(
        len(box) == BOX_LENGTH and sha256(box).hexdigest() == named[key] for key, box in boxes.items()
    )
    if not exactly:
        raise Refused("refused", "The boxes are not exactly those that are named.", reason=reason)


def _bad_epoch(sentence: str) -> NoReturn:
    raise Refused("refused", sentence, reason="bad_epoch")


def _bad_late_box(sentence: str) -> NoReturn:
    raise Refused("refused", sentence, reason="bad_late_box")
