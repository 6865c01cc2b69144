"""The log says what happened and where, on one line, and nothing about anybody, whoever writes to it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from django.db import IntegrityError, OperationalError

from network.bench.ports import free_port
from network.environment import BASE
from network.logs import Handler, JsonFormatter, LineFormatter, configuration
from tests import servers
from tests.messaging.live.portal import Place, client, make

FIELDS = {"time", "level", "logger", "message", "process", "status", "method", "route", "errors"}
EMAIL, PASSWORD, CODE = "canary.person@example.org", "canary-password", "918273"
TOKEN = "Q2FuYXJ5SW52aXRhdGlvblRva2VuMDEyMzQ1"
AGENT, ADDRESS, PLACE = "canary-agent/1.0", "203.0.113.77", "canary-place"
CANARIES = (EMAIL, PASSWORD, CODE, TOKEN, AGENT, ADDRESS, PLACE, "canary", "127.0.0.1")


def written(
    form: str, name: str, message: object, *arguments: object, level: int = logging.ERROR, **more: Any
) -> str:
    """What a record of this logger comes to."""
    out = StringIO()
    handler = Handler(out)
    handler.setFormatter(JsonFormatter() if form == "json" else LineFormatter())
    logger = logging.Logger(name)
    logger.addHandler(handler)
    logger.log(level, message, *arguments, **more)
    return out.getvalue()


def fields(*arguments: Any, **more: Any) -> dict[str, Any]:
    text = written("json", *arguments, **more)
    assert text.count("\n") == 1
    found: dict[str, Any] = json.loads(text)
    assert set(found) <= FIELDS
    return found


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The error with a place where it went through, and with a cause."""
    canary_in_a_variable = PASSWORD
    try:
        raise error from cause
    except BaseException as caught:
        assert canary_in_a_variable
        return caught


# --- a record ---


def test_our_own_sentences_are_written_with_their_numbers_and_codes() -> None:
    found = fields("messaging.live.committer", "A group of %d messages: %s.", 3, "bad_item")
    assert found["message"] == "A group of 3 messages: bad_item."
    assert (found["level"], found["logger"]) == ("ERROR", "messaging.live.committer")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["time"])


@pytest.mark.parametrize("form", ["lines", "json"])
@pytest.mark.parametrize("value", [EMAIL, ADDRESS, "2001:db8::7", "::1", f"{ADDRESS}:443", TOKEN, "ab" * 16])
def test_what_looks_like_somebodys_is_struck_out_of_our_own_sentences(form: str, value: str) -> None:
    text = written(form, "network.sample", "It was %s, and so on.", value)
    assert value not in text
    assert "It was …" in text
    assert "and so on." in text


@pytest.mark.parametrize("value", [PLACE, ("127.0.0.1", 4000), {"path": PLACE}, b"canary"])
def test_of_a_library_its_own_words_are_kept_and_the_values_are_not(value: object) -> None:
    found = fields("daphne.server", "Something with %s took %d seconds: %r", value, 7, value)
    assert found["message"] == "Something with … took 7 seconds: …"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Session data corrupted", "Session data corrupted"),
        (f"Exception inside application: {PLACE}", "Exception inside application …"),
        (
            f"Task exception was never retrieved\nfuture: <Task {PLACE}>",
            "Task exception was never retrieved …",
        ),
        (f'"{PLACE}"', "…"),
        (ValueError(PLACE), "ValueError"),
    ],
)
def test_what_a_library_has_put_together_ends_where_its_values_begin(said: object, kept: str) -> None:
    assert fields("asyncio", said)["message"] == kept


def test_a_sentence_that_does_not_fit_its_values_shows_none_of_them() -> None:
    found = fields("network.sample", "A number: %d", EMAIL)
    assert found["message"] == "A number …"


@pytest.mark.parametrize("form", ["lines", "json"])
def test_line_breaks_and_control_signs_make_no_second_line(form: str) -> None:
    text = written(form, "network.sample", "one %s four", "two\r\n2030-01-01 ERROR\x1b[31m three\u2028")
    assert text.count("\n") == 1
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_fields_that_nobody_has_allowed_are_dropped() -> None:
    text = written(
        "json", "network.sample", "Hello.", extra={"email": EMAIL, "request": PLACE, "user": PLACE}
    )
    assert set(json.loads(text)) == {"time", "level", "logger", "message", "process"}
    assert "canary" not in text


