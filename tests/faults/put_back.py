"""How a portal is closed to writing whose database was put back, and when members have done their part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from network.client import Client
from tests.faults.stage import Stage
from tests.faults.waiting import until

Closing = Callable[[Stage], Awaitable[None]]
"""What closes a portal to writing whose database was put back and that does not run yet."""


async def by_a_longer_register(stage: Stage) -> None:
    """Whoever has seen a longer one shows it to a portal that has no memory beside its database."""
    stage.witness.unlink(missing_ok=True)
    stage.execute("UPDATE register_head SET restored_at = NULL")  # a portal that was never restored before


async def by_its_witness(stage: Stage) -> None:
    """The portal remembers beside its database how far that was."""
    assert stage.witness.exists()


async def by_the_command(stage: Stage) -> None:
    """Nobody could know but the operator."""
    stage.witness.unlink(missing_ok=True)
    await stage.command("restoration", "begin")


BY_WHICH: Final = {
    "a longer Register": by_a_longer_register,
    "its witness": by_its_witness,
    "the command": by_the_command,
}


async def handed_back(clients: Sequence[Client]) -> None:
    await until(
        lambda: all(one.restoration.restoring and one.restoration.handed_back for one in clients),
        "all have handed back what they hold",
    )


async def is_open(clients: Sequence[Client]) -> None:
    await until(lambda: all(one.restoration.over.is_set() for one in clients), "all may write again")
