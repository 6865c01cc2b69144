"""Epochs after the first: one winner, and only with the members that the newest Register names."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from members.problems import NotFound, Problem, SlowDown
from members.register import ledger
from messaging.conversations import limits
from messaging.conversations.heads import heads
from messaging.conversations.models import Box, Conversation, Epoch
from messaging.conversations.services import append_items
from messaging.protocol import items
from network.bench.people import Member
from network.bench.writing import author, given, renew
from tests.messaging.case import Case


def make(case: Case, by: Member, reason: str = "members", **fields: Any) -> Any:
    item, table, boxes = case.thread.epoch_item(by, reason, **fields)
    return append_items(author=author(by), conversation=case.id, given=[given(item, table, boxes)])


def problem_of(case: Case, by: Member, **fields: Any) -> Problem:
    before = Conversation.objects.get(identifier=case.id)
    with pytest.raises(Problem) as problem:
        make(case, by, **fields)
    after = Conversation.objects.get(identifier=case.id)
    assert (before.sequence, before.epoch, before.due) == (after.sequence, after.epoch, after.due)
    return problem.value


def test_the_next_epoch_comes_together_with_the_message(case: Case) -> None:
    case.made.remove(case.ben, by=case.ana)
    epoch, table, boxes = case.thread.epoch_item(case.sol)
    case.thread.grow(epoch)
    message = case.thread.message(case.sol)
    results, now = append_items(
        author=author(case.sol), conversation=case.id, given=[given(epoch, table, boxes), given(message)]
    )
    assert [one.sequence for one in results] == [4, 5]
    assert (now.sequence, now.epoch, now.due) == (5, 2, False)
    assert set(Box.objects.filter(number=2).values_list("account", flat=True)) == {
        case.ana.account,
        case.sol.account,
    }


def test_a_head_of_what_was_taken_back_is_not_remembered(
    case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The message names the epoch before it, and all of it is undone with the third: another item will stand there."""
    case.made.remove(case.ben, by=case.ana)
    epoch, table, boxes = case.thread.epoch_item(case.sol)
    case.thread.grow(epoch)
    message, refused = case.thread.message(case.sol), case.thread.message(case.sol, epoch=99)
    whole = [given(epoch, table, boxes), given(message), given(refused)]
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Problem):
        append_items(author=author(case.sol), conversation=case.id, given=whole)
    assert heads.remembered(case.id, case.thread.sequence) is None


def test_a_message_that_names_the_head_before_its_epoch_is_fine(case: Case) -> None:
    epoch, table, boxes = case.thread.epoch_item(case.sol)
    message = case.thread.message(case.sol, epoch=2)
    results, _ = append_items(
        author=author(case.sol), conversation=case.id, given=[given(epoch, table, boxes), given(message)]
    )
    assert [one.sequence for one in results] == [4, 5]


def test_of_two_who_make_it_at_once_one_wins(case: Case) -> None:
    case.made.appoint(case.ana)
    first, second = case.thread.epoch_item(case.ana), case.thread.epoch_item(case.sol)
    append_items(author=author(case.ana), conversation=case.id, given=[given(*first)])
    with pytest.raises(Problem) as problem:
        append_items(author=author(case.sol), conversation=case.id, given=[given(*second)])
    assert (problem.value.status, problem.value.code, problem.value.extra) == (
        409,
        "epoch_exists",
        {"epoch": 2},
    )
    assert Epoch.objects.filter(number=2).count() == 1


def test_handed_in_again_it_is_answered_with_its_place(case: Case) -> None:
    made = case.thread.epoch_item(case.ana)
    first, _ = append_items(author=author(case.ana), conversation=case.id, given=[given(*made)])
    again, _ = append_items(author=author(case.ana), conversation=case.id, given=[given(*made)])
    assert first == again
    assert Epoch.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"number": 3}, "bad_epoch"),
        ({"previous": "ab" * 32}, "bad_epoch"),
        ({"members": "ab" * 32}, "bad_epoch"),
        ({"seen": (3, "ab" * 32)}, "bad_history"),
        ({"checkpoint": (2, "ab" * 32)}, "bad_history"),
        ({"network": "ab" * 32}, "bad_item"),
        ({"conversation": "ab" * 32}, "bad_item"),
    ],
)
def test_what_does_not_follow_is_refused(case: Case, fields: dict[str, Any], reason: str) -> None:
    problem = problem_of(case, case.ana, **fields)
    assert (problem.status, problem.code, problem.extra) == (422, "refused", {"reason": reason})


