"""HTTP for applicants, who have no account: the session knows which application was opened by its link."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from members.accounts.permissions import anyone, find_caller
from members.applications import access, documents, links, services
from members.register.access import standing

router = Router(tags=["applications"])

Language = Literal["ar", "en", "es", "fr", "ru", "zh"]
Seen = Annotated[int, Field(ge=0, lt=2**53)]
Text = Annotated[str, Field(max_length=services.MOST_TEXT)]
BYTES = {
    "responses": {
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    }
}
PART_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class AskIn(Schema, strict=True):
    email: str = Field(max_length=254)
    language: Language


class LinkIn(Schema, strict=True):
    token: str = Field(max_length=100)


class FormIn(Schema, strict=True):
    form: dict[str, Any]
    seen: Seen


class SeenIn(Schema, strict=True):
    seen: Seen


class DocumentIn(Schema, strict=True):
    name: str = Field(min_length=1, max_length=200)
    purpose: Literal["mandate", "other", "protection", "state_confirmation"]
    size: int = Field(ge=1, lt=2**53)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class TextIn(Schema, strict=True):
    text: Text


class OfferIn(Schema, strict=True):
    accept: bool


class ApplicationStepOut(Schema):
    key: str
    kind: str
    days: int | None
    officers: list[str] | None
    another: bool
    title: dict[str, str] | None
    text: dict[str, str] | None
    passed_at: int | None


class DocumentOut(Schema):
    id: str
    name: str
    purpose: str
    size: int
    sha256: str
    media_type: str | None
    judgement: str | None
    remark: str


class EventOut(Schema):
    id: int
    at: int
    act: str
    step: str | None
    text: str
    revision: int
    by: str


class ApplicationOut(Schema):
    id: str
    email: str
    language: str
    status: str
    step: str | None
    steps: list[ApplicationStepOut]
    form: dict[str, Any]
    documents: list[DocumentOut]
    missing: list[str]
    wanted: list[str]
    changed_at: int
    submitted_at: int | None
    revision: int
    editable: bool
    asked: bool
    objections_until: int | None
    expires_at: int | None
    events: list[EventOut]


class SavedOut(Schema):
    changed_at: int
    missing: list[str]


class BegunOut(Schema):
    id: str
    part_size: int


@router.post("/applications", auth=anyone, response={204: None})
def ask(request: HttpRequest, given: AskIn) -> Status[None]:
    """Mails a link; the answer is the same whether there was an application or not."""
    links.ask(request, email=given.email, language=given.language)
    return Status(204, None)


@router.post("/applications/open", auth=anyone, response=ApplicationOut)
def open_link(request: HttpRequest, given: LinkIn) -> dict[str, Any]:
    return access.own(links.open_link(request, given.token))


@router.get("/application", auth=anyone, response=ApplicationOut)
def read(request: HttpRequest) -> dict[str, Any]:
    return access.own(links.held(request))


@router.post("/application/leave", auth=anyone, response={204: None})
def leave(request: HttpRequest) -> Status[None]:
    links.leave(request)
    return Status(204, None)


@router.put("/application/form", auth=anyone, response=SavedOut)
def save(request: HttpRequest, given: FormIn) -> dict[str, Any]:
    """`seen` is `changed_at` of what was read or saved last."""
    with links.changing(request) as application:
        services.save(application, given=given.form, seen=given.seen)
        return access.own(application)


@router.post("/application/submit", auth=anyone, response=ApplicationOut)
def submit(request: HttpRequest, given: SeenIn) -> dict[str, Any]:
    with links.changing(request) as application:
        services.submit(application, seen=given.seen, officer=_officer(request))
        return access.own(application)


@router.post("/application/answer", auth=anyone, response=ApplicationOut)
def answer(request: HttpRequest, given: TextIn) -> dict[str, Any]:
    with links.changing(request) as application:
        services.answer(application, text=given.text, officer=_officer(request))
        return access.own(application)


@router.post("/application/observer", auth=anyone, response=ApplicationOut)
def answer_offer(request: HttpRequest, given: OfferIn) -> dict[str, Any]:
    with links.changing(request) as application:
        services.answer_offer(application, accepted=given.accept, officer=_officer(request))
        return access.own(application)


@router.post("/application/withdraw", auth=anyone, response=ApplicationOut)
def withdraw(request: HttpRequest, given: TextIn) -> dict[str, Any]:
    with links.changing(request) as application:
        services.withdraw(application, text=given.text, officer=_officer(request))
        return access.own(application)


# --- documents ---


@router.post("/application/documents", auth=anyone, response=BegunOut)
def begin_document(request: HttpRequest, given: DocumentIn) -> dict[str, Any]:
    """The parts that follow have `part_size` bytes each, but for the last."""
    with links.changing(request) as application:
        begun = documents.begin(
            application, name=given.name, purpose=given.purpose, size=given.size, sha256=given.sha256
        )
    return {"id": begun.pk, "part_size": documents.PART}


@router.put(
    "/application/documents/{document_id}/parts/{number}",
    auth=anyone,
    response={204: None},
    openapi_extra=PART_BODY,
)
def put_part(request: HttpRequest, document_id: str, number: int) -> Status[None]:
    """Locked as all the others: no part comes after the document was put together or taken out."""
    with links.changing(request) as application:
        documents.put_part(application, document_id, number, request.body)
    return Status(204, None)


@router.post("/application/documents/{document_id}/complete", auth=anyone, response=DocumentOut)
def complete_document(request: HttpRequest, document_id: str) -> Any:
    with links.changing(request) as application:
        return access.document(documents.complete(application, document_id))


@router.delete("/application/documents/{document_id}", auth=anyone, response={204: None})
def remove_document(request: HttpRequest, document_id: str) -> Status[None]:
    with links.changing(request) as application:
        documents.remove(application, document_id)
    return Status(204, None)


@router.get("/application/documents/{document_id}/content", auth=anyone, openapi_extra=BYTES)
def read_document(request: HttpRequest, document_id: str) -> HttpResponse:
    return documents.content(documents.own(links.held(request), document_id))


def _officer(request: HttpRequest) -> str:
    """The officer who is signed in here and does it for the applicant, or the empty string."""
    caller = find_caller(request)
    known = None if caller is None else standing(caller.id)
    return caller.id if caller is not None and known is not None and known.role == "officer" else ""
