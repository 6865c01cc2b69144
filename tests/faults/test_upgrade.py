"""A next version takes the place of this one, process by process, while clients of this version go on."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from network.client import Client
from tests.faults import next_version
from tests.faults.judge import table
from tests.faults.stage import Run, Stage, several
from tests.faults.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One of its own: its database does not come back to the shape that it had."""
    async with several(tmp_path_factory.mktemp("upgraded")) as stage:
        yield stage
        sys.stdout.write(table(stage.rows))


def heard_by(client: Client) -> list[dict[str, Any]]:
    """What a client was told since it was last asked."""
    events = client.socket.events
    return [events.get_nowait() for _ in range(events.qsize())]


def written_by(stage: Stage, conversation: str) -> Counter[str | None]:
    """How many messages each version has written; this one leaves open what it does not know."""
    assert stage.database is not None
    with psycopg.connect(stage.database.address) as line:
        rows = line.execute(
            "SELECT item.written_by FROM conversations_item item JOIN conversations_conversation place "
            "ON place.id = item.conversation_id WHERE place.identifier = %s AND item.kind = 'message'",
            [conversation],
        )
        return Counter(version for (version,) in rows)


async def all_hear_all(stage: Stage, run: Run) -> None:
    """Members at both processes, whichever versions these are, hear what is written at either."""
    await stage.at_both()
    await stage.hear_each_other()
    await run.more(10)
    await run.heard()


async def test_old_clients_go_on_while_a_next_version_takes_the_place_of_this_one(
    portal: Stage, tmp_path: Path
) -> None:
    following = next_version.make(tmp_path)
    first, second = portal.processes
    async with portal.writing("next version: migrated, and processes replaced one after the other") as run:
        first.folder = following
        await first.command("manage", "migrate", "--no-input")
        for process in portal.processes:  # both of this version, on a database that has the shape of the next
            assert await process.is_ready()
        await run.more(10)
        assert written_by(portal, run.conversation)[next_version.NAME] == 0

        await first.end()
        await run.more()
        await first.start()
        assert await first.is_ready()
        await all_hear_all(portal, run)
        assert written_by(portal, run.conversation).keys() == {None, next_version.NAME}

        await second.end()
        second.folder = following
        await run.more()
        await second.start()
        await all_hear_all(portal, run)

        for client in portal.writers:
            heard = heard_by(client)
            assert {"of": next_version.NAME, "type": "notice", "text": ["never heard of"]} in heard
            versions = [frame.get("said_by") for frame in heard if frame["type"] == "welcome"]
            assert versions[-1] == next_version.NAME
            assert any(frame["type"] == "item" and "said_by" in frame for frame in heard)
            assert (await client.http.session())["given_by"] == next_version.NAME


async def test_old_clients_do_with_the_next_version_whatever_they_did_before(portal: Stage) -> None:
    ana, ben, sol, _ = portal.writers
    both = [portal.network.authorities[name] for name in ("North", "South")]
    conversation = await ana.conversations.create(both, both[:1], subject="After the upgrade")
    await sol.conversations.send(conversation, "By HTTP")
    await portal.network.appoint("Ana", "Wren")
    await ben.socket.send(conversation, "Under a new epoch")
    told = [client.conversations for client in portal.writers]
    await until(
        lambda: all(one[conversation].texts() == ["By HTTP", "Under a new epoch"] for one in told),
        "all of it is heard by all",
    )
