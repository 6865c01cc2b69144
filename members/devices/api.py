"""HTTP of devices and of a person's own keys."""

from __future__ import annotations

from typing import Any

from ninja import Field, Router, Schema, Status

from members.accounts.enrolment_api import Hash
from members.accounts.permissions import Request, device, second_factor
from members.devices import access, services
from members.protocol.encoding import b64

router = Router(tags=["devices"])


class ChallengeOut(Schema):
    challenge: str


class BindIn(Schema, strict=True):
    device: str = Hash
    signature: str = Field(max_length=88)


class BoundOut(Schema):
    vault_half: str
    device: str


class DeviceOut(Schema):
    device: str
    label: str
    enrolled: int
    last_seen: int | None
    active: bool
    current: bool


class OwnKeysOut(Schema):
    account: str
    statements: list[dict[str, Any]]
    attachments: dict[str, str]


class BookmarkIn(Schema, strict=True):
    sealed: str


class BookmarkKeyBody(Schema, strict=True):
    serial: int = Field(ge=1, le=2**31 - 1)
    sealed: str = Field(max_length=100)


class PasskeyBookmarkKeyOut(Schema):
    unlock_key: str
    sealed: str


class BookmarkOut(Schema):
    sealed: str
    key: BookmarkKeyBody
    passkeys: list[PasskeyBookmarkKeyOut]


class UnlockIn(Schema, strict=True):
    """Which unlock key a passkey derives, and the bookmark key under it."""

    unlock_key: str = Hash
    sealed: str = Field(max_length=100)


@router.post("/device/challenge", auth=second_factor, response=ChallengeOut)
def make_challenge(request: Request) -> dict[str, str]:
    return {"challenge": b64(services.make_challenge(request))}


@router.post("/device/bind", auth=second_factor, response=BoundOut)
def bind(request: Request, body: BindIn) -> dict[str, str]:
    half = services.bind(request, caller=request.auth, device=body.device, signature=body.signature)
    return {"vault_half": b64(half), "device": body.device}


@router.get("/account/keys", auth=second_factor, response=OwnKeysOut)
def read_own_keys(request: Request) -> dict[str, Any]:
    return access.own_keys(request.auth)


@router.get("/devices", auth=second_factor, response=list[DeviceOut])
def list_devices(request: Request) -> list[dict[str, Any]]:
    return access.device_list(request.auth)


@router.put("/bookmark", auth=device, response={204: None})
def keep_bookmark(request: Request, body: BookmarkIn) -> Status[None]:
    services.keep_bookmark(caller=request.auth, sealed=body.sealed)
    return Status(204, None)


@router.put("/bookmark/key", auth=device, response={204: None})
def keep_bookmark_key(request: Request, body: BookmarkKeyBody) -> Status[None]:
    services.keep_bookmark_key(caller=request.auth, serial=body.serial, sealed=body.sealed)
    return Status(204, None)


@router.get("/bookmark", auth=second_factor, response=BookmarkOut)
def read_bookmark(request: Request) -> dict[str, Any]:
    return access.bookmark(request.auth)


@router.put("/passkeys/{passkey_id}/unlock", auth=device, response={204: None})
def keep_passkey_bookmark_key(request: Request, passkey_id: str, body: UnlockIn) -> Status[None]:
    services.keep_passkey_bookmark_key(
        caller=request.auth, passkey_id=passkey_id, unlock_key=body.unlock_key, sealed=body.sealed
    )
    return Status(204, None)
