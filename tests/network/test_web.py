"""Every answer carries its headers, the page runs nothing but our files, and foreign names read nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.handlers.asgi import ASGIRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pytest_django import Settings

from network import web
from network.environment import BASE, Origin


@pytest.fixture
def pages(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>Entente</title>")
    settings.PAGES = tmp_path
    return tmp_path


@csrf_exempt
def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a name that nobody may see")


def interrupted(request: HttpRequest) -> HttpResponse:
    raise SessionInterrupted("its session was deleted")


def without_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection to 10.0.0.7 failed")


urlpatterns = [
    path("exempt", exempt),
    path("failing", failing),
    path("interrupted", interrupted),
    path("without_database", without_database),
]
handler400 = web.bad_request
handler500 = web.server_error

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    "address", ["/", "/conversations/1", "/api/unknown", "/health/live", "/assets/absent.js"]
)
async def test_every_answer_carries_its_headers(address: str, pages: Path) -> None:
    response = await AsyncClient().get(address)
    for name, value in EVERYWHERE.items():
        assert response.headers[name] == value
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Content-Length"] == str(len(response.content))


def test_what_is_not_the_page_may_run_and_load_nothing(client: Client) -> None:
    policy = client.get("/api/unknown").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_the_policy_of_the_page_allows_our_own_files_and_nothing_inline(client: Client, pages: Path) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["connect-src"] == "'self' ws://localhost:8000"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert directives["trusted-types"] == "entente-worker"
    assert "unsafe" not in policy


def test_strict_transport_is_said_over_tls_only() -> None:
    assert "Strict-Transport-Security" in web.common_headers(Origin.parse("https://portal.example.org"))
    assert "Strict-Transport-Security" not in web.common_headers(Origin.parse("http://localhost:8000"))


@pytest.mark.parametrize("address", ["/", "/conversations", "/people/anybody"])
def test_the_page_answers_every_address_that_it_routes(client: Client, pages: Path, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content == (pages / "index.html").read_bytes()


@pytest.mark.parametrize("address", ["/api/", "/api/unknown", "/assets/absent.js", "/health/unknown"])
def test_an_unknown_address_of_the_api_is_never_the_page(client: Client, pages: Path, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"


def test_pages_that_are_not_built_are_said_to_be(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.PAGES = tmp_path
    response = client.get("/")
    assert response.status_code == 503
    assert response.json()["code"] == "pages_not_built"


def test_a_foreign_name_for_this_address_reads_nothing(client: Client, pages: Path) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 421
    assert response.content == b"This portal answers at http://localhost:8000 only.\n"


async def test_a_foreign_name_reads_nothing_by_naming_another_root(pages: Path) -> None:
    """daphne takes the root of the application from a header, and with it the path is split in another place."""
    request = AsyncRequestFactory().get("/health/api/session", headers={"host": "evil.example"})
    scope = {**request.scope, "root_path": "/health"}
    split = ASGIRequest(scope, BytesIO())
    assert split.path_info == "/api/session"
    answer = web.OwnHostOnly(lambda _: HttpResponse("read"))(split)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 421


def test_the_hosts_are_never_all_hosts(settings: Settings) -> None:
    assert "*" not in settings.ALLOWED_HOSTS


@override_settings(ROOT_URLCONF=__name__)
def test_an_unsafe_request_without_its_token_is_refused_even_where_a_view_is_exempt() -> None:
    response = Client(enforce_csrf_checks=True).post("/exempt", {}, content_type="application/json")
    assert response.status_code == 403
    assert response.json()["code"] == "csrf"


@override_settings(ROOT_URLCONF=__name__)
def test_our_own_mistakes_say_nothing_of_themselves() -> None:
    response = Client(raise_request_exception=False).get("/failing")
    assert response.status_code == 500
    assert response.json()["code"] == "server_failed"
    assert b"nobody may see" not in response.content


@override_settings(ROOT_URLCONF=__name__)
async def test_a_session_that_ends_under_a_request_is_said_to_have_ended() -> None:
    for response in (
        await sync_to_async(Client(raise_request_exception=False).get)("/interrupted"),
        await AsyncClient(raise_request_exception=False).get("/interrupted"),
    ):
        assert response.status_code == 401
        assert response.json()["code"] == "not_signed_in"


@override_settings(ROOT_URLCONF=__name__)
async def test_a_database_that_is_away_is_said_to_be_so_and_when_to_try_again() -> None:
    for response in (
        await sync_to_async(Client(raise_request_exception=False).get)("/without_database"),
        await AsyncClient(raise_request_exception=False).get("/without_database"),
    ):
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert response.json()["code"] == "server_failed"
        assert b"10.0.0.7" not in response.content


class Inline(HTMLParser):
    """Collects what a strict content policy would refuse to run or apply."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        self.found.extend(name for name in given if name == "style" or name.startswith("on"))


def test_the_page_has_no_inline_code_or_style() -> None:
    page = Inline()
    page.feed((BASE / "frontend" / "index.html").read_text(encoding="utf-8"))
    assert page.found == []
    assert "react-aria-pressable-style" in page.ids


def test_cookies_are_for_this_origin_alone(settings: Settings) -> None:
    from network.settings import cookie_name

    assert cookie_name("session") == "entente-session-8000"
    for kind in ("SESSION", "CSRF"):
        assert getattr(settings, f"{kind}_COOKIE_HTTPONLY") is True
        assert getattr(settings, f"{kind}_COOKIE_SAMESITE") == "Lax"
        assert getattr(settings, f"{kind}_COOKIE_SECURE") is False
