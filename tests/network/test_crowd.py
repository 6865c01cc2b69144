"""Networks and conversations made in bulk are what they would be had everybody come one by one."""

from __future__ import annotations

import pytest

from members.register import ledger
from messaging.conversations import due, roster
from messaging.conversations.models import Conversation
from messaging.protocol import epochs
from network.bench.crowd import Crowd, pairs_of
from network.bench.fill import fill
from network.bench.kept import look
from network.bench.writing import Thread, say

pytestmark = pytest.mark.django_db(transaction=True)


def test_people_who_come_in_bulk_read_and_no_epoch_is_due() -> None:
    crowd = Crowd()
    north, south = crowd.people([3, 2])
    (begun,) = crowd.conversations([[*north, *south]])
    conversation = Conversation.objects.get(identifier=begun.identifier)
    readers = epochs.readers(ledger.current().state, conversation.participants)
    assert readers.keys() == {one.account for one in (*north, *south)}
    assert not due.epoch_is_due(
        roster.current(),
        conversation.participants,
        [(account, one.generation, True) for account, one in readers.items()],
    )
    assert not conversation.due
    assert len(set(crowd.sessions([*north, *south]))) == 5


def test_a_real_message_follows_those_that_were_filled_in_and_is_found_again() -> None:
    crowd = Crowd()
    north, south, east = (people[0] for people in crowd.people([1, 1, 1]))
    first, _ = crowd.conversations([(north, south), (south, east)])
    fill({"messages": 10})
    fill({"messages": 40})
    conversation = Conversation.objects.get(identifier=first.identifier)
    assert conversation.sequence == 3 + 20
    thread = Thread(
        crowd.made,
        id=first.identifier,
        epoch=1,
        sequence=conversation.sequence,
        head=conversation.head,
    )
    item = say(thread, south)
    place = (item.header["client_id"], thread.sequence, thread.head)
    asked = {"conversation": first.identifier, "noted": [place]}
    assert look(asked) == {"missing": 0, "twice": 0, "gaps": 0}
    elsewhere = (place[0], place[1] - 1, place[2])
    assert look(asked | {"noted": [place, elsewhere]})["missing"] == 1
    Conversation.objects.filter(identifier=first.identifier).update(sequence=thread.sequence + 1)
    assert look(asked)["gaps"] == 1


def test_pairs_are_all_different_and_spread_over_everybody() -> None:
    crowd = Crowd()
    people = [group[0] for group in crowd.people([1] * 6)]
    found = pairs_of(people, 10)
    assert len({frozenset(one.account for one in pair) for pair in found}) == 10
    assert {one.account for pair in found[:5] for one in pair} == {one.account for one in people}
