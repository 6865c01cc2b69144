"""Who opens a socket: the session in the cookie, both factors, and the active device that it is bound to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final, NamedTuple

from django.conf import settings

from members import clock
from members.accounts.models import SignedInSession
from members.accounts.permissions import lacks_passkey
from messaging.conversations import access, roster
from messaging.live import frames

NOT_SIGNED_IN: Final = 4401
NO_ACTIVE_DEVICE: Final = 4403


@dataclass(frozen=True, slots=True)
class Admitted:
    """A session that may have a socket, until `ends_at`."""

    session_key: str
    account: str
    device: str
    ends_at: int


def session_key_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The session key in the cookies of a handshake."""
    for name, value in headers:
        if name == b"cookie":
            try:
                cookie = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                continue
            if cookie is not None:
                return cookie.value
    return None


def admit(session_key: str | None) -> Admitted | int:
    """The session behind this key, or the code to close its socket with. One look at the database, and the Register."""
    if not session_key:
        return NOT_SIGNED_IN
    standing = SignedInSession.objects.filter(
        session_key=session_key, account__is_active=True, ends_at__gt=clock.now()
    )
    found = standing.only("account_id", "device", "ends_at", "passkey_at").first()
    if found is None or lacks_passkey(found):
        return NOT_SIGNED_IN
    account, device, ends_at = found.account_id, found.device, found.ends_at
    if not device or roster.current().active_device(device, account) is None:
        return NO_ACTIVE_DEVICE
    return Admitted(session_key, account, device, ends_at)


class Welcome(NamedTuple):
    """What a socket is greeted with, and where its conversations stood at that moment."""

    text: str
    standing: Sequence[tuple[str, int]]


def welcome(session_key: str) -> Welcome | int:
    """What a socket of this session is greeted with, or the code to close it with if the session has ended."""
    admitted = admit(session_key)
    if isinstance(admitted, int):
        return admitted
    heads = access.heads(admitted.account)
    newest = roster.newest()
    text = frames.welcome(
        admitted.device,
        {name: head._asdict() for name, head in heads.items()},
        newest.size,
        newest.root,
        is_restoring=newest.restoring,
    )
    return Welcome(text, [(name, head.sequence) for name, head in heads.items()])
