"""An event loop in a thread of its own, for Python clients that act while a browser is watched.

Synchronous Playwright occupies the loop of its own thread; what happens elsewhere in the network happens here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 300.0


class Backstage:
    """Runs coroutines and waits for them, or lets them go on until they are wanted."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="backstage", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, act: Coroutine[Any, Any, Answer]) -> Answer:
        """What the coroutine returns."""
        return self.begin(act).result(PATIENCE_SECONDS)

    def begin(self, act: Coroutine[Any, Any, Answer]) -> Future[Answer]:
        """The coroutine goes on by itself; its answer can be waited for."""
        return asyncio.run_coroutine_threadsafe(act, self._loop)

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
