"""What the process says while it runs: one line for people or one JSON object, and never anything about anybody.

A log is read by more people than a database, and goes to other machines. So nothing gets into it because nobody
thought of it: a line is made of what is listed here, and the rest of a record is dropped.

- Our own sentences are written with their numbers and codes; whatever in them looks like an address of mail or of the
  network, or like a key, is struck out all the same.
- Of what a library says, its own words are kept and the values that it puts between them are not.
- Of an error: its type, the code that the system or the database gives it, and where it happened. Not its message,
  which quotes what was sent, and no values of variables.
- Of a request: its method, the pattern of its address as this code has it, and the status. Not the address.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

from network.environment import BASE

OURS: Final = ("network", "messaging", "members")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MOST_FRAMES: Final = 30
MOST_CAUSES: Final = 4
LONGEST_MESSAGE: Final = 500

STRUCK_OUT: Final = "…"
_WORDS_OF_A_LIBRARY: Final = re.compile(r"[A-Za-z0-9 ,.\-]*")
_SECRET_LOOKING: Final = re.compile(
    r"[^\s@<>\"']+@[^\s@<>\"']+"  # an address of mail, or a user at a host
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"  # IPv4
    r"|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"  # IPv6
    r"|(?<!\w)[\w\-+/=]{24,}(?!\w)"  # a key, a token, a hash
)
_NOT_ON_ONE_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _Hidden:
    """Stands for a value in somebody else's sentence, whatever the sentence wants to do with it."""

    def __str__(self) -> str:
        return STRUCK_OUT

    __repr__ = __str__


class _Described:
    """Stands for an error in a sentence."""

    def __init__(self, error: BaseException) -> None:
        self._text = describe(error)

    def __str__(self) -> str:
        return self._text

    __repr__ = __str__


def describe(error: BaseException) -> str:
    """The type of an error, and the code that whoever raised it gave it: never its message."""
    code = code_of(error)
    return type(error).__qualname__ if code is None else f"{type(error).__qualname__} [{code}]"


def code_of(error: BaseException) -> str | None:
    """The name that the operating system, PostgreSQL or SQLite has for this error; of its cause, where it has none."""
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, str(error.errno))
    for name in ("sqlstate", "sqlite_errorname"):
        code = getattr(error, name, None)
        if isinstance(code, str) and re.fullmatch(r"[A-Z0-9_]{3,40}", code):
            return code
    return None if error.__cause__ is None else code_of(error.__cause__)


def safe_message(record: logging.LogRecord) -> str:
    """The sentence of a record, on one line, with nothing in it that belongs to anybody."""
    if record.name == "django.request" and isinstance(status := getattr(record, "status_code", None), int):
        return f"A request was answered with {status}."
    ours = record.name.partition(".")[0] in OURS
    text = record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__
    if record.args:
        text = _filled(text, record.args, ours)
    elif not ours:
        # put together already: what is in it and whose it is cannot be told apart, but it begins with words
        text = _words_at_the_beginning(text)
    text = _NOT_ON_ONE_LINE.sub(" ", _SECRET_LOOKING.sub(STRUCK_OUT, text))
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + STRUCK_OUT


def _filled(text: str, arguments: tuple[object, ...] | Mapping[str, object], ours: bool) -> str:
    values: Any
    if isinstance(arguments, Mapping):
        values = {name: _value(value, ours) for name, value in arguments.items()}
    else:
        values = tuple(_value(value, ours) for value in arguments)
    try:
        filled: str = text % values
    except (TypeError, ValueError, KeyError):
        return _words_at_the_beginning(text)
    return filled


def _value(value: object, ours: bool) -> object:
    if isinstance(value, BaseException):
        return _Described(value)
    if isinstance(value, (int, float)):
        return value
    return value if ours and isinstance(value, str) else _Hidden()


def _words_at_the_beginning(text: str) -> str:
    match = _WORDS_OF_A_LIBRARY.match(text)
    words = match.group().strip() if match else ""
    return words if words == text.strip() else f"{words} {STRUCK_OUT}".strip()


