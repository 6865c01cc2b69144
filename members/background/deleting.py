"""Deletes much without keeping others from writing: in parts, each a transaction of its own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

AT_ONCE = 500


def delete_in_parts(rows: QuerySet[Any, Any]) -> None:
    """Delete these rows and what hangs on them. Whoever ends in the middle leaves the rest to the next run."""
    while part := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        # asked once more: a row that has changed meanwhile is left alone
        deleted, _ = rows.filter(pk__in=part).delete()
        if not deleted:
            break
