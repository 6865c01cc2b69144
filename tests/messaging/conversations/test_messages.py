"""Messages in groups: their places, what is stored once, and every reason to refuse one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from members.protocol import signing
from members.register import ledger
from messaging.conversations import heads
from messaging.conversations.headers import read_message
from messaging.conversations.messages import Accepted, Incoming, Mark, Refusal, write
from messaging.conversations.models import Conversation, Item, ReadMark
from messaging.protocol import items
from network.bench.clientid import new_client_id
from network.bench.people import Member
from network.bench.writing import begin, renew, say
from tests.messaging.case import Case, code, send


def accepted(answer: Accepted | Refusal) -> Accepted:
    assert isinstance(answer, Accepted), answer
    return answer


@contextmanager
def statements_of_writing() -> Iterator[list[str]]:
    """The first word of each statement that is sent, by Django's cursors or by psycopg's own."""
    words: list[str] = []

    def note(query: str) -> None:
        word = query.split()[0]
        if word not in ("SAVEPOINT", "RELEASE", "ROLLBACK"):
            words.append(word)

    def asked(execute: Any, sql: str, *rest: Any) -> Any:
        note(sql)
        return execute(sql, *rest)

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **more: Any) -> Any:
            note(query)
            return super().execute(query, *rest, **more)

    with connection.execute_wrapper(asked), pytest.MonkeyPatch.context() as patch:
        patch.setattr("messaging.conversations.statements.psycopg.Cursor", Noting)
        yield words


def test_a_group_gets_consecutive_places_and_a_running_head(case: Case) -> None:
    said = [
        case.thread.message(who, f"{number}") for number, who in enumerate((case.ana, case.sol, case.ben))
    ]
    head = case.thread.head
    for number, (item, answer) in enumerate(zip(said, send(*said), strict=True)):
        head = items.next_head(head, item.hash)
        assert (accepted(answer).sequence, accepted(answer).head) == (4 + number, head)
    conversation = Conversation.objects.get(identifier=case.id)
    assert (conversation.sequence, conversation.head) == (6, head)
    stored = Item.objects.filter(conversation=conversation, sequence__gt=3).order_by("sequence")
    assert [bytes(one.body) for one in stored] == [one.body for one in said]


def test_groups_of_several_conversations_do_not_mix(case: Case) -> None:
    other = case.thread.made.admit("West", "XD")
    second = begin(case.made, other, [other.authority, case.ana.authority])
    first_answer, second_answer = send(case.thread.message(case.sol), second.message(other))
    assert (accepted(first_answer).sequence, accepted(second_answer).sequence) == (4, 4)
    assert set(accepted(second_answer).participants) == {other.authority, case.ana.authority}


@pytest.fixture
def settled(case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Case:
    """The case some time later: what is remembered after a commit and after a first look is remembered."""
    with django_capture_on_commit_callbacks(execute=True):
        send(case.thread.message(case.ana))
        send(case.thread.message(case.ana))  # names a head that is an older one by now
    return case


def test_a_group_of_any_size_takes_one_look_and_one_write(settled: Case) -> None:
    """SQLite has no statement that writes to two tables: there it is the items, and where the conversations stand."""
    case = settled
    for several in (1, 20):
        said = [case.thread.message(who) for who in (case.ana, case.sol) for _ in range(several)]
        with statements_of_writing() as asked:
            answers = send(*said)
        assert {type(answer) for answer in answers} == {Accepted}
        assert asked == (
            ["SELECT", "INSERT", "WITH"] if connection.vendor == "sqlite" else ["SELECT", "WITH"]
        )


def test_a_repeat_costs_its_group_one_look_more(settled: Case) -> None:
    case = settled
    *said, new = [case.thread.message(who) for who in (case.ana, case.ana, case.sol)]
    send(*said)
    with statements_of_writing() as asked:
        answers = send(*said, new)
    assert [accepted(answer).repeated for answer in answers] == [True, True, False]
    assert asked.count("SELECT") == 3  # the look of both tries, and what was there


def test_sent_twice_it_is_stored_once_and_acknowledged_twice(case: Case) -> None:
    item = case.thread.message(case.ana)
    (first,), (again,) = send(item), send(item)
    assert accepted(again).repeated
    assert (accepted(again).sequence, accepted(again).head) == (
        accepted(first).sequence,
        accepted(first).head,
    )
    assert accepted(again).received_at == accepted(first).received_at
    assert Item.objects.filter(conversation__identifier=case.id, kind="message").count() == 2


def test_twice_in_one_group_is_once(case: Case) -> None:
    item = case.thread.message(case.ana)
    first, again = send(item, item)
    assert not accepted(first).repeated
    assert accepted(again).repeated
    assert accepted(first).sequence == accepted(again).sequence == 4


def test_it_is_acknowledged_again_after_the_epoch_has_changed(case: Case) -> None:
    item = case.thread.message(case.ana)
    send(item)
    case.thread.grow(item)
    renew(case.thread, case.sol)
    (again,) = send(item)
    assert accepted(again).sequence == 4


def test_a_client_id_stands_for_one_message(case: Case) -> None:
    chosen = new_client_id()
    first, other = (case.thread.message(case.ana, text, client_id=chosen) for text in ("one", "two"))
    assert [code(answer) for answer in send(first, other)] == ["accepted", "bad_item"]
    assert [code(answer) for answer in send(other)] == ["bad_item"]


def test_two_devices_may_choose_the_same_client_id(case: Case) -> None:
    chosen = new_client_id()
    both = [case.thread.message(who, client_id=chosen) for who in (case.ana, case.sol)]
    assert [code(answer) for answer in send(*both)] == ["accepted", "accepted"]


def test_an_older_head_of_the_same_history_is_fine(case: Case) -> None:
    first = (case.thread.sequence, case.thread.head)
    for number in range(5):
        say(case.thread, case.ana, str(number))
    assert [code(one) for one in send(case.thread.message(case.sol, seen=first))] == ["accepted"]


def test_a_head_that_is_no_longer_in_memory_is_found_in_the_database(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(case.thread.message(case.ana))
    monkeypatch.setattr("messaging.conversations.heads.heads", heads.Heads())
    assert [code(one) for one in send(case.thread.message(case.sol))] == ["accepted"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"seen": (2, "ab" * 32)}, Refusal("bad_history", "seen")),
        ({"seen": (99, "ab" * 32)}, Refusal("bad_history", "seen")),
        ({"seen": (3, "00" * 32)}, Refusal("bad_history", "seen")),
        ({"checkpoint": (3, "ab" * 32)}, Refusal("bad_history", "checkpoint")),
        ({"checkpoint": (0, "ab" * 32)}, Refusal("bad_history", "checkpoint")),
        ({"checkpoint": (10_000, "ab" * 32)}, Refusal("bad_history", "checkpoint")),
        ({"network": "ab" * 32}, Refusal("bad_item", "network")),
        ({"epoch": 2}, Refusal("bad_item", "epoch")),
    ],
)
def test_what_does_not_fit_is_refused(case: Case, fields: dict[str, Any], expected: Refusal) -> None:
    assert send(case.thread.message(case.ana, **fields)) == [expected]
    assert Conversation.objects.get(identifier=case.id).sequence == 3


def test_an_earlier_checkpoint_of_this_register_is_fine(case: Case) -> None:
    earlier = ledger.current()
    case.made.admit("West", "XD")
    item = case.thread.message(case.ana, checkpoint=(earlier.size, earlier.root))
    assert [code(one) for one in send(item)] == ["accepted"]


def test_the_old_epoch_is_refused_after_the_new_one(case: Case) -> None:
    late = case.thread.message(case.sol)
    renew(case.thread, case.ana)
    assert send(late) == [Refusal("old_epoch", "epoch")]


def test_nothing_goes_under_an_epoch_that_is_due(case: Case) -> None:
    before = case.thread.message(case.ana)
    case.made.appoint(case.sol)
    assert send(before) == [Refusal("epoch_due")]
    renew(case.thread, case.ana)
    assert [code(one) for one in send(case.thread.message(case.ana))] == ["accepted"]


def test_nobody_else_can_send(case: Case) -> None:
    case.made.settle(case.olga)
    for stranger in (case.eva, case.olga):
        assert [code(one) for one in send(case.thread.message(stranger))] == ["not_member"]


def test_an_unknown_conversation_answers_like_one_that_is_not_yours(case: Case) -> None:
    absent = case.thread.message(case.ana, conversation="ab" * 32)
    forbidden = case.thread.message(case.eva)
    assert send(absent) == send(forbidden) == [Refusal("not_member")]


def test_who_was_removed_cannot_send_even_what_was_made_before(case: Case) -> None:
    item = case.thread.message(case.ben)
    case.made.remove(case.ben, by=case.ana)
    assert send(item) == [Refusal("device_inactive")]


def test_a_revoked_device_cannot_send(case: Case) -> None:
    item = case.thread.message(case.ben)
    case.made.revoke_device(case.ben, by=case.ana)
    assert send(item) == [Refusal("device_inactive")]


def test_a_suspended_authority_cannot_send(case: Case) -> None:
    item = case.thread.message(case.sol)
    case.made.suspend(case.sol.authority)
    assert send(item) == [Refusal("not_member")]


def test_a_signature_of_somebody_else_is_refused(case: Case) -> None:
    item = case.thread.message(case.ana)
    forged = signing.sign(case.ben.device_seed, signing.ITEM, item.body)
    answers, _ = write([_with_signature(item, forged)])
    assert answers == [Refusal("bad_signature")]


def test_a_refused_message_does_not_keep_the_others_out(case: Case) -> None:
    good, bad = case.thread.message(case.ana), case.thread.message(case.sol, epoch=7)
    other = case.thread.message(case.sol)
    answers = send(good, bad, other)
    assert [code(one) for one in answers] == ["accepted", "bad_item", "accepted"]
    assert accepted(answers[2]).sequence == 5


def test_read_marks_only_move_forward(case: Case) -> None:
    assert note(case, case.ana, read=2) == (2, 2)
    assert note(case, case.ana, read=1) is None
    assert ReadMark.objects.get(account=case.ana.account).sequence == 2
    assert note(case, case.ana, read=99) is None, "nobody has read what is not there"
    assert note(case, case.eva, read=1) is None, "who is not in it has read nothing"
    assert ReadMark.objects.count() == 1


def test_who_has_read_has_received_and_not_the_other_way_round(case: Case) -> None:
    assert note(case, case.ana, received=2) == (2, 0)
    assert note(case, case.ana, received=2) is None, "nothing has moved"
    assert note(case, case.ana, read=1) == (2, 1)
    assert note(case, case.ana, read=3) == (3, 3)
    assert note(case, case.ana, received=1) is None
    assert note(case, case.ana, received=4) is None
    assert (ReadMark.objects.get().received, ReadMark.objects.get().sequence) == (3, 3)


def test_of_several_marks_in_one_group_the_furthest_stays(case: Case) -> None:
    said = [Mark(case.ana.account, case.id, read=one) for one in (1, 3, 2)]
    _, noted = write((), [*said, Mark(case.sol.account, case.id, received=1)])
    assert [one and (one.received, one.read) for one in noted] == [(1, 1), (3, 3), None, (1, 0)]
    assert dict(ReadMark.objects.values_list("account", "sequence")) == {
        case.ana.account: 3,
        case.sol.account: 0,
    }


def note(case: Case, who: Member, **upto: int) -> tuple[int, int] | None:
    _, (noted,) = write((), [Mark(who.account, case.id, **upto)])
    return None if noted is None else (noted.received, noted.read)


def _with_signature(item: items.Item, signature: bytes) -> Incoming:
    return Incoming(read_message(item.body), item.body, signature)
