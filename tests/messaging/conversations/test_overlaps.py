"""What two processes do with conversations at the same moment has the outcome of one after the other."""

from __future__ import annotations

from functools import partial

import pytest

from messaging.conversations import limits
from messaging.conversations.models import Conversation, Item
from messaging.conversations.services import append_items, create_conversation
from network.bench.writing import author, first_items, given
from tests.messaging.case import make_case
from tests.overlap import overlap

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_conversation_that_is_handed_in_to_two_processes_is_one() -> None:
    case = make_case()
    _, parts = first_items(case.made, case.ana, sorted({case.ana.authority, case.sol.authority}))
    create = partial(create_conversation, author=author(case.ana), given=parts)
    made, again = overlap(create, create)
    assert made == again
    assert Conversation.objects.count() == 2


def test_items_that_are_handed_in_to_two_processes_follow_each_other() -> None:
    case = make_case()
    before = Item.objects.count()
    messages = [given(case.thread.message(by, "text")) for by in (case.ana, case.sol)]
    acts = [
        partial(append_items, author=author(by), conversation=case.id, given=[one])
        for by, one in zip((case.ana, case.sol), messages, strict=True)
    ]
    overlap(*acts)
    sequences = Item.objects.filter(conversation__identifier=case.id).order_by("sequence")
    assert list(sequences.values_list("sequence", flat=True)) == list(range(1, before + 3))


def test_what_an_account_may_make_in_an_hour_it_makes_once_at_two_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = make_case()
    made = Item.objects.filter(account=case.ana.account, kind="conversation.created").count()
    monkeypatch.setitem(limits.PER_HOUR, "conversation.created", made + 1)
    authorities = sorted({case.ana.authority, case.sol.authority})
    creations = [
        partial(
            create_conversation,
            author=author(case.ana),
            given=first_items(case.made, case.ana, authorities)[1],
        )
        for _ in range(2)
    ]
    _, second = overlap(*creations)
    assert second == "slow_down"
    assert Item.objects.filter(account=case.ana.account, kind="conversation.created").count() == made + 1
