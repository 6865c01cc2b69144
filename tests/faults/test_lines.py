"""Lines that are cut, held still, or opened again and again: who is at their end goes on, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from messaging.live.outlet import MAX_CHARACTERS, TOO_SLOW
from network.client import Client
from tests.faults.stage import GOES_ON, MOMENT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="package")

CUTS = 6
ROUNDS = 100
LONG = "." * 60_000


def most_of_the_system() -> int:
    """What the kernel keeps for one connection that nobody reads."""
    limits = Path("/proc/sys/net/ipv4/tcp_wmem")
    return int(limits.read_text("ascii").split()[-1]) if limits.exists() else 4 * 1024 * 1024


# a process lets go of whoever is so far behind; what lies in the buffers on the way is not counted there
MOST_WAITING = MAX_CHARACTERS + most_of_the_system() + 1024 * 1024


def line_of(client: Client) -> connect:
    """One more socket of this session, as another window has it; nothing in it comes back by itself."""
    return connect(
        client.http.socket_address,
        origin=client.http.origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": client.http.cookie_header},
        max_size=None,
        compression=None,
        proxy=None,
    )


async def greet(line: ClientConnection) -> None:
    await line.send(json.dumps({"type": "hello", "held": {}}))
    async with asyncio.timeout(GOES_ON):
        while json.loads(await line.recv())["type"] != "welcome":
            pass


async def how_it_ended(line: ClientConnection) -> int:
    try:
        async with asyncio.timeout(GOES_ON):
            while True:
                await line.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 1006


async def test_a_proxy_that_cuts_all_lines_again_and_again_loses_nothing(portal: Stage) -> None:
    async with portal.writing(f"proxy cuts every line, {CUTS} times") as run:
        for _ in range(CUTS):
            portal.front.cut()
            await run.more(2)


async def test_who_reads_nothing_is_let_go_and_has_everything_when_they_read_again(portal: Stage) -> None:
    slow = portal.network["Tam"]
    async with portal.writing("client that reads nothing", words=LONG) as run:
        known = set(portal.front.sockets())
        async with line_of(slow) as window:
            await greet(window)
            (new,) = set(portal.front.sockets()) - known
            new.hold()
            before = run.acknowledged
            while (run.acknowledged - before) * len(LONG) < MOST_WAITING:
                await run.more(1)  # the others go on
            new.go_on()
            assert await how_it_ended(window) == TOO_SLOW


async def test_who_comes_and_goes_in_a_loop_disturbs_nobody(portal: Stage) -> None:
    hasty = portal.network["Tam"]
    async with portal.writing(f"client that connects {ROUNDS} times in a loop") as run:
        before = [process.watched.num_fds() for process in portal.processes]
        for _ in range(ROUNDS):
            async with line_of(hasty) as line:
                await greet(line)
        await run.more()
    async with asyncio.timeout(GOES_ON):
        while any(
            process.watched.num_fds() > number + 20
            for process, number in zip(portal.processes, before, strict=True)
        ):
            await asyncio.sleep(MOMENT)
