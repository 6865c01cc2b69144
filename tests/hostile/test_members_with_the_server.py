"""A member and the server together: what one signs and the other slips in counts for nothing, and says by whom."""

from __future__ import annotations

import os
from typing import Any

import pytest

from members import clock
from members.protocol import statements
from members.protocol.encoding import b64
from members.protocol.person import new_seed
from members.protocol.signing import public_key
from messaging.protocol import items, messages
from messaging.protocol.items import Item
from network.client import Client
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.test_lies_to_clients import again
from tests.hostile.test_members import is_refused, post_epoch
from tests.hostile.test_withholding_from_clients import level, message_of


def slipped_in(stage: Settled, conversation: str, item: Item) -> tuple[list[str], list[str]]:
    """What Tam reads, and which refusals Tam notes, when the server adds this item with a head that fits."""
    change = lies.in_pages(conversation, lies.with_one_more(item))
    with again(stage, "Tam") as tam, stage.proxy.lie("/conversations/sync", change, "clients") as lie:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        assert lie.times > 0
        if conversation not in tam.conversations.talks:
            return [], ["the conversation ends"]
        talk = tam.conversations[conversation]
        return talk.texts(), [alarm.code for alarm in talk.alarms]


def test_a_message_that_is_put_back_into_an_old_epoch(stage: Settled) -> None:
    """Nobody can say something under a key that the removed still have."""
    conversation = stage.begin("Ana", "South", "Backdated", "Under the first key")
    level(stage, "Sol")
    stage.run(
        post_epoch(stage["Sol"], conversation, spoil=lambda sealed, _: sealed, text="Under the next key")
    )
    level(stage, "Ben")
    backdated = message_of(stage["Ben"], conversation, "Under the first key again", epoch=1)
    assert slipped_in(stage, conversation, backdated) == (
        ["Under the first key", "Under the next key"],
        ["old_epoch"],
    )


def foreign(client: Client, conversation: str, other: str) -> Item:
    """A message of another conversation, by somebody who is in both."""
    return message_of(client, other, "Meant for others")


def in_the_name_of_another(client: Client, conversation: str, other: str) -> Item:
    """Ben signs as Ana, whose device he does not have."""
    return message_of(client, conversation, "Ana says", account="ab" * 16)


def with_another_content(client: Client, conversation: str, other: str) -> Item:
    """The content of one message under the header and signature of another."""
    first, second = (message_of(client, conversation, text) for text in ("One", "Two"))
    return items.parse(items.make_body(first.header_bytes, second.content), first.signature)


def of_another_register(client: Client, conversation: str, other: str) -> Item:
    """The author was shown another Register, and says so without knowing it."""
    size, _ = client.register.checkpoint
    return message_of(client, conversation, "By another Register", checkpoint=(size, "ab" * 32))


def of_another_past(client: Client, conversation: str, other: str) -> Item:
    """The author was shown another past of the conversation."""
    return message_of(client, conversation, "By another past", seen=(1, "ab" * 32))


def late_box(client: Client, conversation: str, **fields: Any) -> Item:
    """A late box of somebody for themselves, but for what is changed."""
    talk = client.conversations[conversation]
    known = client.register.account(client.account)
    given = {
        "account_for": client.account,
        "boxes": [{"box": "ab" * 32, "epoch": 1}],
        "generation": known.generation,
    }
    seen = (talk.conversation.sequence, talk.conversation.head)
    return client.conversations._item("late_box", conversation=conversation, seen=seen, **given | fields)


def a_key_for_a_stranger(client: Client, conversation: str, other: str) -> Item:
    """For an officer, who may read nothing."""
    return late_box(client, conversation, account_for=min(client.register.state.officers))


def a_key_for_former_keys(client: Client, conversation: str, other: str) -> Item:
    """For a generation that somebody does not have, or does not have any more."""
    return late_box(client, conversation, generation=9)


def a_key_of_no_epoch(client: Client, conversation: str, other: str) -> Item:
    """Of an epoch that there is not."""
    return late_box(client, conversation, boxes=[{"box": "ab" * 32, "epoch": 9}])


