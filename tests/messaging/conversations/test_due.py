"""When a new epoch is due, and when it no longer is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from messaging.conversations import access, due, publishing, roster
from messaging.conversations.models import Conversation, RegisterMark
from messaging.conversations.publishing import Due, Event
from network.bench.writing import begin, renew
from tests.messaging.case import Case


def is_due(case: Case) -> bool:
    due.settle(roster.current())
    return Conversation.objects.get(identifier=case.id).due


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case.made.appoint(case.ana),
        lambda case: case.made.remove(case.ben, by=case.ana),
        lambda case: case.made.revoke_device(case.ben, by=case.ana),
        lambda case: case.made.suspend(case.sol.authority),
        lambda case: case.made.suspend(case.sol.authority, "authority.withdrawn"),
    ],
)
def test_it_is_due_when_readers_or_their_keys_change(case: Case, act: Callable[[Case], object]) -> None:
    assert not is_due(case)
    act(case)
    assert is_due(case)
    renew(case.thread, case.ana)
    assert not is_due(case)


@pytest.mark.parametrize(
    "act",
    [
        lambda case: case.made.appoint(case.eva),
        lambda case: case.made.admit("West", "XD"),
        lambda case: case.made.appoint(case.ana, settled=False),
        lambda case: case.made.settle(case.olga),
    ],
)
def test_it_is_not_due_for_what_concerns_no_reader(case: Case, act: Callable[[Case], object]) -> None:
    act(case)
    assert not is_due(case)


def test_somebody_appointed_reads_once_they_have_keys(case: Case) -> None:
    new = case.made.appoint(case.ana, settled=False)
    assert not is_due(case)
    case.made.settle(new)
    assert is_due(case)


def test_it_is_due_no_more_when_everything_is_as_it_was(case: Case) -> None:
    case.made.suspend(case.sol.authority)
    assert is_due(case)
    case.made.suspend(case.sol.authority, "authority.reinstated")
    assert not is_due(case)


def test_a_process_that_has_just_started_settles_everything(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = begin(case.made, case.eva, [case.eva.authority])
    due.settle(roster.current())
    case.made.remove(case.ben, by=case.ana)
    monkeypatch.setattr(due, "_settled", None)
    assert is_due(case)
    assert not Conversation.objects.get(identifier=other.id).due


def test_reading_settles_too(case: Case) -> None:
    case.made.remove(case.ben, by=case.ana)
    assert access.heads(case.ana.account)[case.id].due


def test_only_conversations_of_changed_authorities_are_looked_at(case: Case) -> None:
    before = roster.current()
    case.made.remove(case.ben, by=case.ana)
    assert due.changed_authorities(before, roster.current()) == {case.ana.authority}


def test_nothing_is_asked_when_it_is_settled(
    case: Case,
    django_assert_num_queries: Callable[[int], CaptureQueriesContext],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        due.settle(roster.current())
    with django_assert_num_queries(1):  # the head of the Register
        due.settle(roster.current())


def test_everybody_in_it_is_told_once(
    case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    told: list[Event] = []
    publishing.add_sink(told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            case.made.remove(case.ben, by=case.ana)
            due.settle(roster.current())
            due.settle(roster.current())
    finally:
        publishing.remove_sink(told.append)
    mark = RegisterMark.objects.get()
    assert told == [Due(case.id, case.thread.participants, mark.size)]
