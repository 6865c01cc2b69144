"""What holds for every test: none of them reaches beyond this computer, and on which database it runs."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests import database

_connect = socket.socket.connect


def _is_loopback(host: object) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _connect_here_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise AssertionError(f"A test tried to reach {address[0]!r}: tests talk to this computer only.")
    _connect(self, address)


LONGEST_FIRST = (
    "test_bench",
    "test_work",
    "test_keys_that_change",
    "test_members_agree",
    "test_topology",
    "test_health",
    "test_doctor",
    "test_openapi",
    "test_coming_back",
    "test_recovery",
    "test_storage",
    "test_lies_in_the_browser",
    "test_background",
    "test_keys",
    "test_marks",
    "test_tabs",
    "test_lies_about_the_past",
    "test_outbox",
    "test_founding",
    "test_lies_about_people",
    "test_members",
    "test_writing",
    "test_drafts",
    "test_withholding_from_clients",
)
"""Files whose stories take long begin before the others, so that no worker goes on alone at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))
    if database.ADDRESS:
        kept = [item for item in items if _asks_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


CLIENTS = "tests/network/client"


class ByFile(LoadFileScheduling):  # type: ignore[misc] # xdist ships no types
    """A file is one worker's, and so are all that share the network of the clients: it is founded once."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return CLIENTS if file.startswith(f"{CLIENTS}/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


FIXTURES = {"db", "transactional_db"}
PORTALS, OWN_POSTGRES = "tests.servers", "network.bench.postgres"
# these start portals to look at their lines, their log or their end, which no database changes
NOT_OF_A_DATABASE = (
    "wire",
    "test_bounds",
    "test_ending",
    "test_image",
    "test_logs",
    "test_serve",
    "test_web",
)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What is left out on PostgreSQL is not even read there; what has been made of the schema of the API is long."""
    return True if database.ADDRESS and collection_path.stem in NOT_OF_A_DATABASE else None


def _asks_the_database(item: pytest.Item) -> bool:
    """Whether the database of the run may change what comes of this test: all others run on SQLite alone.

    It is told from the marker or the fixtures of the test, or because its module can start portals. A module that
    starts a PostgreSQL of its own has it on either run.
    """
    module = getattr(item, "module", None)
    reached = set() if module is None else _reached_by(module)
    if OWN_POSTGRES in reached:
        return False
    asks = item.get_closest_marker("django_db") or FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asks) or PORTALS in reached


@cache
def _reached_by(module: ModuleType) -> set[str]:
    """The names of the modules that this one has imported, and those of the tests in turn."""
    known: set[str] = set()
    waiting = [module]
    while waiting:
        for value in list(vars(waiting.pop()).values()):
            name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if not isinstance(name, str) or name in known or name == "tests.database":
                continue
            known.add(name)
            if name.startswith("tests.") and name in sys.modules:
                waiting.append(sys.modules[name])
    return known


@pytest.fixture(scope="session", autouse=True)
def no_network_beyond_this_computer() -> Iterator[None]:
    """A connection to any other address fails the test that makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_here_only)
        yield


@pytest.fixture(scope="session", autouse=True)
def patience_with_a_busy_computer() -> Iterator[None]:
    """A request that says nothing of it waits a minute for its answer; httpx would have it fail after five seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for what in ("connect", "read", "write", "pool"):
            patch.setattr(DEFAULT_TIMEOUT_CONFIG, what, 60.0)
        yield
