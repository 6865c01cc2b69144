"""Frames: exactly the shapes of the contract, whatever comes in; and what goes out is JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.live import frames
from messaging.live.frames import BadFrame, Hello, Ping, Read, Received, Send, Typing

CONVERSATION = "ab" * 32
SIGNATURE = b64encode(bytes(64)).decode()


def send(**fields: Any) -> dict[str, Any]:
    return {"type": "send", "conversation": CONVERSATION, "body": "AAAA", "signature": SIGNATURE, **fields}


def test_every_frame_is_read() -> None:
    assert frames.parse('{"type":"ping"}') == Ping()
    assert frames.parse(json.dumps({"type": "hello", "held": {CONVERSATION: 7}})) == Hello({CONVERSATION: 7})
    assert frames.parse(json.dumps({"type": "typing", "conversation": CONVERSATION})) == Typing(CONVERSATION)
    read = {"type": "read", "conversation": CONVERSATION, "sequence": 3}
    assert frames.parse(json.dumps(read)) == Read(CONVERSATION, 3)
    received = {"type": "received", "conversation": CONVERSATION, "sequence": 3}
    assert frames.parse(json.dumps(received)) == Received(CONVERSATION, 3)
    sent = frames.parse(json.dumps(send()))
    assert sent == Send(CONVERSATION, bytes(3), bytes(64), "AAAA", SIGNATURE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_json"),
        ("[]", "bad_json"),
        ("null", "bad_json"),
        ("{", "bad_json"),
        ('{"type":"ping","at":1.5}', "bad_json"),
        ('{"type":"ping","at":NaN}', "bad_json"),
        ("[" * 100_000, "bad_json"),
        ("{}", "bad_type"),
        ('{"type":"shout"}', "bad_type"),
        ('{"type":["ping"]}', "bad_type"),
        ('{"type":"ping","more":1}', "bad_field"),
        ('{"type":"hello"}', "bad_field"),
        ('{"type":"hello","held":[]}', "bad_field"),
        ('{"type":"hello","held":{"x":1}}', "bad_field"),
        (json.dumps({"type": "hello", "held": {CONVERSATION: -1}}), "bad_field"),
        (json.dumps({"type": "hello", "held": {CONVERSATION: True}}), "bad_field"),
        (json.dumps({"type": "hello", "held": {CONVERSATION: 2**53}}), "bad_field"),
        (json.dumps({"type": "typing", "conversation": CONVERSATION.upper()}), "bad_field"),
        (json.dumps({"type": "typing", "conversation": CONVERSATION + "\n"}), "bad_field"),
        (json.dumps({"type": "read", "conversation": CONVERSATION, "sequence": "3"}), "bad_field"),
        (json.dumps({"type": "received", "conversation": CONVERSATION}), "bad_field"),
        (json.dumps(send(body="AAA")), "bad_field"),
        (json.dumps(send(body="AAB=")), "bad_field"),
        (json.dumps(send(body="AA\nAA")), "bad_field"),
        (json.dumps(send(body="ÄÄÄÄ")), "bad_field"),
        (json.dumps(send(body=None)), "bad_field"),
        (json.dumps(send(signature="AAAA")), "bad_field"),
        (json.dumps(send(signature=SIGNATURE[:-2] + "A=")), "bad_field"),
        (json.dumps(send(client_id="x")), "bad_field"),
    ],
)
def test_everything_else_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(BadFrame) as bad:
        frames.parse(text)
    assert bad.value.code == code


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90) | st.just(CONVERSATION),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["type", "conversation", "body", "signature", "held", "sequence", "more"])
kinds = st.sampled_from(["hello", "send", "received", "read", "typing", "ping", "item", ""])


def read_or_refuse(text: str) -> None:
    try:
        read: object = frames.parse(text)
    except BadFrame as bad:
        read = bad.code
    assert isinstance(read, Hello | Send | Received | Read | Typing | Ping) or read in {
        "bad_json",
        "bad_type",
        "bad_field",
    }


@given(st.text())
def test_no_text_does_harm(text: str) -> None:
    read_or_refuse(text)


@given(kinds, st.dictionaries(names, anything, max_size=5))
def test_no_object_does_harm(kind: str, fields: dict[str, Any]) -> None:
    read_or_refuse(json.dumps({**fields, "type": kind}))


@given(st.data())
def test_a_frame_that_is_changed_is_read_or_refused(data: st.DataObject) -> None:
    good = json.dumps(send())
    at = data.draw(st.integers(0, len(good)))
    put = data.draw(st.text(max_size=3))
    read_or_refuse(good[:at] + put + good[at + data.draw(st.integers(0, 3)) :])


@given(st.binary(max_size=300))
def test_any_body_comes_through_unchanged(body: bytes) -> None:
    frame = frames.parse(json.dumps(send(body=b64encode(body).decode())))
    assert isinstance(frame, Send)
    assert frame.body == body


def test_what_the_server_says_is_json_of_the_contract() -> None:
    said = [
        (frames.PONG, {"type"}),
        (frames.INVITATION, {"type"}),
        (frames.error("bad_json"), {"type", "code"}),
        (
            frames.welcome("d", {CONVERSATION: {"sequence": 1}}, 3, "r"),
            {"type", "device", "heads", "register", "restoring"},
        ),
        (
            frames.item(CONVERSATION, 4, "h", 5, "b", "s"),
            {"type", "conversation", "sequence", "head", "received_at", "body", "signature"},
        ),
        (
            frames.sent(CONVERSATION, "c", 4, "h", 5),
            {"type", "conversation", "client_id", "sequence", "head", "received_at"},
        ),
        (frames.refused(CONVERSATION, "c", "old_epoch"), {"type", "conversation", "client_id", "code"}),
        (
            frames.refused(CONVERSATION, "c", "x", "y"),
            {"type", "conversation", "client_id", "code", "reason"},
        ),
        (frames.conversation(CONVERSATION), {"type", "id"}),
        (frames.due(CONVERSATION), {"type", "conversation"}),
        (frames.register(3, "r"), {"type", "size", "root"}),
        (frames.restoring(True), {"type", "restoring"}),
        (frames.restoring(False), {"type", "restoring"}),
        (frames.marks(CONVERSATION, {"a": 3}, {}), {"type", "conversation", "received", "read"}),
        (frames.typing(CONVERSATION, "a"), {"type", "conversation", "account"}),
    ]
    for text, fields in said:
        assert json.loads(text).keys() == fields
