"""A reader's word that no box opens: the epoch is missing again and takes one more late box, at most three times."""

from __future__ import annotations

from typing import Any

import pytest

from members.problems import NotFound, Problem
from messaging.conversations import access, bad_boxes, publishing, roster
from messaging.conversations.models import Box
from network.bench.people import Member
from tests.messaging.case import Case
from tests.messaging.conversations.test_late_boxes import hand_over


def report(case: Case, who: Member, epoch: int = 1, generation: int = 1) -> None:
    bad_boxes.report(account=who.account, conversation=case.id, epoch=epoch, generation=generation)


def missing(case: Case) -> list[tuple[str, list[int]]]:
    return [(one.account, list(one.epochs)) for one in access.missing(case.ana.account, case.id)]


def code(case: Case, who: Member, **what: int) -> str:
    with pytest.raises(Problem) as problem:
        report(case, who, **what)
    return problem.value.code


def test_a_report_is_listed_until_another_box_has_come(case: Case) -> None:
    assert missing(case) == []
    report(case, case.sol)
    report(case, case.sol)  # said twice, it is one report
    assert missing(case) == [(case.sol.account, [1])]
    hand_over(case, case.ana, case.sol, [1])
    assert missing(case) == []
    with pytest.raises(Problem):
        hand_over(case, case.ben, case.sol, [1])


def test_the_box_that_came_last_is_given_first_and_the_others_stay(case: Case) -> None:
    for _ in range(2):
        report(case, case.sol)
        hand_over(case, case.ana, case.sol, [1])
    assert list(Box.objects.filter(late=True).order_by("id").values_list("turn", flat=True)) == [0, 1]
    (epoch,) = access.epochs(case.sol.account, case.id, 1, 1)
    late = Box.objects.filter(late=True).order_by("-turn").values_list("box", flat=True)
    assert [bytes(box or b"") for box in late] == list(epoch.boxes)[1:]


def test_an_epoch_is_reported_three_times_at_most(case: Case) -> None:
    for _ in range(bad_boxes.MOST_REPORTS):
        report(case, case.sol)
        hand_over(case, case.ana, case.sol, [1])
    assert code(case, case.sol) == "too_many_reports"


def test_only_what_could_open_is_reported_and_only_by_a_reader(case: Case) -> None:
    assert code(case, case.sol, epoch=2) == "nothing_to_report"
    assert code(case, case.sol, generation=2) == "old_generation"
    with pytest.raises(NotFound):
        report(case, case.eva)
    case.made.revoke_device(case.ben, by=case.ana)
    assert code(case, case.ben) == "old_generation"
    nia = case.made.appoint(case.sol)
    assert code(case, nia) == "nothing_to_report"


def test_the_readers_are_told(case: Case, django_capture_on_commit_callbacks: Any) -> None:
    told: list[publishing.Event] = []
    publishing.add_sink(told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            report(case, case.sol)
    finally:
        publishing.remove_sink(told.append)
    assert [one for one in told if isinstance(one, publishing.Missing)] == [
        publishing.Missing(case.id, case.thread.participants, roster.current().size)
    ]