def errors_of(record: logging.LogRecord) -> list[dict[str, Any]]:
    """The error of a record and its causes, the first cause last: type, code and places in the code."""
    error = record.exc_info[1] if record.exc_info else None
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < MOST_CAUSES:
        one: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
        if (code := code_of(error)) is not None:
            one["code"] = code
        one["at"] = list(_places(error.__traceback__))
        found.append(one)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _places(trace: TracebackType | None) -> Iterator[str]:
    """Where it went through, the innermost last: file, line and function, and no line of code or value."""
    for frame, line in list(traceback.walk_tb(trace))[-MOST_FRAMES:]:
        code = frame.f_code
        path = code.co_filename.partition("site-packages/")[2] or code.co_filename.removeprefix(f"{BASE}/")
        yield f"{path}:{line} {code.co_qualname}"


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Everything of a record that may be written down, and nothing else of it."""
    fields: dict[str, Any] = {
        "time": _utc(record.created, record.msecs),
        "level": record.levelname,
        "logger": _NOT_ON_ONE_LINE.sub(" ", record.name),
        "message": safe_message(record),
        "process": record.process,
    }
    fields |= _of_request(getattr(record, "request", None), getattr(record, "status_code", None))
    errors = errors_of(record)
    if errors:
        fields["errors"] = errors
    return fields


def _of_request(request: object, status: object) -> dict[str, Any]:
    """Which of our addresses was asked for; the pattern of it, as the path holds what people may have sent."""
    fields: dict[str, Any] = {}
    if isinstance(status, int):
        fields["status"] = status
    if (method := getattr(request, "method", None)) in METHODS:
        fields["method"] = method
    route = getattr(getattr(request, "resolver_match", None), "route", None)
    if isinstance(route, str):
        fields["route"] = route
    return fields


def _utc(seconds: float, milliseconds: float) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(milliseconds):03d}Z"


class JsonFormatter(logging.Formatter):
    """One JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields_of(record), ensure_ascii=False)


class LineFormatter(logging.Formatter):
    """One line for people; where an error went through follows on lines of their own, set in."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        line = " ".join(str(fields.pop(name)) for name in ("time", "level", "logger", "message"))
        errors, _ = fields.pop("errors", []), fields.pop("process")
        if fields:
            line += f" ({', '.join(f'{name} {value}' for name, value in fields.items())})"
        for error in errors:
            code = f" [{error['code']}]" if "code" in error else ""
            line += "".join(("\n  ", error["type"], code, *(f"\n    {place}" for place in error["at"])))
        return line


class Handler(logging.StreamHandler[Any]):
    """Writes to the standard error; a record that cannot be written is not shown with its values instead."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the standard library
        with suppress(Exception):
            said = logging.LogRecord(
                "network.logs", logging.ERROR, "", 0, "A line could not be written.", None, None
            )
            self.stream.write(self.format(said) + self.terminator)


def take_over() -> None:
    """Let also that pass through here which Python would write to the terminal by itself, with its values."""
    log = logging.getLogger("network")

    def in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None and given.exc_type is not SystemExit:
            log.error("A thread ended by an error.", exc_info=given.exc_value)

    def in_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("The process ends by an error.", exc_info=error)

    def unraisable(given: sys.UnraisableHookArgs) -> None:
        if given.exc_value is not None:
            log.error("An error could not be raised.", exc_info=given.exc_value)

    threading.excepthook, sys.excepthook, sys.unraisablehook = in_thread, in_main, unraisable


def take_over_twisted() -> None:
    """Let the errors be heard that nobody in Twisted has caught: daphne throws away whatever Twisted says."""
    from twisted.logger import LogLevel, globalLogPublisher

    log = logging.getLogger("twisted")

    def observe(event: dict[str, Any]) -> None:
        if event["log_level"] >= LogLevel.error:
            failure = event.get("log_failure")
            log.error("Nobody has caught an error.", exc_info=getattr(failure, "value", None))

    globalLogPublisher.addObserver(observe)  # type: ignore[arg-type] # an interface of zope


def configuration(level: str, form: str) -> dict[str, Any]:
    """Logging as Django's settings have it: one way out for everything, whoever says it."""
    onward: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {"()": "network.logs.LineFormatter"},
            "json": {"()": "network.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "network.logs.Handler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level, **onward},
            "django.server": onward,
            # one line per answer of 400 and above would be a second access log
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "daphne": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
            # it says which passkey was used
            "fido2": {"level": "WARNING"},
            # it brings handlers and an access log of its own, with addresses of people
            "uvicorn": {"level": "WARNING", **onward},
            "uvicorn.error": {"level": "WARNING", **onward},
            "uvicorn.access": {"level": "CRITICAL", **onward},
        },
    }
