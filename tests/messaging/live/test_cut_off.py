"""Whoever is removed, revoked, suspended or signed out hears nothing more, and is told so."""

from __future__ import annotations

import asyncio

import pytest

from members import clock, events
from members.accounts import revocations, sessions
from members.accounts.models import SignedInSession
from messaging.live import process
from messaging.live.process import Live
from network.bench.people import open_session
from network.bench.writing import renew
from tests.messaging.case import Case
from tests.messaging.live.peer import Peers, act, message


@pytest.fixture
def by_events_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the database by the clock: at once means that it was told."""
    monkeypatch.setattr(process, "POLL_SECONDS", 3600.0)


@pytest.mark.usefixtures("by_events_alone")
async def test_who_is_removed_is_cut_off_at_once_and_hears_nothing_more(case: Case, peers: Peers) -> None:
    ana, ben = await peers.open(case.ana, case.ben)
    await act(case.made.remove, case.ben, by=case.ana)
    assert await ben.code() in (4401, 4403)
    assert await ana.hear("due") == {"type": "due", "conversation": case.id}
    await act(renew, case.thread, case.ana)
    assert (await ana.hear("item"))["sequence"] == 4
    assert await ben.silent()


@pytest.mark.usefixtures("by_events_alone")
async def test_a_revoked_device_is_cut_off_at_once(case: Case, peers: Peers) -> None:
    ben = await peers.open(case.ben)
    await act(case.made.revoke_device, case.ben, by=case.ana)
    assert await ben.code() == 4403


@pytest.mark.usefixtures("by_events_alone")
async def test_an_ended_session_is_cut_off_and_no_other(case: Case, peers: Peers) -> None:
    first, second = await peers.open(case.ana, case.ana)
    await act(sessions.end, [first.session_key])
    assert await first.code() == 4401
    assert await second.silent()


async def test_everybody_of_a_suspended_authority_hears_nothing_more(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)
    await act(case.made.suspend, case.sol.authority)
    assert (await sol.hear("register"))["type"] == "register"
    await act(renew, case.thread, case.ana)
    assert (await ana.hear("item"))["sequence"] == 4
    assert await sol.silent()
    await sol.send(await message(case, case.sol))
    assert (await sol.hear())["code"] == "not_member"


async def test_what_another_process_did_is_found_out(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any event, as when it happened in another process."""
    monkeypatch.setattr(events, "_tell", lambda name, data: None)
    ana, second, ben = await peers.open(case.ana, case.ana, case.ben)
    while Live.here()._revocations < 0:  # until it knows how many there are, it asks about everybody
        await asyncio.sleep(0.01)
    await act(sessions.end, [second.session_key])
    assert await second.code() == 4401
    await act(case.made.remove, case.ben, by=case.ana)
    assert await ben.code() in (4401, 4403)
    assert await ana.hear("due") == {"type": "due", "conversation": case.id}
    assert await act(revocations.count) > 0


async def test_nothing_is_told_by_an_older_register_than_it_was_written_by(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody was removed elsewhere, and what is written next comes before the news of it."""
    monkeypatch.setattr(events, "_tell", lambda name, data: None)
    monkeypatch.setattr(process, "POLL_SECONDS", 60.0)
    ana, ben = await peers.open(case.ana, case.ben)
    await act(case.made.remove, case.ben, by=case.ana)
    await act(renew, case.thread, case.ana)
    assert (await ana.hear("item"))["sequence"] == 4
    assert await ben.code_before_all() == 4403


async def test_a_session_that_runs_out_is_cut_off(case: Case, peers: Peers) -> None:
    key = await act(open_session, case.ana)
    await act(SignedInSession.objects.filter(session_key=key).update, ends_at=clock.now() + 300)
    peer = await peers.connect_with(key)
    await peer.say({"type": "hello", "held": {}})
    assert await peer.code() == 4401


async def test_who_is_cut_off_while_saying_hello_is_not_welcome(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await peers.connect(case.ben)
    monkeypatch.setattr(events, "_tell", lambda name, data: None)
    await act(case.made.remove, case.ben, by=case.ana)
    await peer.say({"type": "hello", "held": {}})
    assert await peer.code() in (4401, 4403)
