"""Behind a proxy the address of a client is the one that the proxy saw, never one that the client claims.

Most proxies add that address to whatever list the client itself has sent, so only the last in the list can be believed.
Guessing is slowed by address: whoever could choose theirs would not be slowed at all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]


def behind_proxy(application: Application) -> Application:
    """The application, for which every client has the address that the one proxy before it has written down."""

    async def with_true_address(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        address = ""
        for name, value in scope.get("headers", ()):
            if name.lower() == b"x-forwarded-for":
                address = value.decode("latin-1").rpartition(",")[2].strip()
        await application({**scope, "client": [address, 0]} if address else scope, receive, send)

    return with_true_address
