"""A server that lies is found out by the Python client too: it stops, by the finding that the lie deserves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from members.protocol.register import RegisterBroken
from network.client import Client, Memory
from network.client.membership import ProofFailed
from network.client.own_keys import CodeUnknown
from tests.browser.person import PATIENCE_SECONDS
from tests.browser.settled import Settled
from tests.hostile import lies


@contextmanager
def again(
    stage: Settled, name: str, *, transport: httpx.AsyncBaseTransport | None = None
) -> Iterator[Client]:
    """The person's client as it was last, in the session that they have: whatever it is told stays with it."""
    memory = Memory.from_json(stage[name].memory.to_json())
    client = Client(stage.address, memory, transport=transport)
    client.http._client.cookies.update(stage[name].http._client.cookies)
    try:
        yield client
    finally:
        stage.run(client.close())


def finding(stage: Settled, client: Client) -> str:
    """What the client finds when it reads on; and it never talks again."""
    with pytest.raises(RegisterBroken) as broken:
        stage.run(client.register.catch_up())
    with pytest.raises(RegisterBroken):
        stage.run(client.conversations.create([], [], subject="never"))
    return broken.value.finding


def test_a_register_that_was_rolled_back(stage: Settled) -> None:
    before = stage.run(stage["Tam"].http.get_text("/api/register/checkpoint")).encode()
    stage.run(stage["Tam"].own_keys.renew())
    with again(stage, "Tam") as tam, stage.proxy.lie("/register/checkpoint", lambda _: before, "clients"):
        assert finding(stage, tam) == "rolled_back"


def test_another_root_at_the_same_size(stage: Settled) -> None:
    change = lies.with_other_root(stage.data)
    with again(stage, "Tam") as tam, stage.proxy.lie("/register/checkpoint", change, "clients"):
        assert finding(stage, tam) == "forked"


def test_a_checkpoint_that_the_register_key_did_not_sign(stage: Settled) -> None:
    with again(stage, "Ana") as ana:
        stage.run(stage["Tam"].own_keys.renew())
        with stage.proxy.lie("/register/checkpoint", lies.with_false_signature, "clients"):
            assert finding(stage, ana) == "bad_signature"


def test_entries_that_do_not_lead_to_the_root(stage: Settled) -> None:
    with again(stage, "Ana") as ana:
        stage.run(stage["Tam"].own_keys.renew())
        with stage.proxy.lie("/tile/entries", lambda data: data[:-1] + bytes([data[-1] ^ 1]), "clients"):
            assert finding(stage, ana) == "forked"


def test_a_statement_that_is_replayed_counts_for_nothing(stage: Settled) -> None:
    """The server appends a removal or a key once more and signs the longer Register: the rules refuse the entry."""
    note, entries = lies.with_last_entry_again(stage)
    with (
        again(stage, "Ana") as ana,
        stage.proxy.lie("/register/checkpoint", lambda _: note, "clients"),
        stage.proxy.lie("/tile/entries", lambda _: entries, "clients", invents=True),
    ):
        before = ana.state.to_json()["accounts"]
        stage.run(ana.register.catch_up())
        assert len(ana.register.rejected) == 1
        assert ana.state.to_json()["accounts"] == before


def test_another_network_at_the_same_address(stage: Settled) -> None:
    """The one that somebody joined is named by the hash of its first entry, and no other is followed."""
    with again(stage, "Tam") as tam:
        tam.memory.keys.network, tam.memory.replay = "ab" * 32, None
        assert finding(stage, tam) == "other_network"


def misnumbered(frame: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**frame, "sequence": frame["sequence"] + 1}] if frame["type"] == "item" else [frame]


