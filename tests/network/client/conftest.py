"""One portal for all tests of the client: founding and enrolling takes a while, and is itself one of the tests."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.network.client.network import Network, made_at
from tests.network.client.stage import Stage
from tests.servers import Server, running


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    data = tmp_path_factory.mktemp("portal")
    with running(data) as server:
        yield server, data


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def network(portal: tuple[Server, Path]) -> AsyncIterator[Network]:
    """Three officers; North with Ana, Ben and Cleo, South with Sol and Tam."""
    server, data = portal
    made = await made_at(server, data)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage(network: Network) -> AsyncIterator[Stage]:
    before = dict(network.authorities)
    await network.admit("East", "XC", "Eda")
    await network.admit("West", "XD", "Wim")
    made = Stage(network, network.authorities["East"], network.authorities["West"])
    network.authorities.clear()
    network.authorities.update(before)
    await network.appoint("Eda", "Emil")
    await network.appoint("Eda", "Esra")
    await network.appoint("Wim", "Wada")
    for name in ("Eda", "Emil", "Esra", "Wim", "Wada"):
        await network[name].conversations.sync()
        await network[name].socket.start()
    yield made
    sys.stdout.write(made.table())
    for client in made.all():
        await client.close()
    for name in ("Eda", "Emil", "Esra", "Wim", "Wada"):
        network.people.pop(name, None)
