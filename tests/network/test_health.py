"""Whoever watches the process learns whether it lives, and whether it can do its work, also when a service hangs."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
import pytest
from django.test import AsyncClient, Client

from messaging.live.committer import Committer
from network import health
from network.bench import postgres, valkey
from tests.servers import Server, running

PATIENCE = 60.0


def test_it_lives_without_asking_the_database(client: Client) -> None:
    response = client.get("/health/live")
    assert response.status_code == 200
    assert response.json() == {"live": True}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
@pytest.mark.django_db
def test_it_answers_under_any_name(client: Client, path: str) -> None:
    assert client.get(path, headers={"host": "10.0.0.1:8000"}).status_code == 200


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_its_shape(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "reasons": [], "degraded": []}


@pytest.mark.django_db
async def test_it_is_not_ready_while_its_writer_stands_still(
    async_client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WRITER_STALLED_SECONDS", 0.0)
    monkeypatch.setattr(health, "GOOD_FOR_SECONDS", 0.0)
    committer, go_on = Committer(asyncio.get_running_loop()), threading.Event()
    job = asyncio.ensure_future(asyncio.to_thread(committer.run, go_on.wait))
    try:
        while not committer.busy_seconds():
            await asyncio.sleep(0)
        response = await async_client.get("/health/ready")
        assert response.status_code == 503
        assert response.json()["reasons"] == ["writer_stalled"]
    finally:
        go_on.set()
        await job
        committer.close()
    assert (await async_client.get("/health/ready")).status_code == 200


# --- with services of its own ---


@dataclass
class Portal:
    """A portal on PostgreSQL and Valkey, as it is run with several processes."""

    server: Server
    database: postgres.Postgres
    redis: valkey.Valkey

    def ask(self) -> httpx.Response:
        return httpx.get(f"{self.server.address}/health/ready", timeout=PATIENCE)

    def lives(self) -> bool:
        return httpx.get(f"{self.server.address}/health/live", timeout=PATIENCE).status_code == 200

    def until(self, true: Callable[[Any], bool]) -> Any:
        """The first answer of which this is true; the one from before is good for a second."""
        deadline = time.monotonic() + PATIENCE
        while not true(answer := self.ask().json()):
            assert time.monotonic() < deadline, answer
        return answer


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with postgres.running(durable=False) as database, valkey.running() as redis:
        data = tmp_path_factory.mktemp("data")
        with running(data, ENTENTE_DATABASE=database.address, ENTENTE_REDIS=redis.address) as server:
            yield Portal(server, database, redis)


def ready(answer: dict[str, Any]) -> bool:
    return answer == {"ready": True, "reasons": [], "degraded": []}


def without_database(answer: dict[str, Any]) -> bool:
    return answer == {"ready": False, "reasons": ["database_unavailable"], "degraded": []}


def test_it_is_ready_with_all_its_services(portal: Portal) -> None:
    assert ready(portal.until(ready))


def test_it_is_not_ready_while_migrations_are_missing(portal: Portal) -> None:
    name = "name = '0001_initial' AND app = 'drafts'"
    portal.database.psql(f"UPDATE django_migrations SET app = 'gone' WHERE {name}", postgres.NAME)
    try:
        found = portal.until(lambda answer: not answer["ready"])
        assert found == {"ready": False, "reasons": ["migrations_missing"], "degraded": []}
    finally:
        portal.database.psql("UPDATE django_migrations SET app = 'drafts' WHERE app = 'gone'", postgres.NAME)
    portal.until(ready)


def test_without_redis_it_is_ready_and_says_what_is_worse(portal: Portal) -> None:
    portal.redis.kill()
    try:
        assert portal.until(lambda answer: answer["degraded"]) == {
            "ready": True,
            "reasons": [],
            "degraded": ["redis_unavailable"],
        }
        assert portal.ask().status_code == 200
    finally:
        portal.redis.start()
    portal.until(ready)


def test_a_redis_that_hangs_is_as_good_as_none(portal: Portal) -> None:
    assert portal.redis.process
    process = psutil.Process(portal.redis.process.pid)
    process.suspend()
    try:
        portal.until(lambda answer: answer["degraded"] == ["redis_unavailable"])
    finally:
        process.resume()
    portal.until(ready)


def test_without_its_database_it_is_not_ready_and_lives(portal: Portal) -> None:
    portal.database.kill()
    try:
        portal.until(without_database)
        assert portal.ask().status_code == 503
        assert portal.lives()
    finally:
        portal.database.start()
    portal.until(ready)


def test_a_database_that_hangs_holds_up_no_answer(portal: Portal) -> None:
    portal.until(ready)
    with portal.database.held():
        for _ in range(3):  # more than one question that is never answered
            portal.until(without_database)
            time_of_first = time.monotonic()
            while time.monotonic() - time_of_first < health.GOOD_FOR_SECONDS:
                assert portal.ask().status_code == 503
        assert portal.lives()
        assert psutil.Process(portal.server.process.pid).num_threads() < 30
    portal.until(ready)


def test_who_asks_often_does_not_make_it_ask_the_database_more_often(portal: Portal) -> None:
    def sessions() -> int:
        return int(
            portal.database.psql(
                "SELECT sessions FROM pg_stat_database WHERE datname = 'entente'", "postgres"
            )
        )

    portal.until(ready)
    before, began = sessions(), time.monotonic()
    answers = [portal.ask().json() for _ in range(60)]
    seconds = time.monotonic() - began
    assert [answer for answer in answers if not ready(answer)] == []
    assert sessions() - before <= seconds / health.GOOD_FOR_SECONDS + 2
