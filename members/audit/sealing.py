"""Chains the rows behind those who act: one sealer at a time, so that the chain makes nobody wait for anybody."""

from __future__ import annotations

from django.db import transaction

from members.audit import chain
from members.audit.models import AuditHead, AuditRow

AT_ONCE = 500


@transaction.atomic
def seal() -> int:
    """Chain what is not chained yet, in the order in which it was begun; returns how many rows were left over.

    A row that becomes visible later than one that was begun after it gets its number later too.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    waiting = list(AuditRow.objects.filter(sequence=None).order_by("id")[:AT_ONCE])
    for row in waiting:
        row.sequence = head.sequence + 1
        row.hash = chain.next_hash(head.hash, as_object(row))
        head.sequence, head.hash = row.sequence, row.hash
    if waiting:
        AuditRow.objects.bulk_update(waiting, ["sequence", "hash"])
        head.save()
    return len(waiting)


def as_object(row: AuditRow) -> dict[str, object]:
    """A row as it is exported and chained."""
    return {
        "about": row.about,
        "action": row.action,
        "actor": row.actor,
        "at": row.at,
        "authority": row.authority,
        "details": row.details,
        "sequence": row.sequence,
        "hash": row.hash,
    }
