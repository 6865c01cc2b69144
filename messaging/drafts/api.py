"""HTTP of drafts."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Path, Router, Schema, Status
from pydantic import StringConstraints

from members.accounts.permissions import Request, device
from messaging.drafts import access, services
from messaging.protocol.drafts import MAX_SEALED

router = Router(tags=["drafts"], auth=device)

Slot = Annotated[str, StringConstraints(pattern="^(new|[0-9a-f]{64})$")]
Revision = Annotated[int, Field(ge=0, lt=2**53)]


class DraftIn(Schema, strict=True):
    generation: int = Field(ge=1, lt=2**31)
    sealed: str = Field(max_length=MAX_SEALED * 4 // 3 + 4)
    base: Revision


class DraftOut(Schema):
    slot: str
    generation: int
    sealed: str
    revision: int


class DraftsOut(Schema):
    drafts: list[DraftOut]
    present: dict[str, int]


class KeptOut(Schema):
    revision: int


@router.get("/drafts", response=DraftsOut)
def read_drafts(request: Request, since: Revision = 0) -> dict[str, Any]:
    """Those newer than a revision; `present` names all that there are."""
    return access.drafts_of(request.auth.id, since)


@router.put("/drafts/{slot}", response=KeptOut)
def keep_draft(request: Request, slot: Path[Slot], body: DraftIn) -> dict[str, int]:
    revision = services.keep(
        caller=request.auth, slot=slot, generation=body.generation, sealed=body.sealed, base=body.base
    )
    return {"revision": revision}


@router.delete("/drafts/{slot}", response={204: None})
def forget_draft(request: Request, slot: Path[Slot], base: Revision) -> Status[None]:
    services.forget(caller=request.auth, slot=slot, base=base)
    return Status(204, None)
