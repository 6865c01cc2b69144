"""Lends each request a thread that has served others, and with it an open connection to the embedded database.

Django begins a thread for every request and ends it again, and each opens the file of SQLite anew: that was a third of
what a request costs.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

MOST_KEPT: Final = 16
"""So many threads stay when their requests are over; of more requests at a time, each has a thread of its own."""


class Handler(ASGIHandler):
    """Django's handler with threads that stay; each serves one request at a time, as one that is begun for it does."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            # by the thread itself: whoever hangs up leaves it at work, and it must serve nobody before it is through
            thread.submit(asyncio.get_running_loop().call_soon_threadsafe, self._give_back, thread)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < MOST_KEPT:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
