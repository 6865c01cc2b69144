"""Everybody hears when the portal is closed to writing over an older copy, and when it is open again."""

from __future__ import annotations

from members.register import restoration
from messaging.restoration import services
from tests.messaging.case import Case
from tests.messaging.live.peer import Peers, act, message


async def test_everybody_hears_of_it_and_nothing_is_taken_meanwhile(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)
    said = await message(case, case.ana)
    await act(restoration.begin, "a test")
    for one in (ana, sol):
        assert await one.hear("restoring") == {"type": "restoring", "restoring": True}
    await ana.send(said)
    assert (await ana.hear("refused"))["code"] == "restoring"
    await act(services.end)
    for one in (ana, sol):
        assert await one.hear("restoring") == {"type": "restoring", "restoring": False}
    await ana.send(said)
    assert (await ana.hear("sent"))["sequence"] == case.thread.sequence + 1


async def test_who_comes_meanwhile_is_told_with_the_welcome(case: Case, peers: Peers) -> None:
    await act(restoration.begin, "a test")
    ana = await peers.connect(case.ana)
    await ana.say({"type": "hello", "held": {}})
    assert (await ana.hear("welcome"))["restoring"] is True
