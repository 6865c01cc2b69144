"""What is written down outside the database, and an older copy that shows by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from members import clock
from members.register import restoration
from messaging.conversations.models import Item
from messaging.restoration import services, witness
from messaging.restoration.witness import Witness
from network.bench.writing import say
from tests.messaging.case import Case, make_case


@pytest.fixture
def case(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    (tmp_path / "register_key").write_text("11" * 32)
    return make_case()


def older_copy(case: Case) -> None:
    """The witness sees something said, and the database then has it no longer."""
    copy = transaction.savepoint()
    say(case.thread, case.ana, "one")
    Witness().look()
    transaction.savepoint_rollback(copy)


def test_an_older_copy_closes_the_portal_when_it_is_next_looked_at(case: Case) -> None:
    older_copy(case)
    assert not restoration.standing().restoring
    Witness().look()
    assert restoration.standing().restoring


def test_so_does_a_shorter_register(case: Case) -> None:
    copy = transaction.savepoint()
    case.made.appoint(case.ana)
    Witness().look()
    transaction.savepoint_rollback(copy)
    assert witness.close_if_older()
    assert restoration.standing().restoring


def test_what_only_grows_closes_nothing(case: Case) -> None:
    seen = Witness()
    seen.look()
    say(case.thread, case.ana, "one")
    seen.look()
    Witness().look()
    assert not restoration.standing().restoring
    reached = witness.remembered()
    assert reached is not None
    assert reached.items == Item.objects.order_by("-id").values_list("id", flat=True).first()


@pytest.mark.parametrize("text", ["", "{}", '{"network": "other", "entries": 99, "items": 99}', "\xff"])
def test_a_file_that_says_nothing_of_this_network_closes_nothing(case: Case, text: str) -> None:
    (Path(settings.DATA) / "witness").write_text(text, "latin-1")
    Witness().look()
    assert not restoration.standing().restoring


def test_a_portal_that_was_opened_again_stays_open(case: Case) -> None:
    older_copy(case)
    assert witness.close_if_older()
    services.end()
    Witness().look()  # of a process that has not written anything down since
    assert not restoration.standing().restoring


def test_a_copy_that_is_put_back_after_another_closes_it_again(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_copy(case)
    assert witness.close_if_older()
    services.end()
    later = clock.now() + 1_000
    monkeypatch.setattr(clock, "source", lambda: later)
    copy = transaction.savepoint()
    case.made.appoint(case.ana)
    Witness().look()
    transaction.savepoint_rollback(copy)
    assert witness.close_if_older()
