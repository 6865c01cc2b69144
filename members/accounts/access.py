"""What a person may read about their own account and sessions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token

from members import clock
from members.accounts import sessions
from members.accounts.models import Account, Passkey, SignedInSession, SignInReset
from members.accounts.permissions import Caller, find_caller, lacks_passkey
from members.register import access as register

RESET_TOLD = 30 * clock.DAY


def session_object(request: HttpRequest) -> dict[str, Any]:
    """The session as its own page sees it, in whatever state it is."""
    caller = find_caller(request)
    if caller is not None:
        state = "signed_in"
    elif sessions.half_open_account(request):
        state = "second_factor"
    else:
        state = "anonymous"
    network = register.network()
    return {
        "state": state,
        "csrf_token": get_token(request),
        "network": {"id": network.id, "name": network.name, "demo": network.demo},
        "account": account_object(caller.account) if caller else None,
        "device": register.active_device(caller.id, caller.device) if caller else None,
        "confirmed_until": caller.confirmed_until if caller else None,
        "passkey_needed": caller is not None and lacks_passkey(caller.session),
        "passkeys": _passkeys(caller.id if caller else sessions.half_open_account(request)),
        "demo_personas": settings.DEMO and network.demo,
        "time": clock.now(),
    }


def _passkeys(account: str | None) -> int:
    """How many passkeys there are to choose from, for whoever has given the password."""
    return Passkey.objects.filter(account=account).count() if account else 0


def account_object(account: Account) -> dict[str, Any]:
    """The account with its place in the Register; `role` is None until it has one."""
    standing = register.standing(account.pk)
    reset_at = _lately(account.sign_in_reset_at)
    return {
        "id": account.pk,
        "email": account.email,
        "role": standing.role if standing else None,
        "authority": standing.authority if standing else None,
        "language": account.language,
        "sign_in_reset_at": reset_at,
        "sign_in_reset_by": [] if reset_at is None else _helpers(account, reset_at),
    }


def _lately(at: int | None) -> int | None:
    """When both factors were last replaced with somebody else's help; said for thirty days, unless it was seen."""
    return at if at is not None and clock.now() - at < RESET_TOLD else None


def _helpers(account: Account, reset_at: int) -> list[str]:
    """Who gave the link with which both factors were replaced then, and who confirmed it."""
    found = SignInReset.objects.filter(account=account, done_at=reset_at).first()
    return [] if found is None else [one for one in (found.requested_by, found.confirmed_by) if one]


def session_list(caller: Caller) -> list[dict[str, Any]]:
    """The caller's own sessions that stand, the newest first; one query."""
    standing = SignedInSession.objects.filter(account=caller.account, ends_at__gt=clock.now())
    return [
        {
            "id": one.pk,
            "current": one.pk == caller.session.pk,
            "created": one.created_at,
            "last_seen": one.last_seen_at,
            "device": one.device or None,
            "label": one.label,
            "address": one.address,
        }
        for one in standing.order_by("-created_at")
    ]
