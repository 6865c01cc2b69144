"""HTTP of passkeys: adding, using, naming and removing them; the rules are in passkeys.py and services.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts import access, passkeys, services, throttle
from members.accounts.api import ConfirmedOut, SessionOut
from members.accounts.passkeys import Assertion, Purpose, Registration
from members.accounts.permissions import (
    Request,
    anyone,
    before_passkey,
    recent,
    recent_before_passkey,
    second_factor,
)

router = Router(tags=["passkeys"])

WEBSAFE = r"^[A-Za-z0-9_-]*$"
CredentialId = Field(pattern=WEBSAFE, min_length=1, max_length=1400)
Name = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")


class AssertionIn(Schema, strict=True):
    """Of AuthenticationResponseJSON (WebAuthn) exactly what the server checks: no extension output is taken."""

    id: str = CredentialId
    client_data: str = Field(pattern=WEBSAFE, max_length=4000)
    authenticator_data: str = Field(pattern=WEBSAFE, max_length=4000)
    signature: str = Field(pattern=WEBSAFE, max_length=2000)
    user_handle: str | None = Field(default=None, pattern=WEBSAFE, max_length=100)

    def read(self) -> Assertion:
        return Assertion(
            self.id, self.client_data, self.authenticator_data, self.signature, self.user_handle or None
        )


class RegistrationIn(Schema, strict=True):
    """Of RegistrationResponseJSON exactly what the server checks, and how the person calls it."""

    id: str = CredentialId
    client_data: str = Field(pattern=WEBSAFE, max_length=4000)
    attestation_object: str = Field(pattern=WEBSAFE, max_length=40_000)
    transports: list[str] = Field(default=[], max_length=10)
    name: str = Name
    prf: bool


class NameIn(Schema, strict=True):
    name: str = Name


class OptionsOut(Schema):
    """As `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` take them."""

    options: dict[str, Any]


class PasskeyOut(Schema):
    id: str
    name: str
    created: int
    last_used: int | None
    synced: bool
    prf: bool
    unlock_key: str | None
    credential: str


@router.post("/session/passkey/options", auth=anyone, response=OptionsOut)
def ask_to_sign_in(request: HttpRequest) -> dict[str, Any]:
    return {"options": services.ask_passkey_to_sign_in(request)}


@router.post("/session/passkey", auth=anyone, response=SessionOut)
def sign_in(request: HttpRequest, response: HttpResponse, body: AssertionIn) -> dict[str, Any]:
    opened = services.sign_in_by_passkey(request, body.read())
    throttle.remember_browser(request, response, opened.account.email)
    return access.session_object(request)


@router.post("/session/second-factor/passkey/options", auth=anyone, response=OptionsOut)
def ask_as_second_factor(request: HttpRequest) -> dict[str, Any]:
    return {"options": services.ask_passkey_as_second_factor(request)}


@router.post("/session/second-factor/passkey", auth=anyone, response=SessionOut)
def give_second_factor(request: HttpRequest, response: HttpResponse, body: AssertionIn) -> dict[str, Any]:
    opened = services.give_passkey(request, body.read())
    throttle.remember_browser(request, response, opened.account.email)
    return access.session_object(request)


@router.post("/session/confirm/passkey/options", auth=before_passkey, response=OptionsOut)
def ask_to_confirm(request: Request) -> dict[str, Any]:
    return {"options": passkeys.request_options(request, Purpose.CONFIRM, request.auth.account)}


@router.post("/session/confirm/passkey", auth=before_passkey, response=ConfirmedOut)
def confirm(request: Request, body: AssertionIn) -> dict[str, int]:
    until = services.confirm_by_passkey(request, account=request.auth.account, assertion=body.read())
    return {"confirmed_until": until}


@router.get("/passkeys", auth=before_passkey, response=list[PasskeyOut])
def list_passkeys(request: Request) -> list[dict[str, Any]]:
    return passkeys.listing(request.auth.account)


@router.post("/passkeys/options", auth=recent_before_passkey, response=OptionsOut)
def ask_for_a_new_one(request: Request) -> dict[str, Any]:
    return {"options": passkeys.creation_options(request, request.auth.account)}


@router.post("/passkeys", auth=recent_before_passkey, response=PasskeyOut)
def add(request: Request, body: RegistrationIn) -> dict[str, Any]:
    made = Registration(body.id, body.client_data, body.attestation_object, body.transports)
    kept = passkeys.add(
        request, account=request.auth.account, registration=made, name=body.name, prf=body.prf
    )
    return passkeys.as_object(kept)


@router.put("/passkeys/{passkey_id}", auth=second_factor, response={204: None})
def rename(request: Request, passkey_id: str, body: NameIn) -> Status[None]:
    passkeys.rename(account=request.auth.account, passkey_id=passkey_id, name=body.name)
    return Status(204, None)


@router.delete("/passkeys/{passkey_id}", auth=recent, response={204: None})
def remove(request: Request, passkey_id: str) -> Status[None]:
    passkeys.remove(account=request.auth.account, passkey_id=passkey_id)
    return Status(204, None)
