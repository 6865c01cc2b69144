"""Several processes of one portal, with PostgreSQL and Valkey as they run in earnest, and members at their sockets."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from network.bench import postgres, valkey
from network.bench.postgres import Postgres
from network.bench.valkey import Valkey
from network.environment import BASE
from tests import servers
from tests.messaging.live.portal import MAKE, Place


@dataclass
class Portal(Place):
    """A network in a database, and what its processes share."""

    database: Postgres = field(kw_only=True)
    redis: Valkey | None = field(kw_only=True)
    variables: dict[str, str] = field(kw_only=True)

    def stored(self) -> list[tuple[int, str, str, bytes, bytes]]:
        """Sequence, client id, head, body and signature of every item, straight from the database."""
        with psycopg.connect(self.database.address) as line:
            rows = line.execute(
                "SELECT sequence, client_id, head, body, signature FROM conversations_item ORDER BY sequence"
            )
            return list(rows)

    @contextlib.contextmanager
    def process(self) -> Iterator[servers.Server]:
        """One more process of this portal, which is killed when the block ends."""
        words = (*servers.DAPHNE, "--no-migrate")
        with servers.running(self.data, words=words, variables=self.variables) as server:
            yield server


@contextlib.contextmanager
def portal(
    directory: Path, *, with_redis: bool = True, members: int = 6, durable: bool = False
) -> Iterator[Portal]:
    """A founded network whose members are in one conversation; nothing serves it yet."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgres.running(durable=durable))
        redis = stack.enter_context(valkey.running()) if with_redis else None
        variables = {"ENTENTE_DATABASE": database.address}
        if redis is not None:
            variables["ENTENTE_REDIS"] = redis.address
        yield Portal(
            directory,
            _make(directory, members, variables),
            database=database,
            redis=redis,
            variables=variables,
        )


def _make(directory: Path, members: int, variables: dict[str, str]) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {"ENTENTE_DATA": str(directory), "ENTENTE_PORT": "8000", **variables}
    answer = subprocess.run(
        [sys.executable, "-c", MAKE.replace("prepare(6)", f"prepare({members})")],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    plan: dict[str, Any] = json.loads(answer.stdout)
    return plan
