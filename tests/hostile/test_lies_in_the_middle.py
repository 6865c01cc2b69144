"""What stands in the middle of a history cannot be changed, not even by a server that computes heads that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from members.protocol.encoding import b64, unb64
from messaging.protocol import items
from messaging.protocol.items import item_hash, next_head
from network.client import Client
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.proxy import Change
from tests.hostile.test_lies_to_clients import again
from tests.hostile.test_members import post_epoch
from tests.hostile.test_withholding_from_clients import level, message_of

Items = list[dict[str, Any]]
ChangeItems = Callable[[Items, Items], Items]
"""From the items of a conversation and those of another: what is told instead of the first."""

SAID = [f"Line {number}" for number in range(1, 7)]
HEAD = ("creation", "epoch", "subject")
MIDDLE = len(HEAD) + 2
"""And "First" and the first line stand before it."""


def replaced(told: Items, others: Items) -> Items:
    """An author's two messages, of which the server took one: `others` has what they signed first and never sent."""
    told[MIDDLE] = {**told[MIDDLE], **{name: others[-1][name] for name in ("body", "signature")}}
    return told


def dropped(told: Items, others: Items) -> Items:
    return [*told[:MIDDLE], *told[MIDDLE + 1 :]]


def doubled(told: Items, others: Items) -> Items:
    return [*told[:MIDDLE], told[MIDDLE], *told[MIDDLE:]]


def reordered(told: Items, others: Items) -> Items:
    return [*told[:MIDDLE], told[MIDDLE + 1], told[MIDDLE], *told[MIDDLE + 2 :]]


def of_another_author(told: Items, others: Items) -> Items:
    """The words of one under the signature of the next, who has never said them."""
    told[MIDDLE] = {**told[MIDDLE], "signature": told[MIDDLE + 1]["signature"]}
    return told


def from_elsewhere(told: Items, others: Items) -> Items:
    """What the same person said at the same place of another conversation, of the same people."""
    told[MIDDLE] = others[MIDDLE]
    return told


def put_in(told: Items, others: Items) -> Items:
    return [*told[:MIDDLE], others[MIDDLE], *told[MIDDLE:]]


def numbered_anew(told: Items) -> tuple[Items, str]:
    """With sequences and a head that fit: all that a server computes itself, it can compute."""
    head, listed = "00" * 32, []
    for sequence, each in enumerate(told, 1):
        listed.append({**each, "sequence": sequence})
        head = next_head(head, item_hash(unb64(each["body"]), unb64(each["signature"])))
    return listed, head


def told_instead(conversation: str, change: ChangeItems, others: Items, fits: bool) -> Change:
    def changed(page: lies.Page) -> None:
        assert page["items"][0]["sequence"] == 1
        page["items"] = change(page["items"], others)
        listed, head = numbered_anew(page["items"])
        if fits:
            page["items"], page["sequence"], page["head"] = listed, len(listed), head
        else:
            page["items"] = listed[: page["sequence"]]

    return lies.in_pages(conversation, changed)


@pytest.fixture(scope="module")
def histories(stage: Settled) -> tuple[str, Items, Items]:
    """Two conversations of the same people, in turn by two of them; and one more thing that was signed and not sent."""
    made = []
    for subject in ("The middle", "Another one"):
        conversation = stage.begin("Ana", "South", subject, "First")
        for number, text in enumerate(SAID):
            stage.say("Ana" if number % 2 else "Ben", conversation, text)
        made.append(conversation)
    level(stage, "Ana")
    before = stage["Ana"].conversations[made[0]].conversation.heads[MIDDLE]
    never_sent = message_of(stage["Ana"], made[0], "Never sent", seen=(MIDDLE, before))
    pages = [
        stage.run(stage["Ana"].http.get(f"/api/conversations/{one}/items", after=0, limit=100))["items"]
        for one in made
    ]
    others = [*pages[1], {"body": b64(never_sent.body), "signature": b64(never_sent.signature)}]
    return made[0], pages[0], others


CHANGES = [replaced, dropped, doubled, reordered, of_another_author, from_elsewhere, put_in]


