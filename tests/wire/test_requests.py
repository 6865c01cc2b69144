"""Requests that no browser makes: each is answered or its line ended, and none of them is a fault of the server."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messaging.live.portal import Place, serving
from tests.servers import Server
from tests.wire.conftest import Others
from tests.wire.lines import all_that_comes, dial, handshake, head


@pytest.fixture(scope="module")
def server(made: Place) -> Iterator[Server]:
    """The portal; that it has found nothing wrong with itself is seen when it has ended."""
    with serving(made) as running:
        yield running
    assert "Traceback" not in running.output, running.output


def ask(server: Server, data: bytes) -> bytes:
    """All that the server says to these bytes, behind which nothing comes any more."""
    with dial(server) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(data)
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_WR)
        return all_that_comes(line)


def answer_to(
    server: Server, request: str, headers: Mapping[str, str] | None = None, *, body: bytes = b""
) -> tuple[int, bytes]:
    """Status and body of the answer to one request."""
    length = {"Content-Length": str(len(body))} if body else {}
    data = head(server, request, {**length, **(headers or {}), "Connection": "close"}) + body
    with dial(server) as line:
        line.sendall(data)
        came = all_that_comes(line)
    first, _, told = came.partition(b"\r\n\r\n")
    return int(first.split()[1]), told


LETTERS = st.characters(min_codepoint=0, max_codepoint=255)
METHODS = st.sampled_from(
    ["GET", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PRI", "get", "\xff", "G\tT", ""]
)
PATHS = st.sampled_from(
    ["/", "/api/session", "/ws", "/health/live", "*", "//", "/../../etc/passwd", "/%", "/%ff", "/%00", "/?%00",
     "/?\xff", "http://evil.example/", "/" + "a" * 17_000, "/\xff", "/api/register/tile/../../x", ""]
)  # fmt: skip
VERSIONS = st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/9.9", "", "\xff"])
NAMES = st.one_of(
    st.sampled_from(
        ["Host", "Cookie", "Origin", "Content-Type", "Content-Length", "Transfer-Encoding", "Upgrade", "Connection",
         "Expect", "Daphne-Root-Path", "X-Forwarded-For", "Accept-Encoding", "Range", "Forwarded",
         "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"]
    ),
    st.text(LETTERS, max_size=8),
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ["websocket", "Upgrade", "chunked", "identity", "gzip", "-1", "1e3", "9" * 30, "localhost", "evil.example",
         "\xff", "\0", "100-continue", "13", "permessage-deflate", "bytes=0-", "application/json", "a" * 9_000]
    ),
    st.text(LETTERS, max_size=20),
)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(method=METHODS, path=PATHS, version=VERSIONS, headers=HEADERS, host=st.booleans())
def test_any_request(
    server: Server,
    others: Others,
    method: str,
    path: str,
    version: str,
    headers: list[tuple[str, str]],
    host: bool,
) -> None:
    known = [("Host", f"localhost:{server.port}")] if host else []
    lines = [f"{method} {path} {version}", *(f"{name}: {value}" for name, value in [*known, *headers])]
    answer = ask(server, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    assert not answer or answer.startswith((b"HTTP/1.0 ", b"HTTP/1.1 "))
    assert answer[9:10] in (b"", b"1", b"2", b"4") or answer[9:12] == b"505"


@settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(
        ["Origin", "Cookie", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Host", "X"]
    ),
    value=VALUES,
)
def test_any_handshake(made: Place, server: Server, others: Others, name: str, value: str) -> None:
    value = value.replace("\r", "").replace("\n", "")
    session = made.plan["members"][2]["session"]
    answer = ask(server, handshake(server, session, **{name: value}))
    assert answer[:10] in (b"", b"HTTP/1.1 1", b"HTTP/1.1 4")


BODIES: dict[str, tuple[bytes, str, int]] = {
    "another type": (b"{}", "text/plain", 415),
    "a form": (b"email=a&password=b", "application/x-www-form-urlencoded", 415),
    "no type": (b"{}", "", 415),
    "parts": (b"--x", "multipart/form-data; boundary=x", 415),
    "not JSON": (b"{", "application/json", 400),
    "not a number": (b'{"email":"a","password":"b","x":NaN}', "application/json", 400),
    "not text": (b'{"email":"\\ud800","password":"b"}', "application/json", 422),
    "a NUL": (b'{"email":"\\u0000","password":"b"}', "application/json", 422),
    "no UTF-8": (b'{"email":"\xff","password":"b"}', "application/json", 400),
    "deep": (b"[" * 100_000, "application/json", 400),
    "a field of another type": (b'{"email":1,"password":true}', "application/json", 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_json_of_the_right_form(server: Server, name: str) -> None:
    body, kind, status = BODIES[name]
    token, cookies = session_of(server)
    more = {"Cookie": cookies, "X-CSRFToken": token, "Origin": server.address}
    answered, told = answer_to(
        server, "POST /api/session/password", {"Content-Type": kind, **more}, body=body
    )
    assert answered == status
    assert json.loads(told)["status"] == status


def session_of(server: Server) -> tuple[str, str]:
    """The token of a page, and the cookies that belong to it."""
    with dial(server) as line:
        line.sendall(head(server, "GET /api/session", {"Connection": "close"}))
        came = all_that_comes(line)
    first, _, told = came.partition(b"\r\n\r\n")
    cookies = [
        each.partition(b":")[2].partition(b";")[0].strip().decode()
        for each in first.split(b"\r\n")
        if each.lower().startswith(b"set-cookie:")
    ]
    return json.loads(told)["csrf_token"], "; ".join(cookies)


@pytest.mark.parametrize(
    "path", ["/api/sessions/%00", "/api/drafts?since=%00", "/%00", "/api/session?a=1%00"]
)
def test_no_address_has_a_nul_in_it(server: Server, path: str) -> None:
    assert answer_to(server, f"GET {path}")[0] == 400


@pytest.mark.parametrize(
    "number", ["-1", str(2**31), str(2**63), str(2**64), "9" * 400, "1.5", "nan", "%F0%9F"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/api/register/times?first={0}&last={0}",
        "/api/register/proof/consistency?first=1&second={0}",
        "/api/register/proof/inclusion?index={0}&size={0}",
        "/api/register/tile/0/{0}",
        "/api/drafts?since={0}",
        "/api/sightings?since={0}",
        "/api/conversations/CONVERSATION/items?after={0}",
        "/api/conversations/CONVERSATION/epochs?first={0}&last={0}",
    ],
)
def test_no_number_is_too_large_to_be_answered(made: Place, server: Server, path: str, number: str) -> None:
    cookie = f"entente-session-{server.port}={made.plan['members'][2]['session']}"
    path = path.format(number).replace("CONVERSATION", made.plan["conversation"])
    assert answer_to(server, f"GET {path}", {"Cookie": cookie})[0] in (200, 404, 422)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_refused_method_is_answered_like_every_other_refusal(server: Server, method: str) -> None:
    token, cookies = session_of(server)
    more = {"Cookie": cookies, "X-CSRFToken": token, "Origin": server.address}
    status, told = answer_to(server, f"{method} /api/sessions", more)
    assert (status, json.loads(told)["code"]) == (405, "method_not_allowed")


def test_a_header_that_is_not_ascii_is_refused(server: Server) -> None:
    status, told = answer_to(server, "GET /api/session", {"X-Name": "\xe9"})
    assert (status, json.loads(told)["code"]) == (400, "invalid")


def test_nobody_tells_the_portal_where_its_root_is(server: Server) -> None:
    """A root of one's own would move every address away from what guards it."""
    _, told = answer_to(server, "GET /api/session", {"Daphne-Root-Path": "/api"})
    assert b"csrf_token" in told
