"""Who opens a socket: the session in the cookie, both factors, and the active device that it is bound to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from django.conf import settings

from members import clock
from members.accounts.models import SignedInSession
from messaging.conversations import roster

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
    found = standing.values_list("account_id", "device", "ends_at").first()
    if found is None:
        return NOT_SIGNED_IN
    account, device, ends_at = found
    if not device or roster.current().active_device(device, account) is None:
        return NO_ACTIVE_DEVICE
    return Admitted(session_key, account, device, ends_at)
