"""HTTP of sign-in resets; the rules are in resets.py."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts import resets, throttle
from members.accounts.api import NetworkOut
from members.accounts.enrolment_api import EnrolmentCodeIn, Hash, NewPasswordIn, TokenIn
from members.accounts.permissions import Request, anyone, device, recent_device

router = Router(tags=["sign-in reset"])

Id = Field(pattern=r"^[0-9a-f]{32}$")
State = Literal["needs_second", "open", "done", "expired", "withdrawn"]
Step = Literal["password", "second_factor", "done"]


class ResetIn(Schema, strict=True):
    id: str = Id
    account: str = Id
    token_hash: str = Hash


class ResetStateOut(Schema):
    state: State


class ResetOut(Schema):
    id: str
    account: str
    requested_by: str
    requested_at: int
    confirmed_by: str | None
    state: State
    expires: int


class OpenedResetOut(Schema):
    email: str
    name: str
    function: str
    network: NetworkOut
    step: Step


class NewAuthenticatorOut(Schema):
    step: Step
    totp_secret: str
    totp_uri: str


class NewCodesOut(Schema):
    step: Step
    backup_codes: list[str]


@router.post("/sign-in-resets", auth=recent_device, response=ResetStateOut)
def request_reset(request: Request, body: ResetIn) -> dict[str, str]:
    made = resets.request_reset(
        helper=request.auth.id, reset_id=body.id, account=body.account, token_hash=body.token_hash
    )
    return {"state": resets.state_of(made)}


@router.get("/sign-in-resets", auth=device, response=list[ResetOut])
def list_resets(request: Request) -> list[dict[str, Any]]:
    return resets.listing(request.auth.id)


@router.post("/sign-in-resets/{reset_id}/confirm", auth=recent_device, response=ResetStateOut)
def confirm_reset(request: Request, reset_id: str) -> dict[str, str]:
    return {"state": resets.state_of(resets.confirm(officer=request.auth.id, reset_id=reset_id))}


@router.delete("/sign-in-resets/{reset_id}", auth=device, response={204: None})
def withdraw_reset(request: Request, reset_id: str) -> Status[None]:
    resets.withdraw(helper=request.auth.id, reset_id=reset_id)
    return Status(204, None)


@router.post("/sign-in-reset/open", auth=anyone, response=OpenedResetOut)
def open_reset(request: HttpRequest, body: TokenIn) -> dict[str, Any]:
    return resets.open_link(request, body.token)


@router.post("/sign-in-reset/password", auth=anyone, response=NewAuthenticatorOut)
def choose_password(request: HttpRequest, body: NewPasswordIn) -> dict[str, str]:
    return {"step": "second_factor", **resets.choose_password(request, body.password)}


@router.post("/sign-in-reset/second-factor", auth=anyone, response=NewCodesOut)
def prove_second_factor(
    request: HttpRequest, response: HttpResponse, body: EnrolmentCodeIn
) -> dict[str, Any]:
    account, codes = resets.prove_second_factor(request, body.code)
    throttle.remember_browser(request, response, account.email)
    return {"step": "done", "backup_codes": codes}


# On a device only: whoever came in by the link alone cannot hide the notice from the person.
@router.post("/account/sign-in-reset-seen", auth=device, response={204: None})
def note_reset_seen(request: Request) -> Status[None]:
    resets.seen(request.auth.account)
    return Status(204, None)
