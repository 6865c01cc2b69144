"""What holds for every test: none of them reaches beyond this computer."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session", autouse=True)
def no_network_beyond_this_computer() -> Iterator[None]:
    """A connection to any other address fails the test that makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_here_only)
        yield
