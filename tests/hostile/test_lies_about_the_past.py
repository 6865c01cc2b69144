"""Whoever begins at the end of a conversation is told of its middle by the server: what it says must come true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from members.protocol.encoding import b64
from tests.browser.person import Person
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.proxy import Change
from tests.hostile.test_lies_in_the_browser import CHANGED, goes_on, raises_the_alarm
from tests.hostile.test_members import post_epoch
from tests.hostile.test_withholding_from_clients import level, message_of

Record = Callable[[str, object], None]

MANY = 49
"""More than the newest page of a conversation holds, and as many as one request may."""


@contextmanager
def long_absence(person: Person, subject: str) -> Iterator[None]:
    """Somebody has seen the first message, and goes away for as long as the block lasts.

    A browser that is open may ask at any moment, so also when a half was said: to that half nothing is a lie.
    """
    person.go("Conversations").open_conversation(subject).sees_message("First")
    with person.away():
        yield


def much_is_said(stage: Settled, conversation: str) -> None:
    """A new epoch, and then so much that it lies above the newest page."""
    level(stage, "Ben")
    stage.run(
        post_epoch(stage["Ben"], conversation, spoil=lambda sealed, _: sealed, text="Under the next key")
    )
    level(stage, "Ana")
    ana = stage["Ana"]
    listed = [message_of(ana, conversation, f"Line {number}") for number in range(1, MANY + 1)]
    given = [{"body": b64(one.body), "signature": b64(one.signature)} for one in listed]
    stage.run(ana.http.post(f"/api/conversations/{conversation}/items", {"items": given}))


def with_altered_skeleton(page: lies.Page) -> None:
    for item in page.get("skeleton", []):
        item["signature"] = lies.flip(item["signature"])


def without_the_epoch(page: lies.Page) -> None:
    page["skeleton"] = []


def with_a_skeleton_elsewhere(page: lies.Page) -> None:
    """The epoch is the one that was signed, and is said to stand at another place."""
    for item in page.get("skeleton", []):
        item["sequence"] += 1


def with_forged_head(page: lies.Page) -> None:
    page["before_head"] = "ab" * 32


def altered_item(answer: Any) -> None:
    if answer["items"]:
        answer["items"][0]["body"] = lies.flip(answer["items"][0]["body"])


def of_another_beginning(answer: Any) -> None:
    answer["before_head"] = "cd" * 32


IN_THE_NEWEST: dict[str, lies.ChangePage] = {
    "a skeleton that nobody signed": with_altered_skeleton,
    "an epoch left out": without_the_epoch,
    "a head that was made up": with_forged_head,
}
IN_OLDER_PAGES: dict[str, Callable[[Any], None]] = {
    "an older item altered": altered_item,
    "an older page of another past": of_another_beginning,
}


def lie_of(which: str, conversation: str) -> tuple[str, Change]:
    if which in IN_THE_NEWEST:
        return "/conversations/sync", lies.in_pages(conversation, IN_THE_NEWEST[which])
    return f"/conversations/{conversation}/items", lies.in_json(IN_OLDER_PAGES[which])


@pytest.mark.parametrize("which", [*IN_THE_NEWEST, *IN_OLDER_PAGES])
def test_a_past_that_is_not_what_it_was(stage: Settled, which: str, record_property: Record) -> None:
    subject = f"The past: {which}"
    conversation = stage.begin("Ana", "South", subject, "First")
    sol = stage.watch("Sol")
    path, change = lie_of(which, conversation)
    with stage.proxy.lie(path, change, sol) as lie:
        with long_absence(sol, subject):
            much_is_said(stage, conversation)
            begun = time.perf_counter()
        raises_the_alarm(sol, CHANGED)
        record_property(f"{which}: bad_history, seconds", round(time.perf_counter() - begun, 1))
        assert lie.times > 0
    goes_on(sol)
    sol.sees_message(f"Line {MANY}")
    assert sol.undecryptable() == 0


def test_a_lie_that_was_taken_in_stays_an_alarm_until_the_browser_is_set_up_anew(stage: Settled) -> None:
    """Where an epoch stands was believed, and turns out otherwise further down: a new browser reads everything."""
    subject = "The past: an epoch elsewhere"
    conversation = stage.begin("Ana", "South", subject, "First")
    tam = stage.arrive("Tam")
    change = lies.in_pages(conversation, with_a_skeleton_elsewhere)
    with stage.proxy.lie("/conversations/sync", change, tam):
        with long_absence(tam, subject):
            much_is_said(stage, conversation)
        raises_the_alarm(tam, CHANGED)
    tam.page.reload()
    raises_the_alarm(tam, CHANGED)
    elsewhere = stage.arrive("Tam")
    elsewhere.open_conversation(subject).sees_message(f"Line {MANY}")
    assert elsewhere.undecryptable() == 0
    elsewhere.check()


def test_older_pages_that_are_kept_back_are_missing_and_no_more(stage: Settled) -> None:
    """What is new is read and answered all the same; the rest comes when the server gives it."""
    subject = "Pages kept back"
    conversation = stage.begin("Ana", "South", subject, "First")
    sol = stage.watch("Sol")

    def without_any(answer: Any) -> None:
        answer["items"] = []

    path = f"/conversations/{conversation}/items"
    with stage.proxy.lie(path, lies.in_json(without_any), sol) as lie:
        with long_absence(sol, subject):
            much_is_said(stage, conversation)
        sol.sees_message(f"Line {MANY}")
        assert lie.is_told()
        sol.check()
    sol.page.reload()
    sol.sees_message(f"Line {MANY}")
    assert sol.undecryptable() == 0
    assert stage.read("Sol", conversation)[:2] == ["First", "Under the next key"]
    sol.check()