@pytest.mark.parametrize("form", ["lines", "json"])
def test_of_an_error_its_type_code_and_place_are_written_and_not_its_message(form: str) -> None:
    cause = raised(sqlite3.IntegrityError(f"UNIQUE: {EMAIL}"))
    error = raised(IntegrityError(f"DETAIL: Key (email)=({EMAIL}) exists"), cause)
    text = written(form, "messaging.sample", "It failed: %s", error, exc_info=error)
    assert "It failed: IntegrityError" in text
    assert "django.db.utils.IntegrityError" in text
    assert "sqlite3.IntegrityError" in text
    assert re.search(r"tests/network/test_logs\.py:\d+ raised", text)
    assert "canary" not in text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left", "/data/canary"), "ENOSPC"),
        (raised(OperationalError("canary"), ConnectionRefusedError(111, "canary")), "ECONNREFUSED"),
        (ValueError("canary"), None),
    ],
)
def test_the_code_of_the_system_says_what_the_message_would_have(
    error: BaseException, code: str | None
) -> None:
    (first, *_) = fields("network.sample", "It failed.", exc_info=error)["errors"]
    assert first.get("code") == code


def test_the_code_of_sqlite_is_found() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.execute("SELECT canary")
        assert fields("network.sample", "No.", exc_info=caught.value)["errors"][0]["code"] == "SQLITE_ERROR"


def test_a_record_that_cannot_be_written_is_not_shown_with_its_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Unwilling(str):
        def __str__(self) -> str:
            raise RuntimeError(EMAIL)

    text = written("json", "network.sample", "Hello %s.", Unwilling(PLACE))
    assert json.loads(text)["message"] == "A line could not be written."
    assert "canary" not in text + "".join(capsys.readouterr())


def test_every_logger_has_one_way_out() -> None:
    settings = configuration("DEBUG", "json")
    assert list(settings["handlers"]) == ["console"]
    assert settings["root"] == {"handlers": ["console"], "level": "DEBUG"}
    assert all(not one.get("handlers") and one.get("propagate", True) for one in settings["loggers"].values())


# --- what goes past logging ---

PAST_LOGGING = """
import asyncio, logging.config, sys, threading
from network import logs
logging.config.dictConfig(logs.configuration("DEBUG", "json"))
logs.take_over()
logs.take_over_twisted()

def fail():
    raise ValueError("canary in a thread")

thread = threading.Thread(target=fail)
thread.start()
thread.join()

class Dying:
    def __del__(self):
        raise ValueError("canary in a finaliser")

Dying()

async def forgotten():
    async def fails():
        raise ValueError("canary in a task")
    task = asyncio.ensure_future(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task

asyncio.run(forgotten())

from twisted.internet import defer
from twisted.logger import globalLogBeginner
globalLogBeginner.beginLoggingTo([lambda _: None], redirectStandardIO=False, discardBuffer=True)
deferred = defer.fail(ValueError("canary in Twisted"))
del deferred
raise ValueError("canary at the end")
"""


def test_what_nobody_has_caught_comes_through_the_log_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAST_LOGGING], cwd=BASE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "canary" not in done.stderr
    found = [json.loads(line) for line in done.stderr.splitlines()]
    said = {one["message"] for one in found if one["level"] in ("ERROR", "CRITICAL")}
    assert said == {
        "A thread ended by an error.",
        "An error could not be raised.",
        "Task exception was never retrieved …",
        "Nobody has caught an error.",
        "The process ends by an error.",
    }
    assert all(one["errors"][0]["type"] == "builtins.ValueError" for one in found if "errors" in one)


# --- a server, and people who send it what must not be written down ---


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("portal"))


def browse(server: servers.Server) -> None:
    """Everything that a person gives away over HTTP, right and wrong."""
    given = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Referer": f"{server.address}/{TOKEN}"}
    with httpx.Client(base_url=server.address, headers=given, timeout=60) as browser:
        token = browser.get("/api/session").json()["csrf_token"]
        protected = {"X-CSRFToken": token, "Origin": server.address}
        for headers in (protected, {}):
            for path, body in (
                ("/api/session/password", {"email": EMAIL, "password": PASSWORD}),
                ("/api/session/second-factor", {"code": CODE}),
                ("/api/enrolment/open", {"token": TOKEN}),
                ("/api/enrolment/open", {"token": TOKEN, "canary": [EMAIL]}),
                ("/api/sign-in-reset/open", {"token": TOKEN}),
            ):
                browser.post(path, json=body, headers=headers)
            browser.post("/api/session/password", content=f'{{"email": "{EMAIL}', headers=headers)
        for path in (f"/invitation/{TOKEN}?email={EMAIL}", f"/api/{PLACE}/{TOKEN}", f"/assets/{TOKEN}"):
            browser.get(path)
        browser.get("/", headers={"Host": f"{PLACE}.example"})
        browser.get("/health/ready", headers={"Cookie": f"entente-session-{server.port}={TOKEN}"})
        browser.get("/api/session", headers={"Cookie": f"entente-session-{server.port}={TOKEN}"})
        browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})


