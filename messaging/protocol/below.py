"""Reads a conversation from its end: a skeleton first, then page by page downwards (docs/protocol.md, section 5.6).

Whoever reads downwards comes to the same verdicts as whoever reads from the beginning. What only the server can be
guilty of stops the conversation: a page that does not come out at the head that is known, a skeleton that does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from messaging.protocol import items
from messaging.protocol.conversation import (
    Conversation,
    ConversationBroken,
    Created,
    Epoch,
    Judged,
    Outcome,
    Register,
)
from messaging.protocol.items import Item


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with its sequence number, and the member table of an epoch."""

    sequence: int
    item: Item
    table: bytes | None = None


@dataclass(frozen=True, slots=True)
class Overturned:
    """A verdict on an item above that what stands below has changed."""

    sequence: int
    code: str


@dataclass(frozen=True, slots=True)
class Older:
    """The items of a page, and what they say of those above."""

    outcomes: Sequence[Outcome]
    overturned: Sequence[Overturned]


def take_skeleton(
    conversation: Conversation, placed: Sequence[Placed], first: int, last: int, register: Register
) -> None:
    """Learn the epochs from one place to another: above everything that is held, or right below the ground.

    Raises ConversationBroken, and NotYet, having changed nothing, when something must be fetched first.
    """
    above = first > conversation.sequence
    joins = conversation.sequence in (0, first - 1) if above else last == conversation.ground - 1
    if not joins:
        raise ValueError("a skeleton that does not join what is held")
    before = conversation.ground_at(first).before
    created = conversation.created
    learnt: list[Epoch] = []
    late: set[tuple[int, str, int]] = set()
    sequence = first - 1
    for each in placed:
        if not sequence < each.sequence <= last:
            raise ConversationBroken("a skeleton out of order")
        sequence = each.sequence
        if sequence == 1 and each.item.hash != conversation.id:
            raise ConversationBroken("the first item is not the one that the conversation is named after")
        ground = replace(
            conversation.ground_at(sequence),
            before=before,
            created=created,
            here=None,
            hidden=lambda number: False,
        )
        judged = conversation.judge(each.item, ground, register, each.table, skeleton=True)
        if judged.refusal is not None:
            raise ConversationBroken(f"skeleton: {judged.refusal.code}")
        created = judged.created or created
        if judged.epoch is not None:
            before = judged.epoch
            learnt.append(before)
        late |= judged.late
    if first == 1 and created is None:
        raise ConversationBroken("a skeleton without the creation")
    if not above:
        _check_joint(conversation, before, created)
    conversation.created = created
    conversation.epochs |= {epoch.number: epoch for epoch in learnt}
    conversation.late |= late
    conversation.skeleton |= {each.sequence: each.item.hash for each in placed}
    if conversation.sequence == 0 or not above:
        conversation.ground = first


def begin_at(conversation: Conversation, sequence: int, head: str) -> None:
    """Go on after an item that was not taken; what is below must confirm the head."""
    if 0 < sequence <= conversation.sequence:
        raise ValueError("that is not above what is held")
    if conversation.sequence > 0:
        conversation.islands.insert(0, (conversation.anchored_at, conversation.sequence))
    else:
        conversation.heads.clear()
    conversation.sequence, conversation.head = sequence, head
    conversation.anchored_at = sequence
    conversation.heads[sequence] = head


