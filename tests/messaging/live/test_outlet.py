"""The outgoing side of a socket: in order, bounded, and nobody waits for it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from messaging.live import outlet as module
from messaging.live.lines import encode
from messaging.live.metrics import counts
from messaging.live.outlet import TOO_SLOW, Frame, Outlet


class Server:
    """An ASGI server's `send`, which waits while the reader does not read."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.closed = 0

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            await self.reads.wait()
        self.got.append(message.get("text") or message["code"])

    def on_close(self) -> None:
        self.closed += 1


class Transport:
    """A transport as daphne has it, whose buffer the test fills."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.producer: Any = "the HTTP channel"
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802
        assert self.producer is None
        assert streaming
        self.producer = producer

    def unregisterProducer(self) -> None:  # noqa: N802
        self.producer = None

    def abortConnection(self) -> None:  # noqa: N802
        self.aborted = True


class Protocol:
    def __init__(self) -> None:
        self.transport = Transport()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nothing_goes_out_before_the_welcome() -> None:
    server = Server()
    outlet = Outlet(server.send, server.on_close)
    outlet.offer(Frame("one"))
    await settle()
    assert server.got == []
    outlet.open_with("welcome")
    outlet.offer(Frame("two"))
    await settle()
    assert server.got == ["welcome", "one", "two"]


async def test_offering_never_waits_and_keeps_the_order() -> None:
    server = Server()
    outlet = Outlet(server.send, server.on_close)
    outlet.open_with("0")
    server.reads.clear()
    for number in range(1, 50):
        outlet.offer(Frame(str(number)))
    await settle()
    assert server.got == []
    server.reads.set()
    await settle()
    assert server.got == [str(number) for number in range(50)]


@pytest.mark.parametrize(("limit", "value"), [("MAX_FRAMES", 10), ("MAX_CHARACTERS", 40)])
async def test_a_slow_reader_is_closed_and_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(module, limit, value)
    server = Server()
    outlet = Outlet(server.send, server.on_close)
    outlet.open_with("0000")
    await settle()
    server.reads.clear()
    for _ in range(30):
        outlet.offer(Frame("more"))
    await settle()
    assert server.got == ["0000", TOO_SLOW]
    assert outlet.closed
    assert server.closed == 1


async def test_a_last_frame_says_why() -> None:
    server = Server()
    outlet = Outlet(server.send, server.on_close)
    outlet.offer(Frame("never"))
    outlet.close(4400, "because")
    outlet.close(4401)
    outlet.offer(Frame("never"))
    await settle()
    assert server.got == ["because", 4400]


async def test_a_socket_that_breaks_is_gone() -> None:
    async def broken(_: Any) -> None:
        raise ConnectionError

    server = Server()
    outlet = Outlet(broken, server.on_close)
    outlet.open_with("welcome")
    await settle()
    assert outlet.closed
    assert server.closed == 1
    outlet.gone()
    assert server.closed == 1


# --- a socket that cannot be closed ---


async def fails(protocol: Protocol, message: Any) -> None:
    raise ValueError("no such code")


async def waits_for_ever(protocol: Protocol, message: Any) -> None:
    await asyncio.Event().wait()


async def has_gone(protocol: Protocol, message: Any) -> None:
    raise ConnectionResetError


@pytest.mark.parametrize(("close", "name"), [(fails, "ValueError"), (waits_for_ever, "TimeoutError")])
async def test_a_socket_that_cannot_be_closed_is_cut_off_and_said(
    close: Any, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "FAREWELL_SECONDS", 0.05)
    protocol, before = Protocol(), counts.unclosed
    outlet = Outlet(partial(close, protocol), lambda: None)
    outlet.close(TOO_SLOW)
    while not protocol.transport.aborted:
        await asyncio.sleep(0.01)
    assert counts.unclosed == before + 1
    assert f"could not be closed with 4408, and was cut off: {name}" in caplog.text


async def test_a_socket_that_has_gone_before_it_is_closed_is_nothing_to_be_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    protocol, before = Protocol(), counts.unclosed
    outlet = Outlet(partial(has_gone, protocol), lambda: None)
    outlet.close(TOO_SLOW)
    await settle()
    assert (counts.unclosed, protocol.transport.aborted) == (before, False)
    assert "could not be closed" not in caplog.text


# --- behind daphne ---


async def reply(protocol: Protocol, message: Any) -> None:
    """As daphne's: a partial over the protocol, which waits for nothing."""
    protocol.transport.write(str(message.get("code") or message["text"]).encode())


async def test_behind_daphne_a_frame_is_encoded_once_and_written_at_once() -> None:
    protocols = [Protocol(), Protocol()]
    outlets = [Outlet(partial(reply, protocol), lambda: None) for protocol in protocols]
    for outlet in outlets:
        outlet.open_with("welcome")
    await settle()
    frame = Frame("for all")
    for outlet in outlets:
        outlet.offer(frame)
    first, second = (protocol.transport.written for protocol in protocols)
    assert first == second == [encode("welcome"), encode("for all")]
    assert first[1] is second[1]


async def test_behind_daphne_a_full_buffer_holds_frames_back() -> None:
    protocol = Protocol()
    outlet = Outlet(partial(reply, protocol), lambda: None)
    outlet.open_with("welcome")
    await settle()
    protocol.transport.producer.pauseProducing()
    outlet.offer(Frame("one"))
    outlet.offer(Frame("two"))
    await settle()
    assert protocol.transport.written == [encode("welcome")]
    protocol.transport.producer.resumeProducing()
    await settle()
    assert protocol.transport.written == [encode("welcome"), encode("one"), encode("two")]


async def test_behind_daphne_a_slow_reader_is_closed_though_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_FRAMES", 5)
    protocol = Protocol()
    outlet = Outlet(partial(reply, protocol), lambda: None)
    outlet.open_with("welcome")
    await settle()
    protocol.transport.producer.pauseProducing()
    for _ in range(10):
        outlet.offer(Frame("more"))
    await settle()
    assert protocol.transport.written == [encode("welcome"), b"4408"]
    assert protocol.transport.producer is None, "a transport with a producer would not close"


async def test_behind_daphne_nothing_is_written_to_a_transport_that_is_gone() -> None:
    protocol = Protocol()
    outlet = Outlet(partial(reply, protocol), lambda: None)
    outlet.open_with("welcome")
    await settle()
    protocol.transport.producer.stopProducing()
    outlet.offer(Frame("late"))
    assert protocol.transport.written == [encode("welcome")]


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_frames_of_every_length_are_as_rfc_6455_has_them(length: int) -> None:
    wire = encode("a" * length)
    assert wire[0] == 0x81
    if length < 126:
        assert (wire[1], wire[2:]) == (length, b"a" * length)
    elif length < 1 << 16:
        assert (wire[1], int.from_bytes(wire[2:4], "big"), wire[4:]) == (126, length, b"a" * length)
    else:
        assert (wire[1], int.from_bytes(wire[2:10], "big"), wire[10:]) == (127, length, b"a" * length)