@pytest.mark.parametrize(
    ("make", "texts", "findings"),
    [
        (foreign, ["First"], ["bad_item"]),
        (in_the_name_of_another, ["First"], ["device_inactive"]),
        (with_another_content, ["First"], ["bad_signature"]),
        # these two name what only the server can have shown to the author
        (of_another_register, [], ["the conversation ends"]),
        (of_another_past, [], ["the conversation ends"]),
        (a_key_for_a_stranger, ["First"], ["bad_late_box"]),
        (a_key_for_former_keys, ["First"], ["bad_late_box"]),
        (a_key_of_no_epoch, ["First"], ["bad_late_box"]),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_an_item_that_the_server_would_refuse_from_everybody(
    stage: Settled, make: Any, texts: list[str], findings: list[str]
) -> None:
    conversation = stage.begin("Ana", "South", f"Slipped in: {make.__name__}", "First")
    other = stage.begin("Ana", "South", f"Beside it: {make.__name__}", "Elsewhere")
    level(stage, "Ben")
    assert slipped_in(stage, conversation, make(stage["Ben"], conversation, other)) == (texts, findings)


def test_new_keys_that_nobody_of_the_authority_signed(stage: Settled) -> None:
    """The server re-keys somebody by itself, in a Register that is well signed: the entry does not count."""
    level(stage, "Ana")
    ana, cleo = stage["Ana"], stage["Cleo"].account
    authority = stage.network.authorities["North"]
    forged = statements.sign_entry(
        ana.register.payload(
            "focal_point.rekeyed",
            statements.people(authority),
            clock.now(),
            account=cleo,
            authority=authority,
            identity_key=b64(public_key(new_seed())),
            verification="in_person",
        ),
        new_seed(),
    )
    note, entries = lies.with_one_more_entry(stage, forged)
    with (
        again(stage, "Ana") as client,
        stage.proxy.lie("/register/checkpoint", lambda _: note, "clients"),
        stage.proxy.lie("/tile/entries", lambda _: entries, "clients", invents=True),
    ):
        before = client.register.account(cleo).identity_key
        stage.run(client.register.catch_up())
        assert [one.index for one in client.register.rejected] == [client.register.checkpoint[0] - 1]
        assert client.register.account(cleo).identity_key == before
        assert client.register.account(cleo).active_devices()


def test_boxes_that_were_exchanged_open_nothing_and_spoil_nothing(stage: Settled) -> None:
    """By another box than theirs somebody reads nothing, and everything once the server is true again."""
    conversation = stage.begin("Ana", "South", "Exchanged boxes", "For those in the table")

    def with_other_box(answer: Any) -> None:
        for epoch in answer:
            if epoch["box"] is not None:
                epoch["box"] = b64(os.urandom(1168))

    with again(stage, "Tam") as tam:
        with stage.proxy.lie("/epochs", lies.in_json(with_other_box), "clients") as lie:
            stage.run(tam.register.catch_up())
            stage.run(tam.conversations.sync())
            assert lie.times > 0
            assert tam.conversations[conversation].texts() == []
        stage.say("Ana", conversation, "After that")
        stage.run(tam.conversations.sync())
        assert tam.conversations[conversation].texts() == ["For those in the table", "After that"]


def test_a_member_who_says_that_no_box_opens_gains_nothing(stage: Settled) -> None:
    """Reports are few, and only of what a reader is in; what comes of them is one more box for the one who reports."""
    conversation = stage.begin("Ana", "South", "False reports", "First")
    level(stage, "Tam")
    tam = stage["Tam"]
    path, report = f"/api/conversations/{conversation}/bad-boxes", {"epoch": 1, "generation": 1}
    report["generation"] = tam.memory.keys.generation

    async def handed_over() -> int:
        await stage["Ana"].conversations.sync()
        return await stage["Ana"].conversations.hand_over(conversation)

    made = 0
    for _ in range(3):
        stage.run(tam.http.post(path, report))
        made += stage.run(handed_over())
    assert made <= 3
    assert is_refused(stage, tam.http.post(path, report))
    assert is_refused(stage, tam.http.post(path, {**report, "epoch": 9}))
    assert is_refused(stage, tam.http.post(f"/api/conversations/{'ab' * 32}/bad-boxes", report))
    assert stage.read("Sol", conversation) == stage.read("Tam", conversation) == ["First"]


def test_content_that_opens_to_something_else_is_left_out(stage: Settled) -> None:
    """What a member seals is not even text: the others go on."""
    conversation = stage.begin("Ana", "South", "No text", "First")
    level(stage, "Ben")
    ben = stage["Ben"]
    talk = ben.conversations[conversation]
    number, key = max(talk.keys.items())
    seen = (talk.conversation.sequence, talk.conversation.head)
    header = ben.conversations._header("message", conversation=conversation, seen=seen, epoch=number)
    content = messages.seal_message(
        key, device=ben.memory.keys.device, header=header, plaintext=b'{"kind":"text","text":7}'
    )
    given = {"items": [{"body": "", "signature": ""}]}
    item = ben.conversations._sign(header, content)
    given["items"][0] = {"body": b64(item.body), "signature": b64(item.signature)}
    stage.run(ben.http.post(f"/api/conversations/{conversation}/items", given))
    stage.say("Ana", conversation, "Second")
    assert stage.read("Sol", conversation) == ["First", "Second"]


def test_a_late_box_by_a_wrong_key_names_its_maker_and_another_one_is_as_good(stage: Settled) -> None:
    """Somebody new is handed over what was said before, by a box that holds another key."""
    conversation = stage.begin("Ana", "South", "A wrong key", "Before you came")
    stage.appoint("Sol", "Nia")
    level(stage, "Ben", "Ana")
    ben, nia = stage["Ben"], stage["Nia"]
    (number,) = ben.conversations[conversation].keys
    key = ben.conversations[conversation].keys[number]
    ben.conversations[conversation].keys[number] = os.urandom(32)
    stage.run(ben.conversations.give(ben.conversations[conversation], nia.account, [number]))
    ben.conversations[conversation].keys[number] = key
    level(stage, "Nia")
    talk = nia.conversations[conversation]
    assert [(alarm.account, alarm.code) for alarm in talk.alarms] == [(ben.account, "bad_box")]
    assert talk.texts() == []
    level(stage, "Ana")
    ana = stage["Ana"].conversations
    stage.run(ana.give(ana[conversation], nia.account, [number]))
    assert stage.read("Nia", conversation) == ["Before you came"]
