"""What somebody gets who begins at the end: the newest items, and the skeleton of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.test.utils import CaptureQueriesContext

from members.problems import NotFound
from messaging.conversations import newest
from messaging.conversations.models import Item
from messaging.conversations.newest import Newest
from messaging.conversations.services import append_items
from network.bench.people import Member
from network.bench.writing import author, begin, given, renew, say
from tests.messaging.case import Case


def kinds(listed: Sequence[Item]) -> list[tuple[int, str]]:
    return [(item.sequence, item.kind) for item in listed]


def only(account: str, held: dict[str, int], limit: int) -> Newest:
    (one,) = newest.newest(account, held, limit)
    return one


def hand_over(case: Case, by: Member, receiver: Member, numbers: list[int]) -> None:
    item, boxes = case.thread.late_box_item(by, receiver, numbers)
    append_items(author=author(by), conversation=case.id, given=[given(item, None, boxes)])
    case.thread.grow(item)


def fill_anew(case: Case, times: int) -> None:
    thread = begin(case.made, case.ana, [case.ana.authority])
    for _ in range(times):
        say(thread, case.ana)


def fill(case: Case, times: int) -> None:
    for _ in range(times):
        say(case.thread, case.ana)


def test_a_new_browser_gets_the_newest_and_the_skeleton_below(case: Case) -> None:
    fill(case, 3)
    renew(case.thread, case.sol)
    fill(case, 4)
    one = only(case.ben.account, {}, 2)
    assert [item.sequence for item in one.page.items] == [10, 11]
    assert one.page.before_head == Item.objects.get(sequence=9).head
    assert kinds(one.skeleton) == [(1, "conversation.created"), (2, "epoch"), (3, "message"), (7, "epoch")]
    assert [epoch.number for epoch in one.epochs] == [1, 2]
    assert (one.first, one.page.more) == (1, False)
    assert all(epoch.boxes for epoch in one.epochs)


def test_whoever_lacks_little_gets_all_of_it_and_no_skeleton(case: Case) -> None:
    fill(case, 2)
    one = only(case.ben.account, {case.id: 3}, 2)
    assert [item.sequence for item in one.page.items] == [4, 5]
    assert (one.skeleton, one.epochs) == ([], [])
    assert newest.newest(case.ben.account, {case.id: 5}, 2) == []


def test_the_skeleton_of_somebody_who_was_away_begins_after_what_they_hold(case: Case) -> None:
    fill(case, 2)
    renew(case.thread, case.sol)
    fill(case, 3)
    one = only(case.ben.account, {case.id: 4}, 1)
    assert [item.sequence for item in one.page.items] == [9]
    assert kinds(one.skeleton) == [(6, "epoch")]
    assert [epoch.number for epoch in one.epochs] == [2]


def test_a_newcomer_sees_nothing_of_what_was_before(case: Case) -> None:
    new = case.made.appoint(case.sol)
    renew(case.thread, case.ana)
    fill(case, 3)
    one = only(new.account, {}, 1)
    assert (one.first, kinds(one.skeleton)) == (4, [(4, "epoch")])
    found = newest.skeleton(new.account, case.id)
    assert (found.first, kinds(found.items)) == (4, [(4, "epoch")])


def test_late_boxes_for_others_are_left_out(case: Case) -> None:
    new = case.made.appoint(case.sol)
    renew(case.thread, case.ana)
    hand_over(case, case.ana, new, [1])
    fill(case, 1)
    handed = newest.skeleton(new.account, case.id)
    assert handed.first == 1, "the first epoch was handed over"
    assert (5, "late_box") in kinds(handed.items)
    assert "late_box" not in {kind for _, kind in kinds(newest.skeleton(case.ben.account, case.id).items)}


def test_an_answer_has_bounds_and_says_what_it_left_out(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(case.made, case.ana, [case.ana.authority])
    monkeypatch.setattr(newest, "ROOM", 1)
    first, second = newest.newest(case.ana.account, {}, 10)
    assert (len(first.page.items) > 0, first.page.more) == (True, False)
    assert (second.page.items, second.page.more) == ((), True)


def test_many_conversations_cost_no_more_queries_than_one(
    case: Case, django_assert_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    fill(case, 3)
    newest.newest(case.ana.account, {}, 2)  # the Register is read once
    for conversations in (1, 4):
        for _ in range(conversations - 1):
            fill_anew(case, 3)
        # the Register (5), conversations and their beginnings, items, openings, skeletons, epochs, boxes, heads
        with django_assert_num_queries(13):
            assert len(newest.newest(case.ana.account, {}, 2)) == conversations


def test_conversations_share_what_one_answer_carries(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(case, 20)
    monkeypatch.setattr(newest, "TOGETHER", 24)
    monkeypatch.setattr(newest, "LEAST", 8)
    assert len(only(case.ana.account, {}, 40).page.items) == 23, "alone it is given all"
    fill_anew(case, 20)
    assert [len(one.page.items) for one in newest.newest(case.ana.account, {}, 40)] == [12, 12]
    fill_anew(case, 20)
    fill_anew(case, 20)
    shares = [len(one.page.items) for one in newest.newest(case.ana.account, {}, 40)]
    assert shares == [8] * 4, "of each there is something"
    assert [len(one.page.items) for one in newest.newest(case.ana.account, {}, 2)] == [2] * 4


def test_strangers_get_nothing(case: Case) -> None:
    assert newest.newest(case.eva.account, {}, 10) == []
    with pytest.raises(NotFound):
        newest.skeleton(case.eva.account, case.id)
