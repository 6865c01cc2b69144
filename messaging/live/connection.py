"""One open socket: reads frames, hands them on, and is told things; it holds no rules and waits for no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from django.db import DatabaseError

from messaging.conversations import access, roster
from messaging.conversations.headers import BadMessage, MessageHeader, read_message
from messaging.conversations.messages import Accepted, Incoming, Mark, Refusal
from messaging.live import frames
from messaging.live.admission import Admitted
from messaging.live.committer import SendWork
from messaging.live.frames import BadFrame, Hello, Ping, Read, Received, Send, Typing
from messaging.live.metrics import counts
from messaging.live.outlet import TOO_SLOW, AsgiSend, Frame, Outlet
from messaging.live.process import RESTART, Live
from messaging.live.relay import ForReaders

Receive = Callable[[], Awaitable[Any]]

BAD_FRAME: Final = 4400
TOO_LARGE: Final = 4413

HELLO_WITHIN_SECONDS: Final = 10.0
# what one socket may have sent without an answer, and how often it may say that somebody is typing
MOST_UNANSWERED: Final = 256
TYPING_EVERY_SECONDS: Final = 1.0


class Connection:
    """A socket of an admitted session; a `Socket` for the hub."""

    __slots__ = (
        "_outlet",
        "_typed_at",
        "_unanswered",
        "account",
        "authority",
        "device",
        "ends_at",
        "live",
        "reads_from",
        "session_key",
    )

    def __init__(self, live: Live, admitted: Admitted, send: AsgiSend) -> None:
        self.live = live
        self.account = admitted.account
        self.device = admitted.device
        self.session_key = admitted.session_key
        self.ends_at = admitted.ends_at
        self.authority: str | None = None
        self.reads_from = 0
        self._unanswered = 0
        self._typed_at = 0.0
        self._outlet = Outlet(send, self._leave)

    # --- what the hub needs ---

    def offer(self, frame: Frame) -> None:
        self._outlet.offer(frame)

    def tell(self, text: str) -> None:
        """Queue a frame for this socket alone."""
        self._outlet.offer(Frame(text))

    def close(self, code: int, last: str | None = None) -> None:
        self._outlet.close(code, last)

    def _leave(self) -> None:
        self.live.hub.remove(self)

    # --- what comes in ---

    async def listen(self, receive: Receive) -> None:
        """Handle frame after frame until the other side has gone."""
        # whoever is slow may come again: it is a program that speaks otherwise whom a bad frame sends away
        late = self.live.loop.call_later(HELLO_WITHIN_SECONDS, self.close, TOO_SLOW, frames.error("no_hello"))
        greeted = False
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                most = frames.MAX_FRAME if greeted else frames.MAX_HELLO
                frame = None if self._outlet.closed else self._parse(message.get("text"), most)
                if frame is None:
                    continue
                if isinstance(frame, Hello):
                    if greeted:
                        self.close(BAD_FRAME, frames.error("hello_twice"))
                        continue
                    greeted = True
                    late.cancel()
                    counts.greeted += 1
                    counts.resumed += bool(frame.held)
                    await self._greet()
                elif greeted:
                    await self._handle(frame)
                else:
                    self.close(BAD_FRAME, frames.error("no_hello"))
        finally:
            late.cancel()
            self._outlet.gone()

    def _parse(self, text: str | None, most: int) -> frames.ClientFrame | None:
        """The frame, or None after the socket has been closed because of it."""
        if text is None:
            self.close(BAD_FRAME, frames.error("not_text"))
            return None
        if len(text) > most:
            self.close(TOO_LARGE, frames.error("too_large"))
            return None
        try:
            return frames.parse(text)
        except BadFrame as error:
            self.close(BAD_FRAME, frames.error(error.code))
            return None

    async def _greet(self) -> None:
        """Subscribe first and read afterwards, so that nothing falls between; what comes meanwhile waits."""
        self.live.join(self)
        try:
            answer = await self.live.welcome(self)
            reported = [] if isinstance(answer, int) else await self.live.read(access.reported, self.account)
        except DatabaseError:
            self.close(RESTART)  # it is not there now; the client comes back
            return
        if isinstance(answer, int):
            self.close(answer)
            return
        self._outlet.open_with(answer.text)
        for identifier in reported:
            self.tell(frames.missing(identifier))

    async def _handle(self, frame: frames.ClientFrame) -> None:
        if isinstance(frame, Send):
            self._send(frame)
        elif isinstance(frame, Received):
            self.live.marks.note(Mark(self.account, frame.conversation, received=frame.sequence))
        elif isinstance(frame, Read):
            self.live.marks.note(Mark(self.account, frame.conversation, read=frame.sequence))
        elif isinstance(frame, Typing):
            await self._typing(frame)
        elif isinstance(frame, Ping):
            self.tell(frames.PONG)

    def _send(self, frame: Send) -> None:
        try:
            header = read_message(frame.body)
        except BadMessage as error:
            self._refuse(frame, "", error.code)
            return
        refuse = partial(self._refuse, frame, header.client_id)
        if header.conversation != frame.conversation or header.account != self.account:
            refuse("bad_item", "header")
        elif header.device != self.device:
            refuse("bad_item", "device")
        elif self._unanswered >= MOST_UNANSWERED:
            refuse("slow_down")
        else:
            self._unanswered += 1
            incoming = Incoming(header, frame.body, frame.signature)
            self.live.committer.submit(SendWork(incoming, partial(self._answered, frame, header)))

    def _refuse(self, frame: Send, client_id: str, code: str, reason: str | None = None) -> None:
        counts.refuse(code)
        self.tell(frames.refused(frame.conversation, client_id, code, reason))

    def _answered(self, frame: Send, header: MessageHeader, answer: Accepted | Refusal | None) -> None:
        """After the COMMIT: everybody else's copy is queued first, then the acknowledgement."""
        self._unanswered -= 1
        if answer is None:
            counts.unwritten += 1
            self.close(RESTART)  # not written; the client sends it again when it is back
        elif isinstance(answer, Refusal):
            self._refuse(frame, header.client_id, answer.code, answer.reason)
        else:
            place = (answer.sequence, answer.head, answer.received_at)
            if answer.repeated:
                counts.repeated += 1
            else:
                counts.acknowledged += 1
            copy = frames.item(frame.conversation, *place, frame.body_text, frame.signature_text)
            item = ForReaders(answer.participants, answer.size, copy, frame.conversation, answer.sequence)
            acknowledge = partial(self.tell, frames.sent(frame.conversation, header.client_id, *place))
            self.live.publish_item(item, besides=self, then=acknowledge, repeated=answer.repeated)

    async def _typing(self, frame: Typing) -> None:
        """Pass on that somebody is typing, to the others in that conversation and not more often than is of use."""
        now = asyncio.get_running_loop().time()
        if now - self._typed_at < TYPING_EVERY_SECONDS:
            return
        self._typed_at = now
        try:
            participants = await self.live.participants(frame.conversation)
        except DatabaseError:
            return  # nobody misses it
        if self.authority is not None and self.authority in participants:
            copy = frames.typing(frame.conversation, self.account)
            self.live.publish(participants, copy, size=roster.newest().size, besides=self)
