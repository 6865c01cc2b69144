"""Who may try passwords how often hangs on the address: it is the proxy's word, and nobody chooses their own."""

from __future__ import annotations

from typing import Any

import pytest

from network.forwarded import behind_proxy


async def address_of(*forwarded: bytes) -> str:
    """The address that the application sees of a client that connects from 10.0.0.1."""
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", value) for value in forwarded]
    scope = {"type": "http", "client": ["10.0.0.1", 1], "headers": headers}
    await behind_proxy(application)(scope, None, None)
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ((), "10.0.0.1"),
        ((b"",), "10.0.0.1"),
        ((b"203.0.113.9",), "203.0.113.9"),
        ((b"198.51.100.1, 203.0.113.9",), "203.0.113.9"),
        ((b"198.51.100.1", b"203.0.113.9"), "203.0.113.9"),
        ((b"198.51.100.1,2001:db8::1",), "2001:db8::1"),
    ],
)
async def test_only_the_last_address_is_believed(forwarded: tuple[bytes, ...], address: str) -> None:
    assert await address_of(*forwarded) == address
