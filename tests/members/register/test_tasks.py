"""The Register key says in time that the head is the newest, also while nobody is connected."""

from __future__ import annotations

import pytest

from members import clock
from members.background.registry import TaskFailed
from members.register import freshness, signer
from members.register.models import Head
from members.register.tasks import confirm
from tests import kit
from tests.kit import Time

pytestmark = pytest.mark.django_db


def confirmed_at() -> int | None:
    return signer.cosigned_at(Head.objects.get(pk=1).checkpoint)


def test_the_checkpoint_is_confirmed_after_an_hour_and_not_before(time: Time) -> None:
    kit.found_network()
    before = confirmed_at()
    time.pass_by(freshness.RENEW_AFTER - clock.MINUTE)
    confirm.function()
    assert confirmed_at() == before
    time.pass_by(clock.MINUTE)
    confirm.function()
    assert confirmed_at() == time.at // clock.SECOND


def test_a_portal_without_a_network_has_nothing_to_confirm() -> None:
    confirm.function()
    assert not Head.objects.exclude(checkpoint="").exists()


def test_a_missing_register_key_is_told_as_a_failure_of_the_task(time: Time) -> None:
    kit.found_network()
    before = Head.objects.get(pk=1).checkpoint
    path = signer.key_file()
    elsewhere = path.rename(path.with_name("kept"))  # the same file again, with its rights
    try:
        with pytest.raises(TaskFailed, match="There is no Register key"):
            confirm.function()
        newest = freshness.newest()
    finally:
        elsewhere.rename(path)
    assert newest is not None
    assert (newest.note, newest.seconds) == (before, None)
