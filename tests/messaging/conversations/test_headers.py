"""The quick reading of message headers agrees with the slow one, whatever it is given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.conversations.headers import MIN_CONTENT, BadMessage, read_message
from messaging.protocol import items
from messaging.protocol.refusal import Refused
from network.bench.clientid import new_client_id

CONTENT = bytes(MIN_CONTENT)
SIGNATURE = (5).to_bytes(32, "little") + bytes(32)


def header(**fields: Any) -> dict[str, Any]:
    return {
        "account": "ab" * 16,
        "checkpoint": {"root": "cd" * 32, "size": 12},
        "client_id": new_client_id(),
        "conversation": "ef" * 32,
        "device": "01" * 32,
        "epoch": 3,
        "kind": "message",
        "network": "23" * 32,
        "seen": {"head": "45" * 32, "sequence": 9},
        "time": 1_790_000_000_000,
        **fields,
    }


def encode(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def agree(header_bytes: bytes) -> bool:
    """Whether both read it or both refuse it; returns what they did."""
    body = items.make_body(header_bytes, CONTENT)
    try:
        quick = read_message(body)
    except BadMessage:
        quick = None
    try:
        item = items.parse(body, SIGNATURE)
        slow = item.header if item.kind == "message" else None
    except Refused:
        slow = None
    assert (quick is None) == (slow is None), header_bytes
    if quick is not None and slow is not None:
        assert quick._asdict() == {
            **{name: slow[name] for name in slow if name not in ("checkpoint", "seen", "kind")},
            "checkpoint_root": slow["checkpoint"]["root"],
            "checkpoint_size": slow["checkpoint"]["size"],
            "seen_head": slow["seen"]["head"],
            "seen_sequence": slow["seen"]["sequence"],
        }
    return quick is not None


numbers = st.one_of(
    st.integers(-2, 3), st.sampled_from([2**53 - 1, 2**53, 10**15, 10**16, 10**20]), st.integers(0, 2**60)
)


@given(numbers, numbers, numbers, numbers)
def test_numbers(size: int, epoch: int, sequence: int, time: int) -> None:
    value = header(
        checkpoint={"root": "cd" * 32, "size": size},
        epoch=epoch,
        seen={"head": "45" * 32, "sequence": sequence},
        time=time,
    )
    agree(encode(value))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=70)
    | st.sampled_from(["AB" * 16, "ab" * 32]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(header())), anything)
def test_fields(name: str, value: Any) -> None:
    agree(encode(header(**{name: value})))


@given(st.data())
def test_bytes_that_are_changed_left_out_or_put_in(data: st.DataObject) -> None:
    good = encode(header())
    at = data.draw(st.integers(0, len(good)))
    put = data.draw(
        st.binary(max_size=2) | st.sampled_from([b" ", b"\n", b'"', b"0", b"\\u0061", b"e1", b".0"])
    )
    agree(good[:at] + put + good[at + data.draw(st.integers(0, 2)) :])


def test_the_right_form_is_read() -> None:
    assert agree(encode(header()))


@pytest.mark.parametrize(
    "wrong",
    [
        json.dumps(header()).encode(),
        encode({**header(), "more": 1}),
        encode({name: value for name, value in header().items() if name != "seen"}),
        encode(header(kind="epoch")),
        encode(header(client_id="0190a3b2-0000-4000-8000-000000000000")),
        encode(header(epoch=0)),
        encode(header(epoch=True)),
        encode(header(time=1.0)),
        encode(header(account="AB" * 16)),
        encode(header(account="ａｂ" * 8)),
        b"",
        b"\xff",
    ],
)
def test_everything_else_is_refused(wrong: bytes) -> None:
    assert not agree(wrong)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_item"),
        (b"\0\0", "bad_item"),
        ((2**32 - 1).to_bytes(4, "big") + encode(header()), "too_large"),
        (items.make_body(encode(header()), bytes(MIN_CONTENT - 1)), "bad_item"),
        (items.make_body(encode(header()), b""), "bad_item"),
        (items.make_body(encode(header()), bytes(items.MAX_CONTENT + 1)), "too_large"),
        ((10**4).to_bytes(4, "big") + encode(header()), "bad_item"),
    ],
)
def test_sizes_are_bounded(body: bytes, code: str) -> None:
    with pytest.raises(BadMessage) as refusal:
        read_message(body)
    assert refusal.value.code == code


def test_the_largest_content_is_taken() -> None:
    assert read_message(items.make_body(encode(header()), bytes(items.MAX_CONTENT))).epoch == 3