def accept_below(
    conversation: Conversation, before_head: str, placed: Sequence[Placed], register: Register
) -> Older:
    """Take the items that end where those that are held begin.

    Raises ConversationBroken when they cannot stand there, and NotYet, having changed nothing, when something must be
    fetched first.
    """
    first = placed[0].sequence if placed else 0
    if [each.sequence for each in placed] != list(range(first, conversation.anchored_at + 1)):
        raise ConversationBroken("not the items before")
    lowest = conversation.islands[0][1] + 1 if conversation.islands else 1
    if first < max(lowest, conversation.ground):
        raise ConversationBroken("not the items before")
    heads = _fold(conversation, before_head, placed)
    names: dict[tuple[str, str], int] = {}
    taken = [_judge(conversation, each, heads, names, register) for each in placed]
    overturned = _overturn(conversation, heads, names)
    conversation.heads |= heads
    for each, judged in zip(placed, taken, strict=True):
        conversation.skeleton.pop(each.sequence, None)
        conversation.settle(each.item, each.sequence, judged)
    conversation.anchored_at = first - 1
    if conversation.islands and conversation.islands[0][1] == first - 1:
        conversation.anchored_at = conversation.islands.pop(0)[0]
    outcomes = [
        Outcome(each.sequence, heads[each.sequence], each.item, judged.refusal)
        for each, judged in zip(placed, taken, strict=True)
    ]
    return Older(outcomes, overturned)


def _judge(
    conversation: Conversation,
    each: Placed,
    heads: dict[int, str],
    names: dict[tuple[str, str], int],
    register: Register,
) -> Judged:
    known = conversation.ground_at(each.sequence)
    ground = replace(
        known,
        head_at=lambda sequence: heads.get(sequence) or known.head_at(sequence),
        used=lambda name: name in names or known.used(name),
    )
    judged = conversation.judge(each.item, ground, register, each.table)
    if judged.refusal is not None and each.sequence in conversation.skeleton:
        raise ConversationBroken(f"an item of the skeleton is refused at its place: {judged.refusal.code}")
    if judged.epoch is not None and ground.here is None:
        raise ConversationBroken("an epoch is left out of the skeleton")
    if judged.refusal is None:
        names[(each.item.header["device"], each.item.header["client_id"])] = each.sequence
    return judged


def _fold(conversation: Conversation, before_head: str, placed: Sequence[Placed]) -> dict[int, str]:
    """The heads from before the first item to the last, which must come out at what is known."""
    first = placed[0].sequence
    if first == 1 and (before_head != items.START or placed[0].item.hash != conversation.id):
        raise ConversationBroken("the first item is not the one that the conversation is named after")
    if conversation.heads.get(first - 1, before_head) != before_head:
        raise ConversationBroken("the server tells another story than before")
    head = before_head
    heads = {first - 1: head}
    for each in placed:
        head = heads[each.sequence] = items.next_head(head, each.item.hash)
        if conversation.skeleton.get(each.sequence, each.item.hash) != each.item.hash:
            raise ConversationBroken("another item than in the skeleton")
    if head != conversation.heads[conversation.anchored_at]:
        raise ConversationBroken("the head does not follow from the items")
    return heads


def _overturn(
    conversation: Conversation, heads: dict[int, str], names: dict[tuple[str, str], int]
) -> list[Overturned]:
    """What a page says of items above it that were accepted for the time being."""
    found: dict[int, Overturned] = {}
    for each in conversation.later:
        if heads.get(each.sequence, each.head) != each.head:
            found[each.item] = Overturned(each.item, "bad_history")
    for name in names:
        above = conversation.client_ids.get(name)
        if above is not None and above not in found:
            found[above] = Overturned(above, "repeated")
    if any(epoch.sequence in found for epoch in conversation.epochs.values()):
        raise ConversationBroken("an epoch that others have to refuse")
    conversation.later = [each for each in conversation.later if each.sequence not in heads]
    return list(found.values())


def _check_joint(conversation: Conversation, last: Epoch | None, created: Created | None) -> None:
    """What follows the last epoch of a skeleton below must be the first that was held."""
    held = min(conversation.epochs.values(), key=lambda epoch: epoch.number, default=None)
    if held is None:
        return
    if last is not None:
        follows = held.number == last.number + 1 and held.previous == last.hash
        follows = follows and held.checkpoint_size >= last.checkpoint_size
    else:
        follows = created is None or (held.number == 1 and held.previous == conversation.id)
    known = last or created
    if known is not None:
        follows = follows and known.participants == held.participants
        follows = follows and known.administrators == held.administrators
    if not follows:
        raise ConversationBroken("the epochs of the skeleton do not join those held")
