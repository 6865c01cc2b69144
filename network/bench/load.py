"""Senders and receivers of the benchmark, in a process of their own: `python -m network.bench.load PLAN`.

Every sender waits for its acknowledgement before it sends again. The contents were made beforehand, random as
sealed ones are to the server; headers are made and signed while sending, because they name the newest head. A
content ends with the time on the clock that all processes of a computer share, so that whoever receives it
knows how long it was on its way. What this process spends is not the server's.

It says `ready` when every socket has been welcomed; `{"begin": ..., "end": ...}` on its input are the times between
which it is to count, and its answer is one line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import select
import sys
import time
from array import array
from base64 import b64encode
from binascii import a2b_base64
from collections import Counter, deque
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from members.protocol.signing import ITEM, pae
from network.bench.clientid import new_client_id
from network.bench.line import Line, open_line

SEALED_BYTES: Final = 12 + 1024 + 16  # a message of about one kilobyte, padded and sealed
OPENING_AT_ONCE: Final = 8
LINGER: Final = 0.5

_ITEM: Final = b'{"type":"item"'
_SENT: Final = b'{"type":"sent","conversation":"'
_HASH, _CLIENT_ID = 64, 36
_AFTER_BODY: Final = len('","signature":"') + 88 + len('"}')
_TAIL: Final = 24  # characters of base64 that hold the last eight bytes, wherever the padding falls


def sent_at(buffer: bytes, end: int) -> int:
    """When the item in the frame that ends here was sent, in nanoseconds."""
    body = end - _AFTER_BODY
    return int.from_bytes(a2b_base64(buffer[body - _TAIL : body])[-8:], "big")


class Conversation:
    """What one member knows of a conversation: where it stood when they last heard of it themselves."""

    __slots__ = ("head", "identifier", "sequence")

    def __init__(self, given: dict[str, Any]) -> None:
        self.identifier = given["id"].encode()
        self.sequence: int = given["sequence"]
        self.head: str = given["head"]


class Peer:
    """One socket of a member; one who sends has a message under way at any time, or one at each turn."""

    def __init__(self, load: Load, who: dict[str, Any]) -> None:
        self.load, self.who = load, who
        self.line: Line
        self.began = 0
        self.welcome = False
        self.saying = Conversation({"id": "", "sequence": 0, "head": ""})
        self.client_id = ""
        self.conversations = [Conversation(one) for one in who.get("conversations", [])]
        plan = load.plan
        if self.conversations:
            self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(who["device_seed"]))
        checkpoint = f'{{"root":"{plan["root"]}","size":{plan["size"]}}}'
        self._first = f'{{"account":"{who["account"]}","checkpoint":{checkpoint},"client_id":"'
        self._last = (
            f'","device":"{who["device"]}","epoch":1,"kind":"message","network":"{plan["network"]}",'
            '"seen":{"head":"'
        )

    def open(self) -> None:
        plan = self.load.plan
        self.line = open_line(
            self.who["port"],
            origin=plan["origin"],
            cookie=f"{plan['cookie']}={self.who['session']}",
            heard=self.heard,
            opened=lambda: self.line.send(b'{"type":"hello","held":{}}'),
        )

    def say(self) -> None:
        """Make, sign and send one message."""
        conversation = self.saying = random.choice(self.conversations)  # noqa: S311 - spreads the load
        self.client_id = new_client_id()
        self.began = time.monotonic_ns()
        header = (
            f'{self._first}{self.client_id}","conversation":"{conversation.identifier.decode()}{self._last}'
            f'{conversation.head}","sequence":{conversation.sequence}}},"time":{time.time_ns() // 1_000_000}}}'
        ).encode()
        content = random.choice(self.load.contents) + self.began.to_bytes(8, "big")  # noqa: S311 - the same
        body = len(header).to_bytes(4, "big") + header + content
        signature = self._key.sign(pae(ITEM, body))
        self.line.send(
            b'{"type":"send","conversation":"%b","body":"%b","signature":"%b"}'
            % (conversation.identifier, b64encode(body), b64encode(signature))
        )

    def heard(self, buffer: bytes, start: int, end: int) -> None:
        load = self.load
        if buffer.startswith(_ITEM, start):
            now, began = time.monotonic_ns(), sent_at(buffer, end)
            load.arrived.append(now)
            load.took.append(now - began)
        elif buffer.startswith(_SENT, start):
            now = time.monotonic_ns()
            load.acknowledged.append(now)
            load.waited.append(now - self.began)
            at = start + len(_SENT) + _HASH + len('","client_id":"') + _CLIENT_ID + len('","sequence":')
            comma = buffer.index(b",", at)
            at_head = comma + len(',"head":"')
            conversation = self.saying
            conversation.sequence = int(buffer[at:comma])
            conversation.head = buffer[at_head : at_head + _HASH].decode()
            if load.noting:
                load.noted.append((self.client_id, conversation.sequence, conversation.head))
            if not load.over and not load.pause:
                self.say()
        elif buffer.startswith(b'{"type":"welcome"', start):
            # the portal greets again whenever it may have missed what another process said
            if not self.welcome:
                self.welcome = True
                load.welcomed()
        elif buffer.startswith((b'{"type":"refused"', b'{"type":"error"'), start):
            raise SystemExit(f"The server refused: {buffer[start:end].decode()}")


class Load:
    """All peers of this process, in one loop."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.contents = [os.urandom(SEALED_BYTES - 8) for _ in range(32)]
        self.pause: float = plan.get("pause", 0.0)
        self.noting: bool = plan.get("until_cut", False)
        self.noted: list[tuple[str, int, str]] = []
        self.arrived, self.took = array("q"), array("q")
        self.acknowledged, self.waited = array("q"), array("q")
        self.over = False
        self.cut = False
        self._peers = [Peer(self, who) for who in plan["people"]]
        self._senders = [peer for peer in self._peers if peer.conversations]
        self._unopened = deque(self._peers)
        self._missing = len(self._peers)
        self._poll = select.epoll()
        self._lines: dict[int, Line] = {}

    def open(self) -> None:
        """Open every socket, some at a time, and wait until all have been welcomed."""
        for _ in range(OPENING_AT_ONCE):
            self._open_next()
        while self._missing:
            self._turn(None)

    def _open_next(self) -> None:
        if self._unopened:
            peer = self._unopened.popleft()
            peer.open()
            number = peer.line.connection.fileno()
            self._lines[number] = peer.line
            self._poll.register(number, select.EPOLLIN)

    def welcomed(self) -> None:
        self._missing -= 1
        self._open_next()

    def send(self, begin: int, end: int) -> dict[str, Any]:
        """Send until the end, and count from the beginning on; until the server has gone, where that is the plan."""
        for peer in self._senders:
            if not self.pause:
                peer.say()
        self._until(begin, peers=self._senders)
        self.arrived, self.took = array("q"), array("q")
        self.acknowledged, self.waited = array("q"), array("q")
        own = time.process_time()
        self._until(end, peers=self._senders)
        own = time.process_time() - own
        self.over = True
        self._until(time.monotonic_ns() + int(LINGER * 1e9), peers=[])
        return {
            "acknowledged": _within(self.acknowledged, begin, end),
            "delivered": _within(self.arrived, begin, end),
            "delivery": _rounded(self.took, self.arrived, begin, end),
            "answer": _rounded(self.waited, self.acknowledged, begin, end),
            "last": self._last_arrivals() if self.pause else {},
            "noted": self.noted,
            "cpu": own,
        }

    def _until(self, end: int, *, peers: list[Peer]) -> None:
        """Handle what comes until this time; with a pause, one message of each of these peers at each turn."""
        turn = time.monotonic_ns() + int(self.pause * 1e9)
        while not self.cut and (now := time.monotonic_ns()) < end:
            if self.pause and now >= turn:
                turn += int(self.pause * 1e9)
                for peer in peers:
                    peer.say()
            self._turn((min(end, turn) if self.pause else end) - now)

    def _turn(self, nanoseconds: int | None) -> None:
        for number, _ in self._poll.poll(None if nanoseconds is None else max(nanoseconds, 0) / 1e9):
            line = self._lines[number]
            try:
                there = line.read()
            except ConnectionError:
                if not self.noting:
                    raise
                there = False
            if not there:
                if not self.noting:
                    raise SystemExit(f"The server closed a socket: {line.closed}")
                self.over = self.cut = True
                return

    def _last_arrivals(self) -> dict[int, tuple[int, int]]:
        """Of each message, by when it was sent: how many copies came, and how long the last of them took."""
        last: dict[int, tuple[int, int]] = {}
        for arrived, took in zip(self.arrived, self.took, strict=True):
            copies, longest = last.get(arrived - took, (0, 0))
            last[arrived - took] = (copies + 1, max(longest, took))
        return last


def _within(times: array[int], begin: int, end: int) -> int:
    return sum(begin <= at < end for at in times)


def _rounded(values: array[int], times: array[int], begin: int, end: int) -> Counter[int]:
    """How often each time was taken, in steps of ten microseconds."""
    return Counter(value // 10_000 for value, at in zip(values, times, strict=True) if begin <= at < end)


def main(plan: dict[str, Any]) -> None:
    load = Load(plan)
    load.open()
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(load.send(asked["begin"], asked["end"])), flush=True)
        return


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
