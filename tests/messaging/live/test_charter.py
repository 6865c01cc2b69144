"""Everybody hears when a version of the charter is published or accepted, and whoever may only read is told why."""

from __future__ import annotations

from pytest_django import Settings

from members import clock
from tests import charter
from tests.kit import Time
from tests.kit import time as time
from tests.messaging.case import Case
from tests.messaging.live.peer import Peers, act, message


async def test_whoever_may_only_read_is_told_so_and_writes_again_after_the_acceptance(
    case: Case, peers: Peers, time: Time, settings: Settings
) -> None:
    settings.CHARTER_REQUIRED = True
    ana, sol = await peers.open(case.ana, case.sol)
    officers = [one.account for one in case.made.officers]
    version = await act(charter.publish, officers, effective=clock.now() + clock.SECOND)
    for one in (ana, sol):
        assert await one.hear("charter") == {"type": "charter"}
    time.pass_by(clock.SECOND)
    said = await message(case, case.ana)
    await ana.send(said)
    assert (await ana.hear("refused"))["code"] == "charter_not_accepted"
    await act(
        charter.accept,
        version,
        account=case.ana.account,
        authority=case.ana.authority,
        device_seed=case.ana.device_seed,
        network=said.header["network"],
    )
    for one in (ana, sol):
        assert await one.hear("charter") == {"type": "charter"}
    await ana.send(said)
    assert (await ana.hear("sent"))["sequence"] == case.thread.sequence + 1
