"""HTTP for officers, who vet, and for leads and deputies, who may object."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts.permissions import Request, device, recent_device
from members.applications import access, links, objections, pipeline, vetting
from members.applications.api import BYTES, AskIn, DocumentOut, Text, TextIn
from members.charter.access import require_officer

router = Router(tags=["vetting"])

Revision = Annotated[int, Field(ge=0, lt=2**31)]
Key = Annotated[str, Field(max_length=40)]


class VettingStepOut(Schema):
    key: str
    kind: str
    days: int | None
    officers: list[str] | None
    another: bool
    title: dict[str, str] | None
    text: dict[str, str] | None


class PassedStepOut(VettingStepOut):
    passed_at: int | None
    passed_by: str | None


class SummaryOut(Schema):
    id: str
    name: str
    name_en: str
    state: str
    membership: str
    powers: list[str]
    status: str
    step: str | None
    submitted_at: int | None
    changed_at: int
    waits_for: str
    due_at: int | None
    overdue: bool
    objections: int
    signatures: int
    last_text: str


class ListOut(Schema):
    steps: list[VettingStepOut]
    applications: list[SummaryOut]


class RevisionOut(Schema):
    number: int
    at: int
    digest: str
    changes: list[str]


class VettingEventOut(Schema):
    id: int
    at: int
    act: str
    step: str | None
    text: str
    revision: int
    officer: str | None
    authority: str | None
    settled: bool


class LeadInvitationOut(Schema):
    id: str
    state: str
    mine: bool


class CaseOut(SummaryOut):
    email: str
    language: str
    steps: list[PassedStepOut]
    form: dict[str, Any]
    documents: list[DocumentOut]
    missing: list[str]
    wanted: list[str]
    revision: int
    nonce: str | None
    digest: str | None
    revisions: list[RevisionOut]
    objections_until: int | None
    events: list[VettingEventOut]
    may_decide: bool
    why_not: str | None
    invitation: LeadInvitationOut | None
    proposal: str | None
    authority: str | None


class EnteredOut(Schema):
    id: str


class PipelineOut(Schema):
    version: int
    changed_at: int
    changed_by: str | None
    steps: list[VettingStepOut]


class PipelineIn(Schema, strict=True):
    steps: list[dict[str, Any]] = Field(max_length=pipeline.MOST_STEPS)
    seen: Revision


class PassIn(Schema, strict=True):
    step: Key
    revision: Revision
    text: Text


class BackIn(Schema, strict=True):
    step: Key
    text: Text


class ReturnIn(Schema, strict=True):
    revision: Revision
    wanted: list[Annotated[str, Field(max_length=40)]] = Field(max_length=40)
    text: Text


class DecideIn(Schema, strict=True):
    revision: Revision
    text: Text


class SettleIn(Schema, strict=True):
    event: int = Field(ge=0, lt=2**53)
    text: Text


class JudgementIn(Schema, strict=True):
    judgement: Literal["accepted", "refused"] | None
    remark: str = Field(max_length=500)


class OwnObjectionOut(Schema):
    text: str
    at: int


class ObjectionOut(Schema):
    id: str
    name: str
    name_en: str
    state: str
    membership: str
    powers: list[str]
    mandate: str
    legal_basis: str
    website: str
    until: int
    own: OwnObjectionOut | None


# --- officers ---


@router.get("/vetting", auth=device, response=ListOut)
def read_list(request: Request) -> dict[str, Any]:
    return access.listing(request.auth.id)


@router.post("/vetting", auth=device, response=EnteredOut)
def enter(request: Request, given: AskIn) -> dict[str, str]:
    """A draft for an applicant, which this browser may fill in as if it had opened the mailed link."""
    require_officer(request.auth.id)
    made = links.enter(request, officer=request.auth.id, email=given.email, language=given.language)
    return {"id": made.pk}


@router.get("/vetting/pipeline", auth=device, response=PipelineOut)
def read_pipeline(request: Request) -> dict[str, Any]:
    return _pipeline(access.read_pipeline(request.auth.id))


@router.put("/vetting/pipeline", auth=recent_device, response=PipelineOut)
def change_pipeline(request: Request, given: PipelineIn) -> dict[str, Any]:
    """`seen` is the version that was read."""
    return _pipeline(pipeline.change(officer=request.auth.id, steps=given.steps, seen=given.seen))


@router.get("/vetting/{application_id}", auth=device, response=CaseOut)
def read_case(request: Request, application_id: str) -> dict[str, Any]:
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/pass", auth=recent_device, response=CaseOut)
def pass_step(request: Request, application_id: str, given: PassIn) -> dict[str, Any]:
    vetting.pass_step(
        request.auth.id, application_id, step=given.step, revision=given.revision, text=given.text
    )
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/back", auth=recent_device, response=CaseOut)
def go_back(request: Request, application_id: str, given: BackIn) -> dict[str, Any]:
    vetting.go_back(request.auth.id, application_id, step=given.step, text=given.text)
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/return", auth=recent_device, response=CaseOut)
def give_back(request: Request, application_id: str, given: ReturnIn) -> dict[str, Any]:
    vetting.give_back(
        request.auth.id, application_id, revision=given.revision, wanted=given.wanted, text=given.text
    )
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/ask", auth=device, response=CaseOut)
def ask(request: Request, application_id: str, given: TextIn) -> dict[str, Any]:
    vetting.ask(request.auth.id, application_id, text=given.text)
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/remark", auth=device, response=CaseOut)
def remark(request: Request, application_id: str, given: TextIn) -> dict[str, Any]:
    vetting.remark(request.auth.id, application_id, text=given.text)
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/offer", auth=recent_device, response=CaseOut)
def offer(request: Request, application_id: str, given: DecideIn) -> dict[str, Any]:
    vetting.offer_observer_status(request.auth.id, application_id, revision=given.revision, text=given.text)
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/decline", auth=recent_device, response=CaseOut)
def decline(request: Request, application_id: str, given: DecideIn) -> dict[str, Any]:
    vetting.decline(request.auth.id, application_id, revision=given.revision, text=given.text)
    return access.case(request.auth.id, application_id)


@router.post("/vetting/{application_id}/settle", auth=recent_device, response=CaseOut)
def settle(request: Request, application_id: str, given: SettleIn) -> dict[str, Any]:
    vetting.settle(request.auth.id, application_id, event=given.event, text=given.text)
    return access.case(request.auth.id, application_id)


@router.put("/vetting/{application_id}/documents/{document_id}/judgement", auth=device, response=CaseOut)
def judge(request: Request, application_id: str, document_id: str, given: JudgementIn) -> dict[str, Any]:
    vetting.judge(
        request.auth.id, application_id, document_id, judgement=given.judgement, remark=given.remark
    )
    return access.case(request.auth.id, application_id)


@router.get("/vetting/{application_id}/documents/{document_id}/content", auth=device, openapi_extra=BYTES)
def read_document(request: Request, application_id: str, document_id: str) -> HttpResponse:
    """That it was read is written into the audit log."""
    return vetting.read_document(request.auth.id, application_id, document_id)


# --- members ---


@router.get("/objections", auth=device, response=list[ObjectionOut])
def read_objections(request: Request) -> list[dict[str, Any]]:
    return objections.listing(request.auth.id)


@router.post("/objections/{application_id}", auth=recent_device, response={204: None})
def object_to(request: Request, application_id: str, given: TextIn) -> Status[None]:
    objections.object_to(request.auth.id, application_id, text=given.text)
    return Status(204, None)


@router.delete("/objections/{application_id}", auth=device, response={204: None})
def withdraw_objection(request: Request, application_id: str) -> Status[None]:
    objections.withdraw(request.auth.id, application_id)
    return Status(204, None)


def _pipeline(found: Any) -> dict[str, Any]:
    return {
        "version": found.version,
        "changed_at": found.changed_at,
        "changed_by": found.changed_by or None,
        "steps": found.steps,
    }
