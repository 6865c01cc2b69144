"""Says to whoever watches the process whether it lives, and whether it can do its work.

Ready means that requests may be sent here. Without its database or with a writer that stands still the process can do
nothing, so it is not. Without Redis it is ready and says that it is degraded: everything works, deliveries between
processes take up to half a second, and a proxy that took all processes out at once would make that worse.

Nothing here waits for a service that hangs. Each is asked by a connection of its own and for two seconds at most, and
an answer serves everybody who asks within one second: whoever asks often asks the database no more often.
"""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from messaging.live import metrics

ASK_SECONDS: Final = 2
GOOD_FOR_SECONDS: Final = 1.0
WRITER_STALLED_SECONDS: Final = 30.0


async def live(request: HttpRequest) -> HttpResponse:
    """Always 200 while the event loop answers at all; asks nothing."""
    return JsonResponse({"live": True})


async def ready(request: HttpRequest) -> HttpResponse:
    """200 while requests may be sent here, otherwise 503 and the reasons."""
    found = await _inquiry().answer()
    body = {"ready": not found.reasons, "reasons": found.reasons, "degraded": found.degraded}
    return JsonResponse(body, status=503 if found.reasons else 200)


@dataclass(frozen=True, slots=True)
class Found:
    """What keeps this process from its work, and what makes it worse without keeping it from it."""

    reasons: list[str]
    degraded: list[str]


class Inquiry:
    """Asks the services of one process at most once a second, whoever wants to know and however many they are."""

    def __init__(self) -> None:
        self._asking: asyncio.Task[Found] | None = None
        self._asked_at = 0.0

    async def answer(self) -> Found:
        """What was found within the last second, or is being found."""
        task, now = self._asking, time.monotonic()
        if task is None or (task.done() and now - self._asked_at > GOOD_FOR_SECONDS):
            self._asked_at = now
            task = self._asking = asyncio.create_task(_ask())
        return await asyncio.shield(task)  # whoever goes away does not take the answer from the others


_inquiries: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Inquiry] = weakref.WeakKeyDictionary()


def _inquiry() -> Inquiry:
    """The one of the running loop; a server has one loop."""
    loop = asyncio.get_running_loop()
    found = _inquiries.get(loop)
    if found is None:
        found = _inquiries[loop] = Inquiry()
    return found


async def _ask() -> Found:
    database, redis = await asyncio.gather(_database_is_missing(), _redis_is_missing())
    reasons = [database] if database else []
    if metrics.busiest_writer() > WRITER_STALLED_SECONDS:
        reasons.append("writer_stalled")
    return Found(reasons, [redis] if redis else [])


# --- the database ---

_waits = threading.Lock()
"""Held while a question to the database has no answer."""


async def _database_is_missing() -> str | None:
    if not _waits.acquire(blocking=False):
        return "database_unavailable"  # it has not even answered the question before
    answer: Future[str | None] = Future()
    answer.set_running_or_notify_cancel()  # who stops waiting does not take it back
    # with a thread of a pool the process could not end while the database hangs
    threading.Thread(target=_find, args=(answer,), name="health", daemon=True).start()
    try:
        return await asyncio.wait_for(asyncio.wrap_future(answer), ASK_SECONDS)
    except TimeoutError:
        return "database_unavailable"


def _find(answer: Future[str | None]) -> None:
    """In a thread of its own: ask, by a connection of its own, so that a pool that is used up is no failure."""
    try:
        own = _impatient(connection.copy())
        try:
            answer.set_result(_reason_of(own))
        finally:
            with suppress(Error):
                own.close()
    except Error:
        answer.set_result("database_unavailable")
    except Exception as error:
        answer.set_exception(error)
    finally:
        _waits.release()


def _reason_of(database: BaseDatabaseWrapper) -> str | None:
    # Django's recorder asks by the name of a database and not by the connection that it is given
    with database.cursor() as cursor:
        if "django_migrations" not in database.introspection.table_names(cursor):
            return "migrations_missing"
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return "migrations_missing" if _migrations() - applied else None


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """What this version of the portal expects to have been applied; found on disk once."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _impatient(own: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Let it wait for nothing longer than whoever asked does."""
    options = own.settings_dict["OPTIONS"]
    if own.vendor == "postgresql":
        options.pop("pool", None)
        options |= {"connect_timeout": ASK_SECONDS, "options": f"-c statement_timeout={ASK_SECONDS}s"}
    else:
        options["timeout"] = ASK_SECONDS
    return own


# --- Redis ---


async def _redis_is_missing() -> str | None:
    if settings.REDIS is None:
        return None
    client = Redis.from_url(
        settings.REDIS.url,
        password=settings.REDIS.password,
        socket_timeout=ASK_SECONDS,
        socket_connect_timeout=ASK_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        await asyncio.wait_for(client.ping(), ASK_SECONDS)
    except (OSError, RedisError, TimeoutError):
        return "redis_unavailable"
    finally:
        await client.aclose()
    return None
