"""HTTP of the Register: reading the log in tiles, appending to it, and the acts of officers."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts.enrolment_api import Hash, InvitationOut
from members.accounts.permissions import Request, reader, recent, second_factor
from members.compression import compressed
from members.problems import Problem
from members.protocol.tiles import WIDTH
from members.register import access, appending, attachments, founding, proposals, tiles

router = Router(tags=["register"])

IMMUTABLE = "private, max-age=31536000, immutable"
NOTE = {"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}}
BYTES = {
    "responses": {
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    }
}
InvitationId = Field(default=None, pattern=r"^[0-9a-f]{32}$")
Why = Field(default="", max_length=500)


class AppendIn(Schema, strict=True):
    entries: list[dict[str, Any]]
    attachments: dict[str, str] = {}
    invitation: str | None = InvitationId


class CheckpointOut(Schema):
    checkpoint: str


class PerhapsCheckpointOut(Schema):
    checkpoint: str | None


class ProofOut(Schema):
    proof: list[str]


class HashesIn(Schema, strict=True):
    hashes: list[Annotated[str, Hash]] = Field(max_length=1000)


class AttachmentsOut(Schema):
    attachments: dict[str, str]


class ProposalIn(Schema, strict=True):
    envelope: dict[str, Any]
    invitation: str | None = InvitationId
    why: str = Why


class IdOut(Schema):
    id: str


class SignatureIn(Schema, strict=True):
    keyid: str = Hash
    sig: str = Field(max_length=88)


class SignedOut(Schema):
    account: str
    at: int
    why: str


class ProposalOut(Schema):
    id: str
    envelope: dict[str, Any]
    proposed_by: str
    proposed_at: int
    signatures: list[SignedOut]
    stale: bool
    application: str | None
    invitation: InvitationOut | None


class ProposalSignatureIn(SignatureIn):
    why: str = Why


class IdentityKeyIn(Schema, strict=True):
    identity_key: str = Field(max_length=44)


class FoundingOfficerOut(Schema):
    account: str
    name: str
    has_key: bool
    signed: bool


class FoundingOut(Schema):
    state: str
    payload: str | None
    officers: list[FoundingOfficerOut]
    network: str | None


# --- reading ---


@router.get("/register/checkpoint", auth=reader, openapi_extra=NOTE)
def read_checkpoint(request: HttpRequest) -> HttpResponse:
    checkpoint = access.checkpoint()
    if not checkpoint:
        raise Problem("not_founded", 404, "The network is not founded yet.")
    return HttpResponse(checkpoint, content_type="text/plain; charset=utf-8")


@router.get("/register/tile/{path:path}", auth=reader, openapi_extra=BYTES)
@compressed
def read_tile(request: HttpRequest, path: str) -> HttpResponse:
    tile, data = tiles.read(path)
    response = HttpResponse(data, content_type="application/octet-stream")
    if tile.width == WIDTH:
        response.headers["Cache-Control"] = IMMUTABLE
    return response


@router.get("/register/proof/consistency", auth=reader, response=ProofOut)
def read_consistency(request: HttpRequest, first: int, second: int) -> dict[str, list[str]]:
    return {"proof": access.consistency_proof(first, second)}


@router.get("/register/proof/inclusion", auth=reader, response=ProofOut)
def read_inclusion(request: HttpRequest, index: int, size: int) -> dict[str, list[str]]:
    return {"proof": access.inclusion_proof(index, size)}


@router.get("/register/times", auth=reader, response=list[int])
def read_times(request: HttpRequest, first: int, last: int) -> list[int]:
    return access.times(first, last)


@router.post("/register/attachments", auth=second_factor, response=AttachmentsOut)
def read_attachments(request: Request, body: HashesIn) -> dict[str, dict[str, str]]:
    return {"attachments": attachments.encode(access.public_attachments(body.hashes))}


# --- appending ---


@router.post("/register/append", auth=second_factor, response=CheckpointOut)
def append(request: Request, body: AppendIn) -> dict[str, str]:
    checkpoint = appending.append_own(
        caller=request.auth, envelopes=body.entries, sent=body.attachments, invitation_id=body.invitation
    )
    return {"checkpoint": checkpoint}


# --- acts of officers ---


@router.post("/register/proposals", auth=recent, response=IdOut)
def propose(request: Request, body: ProposalIn) -> dict[str, str]:
    made = proposals.propose(
        account=request.auth.id, envelope=body.envelope, invitation_id=body.invitation, why=body.why
    )
    return {"id": made.pk}


@router.get("/register/proposals", auth=second_factor, response=list[ProposalOut])
def list_proposals(request: Request) -> list[dict[str, Any]]:
    return proposals.listing(request.auth.id)


@router.post("/register/proposals/{proposal_id}/sign", auth=recent, response=PerhapsCheckpointOut)
def sign_proposal(request: Request, proposal_id: str, body: ProposalSignatureIn) -> dict[str, str | None]:
    checkpoint = proposals.sign(
        account=request.auth.id, proposal_id=proposal_id, keyid=body.keyid, sig=body.sig, why=body.why
    )
    return {"checkpoint": checkpoint}


@router.delete("/register/proposals/{proposal_id}", auth=second_factor, response={204: None})
def decline_proposal(request: Request, proposal_id: str) -> Status[None]:
    proposals.decline(account=request.auth.id, proposal_id=proposal_id)
    return Status(204, None)


# --- founding ---


@router.get("/founding", auth=second_factor, response=FoundingOut)
def read_founding(request: Request) -> dict[str, Any]:
    return founding.view(request.auth.id)


@router.post("/founding/key", auth=second_factor, response=FoundingOut)
def give_founding_key(request: Request, body: IdentityKeyIn) -> dict[str, Any]:
    return founding.give_key(account=request.auth.id, identity_key=body.identity_key)


@router.post("/founding/sign", auth=second_factor, response=FoundingOut)
def sign_founding(request: Request, body: SignatureIn) -> dict[str, Any]:
    return founding.sign(account=request.auth.id, keyid=body.keyid, sig=body.sig)