def withheld(frame: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if frame["type"] == "item" else [frame]


@pytest.mark.parametrize("change", [withheld, misnumbered], ids=["withheld", "misnumbered"])
def test_frames_that_are_withheld_or_misnumbered_lose_nothing(stage: Settled, change: Any) -> None:
    """The socket is a hint: what it leaves out is fetched when the next thing comes."""
    conversation = stage.begin("Ana", "South", f"Frames {change.__name__}", "First")

    async def until_read(client: Client, text: str) -> list[str]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in (said := client.conversations[conversation].texts()):
                await client.socket.events.get()
        return said

    with again(stage, "Tam") as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        stage.run(tam.socket.start())
        with stage.proxy.lie_in_frames(change, "clients"):
            stage.say("Ana", conversation, "Second")
        stage.say("Ana", conversation, "Third")
        assert stage.run(until_read(tam, "Third")) == ["First", "Second", "Third"]
        assert tam.conversations.broken == {}


@pytest.mark.parametrize("which", lies.IN_PAGES)
def test_a_conversation_that_is_not_what_was_said(stage: Settled, which: str) -> None:
    kept = stage.begin("Ana", "South", "Left alone", "Untouched")
    conversation = stage.begin("Ana", "South", f"Tampered with: {which}", "First")
    for text in ("Second", "Third"):
        stage.say("Ana", conversation, text)
    with (
        again(stage, "Tam") as tam,
        stage.proxy.lie("/conversations/sync", lies.in_pages(conversation, lies.IN_PAGES[which]), "clients"),
    ):
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        assert tam.conversations[kept].texts() == ["Untouched"]
        assert conversation in tam.conversations.broken
        assert conversation not in tam.conversations.talks


def test_an_old_epoch_served_as_new_ends_the_conversation(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Old epoch", "Under the first key")
    stage.run(stage["Tam"].own_keys.renew())
    stage.run(stage["Sol"].register.catch_up())
    stage.say("Sol", conversation, "Under the next key")

    def first_epoch_again(page: lies.Page) -> None:
        page["items"][-1] = {**page["items"][1], "sequence": page["items"][-1]["sequence"]}

    change = lies.in_pages(conversation, first_epoch_again)
    with again(stage, "Tam") as tam, stage.proxy.lie("/conversations/sync", change, "clients"):
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        assert conversation in tam.conversations.broken


def test_a_forged_member_table_is_not_the_signed_one(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Forged member", "For those in the table")

    def without_a_row(answer: Any) -> None:
        for epoch in answer:
            epoch["members"] = lies.flip(epoch["members"])

    with (
        again(stage, "Tam") as tam,
        stage.proxy.lie("/epochs", lies.in_json(without_a_row), "clients"),
    ):
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        talk = tam.conversations.talks.get(conversation)
        assert talk is None or talk.texts() == []
        assert talk is None or talk.alarms != []


def test_keys_that_were_exchanged_on_the_way_are_not_signed(stage: Settled) -> None:
    async def story() -> None:
        ana = stage["Ana"]
        made = await ana.membership.invite(
            "focal_point", email="lark@example.org", name="Lark", function="Analyst", role="member"
        )
        client, _ = await stage.network.enrol(made.link)
        await client.close()
        (waiting,) = await ana.membership.waiting()
        waiting["keys"]["identity_key"] = lies.flip(waiting["keys"]["identity_key"])
        with pytest.raises(ProofFailed):
            await ana.membership.sign_appointment(waiting)
        await ana.http.delete(f"/api/invitations/{made.id}")

    stage.run(story())


def test_a_reading_key_that_is_not_the_one_in_the_register_gets_no_box(stage: Settled) -> None:
    def with_other_keys(answer: Any) -> None:
        answer["attachments"] = {name: lies.flip(data) for name, data in answer["attachments"].items()}

    with (
        again(stage, "Ana") as ana,
        stage.proxy.lie("/attachments", lies.in_json(with_other_keys), "clients"),
    ):
        stage.run(ana.register.catch_up())
        authorities = list(stage.network.authorities.values())
        with pytest.raises(KeyError):
            stage.run(ana.conversations.create(sorted(authorities), authorities[:1], subject="Never"))


def test_a_foreign_unlock_key_opens_nothing_and_gets_nothing(stage: Settled) -> None:
    """The server slips an unlock key of its own among those of a person: the recovery code is checked all the same."""
    code = stage.network.people["Cleo"].sheet

    def with_foreign_key(answer: Any) -> None:
        answer["statements"][-1]["payload"] = lies.flip(answer["statements"][-1]["payload"])

    with again(stage, "Cleo") as cleo:
        before = cleo.register.account(cleo.account).unlock_keys
        with (
            stage.proxy.lie("/api/account/keys", lies.in_json(with_foreign_key), "clients"),
            pytest.raises((CodeUnknown, ValueError)),
        ):
            stage.run(cleo.own_keys.open_with_code(code.code, code.network))
        assert cleo.register.account(cleo.account).unlock_keys == before
