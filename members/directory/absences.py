"""When people are away: entered by themselves, or by lead or deputy of their authority, for all members to see."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q, QuerySet

from members import clock
from members.accounts.models import one_at_a_time
from members.audit.actions import Action
from members.audit.services import record
from members.directory.models import Absence
from members.problems import NotFound, Problem, Refused
from members.register.access import standing
from members.register.models import RegisterAccount, RegisterAuthority

MOST = 40
LONGEST = datetime.timedelta(days=366)
FURTHEST = datetime.timedelta(days=2 * 366)
ONE_DAY = datetime.timedelta(days=1)
SEEN_BEFORE = datetime.timedelta(days=14)
"""Other authorities are told of an absence so long before it begins."""


class AbsenceOverlaps(Problem):
    """The same person is away on one of these days already."""

    def __init__(self) -> None:
        super().__init__("absence_overlaps", 409, "An absence on one of these days is entered already.")


@dataclass(frozen=True)
class Days:
    """What is entered: the first and the last day, the zone whose days they are, and who stands in (or empty)."""

    first: datetime.date
    last: datetime.date
    zone: str
    stand_in: str


# --- reading ---


def listing(reader: str) -> list[dict[str, Any]]:
    """The absences that are not over: all of one's own authority, of others those that begin within two weeks.

    The earliest first; for whoever has a place in the Register. Two queries, whatever their number.
    """
    place = standing(reader)
    if place is None:
        raise NotFound
    own = Q(account__in=_colleagues(place.role, place.authority).values("pk"))
    near = Q(first__lte=day_of(clock.now()) + SEEN_BEFORE)
    active = RegisterAccount.objects.filter(active=True).values("pk")
    rows = _not_over(clock.now()).filter(own | near, account__in=active)
    return [as_object(one) for one in rows.order_by("first", "pk")]


def as_object(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.pk,
        "account": absence.account,
        "first": absence.first,
        "last": absence.last,
        "zone": absence.zone,
        "stand_in": absence.stand_in or None,
        "entered_by": absence.entered_by,
    }


# --- writing ---


@transaction.atomic
def enter(*, by: str, account: str, days: Days) -> Absence:
    """Say that somebody will be away. Raises NotFound for whoever may not, Refused `invalid`, and AbsenceOverlaps."""
    _may_enter(by, account)
    one_at_a_time(account)
    _check(account, days)
    if _not_over(clock.now()).filter(account=account).count() >= MOST:
        raise Refused("too_many", "So many absences are entered already; withdraw some first.")
    made = Absence.objects.create(
        account=account,
        first=days.first,
        last=days.last,
        zone=days.zone,
        stand_in=days.stand_in,
        entered_by=by,
    )
    _note(Action.ABSENCE_ENTERED, by, made)
    return made


@transaction.atomic
def change(*, by: str, absence_id: str, days: Days) -> Absence:
    """Put other days, or another stand-in, in the place of those entered before; refuses as `enter` does."""
    found = _held(by, absence_id)
    one_at_a_time(found.account)
    _check(found.account, days, but=found.pk)
    found.first, found.last, found.zone, found.stand_in = days.first, days.last, days.zone, days.stand_in
    found.entered_by, found.entered_at = by, clock.now()
    found.save()
    _note(Action.ABSENCE_CHANGED, by, found)
    return found


@transaction.atomic
def withdraw(*, by: str, absence_id: str) -> None:
    """Take an absence off: the person is there after all."""
    found = _held(by, absence_id)
    _note(Action.ABSENCE_WITHDRAWN, by, found)
    found.delete()


def forget(account: str) -> None:
    """Erase the absences of somebody who left, and leave nobody to be stood in for by them."""
    Absence.objects.filter(account=account).delete()
    Absence.objects.filter(stand_in=account).update(stand_in="")


def _held(by: str, absence_id: str) -> Absence:
    """The absence, locked, if this person may change it."""
    found = Absence.objects.select_for_update().filter(pk=absence_id).first()
    if found is None:
        raise NotFound
    _may_enter(by, found.account)
    return found


def _may_enter(by: str, account: str) -> None:
    """Oneself; the lead and the deputies of an active authority, unless they are held, for everybody there."""
    known = RegisterAccount.objects.filter(pk=account, active=True).first()
    own = standing(by)
    if known is None or own is None:
        raise NotFound
    if by == account:
        return
    mine = RegisterAccount.objects.filter(pk=by, role__in=("lead", "deputy"), held=False).exists()
    active = RegisterAuthority.objects.filter(pk=own.authority, status="active").exists()
    if not mine or not active or own.authority != known.authority:
        raise NotFound


def _check(account: str, days: Days, *, but: str = "") -> None:
    """Refuse days that are no days to be away on. An absence may have begun already."""
    if not _is_zone(days.zone):
        raise Refused("invalid", "This is no zone of the IANA database.")
    today = day_of(clock.now(), days.zone)
    if not datetime.timedelta() <= days.last - days.first < LONGEST:
        raise Refused("invalid", "An absence ends on or after the day on which it begins, within a year.")
    if days.last < today or days.first > today + FURTHEST:
        raise Refused("absence_past", "An absence ends today or later, and begins within two years.")
    _check_stand_in(account, days.stand_in)
    others = Absence.objects.filter(account=account).exclude(pk=but)
    if others.filter(first__lte=days.last, last__gte=days.first).exists():
        raise AbsenceOverlaps


def _check_stand_in(account: str, stand_in: str) -> None:
    if not stand_in:
        return
    known = RegisterAccount.objects.get(pk=account)
    others = _colleagues(known.role, known.authority).filter(held=False).exclude(pk=account)
    if not others.filter(pk=stand_in).exists():
        raise Refused("stand_in_unknown", "Whoever stands in is another person of the same authority.")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


def _colleagues(role: str, authority: str | None) -> QuerySet[RegisterAccount]:
    """The active people of an authority; officers are each other's."""
    active = RegisterAccount.objects.filter(active=True)
    return active.filter(role="officer") if role == "officer" else active.filter(authority=authority)


def _not_over(at: int) -> QuerySet[Absence]:
    return Absence.objects.filter(last__gte=day_of(at) - ONE_DAY)


def day_of(at: int, zone: str = "UTC") -> datetime.date:
    return datetime.datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def _note(action: Action, by: str, absence: Absence) -> None:
    authority = RegisterAccount.objects.values_list("authority", flat=True).get(pk=absence.account)
    record(
        action,
        actor=by,
        about=absence.account,
        authority=authority or "",
        absence=absence.pk,
        first=absence.first.isoformat(),
        last=absence.last.isoformat(),
    )
