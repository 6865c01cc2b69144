"""Events are told after the commit, and one bad listener does not keep the others from hearing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from members import events

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Any:
    told: list[str] = []

    def broken(device: str) -> None:
        raise ValueError("a listener that fails")

    def note(device: str) -> None:
        told.append(device)

    for handler in (broken, note):
        events.on(events.DEVICE_INACTIVE, handler)
    yield told
    for handler in (broken, note):
        events.off(events.DEVICE_INACTIVE, handler)


def test_what_is_committed_is_told_in_spite_of_a_bad_listener(
    heard: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events.emit(events.DEVICE_INACTIVE, device="ab")
        assert heard == []
    assert heard == ["ab"]


def test_what_is_rolled_back_is_not_told(heard: list[str], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        events.emit(events.DEVICE_INACTIVE, device="ab")
        transaction.set_rollback(True)
    assert heard == []


def test_only_events_with_a_name_exist() -> None:
    with pytest.raises(ValueError, match="no event"):
        events.emit("something.else")
    with pytest.raises(ValueError, match="no event"):
        events.on("something.else", lambda: None)
