"""How a conversation begins: all of it or nothing, and only as the rules say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from members.problems import NotFound, Problem, SlowDown
from messaging.conversations import access, limits
from messaging.conversations.models import Box, Conversation, Epoch, Item, Participant
from messaging.conversations.services import Given, create_conversation
from messaging.protocol import items
from network.bench.people import Member
from network.bench.writing import author, first_items, given
from tests.messaging.case import Case


def beginning(case: Case, by: Member | None = None, *participants: str) -> list[Given]:
    first = by or case.ana
    _, parts = first_items(
        case.made, first, list(participants) or sorted({first.authority, case.sol.authority})
    )
    return parts


def refused(case: Case, parts: Sequence[Given], by: Member | None = None) -> str:
    """The reason why these items do not begin a conversation; and that nothing of it stays."""
    before = Item.objects.count()
    with pytest.raises(Problem) as problem:
        create_conversation(author=author(by or case.ana), given=parts)
    assert Item.objects.count() == before
    assert Conversation.objects.count() == 1
    return str(problem.value.extra.get("reason", problem.value.code))


def test_it_begins_with_creation_epoch_and_subject(case: Case) -> None:
    conversation = Conversation.objects.get(identifier=case.id)
    assert (conversation.sequence, conversation.head) == (3, case.thread.head)
    assert (conversation.epoch, conversation.epoch_hash) == (1, case.thread.previous)
    assert not conversation.due
    kinds = Item.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["conversation.created", "epoch", "message"]
    assert set(Participant.objects.values_list("authority", flat=True)) == set(case.thread.participants)
    assert Epoch.objects.get().sequence == 2
    boxed = Box.objects.filter(late=False, box__isnull=False).values_list("account", flat=True)
    assert set(boxed) == {one.account for one in (case.ana, case.ben, case.sol)}


def test_handed_in_twice_it_is_one(case: Case) -> None:
    parts = beginning(case)
    made, again = (create_conversation(author=author(case.ana), given=parts) for _ in range(2))
    assert made.pk == again.pk
    assert Conversation.objects.count() == 2


def test_somebody_else_does_not_learn_that_it_is_there(case: Case) -> None:
    parts = beginning(case)
    create_conversation(author=author(case.ana), given=parts)
    with pytest.raises(Problem) as problem:
        create_conversation(author=author(case.eva), given=parts)
    assert problem.value.extra == {"reason": "bad_item"}


def test_whoever_reads_no_longer_learns_no_more_of_what_they_began(case: Case) -> None:
    parts = beginning(case)
    create_conversation(author=author(case.ana), given=parts)
    case.made.suspend(case.ana.authority)
    with pytest.raises(NotFound):
        create_conversation(author=author(case.ana), given=parts)


def test_a_first_message_may_come_with_it(case: Case) -> None:
    thread, parts = first_items(case.made, case.ana, [case.ana.authority])
    message = thread.message(case.ana, "And this.")
    made = create_conversation(author=author(case.ana), given=[*parts, given(message)])
    assert made.sequence == 4


@pytest.mark.parametrize("order", [(0,), (0, 1), (0, 2), (1, 2), (0, 2, 1), (0, 1, 1), (0, 1, 2, 0)])
def test_nothing_may_be_missing_or_in_another_place(case: Case, order: Sequence[int]) -> None:
    parts = beginning(case)
    assert refused(case, [parts[place] for place in order]) == "bad_item"


def test_whoever_begins_it_is_in_it(case: Case) -> None:
    assert (
        refused(case, beginning(case, case.eva, case.ana.authority, case.eva.authority), case.ana)
        == "bad_item"
    )
    thread, parts = first_items(case.made, case.ana, [case.ana.authority])
    outside = items.sign(
        case.ana.device_seed,
        thread.header(
            "conversation.created",
            case.ana,
            administrators=[case.sol.authority],
            nonce="ab" * 32,
            participants=[case.sol.authority],
        ),
    )
    assert refused(case, [given(outside), *parts[1:]]) == "not_member"


def test_an_observer_and_an_unknown_authority_take_no_part(case: Case) -> None:
    observer = case.made.admit_observer("Observatory")
    for outsider in (observer, "ab" * 16):
        assert refused(case, beginning(case, case.ana, case.ana.authority, outsider)) == "bad_item"


def test_a_suspended_authority_takes_no_part(case: Case) -> None:
    case.made.suspend(case.sol.authority)
    assert refused(case, beginning(case)) == "bad_item"


def test_officers_begin_nothing(case: Case) -> None:
    case.made.settle(case.olga)
    item, *rest = beginning(case)
    assert refused(case, [item, *rest], case.olga) == "not_member"


def test_a_device_that_was_revoked_begins_nothing(case: Case) -> None:
    parts = beginning(case, case.ben)
    case.made.revoke_device(case.ben, by=case.ana)
    with pytest.raises(NotFound):
        create_conversation(author=author(case.ben), given=parts)


def change(parts: Sequence[Given], **changed: object) -> list[Given]:
    """The same with another epoch part."""
    return [parts[0], replace(parts[1], **changed), parts[2]]  # type: ignore[arg-type]


def test_every_box_has_to_be_there_and_be_the_one_that_is_named(case: Case) -> None:
    parts = beginning(case)
    boxes = dict(parts[1].boxes)
    someone = next(iter(boxes))
    wrong = [
        {key: box for key, box in boxes.items() if key != someone},
        {**boxes, case.eva.account: os.urandom(1168)},
        {**boxes, someone: os.urandom(1168)},
        {**boxes, someone: boxes[someone] + b"\0"},
        {**boxes, someone: b""},
        {},
    ]
    for given_boxes in wrong:
        assert refused(case, change(parts, boxes=given_boxes)) == "bad_epoch"


def test_the_member_table_is_the_one_that_was_signed(case: Case) -> None:
    parts = beginning(case)
    table = parts[1].members or b""
    for wrong in (None, b"", table[:-1], table.replace(b'"generation":1', b'"generation":2')):
        assert refused(case, change(parts, members=wrong)) == "bad_epoch"


def test_a_conversation_that_was_made_before_a_removal_does_not_begin_after_it(case: Case) -> None:
    parts = beginning(case)
    case.made.remove(case.ben, by=case.ana)
    assert refused(case, parts) == "members_changed"


def test_an_item_that_is_none_begins_nothing(case: Case) -> None:
    parts = beginning(case)
    assert refused(case, [Given(b"\0\0\0\2{}", bytes(64)), *parts[1:]]) == "bad_item"
    assert refused(case, [replace(parts[0], signature=parts[1].signature), *parts[1:]]) == "bad_signature"


def test_too_many_conversations_are_slowed_down(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PER_HOUR, "conversation.created", 2)
    create_conversation(author=author(case.ana), given=beginning(case))
    with pytest.raises(SlowDown):
        create_conversation(author=author(case.ana), given=beginning(case))
    create_conversation(author=author(case.sol), given=beginning(case, case.sol))


def test_everybody_in_it_has_it_from_its_beginning(case: Case) -> None:
    for who in (case.ana, case.ben, case.sol):
        (listed,) = access.conversations(who.account)
        assert (listed.conversation.identifier, listed.first_sequence) == (case.id, 1)
    assert access.conversations(case.eva.account) == []
    assert access.conversations(case.olga.account) == []