def test_participants_and_administrators_stay(case: Case) -> None:
    others = sorted([case.ana.authority, case.eva.authority])
    for fields in (
        {"participants": others, "administrators": [case.ana.authority]},
        {"administrators": sorted([case.ana.authority, case.sol.authority])},
    ):
        assert problem_of(case, case.ana, **fields).extra == {"reason": "bad_epoch"}


def test_it_cannot_name_an_older_register_than_the_one_before(case: Case) -> None:
    older = ledger.current()
    case.made.admit("West", "XD")
    renew(case.thread, case.ana, "renewed")
    problem = problem_of(case, case.sol, checkpoint=(older.size, older.root))
    assert problem.extra == {"reason": "bad_epoch"}


def test_a_table_from_before_an_appointment_is_too_old(case: Case) -> None:
    made = case.thread.epoch_item(case.sol)
    case.made.appoint(case.ana)
    with pytest.raises(Problem) as problem:
        append_items(author=author(case.sol), conversation=case.id, given=[given(*made)])
    assert (problem.value.status, problem.value.code) == (409, "members_changed")


def test_the_right_table_at_an_older_checkpoint_is_refused_where_its_members_have_changed_since(
    case: Case,
) -> None:
    older = ledger.current()
    case.made.appoint(case.ana)
    problem = problem_of(case, case.sol, checkpoint=(older.size, older.root))
    assert (problem.status, problem.code) == (409, "members_changed")


def test_what_happens_to_others_in_the_register_does_not_hinder(case: Case) -> None:
    older = ledger.current()
    case.made.appoint(case.eva)
    make(case, case.sol, checkpoint=(older.size, older.root))
    assert Conversation.objects.get(identifier=case.id).epoch == 2


def test_who_is_tainted_gets_no_box_until_there_is_a_new_generation(case: Case) -> None:
    case.made.revoke_device(case.ben, by=case.ana)
    assert_due(case)
    renew(case.thread, case.ana, "keys")
    assert Box.objects.get(number=2, account=case.ben.account).box is None
    case.made.enrol_again(case.ben)
    assert not Conversation.objects.get(identifier=case.id).due, "a newer generation makes no epoch due"
    renew(case.thread, case.ben, "renewed")
    row = Box.objects.get(number=3, account=case.ben.account)
    assert row.box is not None
    assert row.generation == 2


def assert_due(case: Case) -> None:
    with pytest.raises(Problem) as problem:
        append_items(
            author=author(case.sol), conversation=case.id, given=[given(case.thread.message(case.sol))]
        )
    assert (problem.value.status, problem.value.code) == (409, "epoch_due")


def test_somebody_new_may_make_the_epoch_that_lets_them_in(case: Case) -> None:
    new = case.made.appoint(case.sol)
    renew(case.thread, new)
    assert Conversation.objects.get(identifier=case.id).epoch == 2


def test_others_do_not_find_the_conversation(case: Case) -> None:
    case.made.settle(case.olga)
    for stranger in (case.eva, case.olga):
        with pytest.raises(NotFound):
            make(case, stranger)


def test_who_was_removed_does_not_find_it_either(case: Case) -> None:
    case.made.remove(case.ben, by=case.ana)
    with pytest.raises(NotFound):
        make(case, case.ben)


def test_a_second_creation_belongs_nowhere(case: Case) -> None:
    header = case.thread.header(
        "conversation.created",
        case.ana,
        administrators=[case.ana.authority],
        nonce="ab" * 32,
        participants=[case.ana.authority],
    )
    created = items.sign(case.ana.device_seed, header)
    with pytest.raises(Problem) as problem:
        append_items(author=author(case.ana), conversation=case.id, given=[given(created)])
    assert problem.value.extra == {"reason": "bad_item"}


def test_too_many_epochs_are_slowed_down(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PER_HOUR, "epoch", 2)
    renew(case.thread, case.ana, "renewed")
    with pytest.raises(SlowDown):
        make(case, case.ana)
    make(case, case.sol)
