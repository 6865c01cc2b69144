"""The HTTP API: one table of routes, and one way in which every refusal is answered (RFC 9457)."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from members.accounts.api import router as accounts
from members.accounts.enrolment_api import router as enrolment
from members.accounts.passkeys_api import router as passkeys
from members.accounts.permissions import Request, second_factor
from members.accounts.resets_api import router as resets
from members.applications.api import router as applications
from members.applications.vetting_api import router as vetting
from members.audit.api import router as audit
from members.charter.api import router as charter
from members.devices.api import router as devices
from members.directory.api import router as directory
from members.problems import Problem
from members.register.api import router as register
from messaging.conversations.api import router as conversations
from messaging.drafts.api import router as drafts
from messaging.restoration.api import router as restoration
from messaging.sightings.api import router as sightings
from network.demo.api import router as demo
from network.web import PROBLEM, problem

# what no text holds: PostgreSQL stores no NUL, and half a surrogate pair has no encoding
_NOT_TEXT: Final = re.compile("[\0\ud800-\udfff]")
_REFUSAL: Final = {
    "description": "Refused: `code` is for the program, `detail` a sentence for the person",
    "content": {
        PROBLEM: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "code", "detail"],
                "properties": {
                    "type": {"const": "about:blank"},
                    "title": {"type": "string"},
                    "status": {"type": "integer", "minimum": 400, "maximum": 499},
                    "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}


class StrictJson(Parser):
    """A body is what RFC 8259 calls JSON, says so, and holds only text that every database stores."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Problem("unsupported_media_type", 415, "This portal takes application/json only.")
        value = json.loads(request.body, parse_constant=_refuse)
        if b"\\u" in request.body and not _is_text(value):
            raise Problem("invalid", 422, "The request holds a NUL or half a character.")
        return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _is_text(value: object) -> bool:
    if isinstance(value, str):
        return _NOT_TEXT.search(value) is None
    if isinstance(value, dict):
        return all(_is_text(part) for part in (*value, *value.values()))
    return not isinstance(value, list) or all(_is_text(part) for part in value)


class Described(NinjaAPI):
    """An API whose description names the one form of every refusal beside what each route answers."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**options)
        for operations in described["paths"].values():
            for operation in operations.values():
                operation["responses"]["4XX"] = _REFUSAL
        return described


api = Described(
    title="Entente",
    version="1",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=StrictJson(),
)

for router in (
    accounts,
    passkeys,
    enrolment,
    resets,
    devices,
    register,
    directory,
    audit,
    applications,
    vetting,
    charter,
    conversations,
    drafts,
    sightings,
    restoration,
    demo,
):
    api.add_router("", router)


@api.get("/openapi.json", auth=second_factor, include_in_schema=False)
def read_schema(request: Request) -> JsonResponse:
    """The API describes itself to whoever is signed in."""
    return JsonResponse(api.get_openapi_schema())


@api.exception_handler(Problem)
def answer_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    response = problem(error.status, error.code, error.detail, **error.extra)
    if "retry_after" in error.extra:
        response.headers["Retry-After"] = str(error.extra["retry_after"])
    return response


@api.exception_handler(ValidationError)
def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields and never repeats what was sent: it may be a password."""
    fields = sorted({".".join(str(part) for part in one["loc"][1:]) for one in error.errors})
    return problem(422, "invalid", "The request does not have the expected form.", fields=fields)


@api.exception_handler(DataError)
def answer_unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
    """PostgreSQL takes no text with a NUL in it, in a name to look for as little as in one to keep."""
    return problem(422, "invalid", "The request holds text or a number that no database keeps.")


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):
        return answer_problem(request, error.__cause__)  # ninja makes one error of all that its parser raises
    code = "invalid" if error.status_code == 400 else "refused"
    return problem(error.status_code, code, str(error))


@api.exception_handler(Http404)
def answer_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here that you may see.")
