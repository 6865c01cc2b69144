"""Sightings over HTTP: taken only where they agree with the server's history, shown to those whom they concern."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from members import clock
from members.protocol import signing
from members.protocol.encoding import b64, unb64
from members.register import ledger
from messaging.conversations.heads import is_own_history
from messaging.protocol import sightings
from messaging.sightings import services
from messaging.sightings.models import Sighting
from network.bench.people import Member
from tests.members.test_concurrency import at_once
from tests.messaging.case import Case, make_case, send
from tests.messaging.conversations.test_api import call, client_of


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


def seen(case: Case, who: Member, *, seed: bytes | None = None, **changed: Any) -> dict[str, str]:
    """What the device of this person holds: everything, unless something is changed."""
    now = ledger.current()
    fields: dict[str, Any] = {
        "account": who.account,
        "device": who.device,
        "network": case.made.network,
        "checkpoint": (now.size, now.root),
        "held": {case.id: (case.thread.sequence, case.thread.head)},
        "time": clock.now(),
    }
    body = sightings.make(**fields | changed)
    return {
        "body": b64(body),
        "signature": b64(signing.sign(seed or who.device_seed, signing.SIGHTING, body)),
    }


def hand_in(client: Client, given: dict[str, str]) -> str:
    answer = call(client, "POST", "/api/sightings", given)
    if answer.status_code == 204:
        return "taken"
    return str(answer.json().get("reason") or answer.json()["code"])


def shown(who: Member, since: int = 0) -> set[str]:
    """The devices whose sightings this person is shown."""
    answer = call(client_of(who), "GET", f"/api/sightings?since={since}").json()
    assert answer["more"] is False
    return {
        sightings.parse(unb64(one["body"]), unb64(one["signature"])).device for one in answer["sightings"]
    }


def test_colleagues_and_the_other_side_see_it_and_nobody_else_does(case: Case) -> None:
    assert hand_in(client_of(case.ana), seen(case, case.ana)) == "taken"
    assert shown(case.ben) == shown(case.sol) == {case.ana.device}
    assert shown(case.ana) == shown(case.eva) == set()
    assert shown(case.ben, since=clock.now() + 1) == set()


def test_what_is_held_of_an_earlier_time_is_taken_as_well(case: Case) -> None:
    earlier = (case.thread.sequence, case.thread.head)
    send(case.thread.message(case.sol))
    assert hand_in(client_of(case.ana), seen(case, case.ana, held={case.id: earlier})) == "taken"


@pytest.mark.django_db(transaction=True)
def test_while_a_long_sighting_is_compared_others_write(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case()
    earlier = (case.thread.sequence, case.thread.head)
    send(case.thread.message(case.sol))
    locked: list[bool] = []

    def compared(*place: Any) -> bool:
        locked.append(connection.in_atomic_block)
        return is_own_history(*place)

    monkeypatch.setattr(services, "is_own_history", compared)
    assert hand_in(client_of(case.ana), seen(case, case.ana, held={case.id: earlier})) == "taken"
    assert locked == [False]


@pytest.mark.django_db(transaction=True)
def test_of_two_sightings_at_once_the_later_is_kept() -> None:
    case = make_case()
    clients = [client_of(case.ana), client_of(case.ana)]
    given = [seen(case, case.ana, time=clock.now() + step) for step in range(2)]
    answers = at_once(
        *(lambda one=one, what=what: hand_in(one, what) for one, what in zip(clients, given, strict=True))
    )
    assert answers in (["taken", "taken"], ["stale", "taken"])
    (kept,) = Sighting.objects.all()
    assert b64(bytes(kept.body)) == given[1]["body"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"account": "ab" * 16}, "bad_item"),
        ({"network": "ab" * 32}, "bad_item"),
        ({"checkpoint": (1, "ab" * 32)}, "bad_checkpoint"),
        ({"checkpoint": (10_000, "ab" * 32)}, "bad_checkpoint"),
        ({"held": {"ab" * 32: (1, "ab" * 32)}}, "bad_history"),
    ],
)
def test_what_is_not_the_servers_own_history_is_refused(
    case: Case, changed: dict[str, Any], reason: str
) -> None:
    assert hand_in(client_of(case.ana), seen(case, case.ana, **changed)) == reason
    assert shown(case.ben) == set()


def test_a_member_cannot_accuse_the_server_by_a_head_that_never_was(case: Case) -> None:
    ana = client_of(case.ana)
    sequence, head = case.thread.sequence, case.thread.head
    for place in ((sequence, "ab" * 32), (1, "ab" * 32), (sequence + 1, head)):
        assert hand_in(ana, seen(case, case.ana, held={case.id: place})) == "bad_history"
    held = {case.id: (sequence, head)}
    assert hand_in(client_of(case.eva), seen(case, case.eva, held=held)) == "bad_history"


def test_only_the_device_of_the_session_speaks_for_itself(case: Case) -> None:
    ben = client_of(case.ben)
    assert hand_in(ben, seen(case, case.ana)) == "bad_item"
    assert hand_in(ben, seen(case, case.ben, seed=case.ana.device_seed)) == "bad_signature"


def test_a_later_word_takes_the_place_of_an_earlier_one_and_never_the_other_way(case: Case) -> None:
    ana = client_of(case.ana)
    first = seen(case, case.ana)
    assert hand_in(ana, first) == "taken"
    assert hand_in(ana, first) == "stale"
    later = seen(case, case.ana, time=clock.now() + 5)
    assert hand_in(ana, later) == "taken"
    listed = call(client_of(case.ben), "GET", "/api/sightings").json()["sightings"]
    assert [one["body"] for one in listed] == [later["body"]]


def test_nobody_hands_in_more_than_a_few_in_a_minute(case: Case) -> None:
    ana, now = client_of(case.ana), clock.now()
    answers = [
        hand_in(ana, seen(case, case.ana, time=now + place)) for place in range(services.MOST_A_MINUTE + 1)
    ]
    assert answers == ["taken"] * services.MOST_A_MINUTE + ["slow_down"]


def test_a_revoked_device_is_shown_no_longer(case: Case) -> None:
    assert hand_in(client_of(case.ben), seen(case, case.ben)) == "taken"
    assert shown(case.sol) == {case.ben.device}
    case.made.remove(case.ben, by=case.ana)
    assert shown(case.sol) == set()


def test_what_is_no_sighting_is_refused(case: Case) -> None:
    ana = client_of(case.ana)
    for body, signature in (("", ""), ("AA==", "AA=="), ("{}", "x"), (b64(b"{}"), b64(bytes(64)))):
        assert hand_in(ana, {"body": body, "signature": signature}) == "bad_item"
