"""The composed portal, run for real: over TLS, by two processes, and nothing that is meant for inside gets out."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import psutil
import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from messaging.live.process import RESTART
from network.environment import BASE
from tests.topology import Topology, running, wait_for

pytestmark = pytest.mark.xdist_group("topology")

MOST = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def portal() -> Iterator[Topology]:
    with running() as made:
        yield made


@pytest.fixture
def reader(portal: Topology) -> Iterator[httpx.Client]:
    with portal.browser() as made:
        yield made


def line_to(portal: Topology, member: int = 0) -> connect:
    """The socket of a member who is signed in, through the proxy."""
    cookie = f"__Host-entente-session={portal.sessions[member]}"
    return connect(
        f"wss://localhost:{portal.ports['https']}/ws", ssl=portal.trusting(), origin=Origin(portal.origin),
        additional_headers={"Cookie": cookie}, proxy=None, open_timeout=30,
    )  # fmt: skip


async def greet(line: ClientConnection) -> str:
    await line.send('{"type":"hello","held":{}}')
    kind: str = json.loads(await line.recv())["type"]
    return kind


def raw(portal: Topology, request: str) -> bytes:
    """The answer to exactly these bytes, without a client that would make them proper."""
    with (
        socket.create_connection(("127.0.0.1", portal.ports["https"]), timeout=30) as plain,
        portal.trusting().wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(request.encode())
        heard = b""
        while piece := line.recv(65536):
            heard += piece
        return heard


def test_pages_come_over_tls_and_say_once_that_they_always_do(reader: httpx.Client) -> None:
    page = reader.get("/")
    assert page.status_code == 200
    assert "<!doctype html>" in page.text.lower()
    assert page.headers.get_list("Strict-Transport-Security") == ["max-age=63072000; includeSubDomains"]


def test_who_comes_without_tls_is_sent_to_it(portal: Topology) -> None:
    answer = httpx.get(f"http://localhost:{portal.ports['http']}/conversations", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/conversations"


def test_the_cookies_of_a_sign_in_are_secure_and_of_this_host_alone(
    portal: Topology, reader: httpx.Client
) -> None:
    answer = portal.sign_in(reader)
    assert answer.json()["state"] == "signed_in"
    cookies = {cookie.partition("=")[0]: cookie for cookie in answer.headers.get_list("Set-Cookie")}
    for name in ("__Host-entente-session", "__Host-entente-csrf"):
        attributes = {part.strip().lower() for part in cookies[name].split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
        assert not any(one.startswith("domain") for one in attributes)


async def test_a_socket_opens_through_the_proxy(portal: Topology) -> None:
    async with line_to(portal) as line:
        assert await greet(line) == "welcome"


async def test_a_page_of_another_origin_gets_no_socket_through_the_proxy(portal: Topology) -> None:
    with pytest.raises(Exception, match="403"):
        async with connect(
            f"wss://localhost:{portal.ports['https']}/ws", ssl=portal.trusting(), origin=Origin("https://evil.example"),
            proxy=None,
        ):  # fmt: skip
            pass


def guesses(reader: httpx.Client, email: str) -> Iterator[int]:
    """What wrong passwords for one account are answered with, each said to come from another address.

    So many that the wait after the last is longer than a slow computer takes, and too few for that of the account.
    """
    token = reader.get("/api/session").json()["csrf_token"]
    for number in range(15):
        yield reader.post(
            "/api/session/password",
            json={"email": email, "password": "wrong"},
            headers={
                "X-CSRFToken": token, "X-Forwarded-For": f"198.51.{number}.1", "X-Forwarded-Proto": "http",
                "Forwarded": f"for=198.51.{number}.1", "X-Real-IP": f"198.51.{number}.1",
            },
        ).status_code  # fmt: skip


def test_an_address_that_a_client_claims_is_not_believed(portal: Topology, reader: httpx.Client) -> None:
    """Guessing is slowed by address: whoever could claim another each time would guess without an end."""
    assert 429 in guesses(reader, "somebody@example.org")


def test_inside_a_claimed_address_is_believed_which_is_why_nobody_else_may_come_there(
    portal: Topology,
) -> None:
    inside = f"http://127.0.0.1:{portal.ports['portal-1']}"
    with httpx.Client(base_url=inside, headers={"Host": f"localhost:{portal.ports['https']}"}) as direct:
        seen = direct.get("/api/session", headers={"X-Forwarded-Proto": "https"})
        cookies = "; ".join(f"{name}={value}" for name, value in seen.cookies.items())
        statuses = [
            direct.post(
                "/api/session/password",
                json={"email": "somebody.else@example.org", "password": "wrong"},
                headers={
                    "Cookie": cookies, "X-CSRFToken": seen.json()["csrf_token"], "Origin": portal.origin,
                    "X-Forwarded-For": f"198.51.{number}.1", "X-Forwarded-Proto": "https",
                },
            ).status_code
            for number in range(6)
        ]  # fmt: skip
    assert statuses == [401] * 6


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/{}", ""),
        ("/{}/", ""),
        ("/{}?x=1", ""),
        ("//{}", ""),
        ("/./{}", ""),
        ("/assets/../{}", ""),
        ("/%2e%2e/{}", ""),
        ("/%{first:02x}{rest}", ""),
        ("/root/{}", "Daphne-Root-Path: /root\r\n"),
        ("/root/{}", "daphne-root-path: /root\r\n"),
    ],
)
@pytest.mark.parametrize("inside", ["health/live", "health/ready", "metrics"])
def test_what_watches_the_portal_is_not_public(portal: Topology, path: str, header: str, inside: str) -> None:
    target = path.format(inside, first=ord(inside[0]), rest=inside[1:])
    token = "Authorization: Bearer metrics_token-" + "0123456789abcdef" * 3
    host = f"Host: localhost:{portal.ports['https']}"
    answer = raw(portal, f"GET {target} HTTP/1.1\r\n{host}\r\n{header}{token}\r\nConnection: close\r\n\r\n")
    body = answer.partition(b"\r\n\r\n")[2]
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b'"live"' not in body
    assert b'"ready"' not in body
    assert b"# HELP" not in body


def test_a_foreign_name_for_this_address_reads_nothing(portal: Topology) -> None:
    answer = raw(portal, "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"doctype" not in answer.lower()


@pytest.mark.parametrize(
    "length", [MOST + 1, MOST + 2, 8_388_699, 8_388_700, 8_389_000, 8_390_000, 9_999_999, 10**12]
)
def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(portal: Topology, length: int) -> None:
    host = f"Host: localhost:{portal.ports['https']}"
    answer = raw(
        portal,
        f"POST /api/session/password HTTP/1.1\r\n{host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_as_long_as_the_portal_takes_arrives_there(reader: httpx.Client) -> None:
    token = {"X-CSRFToken": reader.get("/api/session").json()["csrf_token"]}
    body = {"email": "somebody@example.org", "password": "x" * (MOST - 100)}
    answer = reader.post("/api/session/password", json=body, headers=token)
    assert answer.status_code == 422  # read to its end, and found to be no password


def test_a_body_of_no_stated_length_that_becomes_too_long_is_told_so(reader: httpx.Client) -> None:
    """It reaches the portal, which the proxy does not take for one that is broken."""
    pieces = (b"x" * 65_536 for _ in range(MOST // 65_536 + 1))
    answer = reader.post("/api/session/password", content=pieces)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_header_beyond_all_bounds_is_refused(reader: httpx.Client) -> None:
    answer = reader.get("/", headers={"X-Long": "x" * 100_000})
    assert answer.status_code == 431


def test_valkey_wants_its_password(portal: Topology) -> None:
    stranger = Redis(port=portal.ports["redis"], retry=Retry(NoBackoff(), 0))
    with stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_the_portal_owns_its_database_and_nothing_else(portal: Topology) -> None:

    def ask(question: str) -> str:
        return portal.administer("psql", "-Atc", question)

    assert (
        ask("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'entente'") == "f|f|f"
    )
    assert ask("SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'postgres'") == "t"
    assert ask("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'entente'") == "b|C.UTF-8"


def test_a_backup_that_is_restored_by_the_guide_is_whole(portal: Topology) -> None:
    """The words of the guide, into a database of its own; the portal reads all of it, and the Register replays."""
    guide = (BASE / "docs" / "operations.md").read_text(encoding="utf-8")
    (dump,) = set(re.findall(r"pg_dump -U postgres (.*) entente > entente-", guide))
    (restore,) = re.findall(r"pg_restore -U postgres (.*) -d entente < ", guide)
    assert portal.database is not None
    file = str(portal.database.directory / "dump")
    portal.administer("pg_dump", *dump.split(), "-f", file, "entente")
    portal.administer("psql", "-c", "CREATE DATABASE restored OWNER entente")
    portal.administer("pg_restore", *restore.split(), "-d", "restored", file)
    place = portal.variables("migrate")["ENTENTE_DATABASE"].removesuffix("/entente") + "/restored"
    said = portal.run("migrate", ["-m", "network", "register", "verify"], ENTENTE_DATABASE=place)
    assert said.strip()
    portal.run("migrate", ["-m", "network", "manage", "migrate", "--check"], ENTENTE_DATABASE=place)


QUEUE = """
from network.cli import start_django
start_django()
from members.mail.services import queue_mail
queue_mail(to="ana@example.org", subject={subject!r}, text="Something to do.")
"""


def kept_mail(portal: Topology) -> str:
    """All mail that has been sent, which without a mail server is kept in the data directory."""
    kept = (portal.folder / "data" / "mail").glob("*")
    return "".join(one.read_text("utf-8", "replace") for one in kept)


def test_the_worker_does_what_the_processes_leave_to_it(portal: Topology) -> None:
    """They leave everything to it; and while it is away what is to be done waits."""
    portal.run("portal-1", ["-c", QUEUE.format(subject="Before")])
    wait_for("the mail", lambda: "Subject: Before" in kept_mail(portal))
    assert portal.end_portal("worker") == 0
    portal.run("portal-2", ["-c", QUEUE.format(subject="Meanwhile")])
    assert "Subject: Meanwhile" not in kept_mail(portal)
    portal.start_portal("worker")
    portal.wait_for_worker()
    wait_for("the mail", lambda: "Subject: Meanwhile" in kept_mail(portal))
    # as the guide has it
    said = portal.run("worker", ["-m", "network", "work", "--failed"])
    assert said.strip() == "Workers: 1. Overdue: 0. Given up: 0."


def test_a_worker_takes_a_task_up_when_another_was_killed(portal: Topology) -> None:
    portal.kill_portals("worker")
    portal.run("portal-1", ["-c", QUEUE.format(subject="Afterwards")])
    portal.start_portal("worker")
    portal.wait_for_worker()
    wait_for("the mail", lambda: "Subject: Afterwards" in kept_mail(portal))


@asynccontextmanager
async def lines_to_both(portal: Topology) -> AsyncIterator[list[ClientConnection]]:
    """Four sockets that are greeted; of the processes that the proxy knows to live, each has some."""
    async with (
        line_to(portal, 0) as a,
        line_to(portal, 1) as b,
        line_to(portal, 2) as c,
        line_to(portal, 3) as d,
    ):
        lines = [a, b, c, d]
        assert [await greet(line) for line in lines] == ["welcome"] * 4
        yield lines


async def fate(line: ClientConnection) -> int | str | None:
    """What has become of a socket: it answers still, or this is the code that it was closed with."""
    try:
        await line.send('{"type":"ping"}')
        while (kind := json.loads(await line.recv())["type"]) != "pong":
            pass
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    return str(kind)


async def test_a_rolling_restart_fails_no_request_and_moves_every_socket(portal: Topology) -> None:
    """One process after the other ends and comes back, while somebody reads without a pause."""
    over = threading.Event()
    seen: list[int | str] = []

    def read() -> None:
        with portal.browser() as restless:
            while not over.is_set():
                try:
                    seen.append(restless.get("/api/session").status_code)
                except httpx.TransportError as error:
                    seen.append(repr(error))

    reading = threading.Thread(target=read)
    reading.start()
    try:
        for name in ("portal-1", "portal-2"):
            async with lines_to_both(portal) as lines:
                assert await asyncio.to_thread(portal.end_portal, name) == 0
                fates = {await fate(line) for line in lines}
                assert RESTART in fates
                assert fates <= {"pong", RESTART}
                async with line_to(portal) as moved:
                    assert await greet(moved) == "welcome"
            portal.start_portal(name)
            await asyncio.to_thread(portal.wait_for_portal, name)
            await asyncio.to_thread(wait_until_it_is_chosen, portal, name)
    finally:
        over.set()
        reading.join()
    assert len(seen) > 20
    assert set(seen) == {200}


def wait_until_it_is_chosen(portal: Topology, name: str) -> None:
    """Until the proxy has asked the process again and found that it lives."""
    port = portal.ports[name]

    def chosen() -> bool:
        talking = psutil.Process(portal.portals[name].pid).net_connections("tcp")
        return any(one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED for one in talking)

    wait_for(f"a request for {name}", chosen)


async def test_one_process_killed_leaves_the_other_to_all(portal: Topology, reader: httpx.Client) -> None:
    async with lines_to_both(portal) as lines:
        await asyncio.to_thread(portal.kill_portals, "portal-1")
        assert {reader.get("/api/session").status_code for _ in range(20)} == {200}
        async with line_to(portal) as moved:
            assert await greet(moved) == "welcome"
        fates = {await fate(line) for line in lines}
        assert None in fates
        assert fates <= {"pong", None}


def test_without_any_process_the_proxy_says_so_and_logs_nothing_about_persons(
    portal: Topology, reader: httpx.Client
) -> None:
    portal.kill_portals(*portal.portals)
    answer = reader.get("/people/somebody", headers={"Cookie": "a-cookie=of-somebody"})
    assert answer.status_code in (502, 503)
    wait_for("the line in the log", lambda: any(line["level"] == "error" for line in portal.log_of_the_proxy))
    logged = json.dumps(portal.log_of_the_proxy)
    for personal in ("of-somebody", "remote_ip", "/people/somebody", "User-Agent", '"request"'):
        assert personal not in logged
