"""HTTP of the audit log."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import StreamingHttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import StringConstraints

from members.accounts.permissions import Request, recent, second_factor
from members.audit import access
from members.audit.access import Wanted
from members.audit.actions import Action
from members.compression import compressed

router = Router(tags=["audit"])

Time = Annotated[int, Field(ge=0, lt=2**53)]
Limit = Annotated[int, Field(ge=1, le=access.MOST)]
Id = Annotated[str, StringConstraints(pattern="^([0-9a-f]{32})?$")]
NDJSON = {"responses": {200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}}}


class RowOut(Schema):
    id: int
    at: int
    action: str
    actor: str
    about: str
    authority: str
    details: dict[str, Any]
    sequence: int | None
    hash: str


class LogPageOut(Schema):
    rows: list[RowOut]
    next: int | None


class WantedIn(Schema):
    action: Action | None = None
    person: Id = ""
    authority: Id = ""
    since: Time | None = None
    until: Time | None = None

    def wanted(self) -> Wanted:
        return Wanted(self.action or "", self.person, self.authority, self.since, self.until)


@router.get("/audit/own", auth=second_factor, response=LogPageOut)
@compressed
def list_own(request: Request, before: Time | None = None, limit: Limit = 50) -> access.Page:
    """What the caller did, and what others did to them."""
    return access.own(request.auth.id, before=before, limit=limit)


@router.get("/audit", auth=second_factor, response=LogPageOut)
@compressed
def list_all(
    request: Request, wanted: Query[WantedIn], before: Time | None = None, limit: Limit = 50
) -> access.Page:
    """What happened, for officers."""
    return access.of_all(request.auth.id, wanted.wanted(), before=before, limit=limit)


@router.get("/audit/export", auth=recent, openapi_extra=NDJSON)
def export(request: Request, wanted: Query[WantedIn]) -> StreamingHttpResponse:
    """The chained rows, one JSON object on each line, the oldest first."""
    rows = access.export(request.auth.id, wanted.wanted())
    lines = (json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    answer = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="entente-audit.ndjson"'
    return answer
