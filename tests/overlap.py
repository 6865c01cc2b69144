"""Two acts that overlap, in the one order that matters: the second begins while the first is not yet committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

from django.db import connection, transaction

from members.problems import Problem

A = TypeVar("A")
B = TypeVar("B")

LONGEST = 60.0
_BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def overlap(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B | str]:
    """What came of both; of the second, the code where a problem came of it.

    The first is committed when the second is done or waits for it, which on SQLite every writer does.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            done = first()
            other = begin(pool, second)
        return done, other.result(LONGEST)


def begin(pool: ThreadPoolExecutor, act: Callable[[], B]) -> Future[B | str]:
    """Let it begin in a thread of its own; returns once it is done, or waits for what this transaction holds."""
    begun = Event()

    def run() -> B | str:
        begun.set()
        try:
            return act()
        except Problem as problem:
            return problem.code
        finally:
            connection.close()

    going = pool.submit(run)
    begun.wait(LONGEST)
    until = time.monotonic() + LONGEST
    while connection.vendor == "postgresql" and not going.done() and not _somebody_waits():
        assert time.monotonic() < until, "the second neither ends nor waits"
        time.sleep(0.005)
    return going


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED)
        return bool(cursor.fetchone()[0])


def status(answer: Any) -> tuple[int, str]:
    """Status and code of an answer over HTTP."""
    return answer.status_code, answer.json().get("code", "") if answer.content else ""
