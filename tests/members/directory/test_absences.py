"""An absence is entered by oneself or for somebody of one's authority, and all members see when it is near."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from members import clock
from members.audit.models import AuditRow
from members.directory import absences, access
from members.directory.absences import AbsenceOverlaps, Days
from members.directory.models import Absence
from members.problems import NotFound, Refused
from tests import kit

pytestmark = pytest.mark.django_db

TASHKENT, LIMA = "Asia/Tashkent", "America/Lima"


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


@pytest.fixture
def member(authority: kit.Authority) -> kit.Person:
    return kit.appoint(authority)


@pytest.fixture
def deputy(authority: kit.Authority) -> kit.Person:
    return kit.appoint(authority, "deputy")


def today(zone: str = TASHKENT) -> datetime.date:
    return absences.day_of(clock.now(), zone)


def days(begins: int, ends: int, *, zone: str = TASHKENT, stand_in: str = "") -> Days:
    """From so many days from now on, until so many days from now."""
    first = today(zone)
    return Days(first + datetime.timedelta(begins), first + datetime.timedelta(ends), zone, stand_in)


def enter(by: kit.Person, account: kit.Person, given: Days) -> Absence:
    return absences.enter(by=by.id, account=account.id, days=given)


def seen_by(reader: kit.Person) -> list[str]:
    return [one["id"] for one in absences.listing(reader.id)]


def test_oneself_and_lead_and_deputy_for_others_enter_an_absence(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person
) -> None:
    enter(member, member, days(0, 3))
    enter(authority.lead, member, days(10, 12))
    enter(deputy, authority.lead, days(1, 2, stand_in=deputy.id))
    told = absences.listing(member.id)
    assert [one["account"] for one in told] == [member.id, authority.lead.id, member.id]
    assert told[1]["stand_in"] == deputy.id
    rows = AuditRow.objects.filter(action="person:absence:entered").order_by("id")
    assert [(row.actor, row.about, row.authority) for row in rows] == [
        (member.id, "", authority.id),
        (authority.lead.id, member.id, authority.id),
        (deputy.id, authority.lead.id, authority.id),
    ]


def test_nobody_else_enters_changes_or_withdraws_one(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person
) -> None:
    other = kit.admit(authority.network, "Economic Crime Authority", "XG")
    mine = enter(deputy, deputy, days(0, 3))
    for stranger in (member, other.lead, authority.network.officers[0]):
        with pytest.raises(NotFound):
            enter(stranger, deputy, days(20, 21))
        with pytest.raises(NotFound):
            absences.change(by=stranger.id, absence_id=mine.pk, days=days(5, 6))
        with pytest.raises(NotFound):
            absences.withdraw(by=stranger.id, absence_id=mine.pk)
    assert Absence.objects.get().last == mine.last


def test_a_suspended_authority_enters_none_for_others_but_everybody_their_own(
    authority: kit.Authority, member: kit.Person
) -> None:
    authority.network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    with pytest.raises(NotFound):
        enter(authority.lead, member, days(0, 1))
    enter(member, member, days(0, 1))


def test_whoever_stands_in_is_another_person_of_the_same_authority(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person
) -> None:
    other = kit.admit(authority.network, "Economic Crime Authority", "XG")
    for nobody in (member.id, other.lead.id, authority.network.officers[0].id, "ab" * 16):
        with pytest.raises(Refused, match="stands in"):
            enter(member, member, days(0, 1, stand_in=nobody))
    officers = authority.network.officers
    enter(officers[0], officers[0], days(0, 1, stand_in=officers[1].id))
    enter(member, member, days(0, 1, stand_in=deputy.id))


@pytest.mark.parametrize(
    "wrong",
    [(2, 1), (-3, -1), (0, 400), (900, 901)],
    ids=["ends before it begins", "over", "longer than a year", "years ahead"],
)
def test_days_that_are_no_absence_are_refused(member: kit.Person, wrong: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        enter(member, member, days(*wrong))


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Asia", "x\u0000"])
def test_a_zone_that_is_none_is_refused(member: kit.Person, zone: str) -> None:
    with pytest.raises(Refused):
        enter(member, member, Days(today(), today(), zone, ""))


def test_nobody_is_away_twice_on_one_day_and_an_absence_is_changed_in_its_place(member: kit.Person) -> None:
    made = enter(member, member, days(0, 5))
    enter(member, member, days(6, 8))
    with pytest.raises(AbsenceOverlaps):
        enter(member, member, days(5, 5))
    with pytest.raises(AbsenceOverlaps):
        absences.change(by=member.id, absence_id=made.pk, days=days(0, 6))
    absences.change(by=member.id, absence_id=made.pk, days=days(-2, 4))
    assert (Absence.objects.get(pk=made.pk).first, Absence.objects.count()) == (days(-2, 4).first, 2)


def test_only_some_dozens_are_kept_for_one_person(member: kit.Person) -> None:
    for number in range(absences.MOST):
        enter(member, member, days(2 * number, 2 * number))
    with pytest.raises(Refused, match="withdraw some"):
        enter(member, member, days(200, 201))


def test_other_authorities_see_what_is_near_and_ones_own_all_of_it(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person
) -> None:
    other = kit.admit(authority.network, "Economic Crime Authority", "XG")
    near, far = enter(member, member, days(3, 5)), enter(member, member, days(100, 110))
    assert seen_by(deputy) == [near.pk, far.pk]
    assert seen_by(other.lead) == [near.pk]


def test_who_left_is_not_away_and_stands_in_for_nobody(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person
) -> None:
    enter(member, member, days(0, 5))
    enter(deputy, deputy, days(0, 5, stand_in=member.id))
    kit.remove(authority, member)
    assert [(one["account"], one["stand_in"]) for one in absences.listing(authority.lead.id)] == [
        (deputy.id, None)
    ]


def test_who_is_away_is_asked_in_the_zone_of_each(
    authority: kit.Authority, member: kit.Person, deputy: kit.Person, django_assert_num_queries: Any
) -> None:
    day = today("UTC") + datetime.timedelta(30)
    for one, zone in ((member, TASHKENT), (deputy, LIMA)):
        Absence.objects.create(account=one.id, first=day, last=day, zone=zone, entered_by=one.id)
    both = [member.id, deputy.id, authority.lead.id]

    def away_at(hours: float) -> set[str]:
        midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        with django_assert_num_queries(1):
            return set(access.away(both, int((midnight.timestamp() + hours * 3600) * 1000)))

    assert away_at(-5.5) == set()
    assert away_at(-4.5) == {member.id}  # it is the day in Tashkent, five hours ahead
    assert away_at(12) == {member.id, deputy.id}
    assert away_at(20) == {deputy.id}  # and still is in Lima, five hours behind
    assert away_at(29.5) == set()


def test_days_at_the_end_of_the_calendar_are_refused_as_others(member: kit.Person) -> None:
    last = datetime.date.max
    for first in (last, last - datetime.timedelta(30)):
        with pytest.raises(Refused):
            enter(member, member, Days(first, last, TASHKENT, ""))
