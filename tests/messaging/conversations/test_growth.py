"""What has been written lately is found in the database, also what became visible after a later number."""

from __future__ import annotations

import pytest

from messaging.conversations import growth
from messaging.conversations.growth import OVERLAP_SECONDS, Grown, Growth
from messaging.conversations.messages import Accepted
from tests.messaging.case import Case, send


def names(found: list[Grown] | None) -> dict[str, int]:
    """Where each conversation that was found stands."""
    assert found is not None
    return {one.identifier: one.sequence for one in found}


@pytest.fixture
def watch(case: Case) -> Growth:
    """Somebody who knows of everything up to now."""
    watch = Growth()
    watch.note(0.0)
    return watch


def test_where_nothing_was_written_nothing_has_grown(watch: Growth) -> None:
    assert watch.lately(1.0) == []


def test_a_conversation_has_grown_until_the_overlap_has_gone_by(case: Case, watch: Growth) -> None:
    (sent,) = send(case.thread.message(case.ana))
    assert isinstance(sent, Accepted)
    found = watch.lately(1.0)
    assert names(found) == {case.id: sent.sequence}
    assert found is not None
    assert set(found[0].participants) == {case.ana.authority, case.sol.authority}
    assert names(watch.lately(OVERLAP_SECONDS - 0.5)) == names(found), "an earlier number may still come"
    watch.note(OVERLAP_SECONDS + 1.0)
    assert watch.lately(OVERLAP_SECONDS + 1.5) == []


def test_more_than_can_be_told_one_by_one_is_said_so(
    case: Case, watch: Growth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "MOST", 0)
    send(case.thread.message(case.ana))
    assert watch.lately(1.0) is None
