"""Who may read what, from where on; and how it comes in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.problems import NotFound
from messaging.conversations import access
from messaging.conversations.access import Page
from messaging.conversations.models import Box
from messaging.conversations.services import append_items, mark_read
from messaging.protocol import items
from network.bench.people import Member
from network.bench.writing import author, begin, given, renew, say
from tests.messaging.case import Case

READS: list[Callable[[str, str], Any]] = [
    lambda account, identifier: access.items_after(account, identifier, 0, 10),
    lambda account, identifier: access.items_before(account, identifier, 99, 10),
    lambda account, identifier: access.epochs(account, identifier, 1, 9),
    lambda account, identifier: access.missing(account, identifier),
]


def sequences(page: Page) -> list[int]:
    return [item.sequence for item in page.items]


def test_strangers_and_officers_find_nothing(case: Case) -> None:
    case.made.settle(case.olga)
    for stranger in (case.eva, case.olga):
        for read in READS:
            with pytest.raises(NotFound):
                read(stranger.account, case.id)
        assert access.conversations(stranger.account) == []
        assert access.heads(stranger.account) == {}
        assert access.sync(stranger.account, {case.id: 0}, 10) == []


def test_absent_and_forbidden_answer_alike(case: Case) -> None:
    for read in READS:
        with pytest.raises(NotFound) as absent:
            read(case.ana.account, "ab" * 32)
        with pytest.raises(NotFound) as forbidden:
            read(case.eva.account, case.id)
        assert vars(absent.value) == vars(forbidden.value)


@pytest.mark.parametrize(
    "end",
    [
        lambda case: case.made.remove(case.ben, by=case.ana),
        lambda case: case.made.suspend(case.ben.authority),
        lambda case: case.made.suspend(case.ben.authority, "authority.withdrawn"),
    ],
)
def test_who_reads_no_more_gets_nothing_more_at_once(case: Case, end: Callable[[Case], None]) -> None:
    assert sequences(access.items_after(case.ben.account, case.id, 0, 10)) == [1, 2, 3]
    end(case)
    for read in READS:
        with pytest.raises(NotFound):
            read(case.ben.account, case.id)
    assert access.heads(case.ben.account) == {}


def test_who_is_new_reads_from_the_epoch_they_are_in(case: Case) -> None:
    say(case.thread, case.ana)
    new = case.made.appoint(case.sol)
    (listed,) = access.conversations(new.account)
    assert listed.first_sequence == 5, "nothing yet"
    assert listed.conversation.due
    page = access.items_after(new.account, case.id, 0, 10)
    assert (sequences(page), page.before_head) == ([], case.thread.head)
    head = case.thread.head
    renew(case.thread, case.ana)
    say(case.thread, case.ana)
    (listed,) = access.conversations(new.account)
    assert listed.first_sequence == 5
    page = access.items_after(new.account, case.id, 0, 10)
    assert (sequences(page), page.before_head) == ([5, 6], head)
    assert sequences(access.items_before(new.account, case.id, 99, 10)) == [5, 6]
    assert sequences(access.items_before(new.account, case.id, 5, 10)) == []
    (synced,) = access.sync(new.account, {}, 10)
    assert (sequences(synced), synced.before_head) == ([5, 6], head)
    assert [one.number for one in access.epochs(new.account, case.id, 1, 9)] == [2]


def test_a_lead_whom_officers_bring_in_reads_nothing_until_a_colleague_confirms_them(case: Case) -> None:
    lead = case.made.replace_lead(case.ana.authority)
    assert access.conversations(lead.account) == []
    assert not access.conversations(case.ana.account)[0].conversation.due
    case.made.confirm(lead, by=case.ben)
    (listed,) = access.conversations(lead.account)
    assert listed.conversation.due
    assert listed.first_sequence == 4


def test_handing_over_opens_what_came_before(case: Case) -> None:
    new = case.made.appoint(case.sol)
    renew(case.thread, case.ana)
    hand_over(case, case.sol, new, [1])
    (listed,) = access.conversations(new.account)
    assert listed.first_sequence == 1
    first, second = access.epochs(new.account, case.id, 1, 9)
    assert (first.late, second.late) == (True, False)
    assert len(first.boxes) == len(second.boxes) == 1


def hand_over(case: Case, by: Member, receiver: Member, numbers: list[int]) -> None:
    item, boxes = case.thread.late_box_item(by, receiver, numbers)
    append_items(author=author(by), conversation=case.id, given=[given(item, None, boxes)])
    case.thread.grow(item)


def test_pages_follow_each_other_with_the_head_before_them(case: Case) -> None:
    for number in range(7):
        say(case.thread, case.ana, str(number))
    head, seen, after = items.START, [], 0
    while True:
        page = access.items_after(case.ben.account, case.id, after, 3)
        assert page.before_head == head
        for item in page.items:
            head = items.next_head(head, items.item_hash(bytes(item.body), bytes(item.signature)))
            seen.append(item.sequence)
        after = seen[-1]
        if not page.more:
            break
    assert seen == list(range(1, 11))
    assert head == page.conversation.head


def test_the_newest_come_first_when_reading_backwards(case: Case) -> None:
    for number in range(4):
        say(case.thread, case.ana, str(number))
    newest = access.items_before(case.ben.account, case.id, 2**53 - 1, 3)
    assert sequences(newest) == [5, 6, 7]
    older = access.items_before(case.ben.account, case.id, 5, 3)
    assert sequences(older) == [2, 3, 4]
    assert older.more
    oldest = access.items_before(case.ben.account, case.id, 2, 3)
    assert (sequences(oldest), oldest.before_head, oldest.more) == ([1], items.START, False)


def test_an_answer_is_bounded_in_bytes(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        say(case.thread, case.ana, str(number))
    monkeypatch.setattr(access, "MOST_BYTES", 2_000)
    page = access.items_after(case.ana.account, case.id, 0, 100)
    assert 1 <= len(page.items) < 7
    assert page.more


def test_sync_gives_what_is_missing_and_nothing_else(case: Case) -> None:
    other = begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
    say(case.thread, case.ana)
    (page,) = access.sync(case.ana.account, {case.id: 2, other.id: 0, "ab" * 32: 5}, 500)
    assert (page.conversation.identifier, sequences(page), page.more) == (case.id, [3, 4], False)
    assert access.sync(case.ana.account, {case.id: 4}, 500) == []
    assert access.sync(case.ana.account, {case.id: 99}, 500) == [], "a client ahead is not told anything"
    pages = access.sync(case.sol.account, {}, 2)
    assert {page.conversation.identifier for page in pages} == {case.id, other.id}
    assert all(page.more and len(page.items) == 2 for page in pages)


def test_sync_of_many_says_where_more_is(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        begin(case.made, case.ana, [case.ana.authority])
    monkeypatch.setattr(access, "MOST_BYTES", 1_500)
    pages = access.sync(case.ana.account, {}, 500)
    assert len(pages) == 4
    assert pages[0].items
    assert not pages[-1].items
    assert all(page.more for page in pages[1:])


def test_the_list_takes_the_same_queries_for_one_and_for_many(case: Case) -> None:
    with CaptureQueriesContext(connection) as one:
        access.conversations(case.ana.account)
    for _ in range(5):
        begin(case.made, case.ana, [case.ana.authority])
    with CaptureQueriesContext(connection) as many:
        assert len(access.conversations(case.ana.account)) == 6
    assert len(one) == len(many)


def test_read_marks_are_seen_by_everybody_in_it(case: Case) -> None:
    mark_read(account=case.sol.account, conversation=case.id, sequence=2)
    (listed,) = access.conversations(case.ana.account)
    assert listed.read == listed.received == {case.sol.account: 2}


def test_missing_names_who_was_given_no_box_and_may_have_one_now(case: Case) -> None:
    case.made.revoke_device(case.ben, by=case.ana)
    renew(case.thread, case.ana, "keys")
    renew(case.thread, case.ana, "renewed")
    assert access.missing(case.ana.account, case.id) == [], "nobody boxes to a generation that is tainted"
    case.made.enrol_again(case.ben)
    assert access.missing(case.ana.account, case.id) == [access.Missing(case.ben.account, 2, [2, 3])]
    hand_over(case, case.ana, case.ben, [2])
    assert access.missing(case.sol.account, case.id) == [access.Missing(case.ben.account, 2, [3])]
    case.made.remove(case.ben, by=case.ana)
    assert access.missing(case.sol.account, case.id) == []


def test_boxes_of_every_generation_are_given_the_newest_first(case: Case) -> None:
    case.made.revoke_device(case.ben, by=case.ana)
    case.made.enrol_again(case.ben)
    hand_over(case, case.sol, case.ben, [1])
    (epoch,) = access.epochs(case.ben.account, case.id, 1, 1)
    late = Box.objects.get(account=case.ben.account, late=True)
    table = Box.objects.get(account=case.ben.account, late=False)
    assert epoch.boxes == [bytes(late.box or b""), bytes(table.box or b"")]
    assert epoch.late


def test_nobody_is_given_the_box_of_somebody_else(case: Case) -> None:
    (own,) = access.epochs(case.ana.account, case.id, 1, 1)
    (others,) = access.epochs(case.sol.account, case.id, 1, 1)
    assert set(own.boxes).isdisjoint(others.boxes)


def test_as_many_epochs_come_at_once_as_fit_and_the_others_when_they_are_asked_for(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        renew(case.thread, case.ana)
    monkeypatch.setattr(access, "MOST_BYTES", 1)
    ana, found = case.ana.account, list[int]()
    while listed := access.epochs(ana, case.id, len(found) + 1, 9):
        assert len(listed) == 1
        found.append(listed[0].number)
    assert found == [1, 2, 3, 4]
    conversation = access.find(ana, case.id)
    (newest,) = access.newest_epochs(ana, {conversation: 1}, 50)[conversation.pk]
    assert newest.number == 4
