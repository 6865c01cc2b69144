"""The WebSocket of one client: says what it holds, takes items as they come, closes gaps, and comes back by itself."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from members.protocol.encoding import unb64
from messaging.protocol import items
from network.client.conversations import Conversations
from network.client.http import Http, Problem
from network.client.marks import Marks
from network.client.register import Register
from network.client.restoration import RESTORING, Restoration

MAX_FRAME: Final = 1024 * 1024
FINAL_CODES: Final = frozenset({4400, 4401, 4403})
LONGEST_PAUSE_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 30.0
LATE_WITHIN_MS: Final = 800
MOST_EVENTS: int = 10_000


class SocketEnded(Exception):
    """The server will not have this session or device any more."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the socket was closed with {code}")
        self.code = code


class Socket:
    """Runs until it is stopped; what happened is in `events`, after it was verified.

    Where nobody takes the events out, the oldest are dropped: what was said is in the conversations.
    """

    def __init__(
        self, http: Http, register: Register, conversations: Conversations, restoration: Restoration
    ) -> None:
        self._http = http
        self._register = register
        self._conversations = conversations
        self._restoration = restoration
        self._connection: ClientConnection | None = None
        self._running: asyncio.Task[None] | None = None
        self._passing: asyncio.Task[None] | None = None
        self._beside: asyncio.Task[None] | None = None
        self.beside: Callable[[], Coroutine[Any, Any, None]] | None = None
        """What goes on beside, as long as there is a line."""
        self._pass_again = False
        self._reported: set[str] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._sent: dict[str, dict[str, Any]] = {}
        self._verified: dict[str, int] = {}
        """How far conversations were verified when the present line was opened."""
        self._lost = asyncio.Event()
        self.welcomed = asyncio.Event()
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_EVENTS)
        self.welcomes = 0
        self.marks = Marks(http, self._tell)

    async def start(self) -> None:
        """Connect, and return when the first welcome was answered by a sync."""
        self.welcomed.clear()
        self._running = asyncio.create_task(self._run())
        greeted = asyncio.create_task(self.welcomed.wait())
        await asyncio.wait({self._running, greeted}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            greeted.cancel()
            await self._running
        elif self.beside is not None:
            self._beside = beside = asyncio.create_task(self.beside())
            self._running.add_done_callback(lambda _: beside.cancel())

    async def stop(self) -> None:
        """Close the socket and stay away."""
        self.marks.stop()
        await self._restoration.stop()
        for task in (self._passing, self._beside):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._passing = self._beside = None
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        self._connection = None
        self.welcomed.clear()

    async def drop(self) -> None:
        """Lose the connection, as a network does; the socket comes back by itself."""
        if self._connection is not None:
            self.welcomed.clear()
            await self._connection.close(1001)

    async def send(self, conversation: str, text: str) -> int:
        """Say something by the socket, or by HTTP when an epoch is due; returns the sequence number.

        While the portal is being restored this waits for its end.
        """
        while True:
            await self._until_open()
            try:
                return await self._send(conversation, text)
            except Problem as problem:
                if problem.code != RESTORING or self._running is None:
                    raise
                self._restoration.told(restoring=True)

    async def _send(self, conversation: str, text: str) -> int:
        frame = await self._conversations.frame_for(conversation, text)
        if frame is None or self._connection is None:
            return await self._conversations.send(conversation, text)
        answer = await self._send_frame(frame)
        if answer["type"] == "refused":
            if answer["code"] in ("epoch_due", "old_epoch"):
                return await self._conversations.send(conversation, text)
            raise Problem(422, answer["code"], "the message was refused", answer)
        return int(answer["sequence"])

    async def read(self, conversation: str, sequence: int) -> None:
        """Tell the others how far this person has read."""
        await self.marks.has_read(conversation, sequence)

    async def typing(self, conversation: str) -> None:
        """Tell the others that this person is writing."""
        await self._tell({"type": "typing", "conversation": conversation})

    async def _until_open(self) -> None:
        """Return when one may write; raise what ended the socket for good, where it ends before."""
        if self._restoration.over.is_set() or self._running is None:
            return
        over = asyncio.create_task(self._restoration.until_over())
        try:
            await asyncio.wait({self._running, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
        if self._running is None or self._running.done():
            self._raise_end()

    async def _send_frame(self, frame: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message; one that the portal does not take while it is being restored is sent again after."""
        while True:
            await self._until_open()
            answer = await self._answer_to(frame)
            if (answer["type"], answer.get("code")) != ("refused", RESTORING):
                return answer
            self._restoration.told(restoring=True)

    async def _answer_to(self, frame: dict[str, Any]) -> dict[str, Any]:
        client_id = _client_id_of(frame)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[client_id], self._sent[client_id] = answer, frame
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    try:
                        await self._tell(frame)
                        return await self._answered(answer)
                    except (ConnectionClosed, ConnectionError):
                        # the same item again: the server knows it by its client id, if it came through
                        await self._back()
        finally:
            self._waiting.pop(client_id, None)
            self._sent.pop(client_id, None)

    async def _answered(self, answer: asyncio.Future[dict[str, Any]]) -> dict[str, Any]:
        """The answer, or ConnectionError when this connection ends before it comes."""
        ended = asyncio.ensure_future(self._lost.wait())
        waited: set[asyncio.Future[Any]] = {answer, ended}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if answer.done():
            return answer.result()
        raise ConnectionError("the socket was lost")

    async def _back(self) -> None:
        """Return when the socket is welcomed again; raise what ended it for good."""
        if self._running is None or self._running.done():
            self._raise_end()
        greeted = asyncio.create_task(self.welcomed.wait())
        try:
            await asyncio.wait({self._running, greeted}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()

    def _raise_end(self) -> NoReturn:
        error = None if self._running is None or self._running.cancelled() else self._running.exception()
        raise error or SocketEnded(1000)

    async def _tell(self, frame: dict[str, Any]) -> None:
        connection = self._connection
        if connection is None:
            raise ConnectionError("the socket is not open")
        try:
            await connection.send(json.dumps(frame))
        except ConnectionClosed:
            if connection is self._connection:
                self.welcomed.clear()  # until what had come before its end is taken in, and the next one is welcomed
            raise

    # coming in

    async def _run(self) -> None:
        pause = 0.1
        while True:
            welcomes = self.welcomes
            try:
                await self._one_connection()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else 1006
                if code in FINAL_CODES:
                    raise SocketEnded(code) from closed
            except InvalidStatus as refused:
                if refused.response.status_code in (401, 403):
                    raise SocketEnded(4401) from refused
            except Problem as problem:
                # whether this session and device may still be here, and what they may read, the next handshake says
                if problem.status < 500 and problem.status not in (401, 403, 404, 408, 429):
                    raise
            except (OSError, httpx.TransportError, InvalidHandshake):
                pass  # the portal went away meanwhile, or is not there yet
            finally:
                pause = 0.1 if self.welcomes > welcomes else min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._connection = None
                self.welcomed.clear()
                self._lost.set()
            await asyncio.sleep(pause)

    async def _one_connection(self) -> None:
        async with connect(
            self._http.socket_address,
            origin=self._http.origin,  # type: ignore[arg-type] # an origin is text with a name of its own
            additional_headers={"Cookie": self._http.cookie_header},
            max_size=MAX_FRAME,
            proxy=None,
        ) as connection:
            self._connection = connection
            self._lost.clear()
            self._verified = self._conversations.verified
            await connection.send(json.dumps({"type": "hello", "held": self._conversations.held}))
            while True:
                frame: dict[str, Any] = json.loads(await connection.recv())
                await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self._restoration.told(restoring=frame.get("restoring", False))
            await self._settle(frame["register"], frame["heads"], self._verified)
            await self.marks.again(self._conversations.held)
            self.welcomes += 1
            self.welcomed.set()
            self._pass_on_later()
        elif kind == "item":
            if not await self._conversations.take_frame(frame):
                await self._conversations.sync()
        elif kind == "sent":
            await self._take_sent(frame)
        elif kind == "refused":
            self._answer(frame)
        elif kind == "register":
            await self._register.follow(frame["size"], frame["root"])
            self._pass_on_later()
        elif kind == "restoring":
            self._restoration.told(restoring=frame["restoring"])
            await self._restoring_or_over()
        elif kind == "missing":
            self._reported.add(frame["conversation"])
            self._pass_on_later()
        elif kind == "conversation":
            await self._register.catch_up()
            await self._conversations.sync()
        elif kind == "marks":
            self.marks.heard(frame["conversation"], frame["received"], frame["read"])
        if kind in ("item", "sent", "conversation"):
            self.marks.keeps(self._conversations.held)
        if self.events.full():
            self.events.get_nowait()
        self.events.put_nowait(frame)

    async def _restoring_or_over(self) -> None:
        if self._restoration.restoring:
            self._begin_to_hand_back()
            return
        verified = self._conversations.verified
        shown = await self._http.get("/api/conversations")
        stated = {each["id"]: {"sequence": each["sequence"], "head": each["head"]} for each in shown}
        await self._settle(None, stated, verified)
        self._pass_on_later()

    async def _settle(
        self,
        register: dict[str, Any] | None,
        stated: dict[str, dict[str, Any]],
        verified: dict[str, int],
    ) -> None:
        """Take in what the server has, and compare; while it is being restored hand back what it lacks instead."""
        if register is None:
            await self._register.catch_up()
        else:
            await self._register.follow(register["size"], register["root"])
        await self._conversations.sync()
        await self._conversations.check_heads(stated, verified)
        if self._restoration.restoring:
            self._begin_to_hand_back()
        self._restoration.goes_on()

    def _begin_to_hand_back(self) -> None:
        self._conversations.judge_anew()
        self._restoration.begin()

    def _pass_on_later(self) -> None:
        """Give colleagues the keys that are due to them, after a pause of chance length: somebody else may do it."""
        self._pass_again = True
        if self._passing is None or self._passing.done():
            self._passing = asyncio.create_task(self._pass_on())

    async def _pass_on(self) -> None:
        while self._pass_again:
            await asyncio.sleep(secrets.randbelow(LATE_WITHIN_MS) / 1000)
            self._pass_again = False
            reported, self._reported = self._reported, set()
            try:
                await self._conversations.pass_on(reported)
            except (Problem, OSError, httpx.TransportError):
                self._reported |= reported
                return  # whoever is asked next tries again

    async def _take_sent(self, frame: dict[str, Any]) -> None:
        """One's own message has its place: no `item` comes for it, so it is taken from what was sent."""
        sent = self._sent.get(frame["client_id"])
        whole = None if sent is None else {**sent, **frame, "type": "item"}
        if whole is None or not await self._conversations.take_frame(whole):
            await self._conversations.sync()
        self._answer(frame)

    def _answer(self, frame: dict[str, Any]) -> None:
        waiting = self._waiting.get(frame["client_id"])
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)


def _client_id_of(frame: dict[str, Any]) -> str:
    return str(items.parse(unb64(frame["body"]), unb64(frame["signature"])).header["client_id"])
