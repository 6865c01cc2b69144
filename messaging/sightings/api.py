"""HTTP of sightings; whose are shown to whom is in access.py, which are taken in services.py."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from members.accounts.permissions import Request, device
from members.problems import Refused
from members.protocol.encoding import EncodingError, b64, unb64
from messaging.protocol.sightings import MAX_BODY
from messaging.sightings import access, services

router = Router(tags=["sightings"], auth=device)

Since = Annotated[int, Field(ge=0, lt=2**53)]


class SightingIn(Schema, strict=True):
    body: str = Field(max_length=MAX_BODY * 4 // 3 + 4)
    signature: str = Field(max_length=88)


class SightingOut(Schema):
    body: str
    signature: str
    received_at: int


class SightingsOut(Schema):
    sightings: list[SightingOut]
    more: bool


@router.post("/sightings", response={204: None})
def hand_in(request: Request, given: SightingIn) -> Status[None]:
    try:
        body, signature = unb64(given.body), unb64(given.signature, 64)
    except EncodingError:
        raise Refused("refused", "Something is not canonical base64.", reason="bad_item") from None
    services.take(caller=request.auth, body=body, signature=signature)
    return Status(204, None)


@router.get("/sightings", response=SightingsOut)
def read(request: Request, since: Since = 0) -> dict[str, Any]:
    """The newest of each device, the earliest received first; `more` when they go on after the last one."""
    page = access.sightings(request.auth.id, request.auth.device or "", since)
    return {
        "sightings": [
            {
                "body": b64(bytes(one.body)),
                "signature": b64(bytes(one.signature)),
                "received_at": one.received_at,
            }
            for one in page.sightings
        ],
        "more": page.more,
    }
