"""Reads of drafts: everybody sees their own, and nobody else's."""

from __future__ import annotations

from typing import Any

from members.protocol.encoding import b64
from messaging.drafts.models import Draft


def drafts_of(account: str, since: int) -> dict[str, Any]:
    """The drafts of this person that are newer than a revision, and the revisions of all that there are."""
    present: dict[str, int] = dict(Draft.objects.filter(account=account).values_list("slot", "revision"))
    newer: list[dict[str, Any]] = []
    if any(revision > since for revision in present.values()):
        rows = Draft.objects.filter(account=account, revision__gt=since).order_by("revision")
        newer = [{"slot": row.slot, **as_json(row)} for row in rows]
    return {"drafts": newer, "present": present}


def as_json(row: Draft) -> dict[str, Any]:
    """A draft as it is given."""
    return {"generation": row.generation, "sealed": b64(bytes(row.sealed)), "revision": row.revision}