@pytest.mark.parametrize("fits", [False, True], ids=["with the head as it was", "with heads that fit"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_middle_of_a_history_that_is_not_what_was_said(
    stage: Settled, histories: tuple[str, Items, Items], change: ChangeItems, fits: bool
) -> None:
    """Whoever said something later has signed what stood before it: so nothing false is read, and the lie is found."""
    conversation, _, others = histories
    lying = stage.proxy.lie(
        "/conversations/sync", told_instead(conversation, change, others, fits), "clients"
    )
    with again(stage, "Tam") as tam, lying as lie:
        tam.memory.heads.pop(conversation, None)  # nothing is known of it yet
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        assert lie.times > 0
        assert conversation in tam.conversations.broken
        assert conversation not in tam.conversations.talks


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_held_before_is_not_told_in_another_way(
    stage: Settled, histories: tuple[str, Items, Items], change: ChangeItems
) -> None:
    """A client that begins anew remembers the last head, also where nobody has spoken of it since."""
    conversation, true, others = histories
    told, head = numbered_anew(change([dict(each) for each in true], others)[: MIDDLE + 2])

    def otherwise(page: lies.Page) -> None:
        page["items"], page["sequence"], page["head"] = told, len(told), head

    with (
        again(stage, "Tam") as tam,
        stage.proxy.lie("/conversations/sync", lies.in_pages(conversation, otherwise), "clients") as lie,
    ):
        tam.memory.heads[conversation] = (MIDDLE + 2, numbered_anew(true[: MIDDLE + 2])[1])
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        assert lie.times > 0
        assert conversation in tam.conversations.broken


def test_an_answer_that_skips_is_not_gone_on_from(stage: Settled) -> None:
    """What follows what is held follows without a gap; the truth afterwards is told to a new client."""
    conversation = stage.begin("Ana", "South", "Skipping", "First")
    with again(stage, "Tam") as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        for text in SAID[:3]:
            stage.say("Ana", conversation, text)

        def without_the_first(page: lies.Page) -> None:
            page["items"] = page["items"][1:]

        change = lies.in_pages(conversation, without_the_first)
        with stage.proxy.lie("/conversations/sync", change, "clients") as lie:
            stage.run(tam.conversations.sync())
            assert lie.times > 0
        assert conversation in tam.conversations.broken
        assert conversation not in tam.conversations.talks, (
            "nothing is written by a history that is not whole"
        )
    assert stage.read("Tam", conversation) == ["First", *SAID[:3]]


# whoever was handed older keys reads downwards


@pytest.fixture(scope="module")
def newcomer(stage: Settled) -> Iterator[tuple[Client, dict[str, str]]]:
    """Somebody who came after two epochs of several conversations, and has read what was said since."""
    level(stage, "Ben")
    made = {}
    for which in [*BELOW, FURTHER_UP]:
        made[which] = stage.begin("Ana", "South", which, "Under the first key")
        text = "Under the second key"
        stage.run(post_epoch(stage["Ben"], made[which], spoil=lambda sealed, _: sealed, text=text))
    stage.appoint("Sol", "Uli")
    for conversation in made.values():
        stage.say("Ana", conversation, "Since then")
    with again(stage, "Uli") as uli:
        stage.run(uli.register.catch_up())
        stage.run(uli.conversations.sync())
        for conversation in made.values():
            assert uli.conversations[conversation].texts() == ["Since then"]
        yield uli, made


def second_epoch(answer: Any) -> int:
    """Its place in a skeleton."""
    kinds = [items.parse(unb64(one["body"]), unb64(one["signature"])).kind for one in answer["items"]]
    return [place for place, kind in enumerate(kinds) if kind == "epoch"][1]


def with_an_epoch_elsewhere(answer: Any) -> None:
    answer["items"][second_epoch(answer)]["sequence"] += 1


def without_an_epoch(answer: Any) -> None:
    answer["items"].pop(second_epoch(answer))


def from_further_up(answer: Any) -> None:
    """As if nothing older were to be read."""
    answer["items"] = answer["items"][second_epoch(answer) :]
    answer["first"] = answer["items"][0]["sequence"]


def without_the_beginning(answer: Any) -> None:
    answer["items"] = answer["items"][1:]


def with_an_altered_item(answer: Any) -> None:
    """A message, which no skeleton names: only the heads hold it."""
    for one in answer["items"]:
        if one["sequence"] == len(HEAD) + 1:
            one["signature"] = lies.flip(one["signature"])


def by_another_head(answer: Any) -> None:
    answer["before_head"] = "ab" * 32


def without_one(answer: Any) -> None:
    answer["items"].pop(-2)
    for one in answer["items"][:-1]:
        one["sequence"] += 1


def without_any(answer: Any) -> None:
    answer["items"] = []


BELOW: dict[str, tuple[str, Callable[[Any], None]]] = {
    "an epoch elsewhere": ("/skeleton$", with_an_epoch_elsewhere),
    "an epoch left out": ("/skeleton$", without_an_epoch),
    "a skeleton without its beginning": ("/skeleton$", without_the_beginning),
    "an older item altered": ("/items$", with_an_altered_item),
    "an older item left out": ("/items$", without_one),
    "an older page of another past": ("/items$", by_another_head),
    "older pages kept back": ("/items$", without_any),
}
FURTHER_UP = "a skeleton that begins further up"


@pytest.mark.parametrize("which", BELOW)
def test_older_items_that_are_not_what_was_said(
    stage: Settled, newcomer: tuple[Client, dict[str, str]], which: str
) -> None:
    uli, made = newcomer
    conversation, (path, change) = made[which], BELOW[which]
    stage.run(stage["Ana"].conversations.hand_over(conversation, uli.account))
    path = f"/conversations/{conversation}{path}"
    with stage.proxy.lie(path, lies.in_json(change), "clients") as lie:
        stage.run(uli.conversations.sync())
        assert lie.times > 0
    assert conversation in uli.conversations.broken
    assert conversation not in uli.conversations.talks


def test_a_beginning_that_is_said_to_be_further_up_is_withheld_and_no_more(
    stage: Settled, newcomer: tuple[Client, dict[str, str]]
) -> None:
    """Where somebody may begin to read is the server's word: what lies before is missing, and nothing is false."""
    uli, made = newcomer
    conversation = made[FURTHER_UP]
    stage.run(stage["Ana"].conversations.hand_over(conversation, uli.account))
    path = f"/conversations/{conversation}/skeleton$"
    with stage.proxy.lie(path, lies.in_json(from_further_up), "clients") as lie:
        stage.run(uli.conversations.sync())
        assert lie.times > 0
    assert uli.conversations[conversation].texts() == ["Under the second key", "Since then"]
    with again(stage, "Uli") as elsewhere:
        stage.run(elsewhere.register.catch_up())
        stage.run(elsewhere.conversations.sync())
        assert elsewhere.conversations[conversation].texts()[0] == "Under the first key"
