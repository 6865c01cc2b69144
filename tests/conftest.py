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


@pytest.fixture(scope="session", autouse=True)
def no_network_beyond_this_computer() -> Iterator[None]:
    """A connection to any other address fails the test that makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_here_only)
        yield
