"""Whatever bytes come over a socket, it is that socket alone that ends, and its sender is told why."""

from __future__ import annotations

import contextlib
import json
import socket
from base64 import b64encode
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.live.frames import MAX_FRAME, MAX_HELD, MAX_HELLO
from network.bounds import MOST_FRAGMENTS, MOST_PINGS
from tests.messaging.live.portal import Place
from tests.servers import Server
from tests.wire.conftest import Others, further_sessions, written
from tests.wire.lines import (
    BINARY,
    CLOSE,
    CONTINUATION,
    HELLO,
    PING,
    PONG,
    TEXT,
    all_that_comes,
    dial,
    frame,
    handshake,
    member,
    open_wire,
    text,
)

PROTOCOL, NOT_UTF8, AGAINST_THE_RULES, TOO_BIG = 1002, 1007, 1008, 1009
BAD_FRAME, TOO_LARGE, NOT_SIGNED_IN, NO_ACTIVE_DEVICE = 4400, 4413, 4401, 4403
MISBEHAVED = 2
"""The member who misbehaves; the others are 0 and 1."""


def reproducible(examples: int) -> settings:
    """The same examples with every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


BROKEN: dict[str, tuple[bytes, int]] = {
    "not masked": (frame(TEXT, b"{}", masked=False), PROTOCOL),
    **{f"reserved bits {bits}": (frame(TEXT, b"{}", reserved=bits), PROTOCOL) for bits in (1, 2, 4, 7)},
    **{f"opcode {code}": (frame(code, b"{}"), PROTOCOL) for code in (3, 7, 11, 15)},
    "a ping in fragments": (frame(PING, fin=False), PROTOCOL),
    "a ping that is too long": (frame(PING, bytes(126)), PROTOCOL),
    "a continuation of nothing": (frame(CONTINUATION, b"{}"), PROTOCOL),
    "a message within a message": (frame(TEXT, b"{", fin=False) + text("{}"), PROTOCOL),
    "a length in more bytes than it needs": (b"\x81\xfe\x00\x02" + bytes(4) + b"{}", PROTOCOL),
    "a length of more than there is": (b"\x81\xff" + b"\xff" * 8 + bytes(4), PROTOCOL),
    "no UTF-8": (frame(TEXT, b"\xff\xfe"), NOT_UTF8),
    "UTF-8 that is cut off": (frame(TEXT, "é".encode()[:1]), NOT_UTF8),
    "half a surrogate pair": (frame(TEXT, b"\xed\xa0\x80"), NOT_UTF8),
    "no UTF-8 in the second fragment": (
        frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b"\xff"),
        NOT_UTF8,
    ),
    "a frame that is too large": (frame(TEXT, bytes(MAX_HELLO + 1))[:14], TOO_BIG),
    "fragments that are too large together": (
        frame(TEXT, b" " * MAX_FRAME, fin=False) + frame(CONTINUATION, b" " * MAX_FRAME, fin=False) * 8,
        TOO_BIG,
    ),
    "fragments without an end": (
        frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * MOST_FRAGMENTS,
        TOO_BIG,
    ),
    "fragments without an end, and pings between them": (
        (frame(TEXT, b"{", fin=False) + frame(PING, b"!"))
        + (frame(CONTINUATION, b" ", fin=False) * 20 + frame(PING, b"!")) * 13,
        TOO_BIG,
    ),
    "more pings than anybody sends": (frame(PING, bytes(125)) * (MOST_PINGS + 1), AGAINST_THE_RULES),
}


@pytest.mark.parametrize("name", BROKEN)
def test_who_breaks_the_protocol_is_told_by_the_code_of_the_close(
    made: Place, server: Server, others: Others, name: str
) -> None:
    wild, code = BROKEN[name]
    with member(made, server, MISBEHAVED) as wire:
        wire.push(wild)
        assert wire.end() == ([], code)


BROKEN_CLOSES: dict[str, bytes] = {
    **{f"the code {code}": close(code) for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000)},
    "half a code": frame(CLOSE, b"\x03"),
    "a reason that is no UTF-8": close(1000, b"\xff"),
}


@pytest.mark.parametrize("name", BROKEN_CLOSES)
def test_who_leaves_against_the_rules_has_left(
    made: Place, server: Server, others: Others, name: str
) -> None:
    with member(made, server, MISBEHAVED) as wire:
        wire.push(BROKEN_CLOSES[name])
        _, code = wire.end()
        assert code in (None, PROTOCOL, NOT_UTF8)  # who has taken leave is not waited for


CONVERSATION = "0" * 64
BAD: dict[str, tuple[bytes, int, str]] = {
    "binary": (frame(BINARY, b'{"type":"ping"}'), BAD_FRAME, "not_text"),
    "nothing": (text(""), BAD_FRAME, "bad_json"),
    "not JSON": (text("ping"), BAD_FRAME, "bad_json"),
    "not an object": (text('["ping"]'), BAD_FRAME, "bad_json"),
    "two objects": (text('{"type":"ping"}{"type":"ping"}'), BAD_FRAME, "bad_json"),
    "JSON that is deep": (text("[" * 100_000), BAD_FRAME, "bad_json"),
    "an object that is deep": (text('{"type":' * 16_000), BAD_FRAME, "bad_json"),
    "not a number": (text('{"type":"ping","more":NaN}'), BAD_FRAME, "bad_json"),
    "infinity": (text('{"type":"ping","more":-Infinity}'), BAD_FRAME, "bad_json"),
    "a number beyond floats": (text('{"type":"ping","more":1e999}'), BAD_FRAME, "bad_json"),
    "a number of many digits": (text('{"type":"ping","more":' + "9" * 100_000 + "}"), BAD_FRAME, "bad_json"),
    "a sequence that is too high": (
        text(f'{{"type":"read","conversation":"{CONVERSATION}","sequence":{2**53}}}'),
        BAD_FRAME,
        "bad_field",
    ),
    "a sequence that is a truth value": (
        text(f'{{"type":"read","conversation":"{CONVERSATION}","sequence":true}}'),
        BAD_FRAME,
        "bad_field",
    ),
    "half a surrogate pair, escaped": (
        text('{"type":"typing","conversation":"\\ud800"}'),
        BAD_FRAME,
        "bad_field",
    ),
    "half a surrogate pair for a type": (text('{"type":"\\udfff"}'), BAD_FRAME, "bad_type"),
    "a NUL": (frame(TEXT, b'{"type":"ping"}\0'), BAD_FRAME, "bad_json"),
    "a NUL, escaped": (
        text('{"type":"typing","conversation":"' + "0" * 63 + '\\u0000"}'),
        BAD_FRAME,
        "bad_field",
    ),
    "a key of no use": (text('{"type":"ping","more":1}'), BAD_FRAME, "bad_field"),
    "a second hello": (HELLO, BAD_FRAME, "hello_twice"),
    "a frame that is larger than any": (text(" " * (MAX_FRAME + 1)), TOO_LARGE, "too_large"),
}


@pytest.mark.parametrize("name", BAD)
def test_who_sends_what_is_no_frame_is_told_by_an_error(
    made: Place, server: Server, others: Others, name: str
) -> None:
    wild, code, error = BAD[name]
    with member(made, server, MISBEHAVED) as wire:
        wire.push(wild)
        assert wire.end() == ([error], code)


def hello(held: object) -> bytes:
    return text(json.dumps({"type": "hello", "held": held}))


TOO_EARLY: dict[str, tuple[bytes, int, list[str]]] = {
    "something else": (text('{"type":"ping"}'), BAD_FRAME, ["no_hello"]),
    "a hello without a field": (text('{"type":"hello"}'), BAD_FRAME, ["bad_field"]),
    "a hello that holds too many": (
        hello({f"{number:064x}": 1 for number in range(MAX_HELD + 1)}),
        BAD_FRAME,
        ["bad_field"],
    ),
    "a hello with a name that is none": (hello({"\u0000": 1}), BAD_FRAME, ["bad_field"]),
    "a hello with a number below all": (hello({CONVERSATION: -1}), BAD_FRAME, ["bad_field"]),
    "a hello of more than a mebibyte": (text(" " * (MAX_HELLO + 1)), TOO_BIG, []),
    "a mebibyte that is no hello": (text(" " * MAX_HELLO), BAD_FRAME, ["bad_json"]),
}


@pytest.mark.parametrize("name", TOO_EARLY)
def test_the_first_frame_is_a_hello(made: Place, server: Server, others: Others, name: str) -> None:
    wild, code, errors = TOO_EARLY[name]
    with open_wire(server, made.plan["members"][MISBEHAVED]["session"]) as wire:
        wire.push(wild)
        assert wire.end() == (errors, code)


# --- at random ---

payloads = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b'{"type":"ping"}', b"{", b"\xff", "é".encode(), bytes(200), b" " * 70_000]),
)
frames = st.builds(
    frame,
    st.integers(0, 15),
    payloads,
    fin=st.booleans(),
    reserved=st.sampled_from([0, 0, 0, 0, 1, 4]),
    masked=st.sampled_from([True, True, True, False]),
)
CLOSED_WITH = {None, 1000, PROTOCOL, NOT_UTF8, TOO_BIG, BAD_FRAME}
"""None where the bytes had ended before the server had anything to say about them."""


@reproducible(60)
@given(wild=st.lists(frames, min_size=1, max_size=8), cut=st.integers(0, 3))
def test_any_frames_in_any_order(
    made: Place, server: Server, others: Others, wild: list[bytes], cut: int
) -> None:
    with member(made, server, MISBEHAVED) as wire:
        data = b"".join(wild)
        wire.push(data[: len(data) - cut])
        with contextlib.suppress(OSError):
            wire.line.shutdown(socket.SHUT_WR)
        _, code = wire.end()
        assert code in CLOSED_WITH


WRONG: list[Any] = [
    None, True, 0, -1, 2**53, 2**200, 1.5, "", "x", "\ud800", "\0", [], {}, [[[]]], {"": {}}, "A" * 4_000,
    CONVERSATION, CONVERSATION.upper() + "A", "AAAA", "AA==\n", b64encode(bytes(64)).decode(), "=" * 88,
]  # fmt: skip
FIELDS = ("conversation", "sequence", "held", "body", "signature", "client_id", "more")
TYPES: tuple[Any, ...] = (
    "hello",
    "send",
    "received",
    "read",
    "typing",
    "ping",
    "welcome",
    "item",
    "sent",
    "error",
    None,
    1,
    [],
)


@reproducible(150)
@given(
    kind=st.sampled_from(TYPES),
    fields=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(WRONG), max_size=4),
)
def test_any_type_with_any_fields(
    made: Place, server: Server, others: Others, kind: Any, fields: dict[str, Any]
) -> None:
    """It is refused with a reason, or it is a frame of a right shape, which changes nothing where nothing is."""
    with member(made, server, MISBEHAVED) as wire:
        wire.push(text(json.dumps({"type": kind, **fields})) + text('{"type":"ping"}'))
        heard = wire.hear()
        assert heard is not None
        told = json.loads(heard[1])
        if told["type"] == "error":
            assert told["code"] in ("bad_json", "bad_field", "bad_type", "hello_twice")
            assert wire.end()[1] == BAD_FRAME
        else:
            assert told["type"] in ("pong", "refused")


# --- who may have a socket ---


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://localhost:1",
        "https://localhost:PORT",
        "http://localhost:PORT.evil.example",
        "http://127.0.0.1:PORT",
        "http://localhost",
        "http://evil.example",
        "http://evil.example@localhost:1",
        "\xff",
    ],
)
def test_no_page_but_the_portals_own_gets_a_socket(
    made: Place, server: Server, others: Others, origin: str | None
) -> None:
    session = made.plan["members"][MISBEHAVED]["session"]
    given_origin = None if origin is None else origin.replace("PORT", str(server.port))
    with dial(server) as line:
        line.sendall(handshake(server, session, origin=given_origin))
        answer = all_that_comes(line)
    assert answer[:13] in (b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")
    assert (given_origin or "evil").encode("latin-1") not in answer or given_origin == "null"


def changed_session(made: Place, **changes: Any) -> str:
    """A further session of the member who misbehaves, which may be wrong in one way."""
    return further_sessions(made, [MISBEHAVED], **changes)[0]


def code_of(server: Server, session: str | None) -> int | None:
    """What a socket with this session is closed with, whatever it says meanwhile."""
    with open_wire(server, session) as wire:
        wire.push(HELLO)
        said, code = wire.end()
        assert said == []
        return code


@pytest.mark.parametrize("session", [None, "", "x", "0" * 4000, '"', "a;b=c"])
def test_without_a_session_there_is_no_welcome(server: Server, others: Others, session: str | None) -> None:
    assert code_of(server, session) == NOT_SIGNED_IN


def test_a_session_past_its_time_has_no_welcome(made: Place, server: Server, others: Others) -> None:
    assert code_of(server, changed_session(made, ends_at=1)) == NOT_SIGNED_IN


def test_a_session_without_a_device_has_no_welcome(made: Place, server: Server, others: Others) -> None:
    assert code_of(server, changed_session(made, device="")) == NO_ACTIVE_DEVICE


def test_a_session_on_the_device_of_another_has_no_welcome(
    made: Place, server: Server, others: Others
) -> None:
    session = changed_session(made, device=made.plan["members"][0]["device"])
    assert code_of(server, session) == NO_ACTIVE_DEVICE


def message(made: Place, by: int) -> bytes:
    return text(written(made, by)[0])


def test_what_is_sent_after_the_session_has_ended_is_not_kept(
    made: Place, server: Server, others: Others
) -> None:
    session = changed_session(made)
    with open_wire(server, session) as wire:
        wire.push(HELLO)
        wire.hear_frame("welcome")
        with httpx.Client(
            base_url=server.address, cookies={f"entente-session-{server.port}": session}
        ) as page:
            token = page.get("/api/session").json()["csrf_token"]
            answer = page.delete("/api/session", headers={"X-CSRFToken": token, "Origin": server.address})
            assert answer.status_code == 204
        wire.push(message(made, MISBEHAVED) * 3)
        assert wire.end() == ([], NOT_SIGNED_IN)


def test_what_is_sent_behind_a_close_is_not_kept(made: Place, server: Server, others: Others) -> None:
    with member(made, server, MISBEHAVED) as wire:
        wire.push(close(1000) + message(made, MISBEHAVED))
        assert wire.end() == ([], 1000)


def test_what_is_sent_behind_a_bad_frame_is_not_kept(made: Place, server: Server, others: Others) -> None:
    with member(made, server, MISBEHAVED) as wire:
        wire.push(text("{") + message(made, MISBEHAVED) * 3)
        assert wire.end() == (["bad_json"], BAD_FRAME)


def test_a_handshake_that_is_followed_by_too_much_is_dropped(
    made: Place, server: Server, others: Others
) -> None:
    """It comes as the body of the handshake, and so before there can be an answer."""
    session = made.plan["members"][MISBEHAVED]["session"]
    flood = HELLO + frame(PONG, bytes(125)) * 200
    with dial(server) as line:
        line.sendall(handshake(server, session, **{"Content-Length": str(len(flood))}) + flood)
        came = b""
        with contextlib.suppress(ConnectionError):
            while b"welcome" not in came and (part := line.recv(4096)):
                came += part
    assert came == b""
