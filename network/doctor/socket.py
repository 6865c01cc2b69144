"""Whether a socket comes about through the proxy: without it people see nothing new until they look again.

Nobody is signed in here: the portal accepts the handshake and closes with 4401, and that code can only be its own.
"""

from __future__ import annotations

import base64
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.typing import Origin
from websockets.uri import parse_uri

from network.doctor.findings import Case, Check, Finding, failed, ok
from network.doctor.portal import FOREIGN, PATIENCE, client_for, port_of, trust

NOT_SIGNED_IN = 4401  # of messaging.live.admission, which needs the whole application
LET_SOCKETS_ON = "Let the proxy pass Upgrade and Connection on for /ws, over HTTP/1.1."


def _close_code(case: Case) -> int | None:
    """The code that a socket of ours is closed with; every wait has an end, whatever the other side does."""
    protocol = ClientProtocol(parse_uri(f"{case.origin.websocket}/ws"), origin=Origin(str(case.origin)))
    with ExitStack() as opened:
        wire: socket.socket = opened.enter_context(
            socket.create_connection((case.origin.host, port_of(case.origin)), timeout=PATIENCE)
        )
        if case.origin.secure:
            wire = opened.enter_context(trust(case).wrap_socket(wire, server_hostname=case.origin.host))
        protocol.send_request(protocol.connect())
        wire.sendall(b"".join(protocol.data_to_send()))
        while protocol.handshake_exc is None and protocol.close_rcvd is None:
            data = wire.recv(65536)
            if not data:
                protocol.receive_eof()
                break
            protocol.receive_data(data)
    if protocol.handshake_exc is not None:
        raise protocol.handshake_exc
    return protocol.close_rcvd.code if protocol.close_rcvd is not None else None


def _opens(case: Case) -> Iterator[Finding]:
    place = "socket.opens"
    try:
        code = _close_code(case)
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        if status == 403:
            do = "ENTENTE_ORIGIN must be exactly what people type, and the proxy must leave Origin as it is."
        else:
            do = LET_SOCKETS_ON
        yield failed(place, f"The handshake is answered with {status}.", do)
        return
    except (InvalidHandshake, EOFError, OSError) as error:
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
    """Asks as a page elsewhere would; only the status of the answer matters, so no socket is made of it."""
    place = "socket.origin"
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
        "Origin": f"https://{FOREIGN}",
    }
    try:
        with client_for(case) as client, client.stream("GET", "/ws", headers=handshake) as answer:
            status = answer.status_code
    except httpx.HTTPError as error:
        saw = f"The handshake of a foreign page is not answered ({type(error).__name__})."
        yield failed(place, saw, "Look at the log of the proxy.")
        return
    if status == 101:
        yield failed(
            place,
            "A page of a foreign origin gets a socket.",
            "Let the proxy pass Origin on as it came: by it the portal knows its own pages.",
        )
    else:
        yield ok(place, f"A page of a foreign origin gets no socket ({status}).")


CHECKS = (
    Check("socket.opens", _opens, needs=("portal.page",)),
    Check("socket.origin", _foreign_origin, needs=("socket.opens",)),
)
