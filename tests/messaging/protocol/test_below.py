"""Reading from the end: the same verdicts as from the beginning, and a server that lies about what is below."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from messaging.protocol import below, items
from messaging.protocol.below import Placed
from messaging.protocol.conversation import Conversation, ConversationBroken, Outcome
from tests.messaging.protocol.talk import Talk, register_of
from tests.vectors.talks import both

RIGHT, WRONG = both()
Verdicts = dict[int, str | None]


def placed(talk: Talk) -> list[Placed]:
    return [Placed(place, item, table) for place, (item, table) in enumerate(talk.made, start=1)]


def heads(talk: Talk) -> list[str]:
    found = [items.START]
    for item, _ in talk.made:
        found.append(items.next_head(found[-1], item.hash))
    return found


def code(outcome: Outcome) -> str | None:
    return None if outcome.refusal is None else outcome.refusal.code


def upwards(talk: Talk, until: int | None = None) -> tuple[Conversation, Verdicts]:
    conversation = Conversation(talk.world.network, talk.conversation.id)
    register = register_of(talk.world)
    verdicts: Verdicts = {}
    for each in placed(talk)[:until]:
        outcome = conversation.accept(each.item, register, table=each.table)
        verdicts[each.sequence] = code(outcome)
    return conversation, verdicts


def skeleton(talk: Talk, first: int, last: int) -> list[Placed]:
    """As an honest server gives it, which holds nothing that is refused."""
    _, verdicts = upwards(talk)
    return [
        each
        for each in placed(talk)[first - 1 : last]
        if each.item.kind in ("conversation.created", "epoch") and verdicts[each.sequence] is None
    ]


def leap(conversation: Conversation, verdicts: Verdicts, talk: Talk, first: int, last: int) -> None:
    register = register_of(talk.world)
    below.take_skeleton(conversation, skeleton(talk, first, last), first, last, register)
    below.begin_at(conversation, last, heads(talk)[last])
    for each in placed(talk)[last:]:
        outcome = conversation.accept(each.item, register, table=each.table)
        verdicts[each.sequence] = code(outcome)


def down(conversation: Conversation, verdicts: Verdicts, talk: Talk, size: int) -> None:
    register = register_of(talk.world)
    while conversation.anchored_at >= conversation.ground:
        end = conversation.anchored_at
        lowest = conversation.islands[0][1] + 1 if conversation.islands else conversation.ground
        first = max(lowest, end - size + 1)
        older = below.accept_below(
            conversation, heads(talk)[first - 1], placed(talk)[first - 1 : end], register
        )
        verdicts |= {outcome.sequence: code(outcome) for outcome in older.outcomes}
        verdicts |= {each.sequence: each.code for each in older.overturned}


@pytest.mark.parametrize("talk", [RIGHT, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize(("newest", "size"), [(1, 1), (2, 3), (4, 7), (9, 2), (20, 100)])
def test_both_ways_of_reading_come_to_the_same(talk: Talk, newest: int, size: int) -> None:
    straight, expected = upwards(talk)
    conversation = Conversation(talk.world.network, talk.conversation.id)
    verdicts: Verdicts = {}
    leap(conversation, verdicts, talk, 1, max(1, len(talk.made) - newest))
    down(conversation, verdicts, talk, size)
    assert dict(sorted(verdicts.items())) == expected
    assert conversation.head == straight.head
    assert conversation.epochs == straight.epochs
    assert (conversation.anchored_at, conversation.later, conversation.skeleton) == (0, [], {})


@pytest.mark.parametrize("talk", [RIGHT, WRONG], ids=["right", "wrong"])
def test_what_was_held_is_joined(talk: Talk) -> None:
    _, expected = upwards(talk)
    held = len(talk.made) // 3
    conversation, verdicts = upwards(talk, held)
    leap(conversation, verdicts, talk, held + 1, len(talk.made) - 3)
    assert conversation.islands == [(0, held)]
    down(conversation, verdicts, talk, 4)
    assert (verdicts, conversation.islands, conversation.anchored_at) == (expected, [], 0)


def test_whoever_is_handed_older_keys_goes_on_downwards() -> None:
    _, expected = upwards(RIGHT)
    first = max(epoch.sequence for epoch in RIGHT.conversation.epochs.values())
    assert first > 3
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    verdicts: Verdicts = {}
    last = min(first + 1, len(RIGHT.made) - 1)
    leap(conversation, verdicts, RIGHT, first, last)
    down(conversation, verdicts, RIGHT, 2)
    assert (conversation.anchored_at, min(conversation.epochs)) == (first - 1, max(conversation.epochs))
    below.take_skeleton(conversation, skeleton(RIGHT, 1, first - 1), 1, first - 1, register_of(RIGHT.world))
    down(conversation, verdicts, RIGHT, 3)
    assert dict(sorted(verdicts.items())) == expected
    assert conversation.later == []


LIES: list[Callable[[list[Placed], str], tuple[list[Placed], str]]] = [
    lambda page, head: (page[:-1], head),
    lambda page, head: (page[1:], head),
    lambda page, head: (page, "cd" * 32),
    lambda page, head: ([page[0], *[Placed(each.sequence, page[0].item) for each in page[1:]]], head),
]


@pytest.mark.parametrize("lie", LIES)
def test_a_page_that_is_not_the_past_stops_the_conversation(
    lie: Callable[[list[Placed], str], tuple[list[Placed], str]],
) -> None:
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    last = len(RIGHT.made) - 2
    leap(conversation, {}, RIGHT, 1, last)
    page, head = lie(placed(RIGHT)[last - 4 : last], heads(RIGHT)[last - 4])
    with pytest.raises(ConversationBroken):
        below.accept_below(conversation, head, page, register_of(RIGHT.world))


def test_a_skeleton_must_be_whole_and_in_order() -> None:
    last = len(RIGHT.made)
    whole = skeleton(RIGHT, 1, last)
    assert len(whole) > 2
    for lie in (whole[1:], [whole[0], *whole[2:]], whole[::-1]):
        conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
        with pytest.raises(ConversationBroken):
            below.take_skeleton(conversation, lie, 1, last, register_of(RIGHT.world))
        assert (conversation.epochs, conversation.skeleton) == ({}, {})


def test_an_epoch_that_the_skeleton_hides_is_the_servers_doing() -> None:
    newest = max(RIGHT.conversation.epochs.values(), key=lambda epoch: epoch.sequence)
    last = newest.sequence
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    register = register_of(RIGHT.world)
    below.take_skeleton(conversation, skeleton(RIGHT, 1, last)[:-1], 1, last, register)
    below.begin_at(conversation, last, heads(RIGHT)[last])
    following = placed(RIGHT)[last:]
    under = next(each for each in following if each.item.header.get("epoch") == newest.number)
    for each in following[: under.sequence - last - 1]:
        conversation.accept(each.item, register, table=each.table)
    with pytest.raises(ConversationBroken):
        conversation.accept(under.item, register)
