"""What the tests of the live side share: a case in a real database file, and sockets on the test's own loop."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from messaging.live import marks
from messaging.live.process import Live
from tests.messaging.case import Case, make_case
from tests.messaging.live.peer import Peers


@pytest.fixture(autouse=True)
def quick_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks are told within the time after which nothing more is taken to come."""
    monkeypatch.setattr(marks, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(marks, "AFTER_FAILURE_SECONDS", 0.02)


@pytest.fixture
def case(transactional_db: None) -> Case:
    return make_case()


@pytest_asyncio.fixture
async def peers(case: Case) -> AsyncIterator[Peers]:
    """Opens sockets; everything is closed again when the test ends."""
    opened = Peers(case)
    yield opened
    await opened.close()
    await Live.here().close()
