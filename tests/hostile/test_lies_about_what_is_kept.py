"""What a server keeps for somebody, and what it says in passing, it can withhold or show again, and not make up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from members.protocol.register import RegisterBroken
from network.client import Client
from tests.browser.canary import CANARY
from tests.browser.person import PATIENCE_SECONDS
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.test_lies_to_clients import again
from tests.hostile.test_withholding_from_clients import level
from tests.network.client.stage import elsewhere

Frame = dict[str, Any]

# the welcome


def in_welcome(change: Callable[[Frame], None]) -> Callable[[Frame], list[Frame]]:
    def changed(frame: Frame) -> list[Frame]:
        if frame["type"] == "welcome":
            change(frame)
        return [frame]

    return changed


def welcomed(stage: Settled, client: Client, change: Callable[[Frame], None]) -> None:
    """The client connects, hears a welcome that is changed, and leaves."""

    async def connected() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await client.socket.start()
        await client.socket.stop()

    stage.run(client.register.catch_up())
    stage.run(client.conversations.sync())
    with stage.proxy.lie_in_frames(in_welcome(change), "clients") as lie:
        stage.run(connected())
        assert lie.times > 0


def test_a_welcome_that_states_another_head_ends_the_conversation(stage: Settled) -> None:
    kept = stage.begin("Ana", "South", "Another welcome", "First")
    conversation = stage.begin("Ana", "South", "A head in the welcome", "First")

    def with_other_head(frame: Frame) -> None:
        frame["heads"][conversation]["head"] = "ab" * 32

    with again(stage, "Tam") as tam:
        welcomed(stage, tam, with_other_head)
        assert conversation in tam.conversations.broken
        assert tam.conversations[kept].texts() == ["First"]


def test_a_welcome_that_states_less_than_was_held_ends_the_conversation(stage: Settled) -> None:
    """As after an old copy of the database: what was held stays to be read."""
    kept = stage.begin("Ana", "South", "Another welcome that is right", "First")
    conversation = stage.begin("Ana", "South", "Less in the welcome", "First")

    def with_less(frame: Frame) -> None:
        frame["heads"][conversation]["sequence"] -= 1

    with again(stage, "Tam") as tam:
        welcomed(stage, tam, with_less)
        assert tam.conversations.broken == {conversation: "the server has taken back what it gave before"}
        assert tam.conversations.kept[conversation].texts() == ["First"]
        assert tam.conversations[kept].texts() == ["First"]


@pytest.mark.parametrize("what", ["more than there is", "nothing of it"])
def test_a_welcome_that_states_another_length_changes_nothing(stage: Settled, what: str) -> None:
    """It is a hint to ask: what is held is compared with what the answer says, and with what colleagues sign."""
    conversation = stage.begin("Ana", "South", f"In the welcome: {what}", "First")

    def of_other_length(frame: Frame) -> None:
        stated = frame["heads"].pop(conversation)
        if what != "nothing of it":
            frame["heads"][conversation] = {"sequence": stated["sequence"] + 1000, "head": "ab" * 32}

    with again(stage, "Tam") as tam:
        welcomed(stage, tam, of_other_length)
        assert tam.conversations.broken == {}
        assert tam.conversations[conversation].texts() == ["First"]


def test_a_welcome_that_states_another_register_ends_the_talk(stage: Settled) -> None:
    def with_other_root(frame: Frame) -> None:
        frame["register"]["root"] = "ab" * 32

    with again(stage, "Tam") as tam:
        with pytest.raises(RegisterBroken) as broken:
            welcomed(stage, tam, with_other_root)
        assert broken.value.finding == "forked"
        with pytest.raises(RegisterBroken):
            stage.run(tam.register.catch_up())


# drafts


def test_drafts_are_moved_to_no_other_place_and_given_to_nobody_else(stage: Settled) -> None:
    slots = [stage.begin("Cleo", "South", f"Draft {number}", "First") for number in (1, 2)]
    level(stage, "Ben", "Cleo")
    cleo, ben = stage["Cleo"], stage["Ben"]
    for slot, text in zip(slots, ("of the first", "of the second"), strict=True):
        stage.run(cleo.drafts.write(slot, {"text": f"{text} {CANARY}"}))
    stage.run(ben.drafts.write(slots[0], {"text": f"of Ben {CANARY}"}))
    (of_ben,) = (one for one in stage.run(ben.http.get("/api/drafts"))["drafts"] if one["slot"] == slots[0])

    def exchanged(answer: Any) -> None:
        first, second = (next(one for one in answer["drafts"] if one["slot"] == slot) for slot in slots)
        first["sealed"], second["sealed"] = second["sealed"], first["sealed"]

    def of_somebody_else(answer: Any) -> None:
        for one in answer["drafts"]:
            one["sealed"] = of_ben["sealed"]

    def of_another_generation(answer: Any) -> None:
        for one in answer["drafts"]:
            one["generation"] += 1

    for change in (exchanged, of_somebody_else, of_another_generation):
        with stage.proxy.lie("/api/drafts$", lies.in_json(change), "clients") as lie:
            read = stage.run(cleo.drafts.read())
            assert lie.times > 0
        assert [read[slot].value for slot in slots] == [None, None]
    read = stage.run(cleo.drafts.read())
    assert [read[slot].value for slot in slots] == [
        {"text": f"of the first {CANARY}"},
        {"text": f"of the second {CANARY}"},
    ]


def test_an_earlier_draft_that_is_shown_again_is_text_of_its_author_and_no_message(stage: Settled) -> None:
    """That much a server can do: whoever sends reads it before, and what was typed since comes in again."""
    slot = stage.begin("Cleo", "South", "An earlier draft", "First")
    level(stage, "Cleo")
    cleo = stage["Cleo"]
    stage.run(cleo.drafts.write(slot, {"text": "what I think"}))
    before = stage.run(cleo.http.get("/api/drafts"))
    stage.run(cleo.drafts.write(slot, {"text": "what I think now"}))
    with stage.proxy.lie("/api/drafts$", lies.in_json(lambda answer: answer.update(before)), "clients"):
        assert stage.run(cleo.drafts.read())[slot].value == {"text": "what I think"}
        merged = stage.run(cleo.drafts.write(slot, {"text": "what I think then"}))
    assert merged["text"].splitlines()[0] == "what I think now", "nothing that was kept is lost by it"
    assert stage.read("Tam", slot) == ["First"]


# the bookmark


@pytest.mark.parametrize("which", ["of somebody else", "an earlier one"])
def test_a_bookmark_that_is_not_the_newest_of_this_person(stage: Settled, which: str) -> None:
    """A new device begins there or at the first entry, and comes to the same Register."""
    cleo, ben = stage["Cleo"], stage["Ben"]
    conversation = stage.begin("Cleo", "South", f"A bookmark {which}", "First")

    async def kept() -> Any:
        whose = ben if which == "of somebody else" else cleo
        await whose.register.catch_up()
        await whose.register.keep_bookmark()
        return await whose.http.get("/api/bookmark")

    shown = stage.run(kept())
    stage.run(stage["Tam"].own_keys.renew())
    stage.run(cleo.register.catch_up())
    stage.run(cleo.register.keep_bookmark())
    fresh, sheet = elsewhere(cleo), stage.network.people["Cleo"].sheet

    def another(content: bytes) -> bytes:
        # when it is kept there is no answer to change
        return json.dumps({**json.loads(content), "sealed": shown["sealed"]}).encode() if content else content

    with stage.proxy.lie("/api/bookmark$", another, "clients") as lie:
        stage.run(fresh.start_on_new_device(sheet.code, sheet.network))
        assert lie.times > 0
    stage.run(cleo.register.catch_up())
    assert fresh.register.checkpoint == cleo.register.checkpoint
    assert fresh.state.to_json() == cleo.state.to_json()
    assert fresh.conversations[conversation].texts() == ["First"]
    stage.run(fresh.close())


# marks


def test_marks_are_hints_that_never_go_back_and_change_nothing_else(stage: Settled) -> None:
    """Who has read what is the server's word: what it makes up shows as a mark, and as nothing more."""
    conversation = stage.begin("Ana", "South", "Marks", "First")
    with again(stage, "Tam") as tam:
        stage.run(tam.register.catch_up())
        stage.run(tam.conversations.sync())
        sol, head = stage["Sol"].account, tam.conversations[conversation].conversation.head
        tam.socket.marks.heard(conversation, {sol: 4}, {sol: 3})

        def gone_back(answer: Any) -> None:
            for one in answer:
                one["received"], one["read"] = {sol: 1, "f0" * 16: 99}, {sol: 1}

        with stage.proxy.lie("/api/conversations$", lies.in_json(gone_back), "clients") as lie:
            stage.run(tam.socket.marks.fetch())
            assert lie.times > 0
        assert tam.socket.marks.read[conversation][sol] == 3
        assert tam.socket.marks.received[conversation][sol] == 4
        stage.run(tam.conversations.sync())
        assert tam.conversations[conversation].conversation.head == head
        assert tam.conversations[conversation].texts() == ["First"]
