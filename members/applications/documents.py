"""Files of an applicant: they come in parts, are what their first bytes say, and go to nobody but officers.

Nothing of them is opened here. They are handed out as attachments that no browser runs anything of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse

from members import clock
from members.applications.files import forget_files
from members.applications.models import Application, Document, Event
from members.background.services import enqueue
from members.problems import NotFound, Problem, Refused, SlowDown
from members.protocol.application import MOST_DOCUMENTS, PURPOSES

PART = 512 * 1024
"""Bytes: on a line of 256 kbit/s a part is under way for some sixteen seconds."""
LARGEST = 20 * 1024 * 1024
ALL_TOGETHER = 100 * 1024 * 1024
OF_STRANGERS = 4 * 1024 * 1024 * 1024
"""Bytes: what strangers can make a portal keep before an officer has looked at it, handed in or not."""

_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class NotEditable(Problem):
    def __init__(self) -> None:
        super().__init__("not_editable", 409, "This application cannot be changed now.")


# --- handing in ---


@transaction.atomic
def begin(application: Application, *, name: str, purpose: str, size: int, sha256: str) -> Document:
    """Announce a file. The same file again goes on with what is there of it already."""
    _require_editable(application)
    if not name.strip() or purpose not in PURPOSES:
        raise Refused("invalid", "A document has a name and one of the purposes.")
    if not 0 < size <= LARGEST:
        raise Refused("too_large", f"A document has at most {LARGEST} bytes.", most=LARGEST)
    present = [one for one in application.documents.filter(removed_at=None) if one.sha256 != sha256]
    if len(present) >= MOST_DOCUMENTS:
        raise Refused("too_many", f"An application has at most {MOST_DOCUMENTS} documents.")
    if sum(one.size for one in present) + size > ALL_TOGETHER:
        raise Refused(
            "too_large", f"All documents together have at most {ALL_TOGETHER} bytes.", most=ALL_TOGETHER
        )
    found = application.documents.filter(sha256=sha256, removed_at=None).first()
    if found is None:
        looked_at = Event.objects.filter(by=Event.By.OFFICER).values("application")
        unseen = Document.objects.exclude(application__in=looked_at)
        if (unseen.aggregate(all=Sum("size"))["all"] or 0) + size > OF_STRANGERS:
            raise SlowDown(retry_after=3600)
        return application.documents.create(name=name.strip(), purpose=purpose, size=size, sha256=sha256)
    if found.media_type or found.size != size:
        raise Problem("exists", 409, "This document is there already.")
    found.name, found.purpose = name.strip(), purpose
    found.save(update_fields=["name", "purpose"])
    return found


def put_part(application: Application, document_id: str, number: int, data: bytes) -> None:
    """Keep one part, counted from 0; once more is the same. Raises Refused for one of another length than it has."""
    _require_editable(application)
    document = own(application, document_id)
    if document.media_type:
        return
    expected = min(PART, document.size - number * PART)
    if not 0 <= number < _parts(document) or len(data) != expected:
        raise Refused("invalid", "The part does not have its place or its length.")
    _keep(_path(document, str(number)), data)


@transaction.atomic
def complete(application: Application, document_id: str) -> Document:
    """Put the parts together: they must give the bytes that were announced, and these a PDF, a PNG or a JPEG."""
    _require_editable(application)
    document = own(application, document_id)
    if document.media_type:
        return document
    paths = [_path(document, str(number)) for number in range(_parts(document))]
    absent = [number for number, path in enumerate(paths) if not default_storage.exists(path)]
    if absent:
        raise Refused("incomplete", "Some parts have not arrived.", parts=absent)
    whole = b"".join(_read(path) for path in paths)
    if hashlib.sha256(whole).hexdigest() != document.sha256:
        raise Refused("hash_differs", "What arrived is not the file that was announced.")
    kind = next((kind for beginning, kind in _BEGINNINGS if whole.startswith(beginning)), None)
    if kind is None:
        raise Refused("not_a_document", "Only PDF, PNG and JPEG files are taken.")
    _keep(_path(document, "whole"), whole)
    document.media_type = kind
    document.save(update_fields=["media_type"])
    touch(application)
    enqueue(forget_files, paths=paths)
    return document


@transaction.atomic
def remove(application: Application, document_id: str) -> None:
    """Take a document out. What officers have been given stays for them."""
    _require_editable(application)
    document = own(application, document_id)
    submitted = any(
        one["id"] == document.pk for revision in application.revisions.all() for one in revision.documents
    )
    if submitted:
        document.removed_at = clock.now()
        document.save(update_fields=["removed_at"])
    else:
        enqueue(forget_files, paths=paths_of([document]))
        document.delete()
    touch(application)


# --- handing out ---


def content(document: Document) -> HttpResponse:
    """The bytes, as an attachment of which nothing runs."""
    if not document.media_type:
        raise NotFound
    ending = _ENDINGS[document.media_type]
    response = HttpResponse(_read(_path(document, "whole")), content_type=document.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="document-{document.pk[:8]}.{ending}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def find(application: Application, document_id: str) -> Document:
    """Any document that was ever handed in with it."""
    found = application.documents.filter(pk=document_id).first()
    if found is None:
        raise NotFound
    return found


def whole_ones(application: Application) -> list[Document]:
    """Those that are whole and were not taken out, the oldest first."""
    present = application.documents.filter(removed_at=None).exclude(media_type="")
    return list(present.order_by("begun_at", "id"))


def paths_of(documents: Iterable[Document]) -> list[str]:
    """Everything that may be kept of these, also by a transaction that came to nothing."""
    return [
        _path(one, name)
        for one in documents
        for name in ("whole", *(str(number) for number in range(_parts(one))))
    ]


def touch(application: Application) -> None:
    """Something of the application has changed: whoever has read it before reads it again before changing it."""
    application.changed_at = max(clock.now(), application.changed_at + 1)
    application.save(update_fields=["changed_at"])


def _require_editable(application: Application) -> None:
    if not editable(application):
        raise NotEditable


def editable(application: Application) -> bool:
    return application.status in (Application.Status.DRAFT, Application.Status.RETURNED)


def own(application: Application, document_id: str) -> Document:
    """One that the applicant has not taken out."""
    found = application.documents.filter(pk=document_id, removed_at=None).first()
    if found is None:
        raise NotFound
    return found


def _parts(document: Document) -> int:
    return -(-document.size // PART)


def _path(document: Document, name: str) -> str:
    return f"applications/{document.application_id}/{document.pk}/{name}"


def _keep(path: str, data: bytes) -> None:
    if default_storage.exists(path):
        default_storage.delete(path)
    default_storage.save(path, ContentFile(data))


def _read(path: str) -> bytes:
    with default_storage.open(path) as file:
        return bytes(file.read())
