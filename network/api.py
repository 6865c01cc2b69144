"""The HTTP API: one table of routes, and one way in which every refusal is answered (RFC 9457)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from members.accounts.api import router as accounts
from members.accounts.enrolment_api import router as enrolment
from members.accounts.permissions import Request, second_factor
from members.accounts.resets_api import router as resets
from members.devices.api import router as devices
from members.directory.api import router as directory
from members.problems import Problem
from members.register.api import router as register
from messaging.conversations.api import router as conversations
from messaging.drafts.api import router as drafts
from messaging.sightings.api import router as sightings
from network.demo.api import router as demo
from network.web import problem

api = NinjaAPI(title="Entente", version="1", docs_url=None, openapi_url=None, urls_namespace="api")

for router in (
    accounts,
    enrolment,
    resets,
    devices,
    register,
    directory,
    conversations,
    drafts,
    sightings,
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


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "invalid" if error.status_code == 400 else "refused"
    return problem(error.status_code, code, str(error))


@api.exception_handler(Http404)
def answer_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here that you may see.")
