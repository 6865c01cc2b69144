"""Nobody holds more of this process than a bound, in memory or in time, whoever they are and whatever they send.

daphne and what it stands on leave that to what is in front of them: they gather a whole body before anybody is asked
who they are, wait anew after every byte, write answers into memory for who does not read them, and answer every ping.
The bounds hold for each connection, and do not ask for its address: behind a proxy all connections have the same.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from daphne import http_protocol, server, ws_protocol
from twisted.web.http import _GenericHTTPChannelProtocol

from network import bodies

# a request has its head within so many seconds, and its body goes on coming at least at this pace
HEAD_SECONDS: float = bodies.GAP_SECONDS
# nothing is asked for so long after an answer
IDLE_SECONDS: float = 60
# bytes in a second, of a body that comes and of an answer that is read
SLOWEST: int = bodies.SLOWEST
# an answer is there within so many seconds
ANSWER_SECONDS: float = 60
# connections on which no request is complete; one more, and the one that has been so for longest is cut
MOST_WAITING: int = 1024

# a browser answers pings and sends none, a client in Python one in twenty seconds
MOST_PINGS: Final = 30
PINGS_SECONDS: Final = 10.0
# of one message of the socket; browsers cut one into pieces of 128 KiB
MOST_FRAGMENTS: Final = 256
# of what follows a handshake before the portal has answered it
MOST_TOO_EARLY: Final = 16 * 1024

TOO_BIG: Final = 1009
AGAINST_THE_RULES: Final = 1008


def _whole(refusal: bodies.Refusal) -> bytes:
    """A whole answer, after which the connection ends."""
    body = bodies.problem_of(refusal)
    head = (
        f"HTTP/1.1 {refusal[0]} {refusal[1]}\r\nContent-Type: application/problem+json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


TOO_LARGE = _whole(bodies.TOO_LARGE)
TOO_SLOW = _whole(bodies.TOO_SLOW)
NOT_ASCII = _whole((400, "Bad Request", "invalid", "The request has a header that is not ASCII."))


class BoundedChannel(http_protocol.http.HTTPChannel):  # type: ignore[misc]  # daphne has no types
    """One connection, on which every request comes and every answer is read within a time."""

    waiting: OrderedDict[BoundedChannel, None] = OrderedDict()
    most_waiting = MOST_WAITING

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        self._begun = False
        self._refused = False
        self._unread: Any = None
        self._ends_at = 0.0
        super().connectionMade()
        self._wait(HEAD_SECONDS)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if not self._begun and not self._handlingRequest:
            self._begun = True
            self._within(HEAD_SECONDS)
        super().dataReceived(data)

    def resetTimeout(self) -> None:  # noqa: N802 - Twisted's name
        """That something came gives nobody a right to be waited for."""

    def allHeadersReceived(self) -> None:  # noqa: N802 - Twisted's name
        super().allHeadersReceived()
        if self.length != 0:
            self._within(HEAD_SECONDS)

    def rawDataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if not self._handlingRequest and not self._refused:
            self._ends_at += len(data) / SLOWEST
            self.setTimeout(max(0.0, min(self._ends_at - server.reactor.seconds(), HEAD_SECONDS)))
        super().rawDataReceived(data)

    def allContentReceived(self) -> None:  # noqa: N802 - Twisted's name
        self.waiting.pop(self, None)
        self.timeOut = IDLE_SECONDS
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:  # noqa: N802 - Twisted's name
        """The next request is looked at when this answer has gone out, not when it has been written down."""
        if self._waitingForTransport:
            self._unread = request
            self._within(IDLE_SECONDS + request.sentLength / SLOWEST)
            if self.persistent:
                return
        super().requestDone(request)
        if self.persistent and not self._handlingRequest:
            self._wait(IDLE_SECONDS)

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        super().resumeProducing()
        if self._unread is not None and self.persistent:
            request, self._unread = self._unread, None
            self.requestDone(request)

    def refuse(self, answer: bytes) -> None:
        """Answer at once and let the rest of the request go by, kept nowhere, for as long as its head may take.

        A line that is closed while the other side writes takes the answer with it, and a proxy says that it is broken.
        """
        self._refused = True
        self.transport.write(answer)
        self._within(HEAD_SECONDS)

    def timeoutConnection(self) -> None:  # noqa: N802 - Twisted's name
        if self._unread is not None:
            self.transport.abortConnection()
            return
        if self._begun and not self._refused:
            self.transport.write(TOO_SLOW)
        super().timeoutConnection()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        self.waiting.pop(self, None)
        super().connectionLost(reason)

    def _wait(self, seconds: float) -> None:
        """For a request, for so long, and not at the cost of those who come later."""
        self._begun = False
        self._within(seconds)
        self.waiting[self] = None
        if len(self.waiting) > self.most_waiting:
            longest, _ = self.waiting.popitem(last=False)
            longest.transport.abortConnection()

    def _within(self, seconds: float) -> None:
        self._ends_at = server.reactor.seconds() + seconds
        self.setTimeout(seconds)


class BoundedFactory(http_protocol.HTTPFactory):  # type: ignore[misc]  # the same
    """Every connection is a bounded one."""

    @staticmethod
    def protocol() -> _GenericHTTPChannelProtocol:
        return _GenericHTTPChannelProtocol(BoundedChannel())


class BoundedRequest(http_protocol.WebRequest):  # type: ignore[misc]  # the same
    """A request that ends as soon as its body is, or says that it will be, too long."""

    most = 0
    received = 0
    refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        too_long = length is not None and length > self.most
        super().gotLength(0 if too_long else length)
        if too_long:
            self._refuse(TOO_LARGE)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self.received += len(data)
        if self.received > self.most:
            self._refuse(TOO_LARGE)
        elif not self.refused:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802 - Twisted's name
        if self.refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        # says to daphne, whoever sends it, that the portal is somewhere else than it is
        self.requestHeaders.removeHeader(b"daphne-root-path")
        # daphne stumbles over others, and says so in the log at the length of a traceback
        if not all(
            value.isascii() for _, values in self.requestHeaders.getAllRawHeaders() for value in values
        ):
            self._refuse(NOT_ASCII)
            self.channel.loseConnection()
            return None
        return super().process()

    def _refuse(self, answer: bytes) -> None:
        if self.refused:
            return
        self.refused = True
        self.content.close()
        self.requestHeaders.removeHeader(b"expect")  # nobody is to go on
        self.channel.refuse(answer)


class BoundedSocket(ws_protocol.WebSocketProtocol):  # type: ignore[misc]  # the same
    """A socket that is not sent more than it is likely to read, nor keeps what is never finished."""

    # who breaks the rules is told by a close frame, and not by a line that is simply gone
    failByDrop = False  # noqa: N815 - autobahn's name
    pings = 0
    pings_since = 0.0
    fragments = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        super().dataReceived(data)
        if self.state == self.STATE_CONNECTING and len(self.data) > MOST_TOO_EARLY:
            self.dropConnection(abort=True)

    def onPing(self, payload: bytes) -> None:  # noqa: N802 - autobahn's name
        if self.state != self.STATE_OPEN:
            return
        now = server.reactor.seconds()
        if now - self.pings_since > PINGS_SECONDS:
            self.pings, self.pings_since = 0, now
        self.pings += 1
        if self.pings > MOST_PINGS:
            self._fail_connection(AGAINST_THE_RULES, "too many pings")
        else:
            super().onPing(payload)

    def onMessageBegin(self, isBinary: bool) -> None:  # noqa: N802, N803 - autobahn's names
        self.fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802 - autobahn's name
        super().onMessageFrameBegin(length)
        self.fragments += 1
        if self.fragments == MOST_FRAGMENTS + 1:
            self._fail_connection(TOO_BIG, "too many fragments")


def bound(*, body: int, files: int) -> None:
    """From now on this process holds to the bounds; no body is longer than `body` bytes.

    Of the files that it may open, a part is always left to those who have asked for something.
    """
    BoundedRequest.most = body
    BoundedChannel.most_waiting = min(MOST_WAITING, files // 4)
    # daphne names its classes in its own modules and offers no other way
    http_protocol.WebRequest = BoundedRequest
    server.HTTPFactory = BoundedFactory
    ws_protocol.WebSocketFactory.protocol = BoundedSocket
