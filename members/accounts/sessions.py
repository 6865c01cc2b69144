"""A session's life: half-open after the password, whole after the second factor, and ended at once everywhere.

The session key changes at each step, so that a key planted before sign-in is worth nothing after it. What a session
holds: `first_factor` while half-open; then Django's own sign-in, `second_factor_at`, `device_challenge` and `device`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from members import clock, events
from members.accounts import revocations
from members.accounts.models import Account, SignedInSession
from members.accounts.throttle import client_address
from members.accounts.user_agents import label
from members.audit.actions import Action
from members.audit.services import record

HALF_OPEN = 5 * clock.MINUTE
CONFIRMED = 10 * clock.MINUTE
MOST_SECOND_FACTORS = 10
BACKEND = "django.contrib.auth.backends.ModelBackend"


def half_open(request: HttpRequest, account: Account) -> None:
    """Remember for five minutes that the password was right; whoever was signed in here no longer is."""
    _leave_but_for_an_invitation(request)
    request.session["first_factor"] = {"account": account.pk, "at": clock.now(), "failures": 0}
    request.session.cycle_key()


def _leave_but_for_an_invitation(request: HttpRequest) -> None:
    opened = request.session.get("invitation")
    leave(request)
    if opened is not None:
        request.session["invitation"] = opened


def half_open_account(request: HttpRequest) -> str | None:
    """The id of the account whose password this session gave in the last five minutes."""
    held = request.session.get("first_factor")
    if not isinstance(held, dict) or clock.now() - held["at"] > HALF_OPEN:
        return None
    return str(held["account"])


def second_factor_failed(request: HttpRequest) -> None:
    """After ten wrong codes the half-open session ends: start again with the password."""
    held = request.session.get("first_factor")
    if not isinstance(held, dict):
        return
    held["failures"] += 1
    if held["failures"] >= MOST_SECOND_FACTORS:
        request.session.pop("first_factor")
    request.session.modified = True


def open_whole(request: HttpRequest, account: Account, *, by_passkey: bool = False) -> SignedInSession:
    """Sign this account in: both factors have been given just now."""
    kept = request.session.get("invitation")
    request.session.flush()
    login(request, account, backend=BACKEND)
    now = clock.now()
    ends_at = now + settings.SESSION_COOKIE_AGE * clock.SECOND
    request.session.set_expiry(datetime.fromtimestamp(ends_at / 1000, UTC))
    request.session["second_factor_at"] = now
    if kept is not None:
        request.session["invitation"] = kept
    with transaction.atomic():
        request.session.save()
        opened = SignedInSession.objects.create(
            session_key=_key(request.session),
            account=account,
            created_at=now,
            last_seen_at=now,
            ends_at=ends_at,
            passkey_at=now if by_passkey else None,
            label=label(request.headers.get("User-Agent", "")),
            address=client_address(request)[:45],
        )
        record(Action.SESSION_OPENED, actor=account.pk, session=opened.pk)
    return opened


def open_by_passkey(request: HttpRequest, account: Account) -> SignedInSession:
    """Sign this account in, both factors at once; whoever was signed in here no longer is."""
    _leave_but_for_an_invitation(request)
    return open_whole(request, account, by_passkey=True)


def confirm(request: HttpRequest, *, by_passkey: bool = False) -> int:
    """Note a fresh second factor; returns until when it counts."""
    now = clock.now()
    if by_passkey:
        SignedInSession.objects.filter(session_key=request.session.session_key).update(passkey_at=now)
    request.session["second_factor_at"] = now
    return now + CONFIRMED


def confirmed_until(session: SessionBase) -> int | None:
    """Until when the last second factor of this session counts as recent; None when it does no longer."""
    at = session.get("second_factor_at")
    return at + CONFIRMED if isinstance(at, int) and at + CONFIRMED > clock.now() else None


def leave(request: HttpRequest) -> None:
    """End this session, whatever its state, and go on with an empty one."""
    key = request.session.session_key
    if key:
        end([key], by_themselves=True)
    logout(request)


def end(session_keys: list[str], *, by_themselves: bool = False) -> None:
    """End these sessions: nothing is served to them any more, and their sockets close within a second.

    `by_themselves`: their person does it, and not what somebody else did or what came of it.
    """
    with transaction.atomic():
        standing = SignedInSession.objects.filter(session_key__in=session_keys)
        known = list(standing.values_list("session_key", "pk", "account_id"))
        if known:
            revocations.bump()
        standing.delete()
        Session.objects.filter(session_key__in=session_keys).delete()
        for key, session, account in known:
            who = {"actor": account} if by_themselves else {"about": account}
            record(Action.SESSION_ENDED, **who, session=session)
            events.emit(events.SESSION_ENDED, session_key=key)


def end_all(account_id: str, *, but: str = "") -> None:
    """End every session of this account, but the one with this key if there is one."""
    standing = SignedInSession.objects.filter(account_id=account_id).exclude(session_key=but)
    end(list(standing.values_list("session_key", flat=True)))


def _key(session: SessionBase) -> str:
    key = session.session_key
    assert key is not None, "a saved session has a key"
    return key
