"""One number that every process polls, so that who is cut off is cut off everywhere within a second.

The events of members/events.py are the fast path and reach only the process where the act happened. Whoever
holds a socket reads `count()` every half second, and when it has grown asks `still_signed_in` about its sessions.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from members import clock
from members.accounts.models import Revocations, SignedInSession


def bump() -> None:
    """Say, in the transaction of the act itself, that somebody is cut off; before any session or account is touched.

    All who do so wait here for each other. Whoever came with a session in hand would be waited for in turn.
    """
    if not Revocations.objects.filter(pk=1).update(count=F("count") + 1):
        Revocations.objects.update_or_create(
            pk=1, defaults={"count": F("count") + 1}, create_defaults={"count": 1}
        )


def count() -> int:
    """How often anything was revoked; it only ever grows. One query by primary key."""
    return Revocations.objects.filter(pk=1).values_list("count", flat=True).first() or 0


def still_signed_in(session_keys: Iterable[str]) -> set[str]:
    """Those of these sessions that stand: with both factors, not ended, not over, of an active account."""
    wanted = set(session_keys)
    standing = SignedInSession.objects.filter(
        session_key__in=wanted, account__is_active=True, ends_at__gt=clock.now()
    )
    return set(standing.values_list("session_key", flat=True))
