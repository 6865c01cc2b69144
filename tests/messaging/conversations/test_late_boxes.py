"""Late boxes: from a member, to a reader's present key, each once."""

from __future__ import annotations

import os
from typing import Any

import pytest

from members.problems import Problem, SlowDown
from messaging.conversations import limits
from messaging.conversations.models import Box
from messaging.conversations.services import append_items
from messaging.protocol import items
from network.bench.people import Member
from network.bench.writing import author, given, renew
from tests.messaging.case import Case


def hand_over(case: Case, by: Member, receiver: Member, numbers: list[int]) -> Any:
    item, boxes = case.thread.late_box_item(by, receiver, numbers)
    answer = append_items(author=author(by), conversation=case.id, given=[given(item, None, boxes)])
    case.thread.grow(item)
    return answer


def reason(case: Case, by: Member, fields: dict[str, Any], boxes: dict[str, bytes]) -> str:
    item = items.sign(by.device_seed, case.thread.header("late_box", by, **fields))
    with pytest.raises(Problem) as problem:
        append_items(author=author(by), conversation=case.id, given=[given(item, None, boxes)])
    assert not Box.objects.filter(late=True).exists()
    return str(problem.value.extra.get("reason", problem.value.code))


@pytest.fixture
def new(case: Case) -> Member:
    """Nia, who was appointed after epoch 1 and is in epoch 2."""
    nia = case.made.appoint(case.sol)
    renew(case.thread, case.ana)
    return nia


def test_a_member_hands_over(case: Case, new: Member) -> None:
    (result,), now = hand_over(case, case.sol, new, [1])
    assert result.sequence == now.sequence == 5
    row = Box.objects.get(late=True)
    assert (row.account, row.number, row.generation) == (new.account, 1, 1)


def test_the_second_is_told_that_it_was_done(case: Case, new: Member) -> None:
    hand_over(case, case.sol, new, [1])
    with pytest.raises(Problem) as problem:
        hand_over(case, case.ana, new, [1])
    assert (problem.value.status, problem.value.code) == (409, "late_box_exists")
    assert problem.value.extra == {"epochs": [1]}


def test_another_generation_may_be_given_them_again(case: Case, new: Member) -> None:
    hand_over(case, case.sol, new, [1])
    case.made.revoke_device(new, by=case.sol)
    case.made.enrol_again(new)
    hand_over(case, case.sol, new, [1, 2])
    assert Box.objects.filter(late=True, generation=2).count() == 2


def test_what_is_wrong_with_them_is_refused(case: Case, new: Member) -> None:
    item, boxes = case.thread.late_box_item(case.sol, new, [1])
    right = {key: item.header[key] for key in ("account_for", "boxes", "generation")}
    (named,) = right["boxes"]
    wrong: list[tuple[dict[str, Any], dict[str, bytes]]] = [
        ({"account_for": case.eva.account}, boxes),
        ({"account_for": "ab" * 16}, boxes),
        ({"generation": 2}, boxes),
        ({"boxes": [{**named, "epoch": 3}]}, {"3": boxes["1"]}),
    ]
    for fields, sent in wrong:
        assert reason(case, case.sol, {**right, **fields}, sent) == "bad_late_box"
    for sent in ({}, {"1": os.urandom(1168)}, {"1": boxes["1"][:-1]}, {**boxes, "2": boxes["1"]}):
        assert reason(case, case.sol, right, sent) == "bad_late_box"


def test_to_somebody_tainted_nobody_hands_over(case: Case, new: Member) -> None:
    item, boxes = case.thread.late_box_item(case.sol, new, [1])
    right = {key: item.header[key] for key in ("account_for", "boxes", "generation")}
    case.made.revoke_device(new, by=case.sol)
    assert reason(case, case.sol, right, boxes) == "bad_late_box"


def test_who_is_not_in_the_newest_epoch_hands_nothing_over(case: Case, new: Member) -> None:
    later = case.made.appoint(case.ana)
    item, boxes = case.thread.late_box_item(case.sol, new, [1])
    right = {key: item.header[key] for key in ("account_for", "boxes", "generation")}
    assert reason(case, later, right, boxes) == "bad_late_box"


def test_handing_over_goes_on_while_an_epoch_is_due(case: Case, new: Member) -> None:
    case.made.appoint(case.ana)
    hand_over(case, case.sol, new, [1])
    assert Box.objects.filter(late=True).count() == 1


def test_too_many_are_slowed_down(case: Case, new: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PER_HOUR, "late_box", 0)
    with pytest.raises(SlowDown):
        hand_over(case, case.sol, new, [1])
