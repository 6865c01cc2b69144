"""HTTP of sign-in, sessions and backup codes; the rules are in services.py."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts import access, factors, services, sessions, throttle
from members.accounts.permissions import Request, anyone, before_passkey, recent, second_factor

router = Router(tags=["sign-in"])


class PasswordIn(Schema, strict=True):
    email: str = Field(max_length=254)
    password: str = Field(max_length=1024)


class SecondFactorIn(Schema, strict=True):
    code: str | None = Field(default=None, max_length=20)
    backup_code: str | None = Field(default=None, max_length=40)


class CodeIn(Schema, strict=True):
    code: str = Field(max_length=20)


class LanguageIn(Schema, strict=True):
    language: str = Field(max_length=10)


class NetworkOut(Schema):
    id: str | None
    name: str
    demo: bool


class AccountOut(Schema):
    id: str
    email: str
    role: Literal["officer", "lead", "deputy", "member"] | None
    authority: str | None
    language: str
    sign_in_reset_at: int | None
    sign_in_reset_by: list[str]


class SessionOut(Schema):
    state: Literal["anonymous", "second_factor", "signed_in"]
    csrf_token: str
    network: NetworkOut
    account: AccountOut | None
    device: str | None
    confirmed_until: int | None
    passkeys: int
    passkey_needed: bool
    demo_personas: bool
    time: int


class SignInStepOut(Schema):
    state: Literal["second_factor"]


class ConfirmedOut(Schema):
    confirmed_until: int


class OneSessionOut(Schema):
    id: str
    current: bool
    created: int
    last_seen: int
    device: str | None
    label: str
    address: str


class LeftOut(Schema):
    left: int


class BackupCodesOut(Schema):
    codes: list[str]


@router.get("/session", auth=anyone, response=SessionOut)
def read_session(request: HttpRequest) -> dict[str, Any]:
    return access.session_object(request)


@router.post("/session/password", auth=anyone, response=SignInStepOut)
def give_password(request: HttpRequest, body: PasswordIn) -> dict[str, str]:
    services.give_password(request, email=body.email, password=body.password)
    return {"state": "second_factor"}


@router.post("/session/second-factor", auth=anyone, response=SessionOut)
def give_second_factor(request: HttpRequest, response: HttpResponse, body: SecondFactorIn) -> dict[str, Any]:
    opened = services.give_second_factor(request, code=body.code, backup_code=body.backup_code)
    throttle.remember_browser(request, response, opened.account.email)
    return access.session_object(request)


@router.post("/session/confirm", auth=before_passkey, response=ConfirmedOut)
def confirm(request: Request, body: CodeIn) -> dict[str, int]:
    return {"confirmed_until": services.confirm_again(request, account=request.auth.account, code=body.code)}


@router.delete("/session", auth=anyone, response={204: None})
def leave(request: HttpRequest) -> Status[None]:
    sessions.leave(request)
    return Status(204, None)


@router.get("/sessions", auth=second_factor, response=list[OneSessionOut])
def list_sessions(request: Request) -> list[dict[str, Any]]:
    return access.session_list(request.auth)


@router.delete("/sessions/{session_id}", auth=second_factor, response={204: None})
def end_session(request: Request, session_id: str) -> Status[None]:
    services.end_session(account=request.auth.account, session_id=session_id)
    return Status(204, None)


@router.get("/backup-codes", auth=second_factor, response=LeftOut)
def count_backup_codes(request: Request) -> dict[str, int]:
    return {"left": factors.backup_codes_left(request.auth.account)}


@router.post("/backup-codes", auth=recent, response=BackupCodesOut)
def make_backup_codes(request: Request) -> dict[str, list[str]]:
    return {"codes": factors.make_backup_codes(request.auth.account)}


@router.put("/account/language", auth=before_passkey, response={204: None})
def set_language(request: Request, body: LanguageIn) -> Status[None]:
    services.set_language(account=request.auth.account, language=body.language)
    return Status(204, None)