async def talk(made: Place, server: servers.Server) -> None:
    """What goes over the socket, from strangers and from members."""
    address = f"ws://127.0.0.1:{server.port}/ws"
    given = {"Cookie": f"entente-session-{server.port}={TOKEN}", "X-Forwarded-For": ADDRESS}
    async with websockets.connect(
        address, origin=websockets.Origin(server.address), additional_headers=given
    ) as stranger:
        await stranger.wait_closed()
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(f"{address}/{PLACE}", origin=websockets.Origin(f"http://{PLACE}.example"))
    async with client(made, server, 0, user_agent_header=AGENT) as member:
        message, _ = member.message(member.who["sequence"], member.who["head"], b"canary" * 50)
        await member.line.send(message)
        await member.hear("sent")
        await member.line.send(json.dumps({"type": PLACE, "text": EMAIL}))
        await member.line.wait_closed()


async def fail(made: Place, server: servers.Server) -> None:
    """A database that has been damaged, so that everything fails with what was sent in its hands."""
    async with client(made, server, 1, user_agent_header=AGENT) as member:
        with closing(sqlite3.connect(made.data / "entente.sqlite3")) as database:
            # as PostgreSQL does, it quotes what it was given
            database.execute(
                "CREATE TRIGGER damaged BEFORE INSERT ON conversations_item "
                f"BEGIN SELECT RAISE(ABORT, '{EMAIL}'); END"
            )
            database.execute("ALTER TABLE accounts_account RENAME TO gone")
        message, _ = member.message(member.who["sequence"], member.who["head"], b"canary" * 50)
        await member.line.send(message)
        await member.line.wait_closed()
        assert member.line.close_code == 4503
    with httpx.Client(base_url=server.address, headers={"User-Agent": AGENT}, timeout=60) as browser:
        token = browser.get("/api/session").json()["csrf_token"]
        answer = browser.post(
            "/api/session/password",
            json={"email": EMAIL, "password": PASSWORD},
            headers={"X-CSRFToken": token, "Origin": server.address},
        )
        assert answer.status_code == 503


UVICORN = ("-m", "uvicorn", "network.asgi:application", "--lifespan", "off", "--port")


@pytest.fixture(
    scope="module",
    params=[("daphne", "lines"), ("daphne", "json"), ("uvicorn", "lines"), ("uvicorn", "json")],
    ids=lambda pair: "-".join(pair),
)
def log(
    request: pytest.FixtureRequest, made: Place, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """The format, and everything that the process has said, at the level that says most."""
    kind, form = request.param
    port = free_port()
    words = servers.DAPHNE if kind == "daphne" else (*UVICORN, str(port))
    damaged = Place(Path(shutil.copytree(made.data, tmp_path_factory.mktemp("copy") / "data")), made.plan)
    with servers.running(
        damaged.data,
        words=words,
        port=port,
        ENTENTE_LOG_LEVEL="DEBUG",
        ENTENTE_LOG_FORMAT=form,
        ENTENTE_BEHIND_PROXY="1",
    ) as server:
        browse(server)
        asyncio.run(asyncio.wait_for(talk(damaged, server), 60))
        asyncio.run(asyncio.wait_for(fail(damaged, server), 60))
    said = server.output.replace(f"Entente is ready at {server.address} (Ctrl-C ends it).\n", "")
    return form, said


def test_real_traffic_leaves_nobody_in_the_log(log: tuple[str, str], made: Place) -> None:
    _, said = log
    plan = made.plan
    secret = {*CANARIES, plan["network"], plan["conversation"], plan["root"]}
    for member in plan["members"]:
        secret |= {member["account"], member["device"], member["session"], member["device_seed"]}
    assert [one for one in secret if one in said] == []
    assert re.findall(r"[^\s@]+@[^\s@]+|\d+\.\d+\.\d+\.\d+|[\w\-]{32,}", said) == []


def test_what_failed_is_in_the_log_with_its_place(log: tuple[str, str]) -> None:
    form, said = log
    assert "A group of 1 messages could not be written." in said
    assert "A request was answered with 503." in said
    assert re.search(r"messaging/conversations/messages\.py:\d+ write", said)
    if form == "json":
        found = [json.loads(line) for line in said.splitlines()]
        assert all(set(one) <= FIELDS for one in found)
        (answered,) = [one for one in found if one.get("status") == 503]
        assert (answered["method"], answered["route"]) == ("POST", "api/session/password")
        assert answered["errors"][0]["type"] == "django.db.utils.OperationalError"
        assert any(error.get("code") == "SQLITE_ERROR" for error in answered["errors"])
