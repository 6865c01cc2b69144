"""The levels of access: every route of the API names exactly one of these as its `auth`.

`anyone` · `reader` (both factors, or an invitation that was opened here) · `second_factor` (both factors) · `recent` (a
second factor in the last ten minutes) · `device` (the session is bound to an active device) · `recent_device` (both).
Where the network requires passkeys of its officers, all but `anyone` ask an officer for one in this session; what they
need to come by one has `before_passkey` and `recent_before_passkey`, which do not.
What a caller may see or do beyond that is decided in the queries of access.py and in services.py. A route without a
level fails tests/network/test_permissions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from members import clock
from members.accounts import sessions
from members.accounts.models import Account, SignedInSession
from members.problems import ConfirmAgain, DeviceNeeded, NotSignedIn, PasskeyNeeded, SecondFactorNeeded

SEEN_EVERY = clock.MINUTE


@dataclass(frozen=True)
class Caller:
    """Who asks: an account with both factors, in one session, on one device once that has been proved."""

    account: Account
    session: SignedInSession
    confirmed_until: int | None

    @property
    def device(self) -> str | None:
        return self.session.device or None

    @cached_property
    def id(self) -> str:
        return str(self.account.pk)


class Request(HttpRequest):
    """A request of a signed-in caller, as views of all levels but `anyone` see it."""

    auth: Caller


@dataclass(frozen=True)
class Level:
    """One level of access; django-ninja calls it before a view and puts the caller into `request.auth`."""

    name: str
    check: Callable[[HttpRequest], Caller | bool]

    def __call__(self, request: HttpRequest) -> Caller | bool:
        return self.check(request)


def find_caller(request: HttpRequest) -> Caller | None:
    """The caller of this request if both factors were given and the session stands; two queries."""
    key = request.session.session_key
    if not key or "second_factor_at" not in request.session:
        return None
    standing = Q(session_key=key, account__is_active=True, ends_at__gt=clock.now())
    found = SignedInSession.objects.select_related("account").filter(standing).first()
    if found is None:
        return None
    now = clock.now()
    if now - found.last_seen_at > SEEN_EVERY:
        SignedInSession.objects.filter(pk=found.pk).update(last_seen_at=now)
    return Caller(found.account, found, sessions.confirmed_until(request.session))


def lacks_passkey(session: SignedInSession) -> bool:
    """Whether this is a session of an officer who has touched no passkey in it, in a network that requires one."""
    from members.register.access import standing

    if not settings.OFFICERS_NEED_PASSKEYS or session.passkey_at is not None:
        return False
    known = standing(session.account_id)
    return known is not None and known.role == "officer"


def _signed_in(request: HttpRequest) -> Caller:
    return _with_passkey(_with_factors(request))


def _with_passkey(caller: Caller) -> Caller:
    if lacks_passkey(caller.session):
        raise PasskeyNeeded
    return caller


def _with_factors(request: HttpRequest) -> Caller:
    caller = find_caller(request)
    if caller is not None:
        return caller
    if sessions.half_open_account(request):
        raise SecondFactorNeeded
    raise NotSignedIn


def _recently(request: HttpRequest) -> Caller:
    caller = _signed_in(request)
    require_recent(caller)
    return caller


def _recently_with_factors(request: HttpRequest) -> Caller:
    """For whoever has no passkey yet; who has one touches it first, or it would protect from nobody."""
    caller = _with_factors(request)
    if caller.account.passkeys.exists():
        _with_passkey(caller)
    require_recent(caller)
    return caller


def _on_device(request: HttpRequest) -> Caller:
    caller = _signed_in(request)
    require_device(caller)
    return caller


def _recently_on_device(request: HttpRequest) -> Caller:
    _on_device(request)
    return _recently(request)


def _reads_the_register(request: HttpRequest) -> Caller | bool:
    from members.accounts.enrolment import find

    caller = find_caller(request)
    if caller is not None:
        return _with_passkey(caller)
    return find(request) is not None or _signed_in(request)


def require_device(caller: Caller) -> str:
    """The caller's device, if the session is bound to one that is active in the Register."""
    from members.register.access import device_is_active

    if caller.device is None or not device_is_active(caller.id, caller.device):
        raise DeviceNeeded
    return caller.device


def require_recent(caller: Caller) -> None:
    """Raises unless the caller gave a second factor in the last ten minutes."""
    if caller.confirmed_until is None:
        raise ConfirmAgain


anyone = Level("none", lambda _: True)
reader = Level("reader", _reads_the_register)
before_passkey = Level("2fa before a passkey", _with_factors)
recent_before_passkey = Level("recent before a passkey", _recently_with_factors)
second_factor = Level("2fa", _signed_in)
recent = Level("recent", _recently)
device = Level("device", _on_device)
recent_device = Level("recent device", _recently_on_device)
