"""What every answer carries, and the one page of the application.

The content policy allows no inline code or style, no foreign origin and no string turned into code. The API and
the pages share one origin; both are guarded by the same middleware.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware

from network.environment import Origin

PROBLEM = "application/problem+json"
BYTES = "application/octet-stream"
# the parts of an applicant's document, which are no JSON
TAKES_BYTES = re.compile(r"/api/application/documents/[^/]+/parts/")
UNUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip


def content_policy(origin: Origin) -> str:
    """The policy of the page: our own files, our own socket, and workers through one named Trusted Types policy."""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        # 'self' does not cover the socket in every browser
        "connect-src": f"'self' {origin.websocket}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        # a picture that somebody sent is looked at in a frame of our own making, which has no right of its own
        "frame-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "entente-worker",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def common_headers(origin: Origin) -> dict[str, str]:
    """What everything from this origin carries, files included."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
        "X-Frame-Options": "DENY",
    }
    if origin.secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


Answer = HttpResponse | Awaitable[HttpResponse]
NextStep = Callable[[HttpRequest], Answer]


class _Middleware:
    """A step around every request that costs no thread hop in an asynchronous server."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: NextStep) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        refusal = self.before(request)
        if self.is_async:
            return self._answer_later(request, refusal)
        return self.after(refusal or cast("HttpResponse", self.get_response(request)))

    async def _answer_later(self, request: HttpRequest, refusal: HttpResponse | None) -> HttpResponse:
        return self.after(refusal or await cast("Awaitable[HttpResponse]", self.get_response(request)))

    def before(self, request: HttpRequest) -> HttpResponse | None:
        """An answer that ends the request here, or nothing."""
        return None

    def after(self, response: HttpResponse) -> HttpResponse:
        return response


class SecurityHeaders(_Middleware):
    """No answer leaves without its headers; one that a view has set itself stays."""

    def __init__(self, get_response: NextStep) -> None:
        super().__init__(get_response)
        self.headers = common_headers(settings.ORIGIN) | {
            "Cache-Control": "no-store",
            # for all but the page, which sets its own: nothing in it may run or load
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        }

    def after(self, response: HttpResponse) -> HttpResponse:
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class OwnHostOnly(_Middleware):
    """Answers only under the portal's own name, so that a foreign name pointed at this address reads nothing."""

    def before(self, request: HttpRequest) -> HttpResponse | None:
        # not `path`: what stands before `path_info` in it is whatever a client says that its root is
        if request.path_info.startswith("/health/") or request.path_info == "/metrics":
            return None  # asked by address, by what watches the process
        try:
            request.get_host()
        except DisallowedHost:
            sentence = f"This portal answers at {settings.ORIGIN} only.\n"
            return HttpResponse(sentence, status=421, content_type="text/plain; charset=utf-8")
        return None


class OneForm(_Middleware):
    """Addresses are text that every database stores, bodies are JSON, and a refused method is a refusal like others.

    A body of another type is refused here and not where it is read: the check against forged requests looks into forms.
    """

    def before(self, request: HttpRequest) -> HttpResponse | None:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem(400, "invalid", "No address of this portal has a NUL in it.")
        taken = BYTES if TAKES_BYTES.match(request.path_info) else "application/json"
        if request.content_type not in ("", taken) and request.method not in ("GET", "HEAD"):
            return problem(415, "unsupported_media_type", "This portal takes application/json only.")
        return None

    def after(self, response: HttpResponse) -> HttpResponse:
        if response.status_code != 405 or response.headers["Content-Type"] == PROBLEM:
            return response
        refusal = problem(405, "method_not_allowed", "This address does not take this method.")
        refusal.headers["Allow"] = response.headers["Allow"]
        return refusal


class CsrfAlways(CsrfViewMiddleware):
    """Every unsafe request is checked, also in views that a library has marked as exempt."""

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        def without_exemption() -> HttpResponse:
            raise NotImplementedError("stands for the view in the check and is never called")

        return super().process_view(request, without_exemption, callback_args, callback_kwargs)


def problem(status: int, code: str, detail: str, **extra: object) -> JsonResponse:
    """An RFC 9457 problem: `code` is for the program, `detail` a sentence for the person."""
    title = code.replace("_", " ").capitalize()
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **extra}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(
        403, "csrf", "The request did not come from this portal's own page; reload it and try again."
    )


def bad_request(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    if isinstance(sys.exc_info()[1], SessionInterrupted):
        return problem(401, "not_signed_in", "The session was ended while the request was under way.")
    return problem(400, "invalid", "The request does not have the expected form.")


def forbidden(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    return problem(403, "refused", "This request is not allowed.")


def not_found(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here that you may see.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers for whatever went wrong; a database that is away for a moment is no fault of the portal, and says so."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        detail = "The portal cannot reach its database at this moment; what was not confirmed was not kept."
        response = problem(503, "server_failed", detail)
        response.headers["Retry-After"] = "5"
        return response
    return problem(
        500, "server_failed", "Something went wrong on the server; what was not confirmed was not kept."
    )


def page(request: HttpRequest) -> HttpResponse:
    """The one page of the application, for every address that it routes itself."""
    if request.method not in ("GET", "HEAD"):
        return problem(405, "method_not_allowed", "A page can only be read.")
    try:
        content = (settings.PAGES / "index.html").read_bytes()
    except FileNotFoundError:
        return problem(503, "pages_not_built", "The pages are not built: start the portal with ./entente.")
    headers = {"Content-Security-Policy": content_policy(settings.ORIGIN)}
    return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)
