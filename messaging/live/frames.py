"""Every frame of the socket, both ways: what comes in is exactly one of these shapes or is refused.

The parser is on the path of every message, so it is written out: a closed set of fields per type, checked
once, no copies. Items go out as they came in: the text of body and signature is the sender's own base64, put
into one frame that all receivers share.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from members.protocol.signing import SIGNATURE_LENGTH

MAX_FRAME: Final = 128 * 1024
MAX_HELD: Final = 10_000
# the first frame names every conversation that is held, each with fewer than a hundred characters
MAX_HELLO: Final = 1024 * 1024
MAX_SEQUENCE: Final = 2**53 - 1

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadFrame(ValueError):
    """The frame is none of the shapes a client may send; the code says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a socket: the newest sequence that the client holds of each conversation."""

    held: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Send:
    """One message; the base64 texts are canonical and are kept to be sent on unchanged."""

    conversation: str
    body: bytes
    signature: bytes
    body_text: str
    signature_text: str


@dataclass(frozen=True, slots=True)
class Received:
    """A device of the account keeps the conversation up to here."""

    conversation: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Read:
    """The account has read the conversation up to here."""

    conversation: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Typing:
    """The account is writing something."""

    conversation: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there."""


ClientFrame: TypeAlias = Hello | Send | Received | Read | Typing | Ping

PING: Final = Ping()


def parse(text: str) -> ClientFrame:
    """The frame in this text; raises BadFrame with `bad_json`, `bad_type` or `bad_field`."""
    try:
        value = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadFrame("bad_json") from None
    if type(value) is not dict:
        raise BadFrame("bad_json")
    kind = value.get("type")
    if kind == "send":
        return _send(value)
    if kind == "received":
        _fields(value, 3)
        return Received(_conversation(value), _sequence(value.get("sequence")))
    if kind == "read":
        _fields(value, 3)
        return Read(_conversation(value), _sequence(value.get("sequence")))
    if kind == "typing":
        _fields(value, 2)
        return Typing(_conversation(value))
    if kind == "ping":
        _fields(value, 1)
        return PING
    if kind == "hello":
        _fields(value, 2)
        return Hello(_held(value.get("held")))
    raise BadFrame("bad_type")


def _refuse(text: str) -> None:
    raise ValueError(text)


def _fields(value: dict[str, object], number: int) -> None:
    """With every wanted field checked by name, the right number of fields means that there is no other."""
    if len(value) != number:
        raise BadFrame("bad_field")


def _conversation(value: dict[str, object]) -> str:
    conversation = value.get("conversation")
    if type(conversation) is not str or _HASH.fullmatch(conversation) is None:
        raise BadFrame("bad_field")
    return conversation


def _sequence(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SEQUENCE:
        raise BadFrame("bad_field")
    return value


def _held(value: object) -> dict[str, int]:
    if type(value) is not dict or len(value) > MAX_HELD:
        raise BadFrame("bad_field")
    for conversation, sequence in value.items():
        if _HASH.fullmatch(conversation) is None:
            raise BadFrame("bad_field")
        _sequence(sequence)
    return value


def _send(value: dict[str, object]) -> Send:
    _fields(value, 4)
    conversation, body, signature = _conversation(value), value.get("body"), value.get("signature")
    if type(body) is not str or type(signature) is not str:
        raise BadFrame("bad_field")
    signature_bytes = _bytes(signature)
    if len(signature_bytes) != SIGNATURE_LENGTH:
        raise BadFrame("bad_field")
    return Send(conversation, _bytes(body), signature_bytes, body, signature)


def _bytes(text: str) -> bytes:
    """The bytes of canonical base64, the only form in which the text may be sent on."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # binascii.Error, and text that is not ASCII
        raise BadFrame("bad_field") from None
    if binascii.b2a_base64(data, newline=False).decode("ascii") != text:
        raise BadFrame("bad_field")
    return data


# --- what the server says ---

PONG: Final = '{"type":"pong"}'
INVITATION: Final = '{"type":"invitation"}'
CHARTER: Final = '{"type":"charter"}'
"""A version of the charter was published or accepted."""


def error(code: str) -> str:
    return json.dumps({"type": "error", "code": code})


def welcome(
    device: str,
    heads: Mapping[str, Mapping[str, object]],
    size: int,
    root: str,
    *,
    is_restoring: bool = False,
) -> str:
    """Where everything stands; what the client lacks it now asks for over HTTP."""
    return json.dumps(
        {
            "type": "welcome",
            "device": device,
            "heads": heads,
            "register": {"size": size, "root": root},
            "restoring": is_restoring,
        },
        separators=(",", ":"),
    )


def restoring(value: bool) -> str:
    """The database is an older copy and nothing is written, or that is over."""
    return '{"type":"restoring","restoring":true}' if value else '{"type":"restoring","restoring":false}'


def item(conversation: str, sequence: int, head: str, received_at: int, body: str, signature: str) -> str:
    """An item for everyone who may read it. All texts are hexadecimal or base64: nothing needs escaping."""
    return (
        f'{{"type":"item","conversation":"{conversation}","sequence":{sequence},"head":"{head}",'
        f'"received_at":{received_at},"body":"{body}","signature":"{signature}"}}'
    )


def sent(conversation: str, client_id: str, sequence: int, head: str, received_at: int) -> str:
    """The acknowledgement: this message is on disk, and will be there after a power cut."""
    return (
        f'{{"type":"sent","conversation":"{conversation}","client_id":"{client_id}","sequence":{sequence},'
        f'"head":"{head}","received_at":{received_at}}}'
    )


def refused(conversation: str, client_id: str, code: str, reason: str | None = None) -> str:
    """Why a message was not taken; the client id is empty where no header could be read."""
    frame = {"type": "refused", "conversation": conversation, "client_id": client_id, "code": code}
    if reason is not None:
        frame["reason"] = reason
    return json.dumps(frame, separators=(",", ":"))


def conversation(identifier: str) -> str:
    return f'{{"type":"conversation","id":"{identifier}"}}'


def due(identifier: str) -> str:
    return f'{{"type":"due","conversation":"{identifier}"}}'


def missing(identifier: str) -> str:
    return f'{{"type":"missing","conversation":"{identifier}"}}'


def register(size: int, root: str) -> str:
    return f'{{"type":"register","size":{size},"root":"{root}"}}'


def marks(identifier: str, received: Mapping[str, int], read: Mapping[str, int]) -> str:
    """How far accounts have received and read a conversation, for those whose marks have moved."""
    return json.dumps(
        {"type": "marks", "conversation": identifier, "received": received, "read": read},
        separators=(",", ":"),
    )


def draft(slot: str) -> str:
    return f'{{"type":"draft","slot":"{slot}"}}'


def typing(identifier: str, account: str) -> str:
    return f'{{"type":"typing","conversation":"{identifier}","account":"{account}"}}'
