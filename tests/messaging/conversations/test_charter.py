"""Where the network asks for it, whoever has not accepted the charter in force reads everything and writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from members.charter.models import CharterVersion
from members.problems import CharterNotAccepted
from messaging.conversations import access, roster
from messaging.conversations.services import append_items, create_conversation
from network.bench.people import Member
from network.bench.writing import author, first_items, given, renew
from tests import charter
from tests.kit import Time
from tests.kit import time as time
from tests.messaging.case import Case, code, send


@pytest.fixture
def case(case: Case, time: Time, settings: Settings) -> Case:
    settings.CHARTER_REQUIRED = True
    return case


def publish(case: Case, number: str = "1.0") -> CharterVersion:
    return charter.publish([one.account for one in case.made.officers], number)


def accept(case: Case, version: CharterVersion, by: Member) -> None:
    charter.accept(
        version,
        account=by.account,
        authority=by.authority,
        device_seed=by.device_seed,
        network=case.made.network,
    )


def test_messages_are_refused_from_the_day_on_and_taken_again_after_the_acceptance(
    case: Case, time: Time
) -> None:
    version = publish(case)
    accept(case, version, case.sol)
    assert code(send(case.thread.message(case.ben))[0]) == "accepted"
    time.at = version.effective or 0
    theirs, ours = send(case.thread.message(case.ben), case.thread.message(case.sol))
    assert (code(theirs), code(ours)) == ("charter_not_accepted", "accepted")
    accept(case, version, case.ana)
    assert code(send(case.thread.message(case.ben))[0]) == "accepted"


def test_what_was_sent_before_is_still_acknowledged(case: Case, time: Time) -> None:
    version = publish(case)
    before = case.thread.message(case.ben)
    send(before)
    time.at = version.effective or 0
    assert code(send(before)[0]) == "accepted"


def test_a_network_that_does_not_ask_for_it_takes_everything(
    case: Case, time: Time, settings: Settings
) -> None:
    settings.CHARTER_REQUIRED = False
    time.at = publish(case).effective or 0
    assert code(send(case.thread.message(case.ben))[0]) == "accepted"


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(CharterNotAccepted):
        act()


def test_no_conversation_is_begun_and_no_epoch_made(case: Case, time: Time) -> None:
    version = publish(case)
    accept(case, version, case.sol)
    time.at = version.effective or 0
    _, parts = first_items(case.made, case.ana, sorted({case.ana.authority, case.sol.authority}))
    refused(lambda: create_conversation(author=author(case.ana), given=parts))
    refused(lambda: renew(case.thread, case.ana))


def test_reading_goes_on_and_so_does_passing_keys_on(case: Case, time: Time) -> None:
    version = publish(case)
    accept(case, version, case.sol)
    newcomer = case.made.appoint(case.sol)
    renew(case.thread, case.sol)
    time.at = version.effective or 0
    item, boxes = case.thread.late_box_item(case.ana, newcomer, [1])
    append_items(author=author(case.ana), conversation=case.id, given=[given(item, None, boxes)])
    assert access.items_after(case.ben.account, case.id, 0, 10).items


def test_the_path_of_a_message_asks_nothing_more(
    case: Case, time: Time, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = publish(case)
    accept(case, version, case.sol)
    time.at = version.effective or 0
    known = roster.current()
    assert set(known.only_read_from) == {case.ana.authority, case.eva.authority}
    with django_assert_num_queries(1):
        assert roster.current() is known
