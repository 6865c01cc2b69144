"""One portal of several processes and one of a single process for all faults: to found them takes a while."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.judge import table
from tests.faults.stage import Stage, embedded, several


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Two processes with PostgreSQL and Valkey."""
    async with several(tmp_path_factory.mktemp("several")) as stage:
        yield stage
        sys.stdout.write(table(stage.rows))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One process with SQLite."""
    async with embedded(tmp_path_factory.mktemp("alone")) as stage:
        yield stage
        sys.stdout.write(table(stage.rows))


@pytest.fixture(autouse=True)
def recorded(request: pytest.FixtureRequest, record_property: object) -> object:
    """What came of the case stands in the report too."""
    stages = [request.getfixturevalue(name) for name in ("portal", "alone") if name in request.fixturenames]
    before = [len(stage.rows) for stage in stages]
    yield
    for stage, number in zip(stages, before, strict=True):
        for row in stage.rows[number:]:
            record_property(row.case, vars(row))  # type: ignore[operator]
