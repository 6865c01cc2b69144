"""HTTP of the charter; who may do what is in access.py and services.py."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from members.accounts.permissions import Request, device, recent_device, second_factor
from members.charter import access, reminding, services
from members.charter.models import CharterVersion
from members.problems import Refused
from members.protocol.charter import MAX_BODY, MAX_TEXT
from members.protocol.encoding import EncodingError, unb64

router = Router(tags=["charter"])

Moment = Annotated[int, Field(ge=0, lt=2**53)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]


class TextsOut(Schema):
    texts: dict[str, str]


class AcceptanceOut(Schema):
    body: str
    signature: str
    at: int


class VersionOut(Schema):
    number: str
    effective: int
    hash: str
    written_by: str
    published_by: str
    published_at: int
    acceptances: list[AcceptanceOut]


class CharterOut(Schema):
    required: bool
    versions: list[VersionOut]


class CharterDraftOut(Schema):
    number: str
    effective: int | None
    texts: dict[str, str]
    hash: str
    written_by: str
    changed_at: int


class PerhapsCharterDraftOut(Schema):
    draft: CharterDraftOut | None


class CharterDraftIn(Schema, strict=True):
    number: str = Field(max_length=7)
    effective: Moment | None
    texts: dict[str, Text] = Field(max_length=6)
    seen: Moment


class PublishIn(Schema, strict=True):
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class AcceptIn(Schema, strict=True):
    body: str = Field(max_length=MAX_BODY * 4 // 3 + 4)
    signature: str = Field(max_length=88)


class SentOut(Schema):
    sent: int


@router.get("/charter", auth=second_factor, response=CharterOut)
def read_charter(request: Request) -> dict[str, Any]:
    return access.overview(request.auth.id)


@router.get("/charter/versions/{number}", auth=second_factor, response=TextsOut)
def read_version(request: Request, number: str) -> dict[str, Any]:
    return {"texts": access.texts(request.auth.id, number)}


@router.post("/charter/acceptances", auth=recent_device, response={204: None})
def accept(request: Request, given: AcceptIn) -> Status[None]:
    try:
        body, signature = unb64(given.body), unb64(given.signature, 64)
    except EncodingError:
        raise Refused("refused", "Something is not canonical base64.", reason="bad_item") from None
    services.accept(account=request.auth.id, device=request.auth.device, body=body, signature=signature)
    return Status(204, None)


# --- officers ---


@router.get("/charter/draft", auth=device, response=PerhapsCharterDraftOut)
def read_draft(request: Request) -> dict[str, Any]:
    draft = access.draft(request.auth.id)
    return {"draft": None if draft is None else _object(draft)}


@router.get("/charter/template", auth=device, response=TextsOut)
def read_template(request: Request) -> dict[str, Any]:
    """What a network without a charter begins with."""
    return {"texts": access.template(request.auth.id)}


@router.put("/charter/draft", auth=device, response=CharterDraftOut)
def save_draft(request: Request, given: CharterDraftIn) -> dict[str, Any]:
    """`seen` is `changed_at` of the draft that was read, or 0 where there was none."""
    draft = services.save_draft(
        officer=request.auth.id,
        number=given.number,
        effective=given.effective,
        texts=given.texts,
        seen=given.seen,
    )
    return _object(draft)


@router.delete("/charter/draft", auth=device, response={204: None})
def discard_draft(request: Request) -> Status[None]:
    services.discard_draft(officer=request.auth.id)
    return Status(204, None)


@router.post("/charter/draft/publish", auth=recent_device, response={204: None})
def publish(request: Request, given: PublishIn) -> Status[None]:
    """`hash` is of what this officer has read."""
    services.publish(officer=request.auth.id, stated=given.hash)
    return Status(204, None)


@router.post("/charter/versions/{number}/remind", auth=device, response=SentOut)
def remind(request: Request, number: str) -> dict[str, int]:
    return {"sent": reminding.remind_now(officer=request.auth.id, number=number)}


def _object(draft: CharterVersion) -> dict[str, Any]:
    return {
        "number": draft.number,
        "effective": draft.effective,
        "texts": draft.texts,
        "hash": draft.hash,
        "written_by": draft.changed_by,
        "changed_at": draft.changed_at,
    }
