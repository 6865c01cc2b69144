"""Whether a socket comes about through the proxy: without it people see nothing new until they look again.

Nobody is signed in here: the portal accepts the handshake and closes with 4401, and that code can only be its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from network.doctor.findings import Case, Check, Finding, failed, ok
from network.doctor.portal import PATIENCE, trust

NOT_SIGNED_IN = 4401  # of messaging.live.admission, which needs the whole application
LARGE = 1024 * 1024
LET_SOCKETS_ON = "Let the proxy pass Upgrade and Connection on for /ws, over HTTP/1.1."


def _connect(case: Case, origin: str) -> ClientConnection:
    return connect(
        f"{case.origin.websocket}/ws",
        origin=Origin(origin),
        ssl=trust(case) if case.origin.secure else None,
        compression=None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
        proxy=None,
    )


def _closed_with(connection: ClientConnection) -> int | None:
    try:
        connection.recv(timeout=PATIENCE)
    except (ConnectionClosed, TimeoutError):
        return connection.close_code
    return None


def _opens(case: Case) -> Iterator[Finding]:
    place = "socket.opens"
    try:
        with _connect(case, str(case.origin)) as connection:
            code = _closed_with(connection)
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        if status == 403:
            do = "ENTENTE_ORIGIN must be exactly what people type, and the proxy must leave Origin as it is."
        else:
            do = LET_SOCKETS_ON
        yield failed(place, f"The handshake is answered with {status}.", do)
        return
    except (InvalidHandshake, ConnectionClosed, OSError) as error:
        yield failed(place, f"The handshake does not come about ({type(error).__name__}).", LET_SOCKETS_ON)
        return
    if code == NOT_SIGNED_IN:
        yield ok(place, f"The portal takes sockets and asks who is there ({code}).")
    else:
        yield failed(
            place,
            f"The socket opens, and then comes {code or 'nothing'} instead of the portal's own {NOT_SIGNED_IN}.",
            "Look at the log of the portal, and at what ends sockets on the way.",
        )


def _foreign_origin(case: Case) -> Iterator[Finding]:
    place = "socket.origin"
    try:
        with _connect(case, "https://doctor.invalid"):
            pass
    except InvalidStatus as refusal:
        yield ok(place, f"A page of a foreign origin gets no socket ({refusal.response.status_code}).")
    else:
        yield failed(
            place,
            "A page of a foreign origin gets a socket.",
            "Let the proxy pass Origin on as it came: by it the portal knows its own pages.",
        )


def _frames(case: Case) -> Iterator[Finding]:
    """A large frame breaks nothing on the way: the end that comes is still the portal's."""
    place = "socket.frames"
    with _connect(case, str(case.origin)) as connection:
        with suppress(ConnectionClosed):  # the portal's own close may be quicker than the frame
            connection.send(b" " * LARGE)
        code = _closed_with(connection)
    if code == NOT_SIGNED_IN:
        yield ok(place, "A frame of 1 MiB is not objected to on the way.")
    else:
        yield failed(
            place,
            f"After a frame of 1 MiB the socket ends with {code or 'nothing'}.",
            "Let the proxy pass frames of up to 1 MiB.",
        )


CHECKS = (
    Check("socket.opens", _opens, needs=("portal.page",)),
    Check("socket.origin", _foreign_origin, needs=("socket.opens",)),
    Check("socket.frames", _frames, 20, needs=("socket.opens",)),
)
