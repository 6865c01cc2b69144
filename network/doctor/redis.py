"""Whether the processes of the portal can tell each other what is new."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, RedisError, ResponseError
from redis.retry import Retry

from network.doctor.findings import Case, Check, Finding, failed, ok, skipped, warning
from network.environment import LOOPBACK

PATIENCE = 3.0
SLOW = 0.010
OLDEST = (6, 2)


def _client(case: Case) -> Redis:
    one = case.environment.redis
    assert one is not None, "the first check ends where none is set"
    return Redis.from_url(
        one.url, password=one.password, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )  # fmt: skip


def _answers(case: Case) -> Iterator[Finding]:
    place = "redis.answers"
    if case.environment.redis is None:
        yield skipped(place, "None is set: one process alone needs none.")
        return
    try:
        with closing(_client(case)) as client:
            taken = []
            for _ in range(11):
                before = time.perf_counter()
                client.ping()
                taken.append(time.perf_counter() - before)
    except (AuthenticationError, AuthorizationError):
        yield failed(
            place, "Redis refuses our password.", "Compare ENTENTE_REDIS_PASSWORD_FILE with its requirepass."
        )
        return
    except ResponseError as error:
        yield failed(place, f"Redis answers with an error: {error}.", "Look at its log and at ENTENTE_REDIS.")
        return
    except RedisError:
        yield failed(
            place,
            "Redis cannot be reached.",
            "Start it, and compare its address with ENTENTE_REDIS; meanwhile people see new messages late.",
        )
        return
    trip = statistics.median(taken)
    saw = f"Redis lets us in; a question takes {trip * 1000:.1f} ms."
    if trip > SLOW:
        yield warning(place, saw, "Bring it nearer to the portal: every message passes through it.")
    else:
        yield ok(place, saw)
    yield from _with_client(case)


def _with_client(case: Case) -> Iterator[Finding]:
    with closing(_client(case)) as client:
        yield _version(client)
        yield _passes_on(client)
        yield _keeps(client)
    yield _closed(case)


def _version(client: Redis) -> Finding:
    place = "redis.version"
    try:
        told = client.info("server")
    except RedisError:
        return skipped(place, "Our user may not ask for it.")
    if version := told.get("valkey_version"):
        return ok(place, f"Valkey {version}.")
    version = str(told.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        return failed(place, f"Redis {version}.", "Upgrade it: the portal needs 6.2 or later, or any Valkey.")
    return ok(place, f"Redis {version}.")


def _passes_on(client: Redis) -> Finding:
    """What is published reaches whoever has subscribed."""
    place = "redis.passes_on"
    channel, word = f"entente-doctor-{secrets.token_hex(8)}", secrets.token_hex(8).encode()
    try:
        with client.pubsub() as listening:  # type: ignore[no-untyped-call]
            listening.subscribe(channel)
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                heard = listening.get_message(timeout=PATIENCE)
                if heard and heard["type"] == "subscribe":
                    client.publish(channel, word)
                elif heard and heard["type"] == "message" and heard["data"] == word:
                    return ok(place, "What is published arrives.")
    except RedisError as error:
        why = f"Redis does not let us publish and subscribe ({type(error).__name__})."
        return failed(place, why, "Give the user of the portal all channels (ACL: allchannels +@pubsub).")
    return failed(
        place, "What is published does not arrive.", "Look at what stands between the portal and Redis."
    )


def _keeps(client: Redis) -> Finding:
    place = "redis.memory"
    try:
        policy = client.config_get("maxmemory*")
    except RedisError:
        return skipped(place, "Our user may not ask what Redis does when its memory is full.")
    limit, way = int(str(policy.get("maxmemory") or 0)), str(policy.get("maxmemory-policy", ""))
    if limit and way != "noeviction":
        return warning(
            place,
            f"When its memory is full, Redis throws away what it likes ({way}).",
            "Set maxmemory-policy to noeviction, so that a lack is seen and nothing is lost in silence.",
        )
    return ok(place, "Redis throws nothing away.")


def _closed(case: Case) -> Finding:
    place, one = "redis.closed", case.environment.redis
    assert one is not None, "the first check ends where none is set"
    if open_to_others(one.url, one.password):
        return warning(
            place,
            "Redis is on another computer and asks for no password.",
            "Set requirepass there and ENTENTE_REDIS_PASSWORD_FILE here: who reaches it can read and say what is new.",
        )
    return ok(place, "Redis asks for a password." if one.password else "Redis is for this computer only.")


def open_to_others(url: str, password: str | None) -> bool:
    """Whether it is reached over a network without any password."""
    parts = urlsplit(url)
    return parts.scheme != "unix" and parts.hostname not in LOOPBACK and not password


CHECKS = (Check("redis.answers", _answers, 20),)
