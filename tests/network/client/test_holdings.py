"""What a client keeps to hand it back is bounded, comes out as it went in, and is cut into what one request takes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from members import clock
from messaging.protocol import items
from messaging.protocol.items import START, Item
from network.client import holdings
from network.client.conversations import new_client_id
from network.client.holdings import Holdings

CONVERSATION = "ab" * 32


def item_of(length: int = 100) -> Item:
    header = items.make_header(
        "message",
        network="cd" * 32,
        account="01" * 16,
        device="ef" * 32,
        checkpoint=(1, "12" * 32),
        client_id=new_client_id(),
        time=clock.now(),
        conversation=CONVERSATION,
        seen=(1, "34" * 32),
        epoch=1,
    )
    return items.sign(os.urandom(32), header, os.urandom(length))


def keep(held: Holdings, *places: int, days_ago: float = 0, length: int = 100) -> None:
    for place in places:
        received_at = clock.now() - int(days_ago * clock.DAY)
        held.keep(CONVERSATION, place, item_of(length), received_at=received_at, before_head=START)


def places(held: Holdings, above: int = 0) -> list[list[int]]:
    return [[piece.sequence for piece in run] for run in held.above(CONVERSATION, above)]


@pytest.fixture
def at_any_time() -> Iterator[None]:
    yield
    clock.source = clock.of_the_machine


def test_a_hole_parts_what_is_handed_back() -> None:
    held = Holdings()
    keep(held, 4, 5, 2, 8, 7)
    assert places(held) == [[2], [4, 5], [7, 8]]
    assert places(held, above=4) == [[5], [7, 8]]
    assert places(held, above=8) == []
    assert held.newest(CONVERSATION) == 8


def test_one_request_takes_so_many_items_and_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Holdings()
    keep(held, *range(1, 251))
    assert [len(run) for run in places(held)] == [200, 50]
    monkeypatch.setattr(holdings, "MOST_TEXT_AT_ONCE", 100_000)
    held = Holdings()
    keep(held, 1, 2, 3, 4, length=30_000)
    assert places(held) == [[1, 2], [3, 4]]
    monkeypatch.setattr(holdings, "MOST_TEXT_AT_ONCE", 10)
    assert places(held) == [[1], [2], [3], [4]]


@pytest.mark.usefixtures("at_any_time")
def test_what_is_older_than_fourteen_days_is_dropped() -> None:
    held = Holdings()
    keep(held, 1, days_ago=15)
    keep(held, 2, days_ago=13)
    keep(held, 3)
    assert places(held) == [[2, 3]]
    clock.source = lambda: clock.of_the_machine() + 2 * clock.DAY
    keep(held, 4)
    assert places(held) == [[3, 4]]
    clock.source = lambda: clock.of_the_machine() + 20 * clock.DAY
    assert Holdings.from_json(held.to_json()).pieces == {}


def test_the_oldest_are_dropped_where_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "MOST_BYTES", 50_000)
    held = Holdings()
    for place in range(1, 11):
        keep(held, place, days_ago=11 - place, length=10_000)
    assert places(held) == [[7, 8, 9, 10]]


def test_everything_comes_out_of_memory_as_it_went_in() -> None:
    held = Holdings()
    keep(held, 2)
    held.keep(
        CONVERSATION,
        1,
        item_of(),
        received_at=clock.now(),
        before_head=START,
        members=b"a table",
    )
    held.pieces[CONVERSATION][2].boxes["01" * 16] = b"a box"
    held.keep_register(0, [b"first", b"second"], "a note")
    held.keep_attachments({"0d2cc2f8": b"a key"})
    again = Holdings.from_json(json.loads(json.dumps(held.to_json())))
    assert again.to_json() == held.to_json()
    first, second = (again.pieces[CONVERSATION][place] for place in (1, 2))
    assert (first.members, first.boxes) == (b"a table", {})
    assert (second.members, second.boxes) == (None, {"01" * 16: b"a box"})
    assert (again.size, again.entries_from(1), again.note) == (2, [b"second"], "a note")


def test_the_newest_entries_of_the_register_are_held_with_their_note() -> None:
    held = Holdings()
    held.keep_register(0, [bytes([index % 250]) for index in range(250)], "of 250")
    assert (held.first, held.size) == (50, 250)
    held.keep_register(250, [b"a", b"b"], "of 252")
    held.keep_register(252, [], "of 252, confirmed")
    assert (held.first, held.size, held.note) == (52, 252, "of 252, confirmed")
    assert held.entries_from(250) == [b"a", b"b"]
    assert held.entries_from(51) == [], "some of these are not held"
    assert held.entries_from(300) == []
    held.keep_register(1000, [b"z"], "after a bookmark")
    assert (held.first, held.size, held.entries_from(1000)) == (1000, 1001, [b"z"])


def test_the_newest_own_keys_and_boxes_are_held() -> None:
    held = Holdings()
    held.keep_attachments({f"{number:064x}": b"" for number in range(holdings.MOST_ATTACHMENTS)})
    held.keep_attachments({"newest": b"1", f"{0:064x}": b"2"})
    assert len(held.attachments) == holdings.MOST_ATTACHMENTS
    assert list(held.attachments)[-2:] == ["newest", f"{0:064x}"]
    assert f"{1:064x}" not in held.attachments
