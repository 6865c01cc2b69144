"""HTTP of invitations and of the steps by which an invited person joins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts import enrolment, invitations, rekeying, throttle
from members.accounts.api import NetworkOut
from members.accounts.models import Invitation
from members.accounts.permissions import Request, anyone, device, recent_device, second_factor

router = Router(tags=["enrolment"])

Hash = Field(pattern=r"^[0-9a-f]{64}$")
Name = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
Language = Literal["ar", "zh", "en", "fr", "ru", "es"]
Kind = Literal["focal_point", "lead", "officer", "rekey"]
Step = Literal["sign_in", "password", "second_factor", "keys", "waiting", "done"]


class CheckpointBrief(Schema):
    root: str = Hash
    size: int = Field(ge=1)


class Attestation(Schema):
    checkpoint: CheckpointBrief
    network: str = Hash
    mac: str = Field(max_length=44)


class NewAuthorityIn(Schema, strict=True):
    name: str = Name
    state: str = Field(pattern=r"^[A-Z]{2}$")
    kind: Literal["member"] = "member"


class InvitationIn(Schema, strict=True):
    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    token_hash: str = Hash
    kind: Literal["focal_point", "lead", "officer"]
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    role: Literal["deputy", "member"] | None = None
    authority: NewAuthorityIn | None = None
    application: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    led: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    name: str = Name
    function: str = Name
    language: Language
    attestation: Attestation
    secret_box: str = Field(max_length=4000)


class RekeyIn(Schema, strict=True):
    """New keys for somebody who has an account."""

    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    token_hash: str = Hash
    kind: Literal["rekey"]
    account: str = Field(pattern=r"^[0-9a-f]{32}$")
    attestation: Attestation
    secret_box: str = Field(max_length=4000)


class InvitationMadeOut(Schema):
    id: str
    account: str
    authority: str | None
    salt: str | None
    commitment: str | None
    expires: int


class AuthorityBrief(Schema):
    id: str
    name: str
    state: str
    kind: str


class WaitingKeys(Schema):
    identity_key: str
    mac: str | None
    statements: list[dict[str, Any]]
    attachments: dict[str, str]


class InvitationOut(Schema):
    id: str
    kind: Kind
    email: str
    role: str
    authority: AuthorityBrief | None
    application: str | None
    account: str
    name: str
    function: str
    salt: str | None
    commitment: str | None
    state: Literal["open", "enrolling", "waiting", "done", "expired", "withdrawn"]
    secret_box: str | None
    taken_over_from: str | None
    keys: WaitingKeys | None
    expires: int


class LeftBehindOut(Schema):
    left_by: str
    invitation: InvitationOut


class EnrolmentOut(Schema):
    kind: Kind
    email: str
    role: str
    authority: AuthorityBrief | None
    account: str
    name: str
    function: str
    language: str
    network: NetworkOut
    attestation: Attestation | None
    founding: bool
    step: Step
    expires: int


class TokenIn(Schema, strict=True):
    token: str = Field(max_length=100)


class NewPasswordIn(Schema, strict=True):
    password: str = Field(max_length=1024)


class AuthenticatorOut(Schema):
    step: Step
    totp_secret: str
    totp_uri: str


class EnrolmentCodeIn(Schema, strict=True):
    code: str = Field(max_length=20)


class FirstCodesOut(Schema):
    step: Step
    backup_codes: list[str]


class KeysIn(Schema, strict=True):
    identity_key: str = Field(max_length=44)
    mac: str | None = Field(default=None, max_length=44)
    statements: list[dict[str, Any]] = Field(max_length=2)
    attachments: dict[str, str]


class StepOut(Schema):
    step: Step


@router.post("/invitations", auth=recent_device, response=InvitationMadeOut)
def invite(
    request: Request, body: Annotated[InvitationIn | RekeyIn, Field(discriminator="kind")]
) -> dict[str, Any]:
    made = _rekey(request, body) if isinstance(body, RekeyIn) else _invite(request, body)
    return {
        "id": made.pk,
        "account": made.account_id_given,
        "authority": made.authority or None,
        "salt": made.salt or None,
        "commitment": made.commitment or None,
        "expires": made.expires_at,
    }


def _rekey(request: Request, body: RekeyIn) -> Invitation:
    wanted = rekeying.Wanted(
        id=body.id,
        token_hash=body.token_hash,
        account=body.account,
        attestation=body.attestation.dict(),
        secret_box=body.secret_box,
    )
    return rekeying.invite(inviter=request.auth.account, wanted=wanted)


def _invite(request: Request, body: InvitationIn) -> Invitation:
    authority = body.authority
    wanted = invitations.Wanted(
        id=body.id,
        token_hash=body.token_hash,
        kind=body.kind,
        email=body.email,
        role=body.role,
        authority=invitations.NewAuthority(**authority.dict()) if authority else None,
        application=body.application,
        led=body.led,
        name=body.name,
        function=body.function,
        language=body.language,
        attestation=body.attestation.dict(),
        secret_box=body.secret_box,
    )
    return invitations.invite(inviter=request.auth.account, wanted=wanted)


@router.get("/invitations", auth=device, response=list[InvitationOut])
def list_invitations(request: Request) -> list[dict[str, Any]]:
    return invitations.listing(request.auth.id)


@router.delete("/invitations/{invitation_id}", auth=device, response={204: None})
def withdraw(request: Request, invitation_id: str) -> Status[None]:
    invitations.withdraw(account=request.auth.id, invitation_id=invitation_id)
    return Status(204, None)


@router.get("/left-behind", auth=device, response=list[LeftBehindOut])
def list_left_behind(request: Request) -> list[dict[str, Any]]:
    return invitations.left_behind(request.auth.id)


@router.post("/invitations/{invitation_id}/take-over", auth=recent_device, response=InvitationOut)
def take_over(request: Request, invitation_id: str) -> dict[str, Any]:
    made = invitations.take_over(account=request.auth.id, invitation_id=invitation_id)
    return invitations.as_object(made)


@router.post("/enrolment/open", auth=anyone, response=EnrolmentOut)
def open_invitation(request: HttpRequest, body: TokenIn) -> dict[str, Any]:
    return enrolment.open_invitation(request, body.token)


@router.get("/enrolment", auth=anyone, response=EnrolmentOut)
def resume(request: HttpRequest) -> dict[str, Any]:
    return enrolment.resume(request)


@router.post("/enrolment/password", auth=anyone, response=AuthenticatorOut)
def give_password(request: HttpRequest, body: NewPasswordIn) -> dict[str, str]:
    return {"step": "second_factor", **enrolment.give_password(request, body.password)}


@router.post("/enrolment/second-factor", auth=anyone, response=FirstCodesOut)
def give_second_factor(request: HttpRequest, response: HttpResponse, body: EnrolmentCodeIn) -> dict[str, Any]:
    account, codes = enrolment.give_second_factor(request, body.code)
    throttle.remember_browser(request, response, account.email)
    return {"step": "keys", "backup_codes": codes}


@router.post("/enrolment/keys", auth=second_factor, response=StepOut)
def give_keys(request: Request, body: KeysIn) -> dict[str, str]:
    enrolment.give_keys(request.auth, enrolment.Keys(**body.dict()))
    return {"step": "waiting"}
