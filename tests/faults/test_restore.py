"""A database that is put back to an older copy: who holds more keeps it and says so, and all others go on."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from members.protocol.register import ROLLED_BACK
from network.client import Client
from tests.faults.stage import Run, Stage
from tests.faults.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

TAKEN_BACK = "the server has taken back what it gave before"


def copy(stage: Stage, to: Path) -> None:
    """While the portal runs, as the guide for operators has it."""
    with contextlib.closing(sqlite3.connect(stage.file)) as file:
        file.execute("VACUUM INTO ?", [str(to)])


async def put_back(stage: Stage, kept: Path) -> None:
    """End the portal, and start it with what was kept."""
    [process] = stage.processes
    process.kill()
    for beside in ("-wal", "-shm"):
        Path(f"{stage.file}{beside}").unlink(missing_ok=True)
    shutil.copyfile(kept, stage.file)
    await process.start()


def finding_of(client: Client) -> str | None:
    return None if client.register.broken is None else client.register.broken.finding


async def test_who_holds_more_than_a_database_that_was_put_back_keeps_it_and_says_so(
    alone: Stage, tmp_path: Path
) -> None:
    await alone.mend()
    ana, ben, sol, tam = alone.writers
    ahead = (ana, ben, sol)
    run = await Run.begin(alone, "Before the copy", "")
    conversation = run.conversation
    await ana.socket.send(conversation, "In the copy")
    await run.until(lambda: len(set(run.standing)) == 1, "all hold the same")
    copy(alone, tmp_path / "copy")
    await tam.socket.stop()
    await ana.socket.send(conversation, "After the copy")
    await until(lambda: all("After the copy" in one.conversations[conversation].texts() for one in ahead), "")
    await put_back(alone, tmp_path / "copy")

    await until(
        lambda: all(conversation in one.conversations.broken for one in ahead), "all who hold more say so"
    )
    for one in ahead:
        assert one.conversations.broken[conversation] == TAKEN_BACK
        assert one.conversations.kept[conversation].texts() == ["In the copy", "After the copy"]
    # whoever holds no more than the copy goes on, in the place that was given twice, and nobody is shown that
    await tam.socket.start()
    again = await tam.socket.send(conversation, "In the same place")
    assert again == ana.conversations.kept[conversation].conversation.sequence
    alone.whole = True
    async with alone.writing("SQLite: put back to an older copy") as other:
        await other.more()
    for one in ahead:
        assert one.conversations.kept[conversation].texts() == ["In the copy", "After the copy"]


async def test_who_has_seen_a_longer_register_than_was_put_back_takes_nothing_from_it(
    alone: Stage, tmp_path: Path
) -> None:
    await alone.mend()
    copy(alone, tmp_path / "copy")
    await alone.network.appoint("Ana", "Wren")
    size = alone.network["Ana"].register.replay.size
    await until(lambda: all(one.register.replay.size == size for one in alone.writers), "all know of Wren")
    await put_back(alone, tmp_path / "copy")
    await until(lambda: all(finding_of(one) == ROLLED_BACK for one in alone.writers), "all say so")
