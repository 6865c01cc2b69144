"""Reads of the audit log: officers see all of it, everybody else what concerns themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from members import clock
from members.audit import chain
from members.audit.actions import Action
from members.audit.chain import Verified
from members.audit.models import AuditHead, AuditRow
from members.audit.sealing import as_object
from members.audit.services import record
from members.problems import NotFound
from members.register import access as register

MOST = 200
IN_PARTS = 2_000
LATE = clock.MINUTE
"""A row that is not chained after so long (in milliseconds) waits for a worker that does not run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows an officer looks for; what is empty is not asked for. Times in milliseconds, `until` not included."""

    action: str = ""
    person: str = ""
    authority: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the newest first, and what to ask for to go on; None at the end."""

    rows: list[dict[str, Any]]
    next: int | None


def own(account: str, *, before: int | None, limit: int) -> Page:
    """What this person did, and what others did to them."""
    return _page(AuditRow.objects.filter(Q(actor=account) | Q(about=account)), before, limit)


def of_all(officer: str, wanted: Wanted, *, before: int | None, limit: int) -> Page:
    """Raises NotFound for everybody who is no officer."""
    _require_officer(officer)
    return _page(_found(wanted), before, limit)


@transaction.atomic
def export(officer: str, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """All chained rows that are looked for, the oldest first; that they were taken is itself noted."""
    _require_officer(officer)
    record(Action.AUDIT_EXPORTED, actor=officer, all=wanted == Wanted())
    return (as_object(row) for row in _chained(_found(wanted)))


def everything() -> Iterator[dict[str, Any]]:
    """All chained rows, the oldest first; for whoever runs the server."""
    return (as_object(row) for row in _chained(AuditRow.objects.all()))


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of following the chain in this database."""

    verified: Verified
    head: str
    late: int
    """Rows that should have been chained long ago."""

    @property
    def whole(self) -> bool:
        return self.verified.broken is None and self.verified.hash == self.head


def check() -> Checked:
    """Follow the whole chain, from the rows themselves, and compare it with its head."""
    verified = chain.verify(everything())
    head = AuditHead.objects.filter(pk=1).values_list("hash", flat=True).first() or chain.START
    late = AuditRow.objects.filter(sequence=None, at__lt=clock.now() - LATE).count()
    return Checked(verified, head, late)


def _require_officer(account: str) -> None:
    standing = register.standing(account)
    if standing is None or standing.role != "officer":
        raise NotFound


def _found(wanted: Wanted) -> QuerySet[AuditRow]:
    rows = AuditRow.objects.all()
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.person:
        rows = rows.filter(Q(actor=wanted.person) | Q(about=wanted.person))
    if wanted.authority:
        rows = rows.filter(authority=wanted.authority)
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    return rows


def _page(rows: QuerySet[AuditRow], before: int | None, limit: int) -> Page:
    limit = max(1, min(limit, MOST))
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    shown = found[:limit]
    return Page(
        [{"id": row.pk, **as_object(row)} for row in shown], shown[-1].pk if len(found) > limit else None
    )


def _chained(rows: QuerySet[AuditRow]) -> Iterator[AuditRow]:
    last = 0
    while part := list(rows.filter(sequence__gt=last).order_by("sequence")[:IN_PARTS]):
        yield from part
        last = part[-1].sequence or 0
