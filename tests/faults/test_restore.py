"""A database that is put back to an older copy: who holds more hands it back, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from network.client import Client, Memory, Problem
from tests.faults.judge import Places
from tests.faults.line import greet, line_of
from tests.faults.put_back import (
    BY_WHICH,
    Closing,
    by_a_longer_register,
    by_its_witness,
    by_the_command,
    handed_back,
    is_open,
)
from tests.faults.stage import Run, Stage
from tests.faults.waiting import GOES_ON, until

pytestmark = pytest.mark.asyncio(loop_scope="package")

_names = (f"Wren-{number}" for number in itertools.count(1))


async def witnessed(stage: Stage) -> None:
    """What is beside the database names something that was written after now."""
    for _ in range(2):
        before = stage.witness.read_bytes()
        await until(lambda before=before: stage.witness.read_bytes() != before, "it is written down")  # type: ignore[misc]


def texts(client: Client, conversation: str) -> list[str]:
    talk = client.conversations.talks.get(conversation)
    return [] if talk is None else talk.texts()


@asynccontextmanager
async def anew(client: Client) -> AsyncIterator[Client]:
    """The person at a device that remembers keys and no conversation: all boxes come from the portal."""
    memory = Memory.from_json(client.memory.to_json())
    memory.holdings.pieces.clear()
    again = Client(client.http.origin, memory)
    again.http._client.cookies.update(client.http._client.cookies)
    try:
        await again.register.catch_up()
        await again.conversations.sync()
        yield again
    finally:
        await again.close()


async def everything_is_written(stage: Stage, run: Run, *, register_grows: bool) -> list[str]:
    """Messages, a conversation begun, a late box, and an epoch because somebody was appointed, where that may be."""
    ana, _, sol, tam = stage.writers
    both = [stage.network.authorities[name] for name in ("North", "South")]
    begun = await ana.conversations.create(both, both[:1], subject=f"{run.case}, begun after the copy")
    if register_grows:
        name = next(_names)
        wren = await stage.network.appointed("Ana", name)
        await stage.network.people.pop(name).client.close()
        await run.until(lambda: wren.account in sol.state.accounts, "they are heard of")
        await sol.socket.send(run.conversation, "Under the next key")
        await sol.socket.send(begun, "Under the next key")
        assert await ana.conversations.hand_over(run.conversation, wren.account)
    else:
        await ana.conversations.give(ana.conversations[run.conversation], tam.account, [1])
    await sol.socket.send(begun, "The last that was said")
    await run.more()
    await run.until(
        lambda: all("The last that was said" in texts(one, begun) for one in stage.writers), "it is heard"
    )
    return [run.conversation, begun]


async def put_back_and_handed_back(stage: Stage, case: str, closed: Closing) -> None:
    """Everybody writes all the time, but while the portal is closed."""
    places, clients = Places(), stage.writers
    async with stage.writing(case) as run:
        copy = await stage.copy()
        await run.more()
        conversations = await everything_is_written(stage, run, register_grows=closed is by_a_longer_register)
        if closed is by_its_witness:
            await witnessed(stage)
        size = clients[0].register.replay.size
        places.see(clients, conversations)
        await stage.put_back(copy)
        places.see(clients, conversations)
        await closed(stage)
        await stage.start()
        await run.until(
            lambda: all(one.restoration.restoring and one.restoration.handed_back for one in clients),
            "all have handed back",
        )
        await run.nothing_comes(1)
        assert "Nothing is known to be missing" in await stage.command("restoration", "status")
        await stage.command("restoration", "end")
        await run.more()
    places.see(clients, conversations)
    assert places.given_twice(stage.stored, conversations) == []
    assert all(one.register.replay.size >= size and one.register.broken is None for one in clients)
    assert all(one.conversations.broken.keys().isdisjoint(conversations) for one in clients)
    both = list(stage.network.authorities.values())
    async with anew(clients[0]) as again:  # also the public keys of who was appointed are there again
        await again.conversations.create(both, both[:1], subject="For all who are members")
    for client in clients:
        async with anew(client) as again:
            for conversation in conversations:
                assert (
                    again.conversations[conversation].messages()
                    == client.conversations[conversation].messages()
                )
                assert all(said.why_not is None for said in again.conversations[conversation].messages())


@pytest.mark.parametrize("by_which", BY_WHICH)
async def test_what_a_copy_lacks_comes_back_from_those_who_hold_it(alone: Stage, by_which: str) -> None:
    case = f"SQLite: put back to an older copy, noticed by {by_which}"
    await put_back_and_handed_back(alone, case, BY_WHICH[by_which])


@pytest.mark.parametrize("by_which", ["a longer Register", "its witness"])
async def test_what_a_copy_lacks_comes_back_at_two_processes(portal: Stage, by_which: str) -> None:
    case = f"PostgreSQL: put back to a dump, noticed by {by_which}"
    await put_back_and_handed_back(portal, case, BY_WHICH[by_which])


async def begun(stage: Stage, subject: str, text: str) -> str:
    """A conversation that all hold up to this text."""
    clients = stage.writers
    both = [stage.network.authorities[name] for name in ("North", "South")]
    made = await clients[0].conversations.create(both, both[:1], subject=subject, text=text)
    await heard(clients, made, text)
    return made


async def heard(clients: Sequence[Client], conversation: str, text: str) -> None:
    await until(lambda: all(text in texts(one, conversation) for one in clients), f"{text!r} is heard")


async def away(*clients: Client) -> None:
    for client in clients:
        await client.socket.stop()


async def here(*clients: Client) -> None:
    for client in clients:
        await client.socket.start()


async def put_back(stage: Stage, copy: Any) -> None:
    """The portal runs with the copy, closed to writing."""
    await stage.put_back(copy)
    await by_the_command(stage)
    await stage.start()


async def test_who_comes_after_the_end_is_still_taken_where_nobody_has_written_since(alone: Stage) -> None:
    await alone.mend()
    ana, ben, sol, tam = alone.writers
    others = (ana, ben, sol)
    left, written_over = [
        await begun(alone, subject, "In the copy") for subject in ("Left as it was", "Written over")
    ]
    copy = await alone.copy()
    await away(*others)
    for conversation in (left, written_over):
        await tam.socket.send(conversation, "Only Tam has heard this")
    await away(tam)
    await put_back(alone, copy)
    await here(*others)
    await handed_back(others)
    await alone.command("restoration", "end")
    await is_open(others)
    place = await ana.socket.send(written_over, "In the same place")
    await here(tam)

    await heard(others, left, "Only Tam has heard this")
    assert tam.conversations.broken.keys() & {left, written_over} == {written_over}
    assert tam.conversations.kept[written_over].texts() == ["In the copy", "Only Tam has heard this"]
    assert tam.conversations.kept[written_over].conversation.sequence == place
    await tam.socket.send(left, "And it goes on")
    await heard(alone.writers, left, "And it goes on")
    assert ana.conversations[left].texts() == ["In the copy", "Only Tam has heard this", "And it goes on"]
    assert ana.conversations[written_over].texts() == ["In the copy", "In the same place"]
    alone.whole = True


async def test_a_hole_in_what_came_back_is_filled_by_somebody_else(alone: Stage) -> None:
    await alone.mend()
    ana, ben, sol, tam = alone.writers
    conversation = await begun(alone, "A hole", "In the copy")
    copy = await alone.copy()
    await away(ben, sol)
    for text in ("First", "Second"):
        await ana.socket.send(conversation, text)
    await heard([tam], conversation, "Second")
    await away(tam)
    for text in ("Third", "Fourth"):
        await ana.socket.send(conversation, text)
    held = ana.memory.holdings.pieces[conversation]
    first = ana.conversations[conversation].conversation.sequence - 3
    del held[first], held[first + 1]  # the oldest, where there is too much to be kept
    await put_back(alone, copy)
    await handed_back([ana])
    with pytest.raises(AssertionError, match="something is missing"):
        await alone.command("restoration", "end")
    await here(ben, sol, tam)
    await handed_back(alone.writers)
    await alone.command("restoration", "end")
    await is_open(alone.writers)
    await tam.socket.send(conversation, "Fifth")
    for one in alone.writers:
        await heard([one], conversation, "Fifth")
        assert texts(one, conversation) == ["In the copy", "First", "Second", "Third", "Fourth", "Fifth"]
    alone.whole = True


async def test_who_hands_back_something_else_in_the_place_of_what_others_said_is_outvoted(
    alone: Stage,
) -> None:
    await alone.mend()
    ana, ben, sol, tam = alone.writers
    others = (ana, sol, tam)
    conversation = await begun(alone, "Something else", "In the copy")
    copy = await alone.copy()
    sequence, head = ben.memory.heads[conversation]
    forged = [await ben.conversations.frame_for(conversation, text) for text in ("Never", "Said")]
    await ana.socket.send(conversation, "What was said")
    await heard(alone.writers, conversation, "What was said")
    await away(ben)
    await put_back(alone, copy)
    given = [
        {"sequence": sequence + place, "received_at": 1, **_signed(frame)}
        for place, frame in enumerate(forged, 1)
    ]
    body = {"conversation": conversation, "before_head": head, "items": given}
    assert (await ben.http.post("/api/restoration/conversations", body))["taken"]
    await handed_back(others)
    await alone.command("restoration", "end")  # what he alone has said is given up
    await is_open(others)
    await ana.socket.send(conversation, "And it goes on")
    await here(ben)
    for one in alone.writers:
        await heard([one], conversation, "And it goes on")
        assert texts(one, conversation) == ["In the copy", "What was said", "And it goes on"]
    alone.whole = True


def _signed(frame: dict[str, Any] | None) -> dict[str, str]:
    assert frame is not None
    return {"body": frame["body"], "signature": frame["signature"]}


async def test_nothing_is_written_while_it_is_restored_and_everything_else_goes_on(alone: Stage) -> None:
    await alone.mend()
    ana, ben, sol, _ = alone.writers
    first, second = (alone.network[f"officer {number}"] for number in (1, 2))
    both = [alone.network.authorities[name] for name in ("North", "South")]
    conversation = await begun(alone, "Closed to writing", "Before")
    frame = await sol.conversations.frame_for(conversation, "By the socket")
    await second.membership.propose(
        "authority.suspended", f"authority/{both[1]}/standing", authority=both[1], reason="under review"
    )
    (proposal,) = await first.membership.proposals()
    sequence = sol.conversations[conversation].conversation.sequence
    await away(ana, ben, sol)
    await alone.command("restoration", "begin")

    async def renewed_key() -> None:
        ben.conversations[conversation].keys.clear()
        await ben.conversations.send(conversation, "Under a key of one's own")

    talk = ana.conversations[conversation]
    acts: list[tuple[Client, Callable[[], Awaitable[object]]]] = [
        (ana, lambda: ana.conversations.create(both, both[:1], subject="Begun meanwhile")),
        (ana, lambda: ana.conversations.send(conversation, "By HTTP")),
        (ben, renewed_key),
        (ana, lambda: ana.conversations.give(talk, sol.account, [1])),
        (sol, sol.own_keys.renew),
        (first, lambda: first.membership.sign_proposal(proposal)),
    ]
    for client, act in acts:
        with pytest.raises(Problem) as refused:
            await as_if_unheard_of(client, act)
        assert (refused.value.status, refused.value.code) == (503, "restoring")
        assert refused.value.extra["retry_after"] == 30
    async with line_of(sol) as line:
        await greet(line)
        await line.send(json.dumps(frame))
        answer = await answer_on(line, "refused")
        assert answer["code"] == "restoring"
        # all else goes on: drafts, marks, and reading
        await sol.drafts.write(conversation, {"text": "Not sent yet"})
        await sol.http.post(f"/api/conversations/{conversation}/read", {"sequence": sequence})
        async with anew(sol) as again:
            assert texts(again, conversation) == ["Before"]
    await alone.command("restoration", "end")
    assert alone.stored(conversation).sequence == sequence
    for client in (ana, ben, sol, first):
        client.restoration.told(restoring=False)
        client.restoration.goes_on()
    await first.http.delete(f"/api/register/proposals/{proposal['id']}")
    await here(ana, ben, sol)
    await ben.socket.send(conversation, "After")
    await heard(alone.writers, conversation, "After")
    alone.whole = True


async def as_if_unheard_of(client: Client, act: Callable[[], Awaitable[object]]) -> None:
    """By a client that has not been told: the portal itself refuses."""
    client.restoration.told(restoring=False)
    client.restoration.goes_on()
    await act()


async def answer_on(line: ClientConnection, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(GOES_ON):
        while True:
            frame: dict[str, Any] = json.loads(await line.recv())
            if frame["type"] == kind:
                return frame
