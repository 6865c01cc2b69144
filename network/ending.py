"""The server ends in order: it takes nobody new, tells every socket to come back, and lets what is under way finish.

daphne cancels everything at once and tells nobody: a page would take it for a line that broke, and a request that was
being answered would fail. A socket that is closed with 4503, or with 1012 (RFC 6455: service restart) before it was
one of a member, opens anew at once, with another process where there is one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.defer import Deferred

from messaging.live.process import close_here

SERVICE_RESTART: Final = 1012
LONGEST_FAREWELL: Final = 8.0
"""Seconds; whoever stops the process grants it more than these, or it is killed in the middle."""

_log = logging.getLogger(__name__)


class OrderlyServer(Server):  # type: ignore[misc]  # daphne has no types
    """daphne's server, with a farewell before it cancels what still runs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    def kill_all_applications(self) -> Deferred[None]:
        """What daphne calls when a signal has come; the process ends when the answer has arrived."""
        return Deferred.fromFuture(asyncio.ensure_future(self._say_farewell()))

    async def _say_farewell(self) -> None:
        for port in self._ports:
            port.stopListening()
        # what was begun is written and answered, and the members' sockets are told to come back, each by a task of its
        # own, which has its turn before those that are left
        await close_here()
        await asyncio.sleep(0)
        for protocol in list(self.connections):
            if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                protocol.sendCloseFrame(code=SERVICE_RESTART)  # sendClose refuses codes of the registry
        deadline = time.monotonic() + LONGEST_FAREWELL
        while self._under_way() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        left = self._under_way()
        if left:
            _log.warning("%d connections were cut off when the server ended.", len(left))
        for application in left:
            application.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _under_way(self) -> list[asyncio.Future[Any]]:
        """The applications that have not ended: of open sockets, and of requests that are not answered."""
        found = (details.get("application_instance") for details in self.connections.values())
        return [one for one in found if one is not None and not one.done()]
