"""A request is served by a thread that is there already, alone on it, and no more threads stay than are meant to."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from network import threads


class Asked(threads.Handler):
    """The handler, whose requests say by which thread they are served once `together` of them are being served."""

    def __init__(self, together: int = 1) -> None:
        super().__init__()
        self.barrier = threading.Barrier(together)
        self.served: list[threading.Thread] = []

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        self.served.append(await sync_to_async(self._serve)())

    def _serve(self) -> threading.Thread:
        self.barrier.wait()
        return threading.current_thread()


async def ask(handler: Asked) -> None:
    await handler({"type": "http"}, None, None)


async def given_back(handler: Asked, number: int) -> None:
    """Wait until so many threads are idle."""
    while len(handler._idle) < number:
        await asyncio.sleep(0.001)


async def test_one_request_after_the_other_is_served_by_the_same_thread() -> None:
    handler = Asked()
    for _ in range(3):
        await ask(handler)
        await given_back(handler, 1)
    assert len(set(handler.served)) == 1


async def test_a_thread_that_is_still_at_work_when_its_reader_has_gone_serves_nobody_else() -> None:
    handler = Asked(together=2)
    gone = asyncio.create_task(ask(handler))
    while not handler.barrier.n_waiting:
        await asyncio.sleep(0.001)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert handler._idle == []
    await ask(handler)  # which lets the first one go on
    await given_back(handler, 2)


async def test_requests_at_the_same_time_have_a_thread_each() -> None:
    handler = Asked(together=4)
    await asyncio.gather(*(ask(handler) for _ in range(4)))
    assert len(set(handler.served)) == 4


async def test_a_request_that_fails_gives_its_thread_back() -> None:
    handler = Asked()
    handler.barrier.abort()
    with pytest.raises(threading.BrokenBarrierError):
        await ask(handler)
    handler.barrier.reset()
    await given_back(handler, 1)
    await ask(handler)
    await given_back(handler, 1)
    await ask(handler)
    await given_back(handler, 1)
    assert len(set(handler.served)) == 1


async def test_threads_beyond_those_that_stay_close_their_connection_and_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "MOST_KEPT", 2)
    handler = Asked(together=5)
    await asyncio.gather(*(ask(handler) for _ in range(5)))
    await given_back(handler, 2)
    kept = {thread for one in handler._idle for thread in one._threads}
    assert len(kept) == 2
    for thread in set(handler.served) - kept:
        await asyncio.to_thread(thread.join, 60)
        assert not thread.is_alive()
