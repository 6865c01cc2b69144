"""Guessing is slowed, and no stranger can lock a person out.

Failures are counted under several keys, and the longest wait counts:

- *here*: this account from this network (an IPv4 /24 or IPv6 /48): grows quickly, to fifteen minutes;
- *network*: this network, whatever the account: begins late and grows quickly, against trying many accounts;
- *account*: this account from everywhere: begins later still and never exceeds ten seconds between two attempts.

A browser in which the person signed in before carries a signed cookie. It has counters of its own and none of the
others applies to it, so an attack from elsewhere does not even slow its owner. An attempt is counted as failed
*before* it is checked and taken back when it was right: attempts at the same moment gain nothing. Unknown addresses
are counted like known ones. Counters are forgotten after a day without failures.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from members import clock
from members.accounts.models import Attempts, fresh_id, normal_email
from members.problems import SlowDown

KNOWN_BROWSER_SALT = "entente_known_browser"
KNOWN_BROWSER_DAYS = 180
FORGOTTEN_AFTER = clock.DAY


@dataclass(frozen=True)
class Slope:
    """After `free` failures the wait is `first` ms; each further one doubles it (or adds as much), up to `most`."""

    free: int
    first: int
    most: int
    doubling: bool = True

    def wait(self, failures: int) -> int:
        beyond = failures - self.free
        if beyond < 0:
            return 0
        grown = self.first << min(beyond, 40) if self.doubling else self.first * (beyond + 1)
        return min(self.most, grown)


HERE = Slope(free=3, first=clock.SECOND, most=15 * clock.MINUTE)
NETWORK = Slope(free=30, first=clock.SECOND, most=15 * clock.MINUTE)
ACCOUNT = Slope(free=20, first=250, most=10 * clock.SECOND, doubling=False)
# A wrong second factor comes from somebody who has the password: no stranger. Six digits need a steeper slope.
SECOND_FACTOR = Slope(free=5, first=2 * clock.SECOND, most=15 * clock.MINUTE)
# Nobody guesses a signature: this only bounds how many sessions strangers begin, and stops no office on one line.
PASSKEY = Slope(free=60, first=250, most=5 * clock.SECOND, doubling=False)
# Each of these is a mail to an address that a stranger names: an office may ask a few times, a machine may not.
APPLICATION = Slope(free=10, first=clock.MINUTE, most=clock.HOUR)


@dataclass(frozen=True)
class Attempt:
    """One counted attempt; `succeeded` takes back what was counted under the keys of this person."""

    own_keys: tuple[str, ...]
    shared_keys: tuple[str, ...]

    def succeeded(self) -> None:
        Attempts.objects.filter(key__in=self.own_keys).delete()
        with transaction.atomic():
            shared = Attempts.objects.select_for_update().filter(key__in=self.shared_keys, failures__gt=0)
            for counter in shared.order_by("key"):
                counter.failures -= 1
                counter.save(update_fields=["failures"])


def count_password_attempt(request: HttpRequest, email: str) -> Attempt:
    """Count an attempt at this address's password; raises SlowDown when it comes too early."""
    who, network = normal_email(email), network_of(client_address(request))
    browser = known_browser(request, who)
    if browser:
        return _count({_key("browser", who, browser): HERE})
    own, shared, overall = _key("here", who, network), _key("network", network), _key("account", who)
    return _count({own: HERE}, {shared: NETWORK, overall: ACCOUNT})


def count_second_factor_attempt(request: HttpRequest, email: str) -> Attempt:
    """Count an attempt at this account's second factor; raises SlowDown when it comes too early."""
    who = normal_email(email)
    browser = known_browser(request, who)
    return _count({_key("second", who, browser or "elsewhere"): SECOND_FACTOR})


def count_token_attempt(request: HttpRequest) -> Attempt:
    """Count an attempt to open an invitation, by network alone."""
    return _count({}, {_key("token", network_of(client_address(request))): NETWORK})


def count_passkey_start(request: HttpRequest) -> None:
    """Count the beginning of a sign-in by passkey, by network alone; raises SlowDown when it comes too early."""
    _count({}, {_passkey_key(request): PASSKEY})


def count_application(request: HttpRequest) -> None:
    """Count a mail that somebody without an account has sent, by network alone; raises SlowDown if too early."""
    _count({}, {_key("application", network_of(client_address(request))): APPLICATION})


def passkey_came(request: HttpRequest) -> None:
    """Take back one beginning from this network: a sign-in came of it."""
    Attempt((), (_passkey_key(request),)).succeeded()


def _passkey_key(request: HttpRequest) -> str:
    return _key("passkey", network_of(client_address(request)))


def _count(own: dict[str, Slope], shared: dict[str, Slope] | None = None) -> Attempt:
    shared = shared or {}
    slopes = own | shared
    at = clock.now()
    with transaction.atomic():
        # there before they are read: what is not there cannot be locked; in one order, so that no two wait in a ring
        Attempts.objects.bulk_create([Attempts(key=key) for key in sorted(slopes)], ignore_conflicts=True)
        rows = Attempts.objects.select_for_update().filter(key__in=list(slopes)).order_by("key")
        held = {row.key: row for row in rows}
        wait = 0
        for key, slope in slopes.items():
            row = held.setdefault(key, Attempts(key=key))
            if at - row.last_at > FORGOTTEN_AFTER:
                row.failures = 0
            wait = max(wait, row.last_at + slope.wait(row.failures) - at)
        if wait > 0:
            raise SlowDown(retry_after=-(-wait // clock.SECOND))
        for row in held.values():
            row.failures += 1
            row.last_at = at
        Attempts.objects.bulk_create(
            held.values(),
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["failures", "last_at"],
        )
    return Attempt(tuple(own), tuple(shared))


def forget_old_counters() -> int:
    """Remove the counters that no longer say anything and that nobody counts on just now; returns how many."""
    old = Attempts.objects.select_for_update(skip_locked=True).filter(
        last_at__lt=clock.now() - FORGOTTEN_AFTER
    )
    with transaction.atomic():
        return Attempts.objects.filter(pk__in=old.values("pk")).delete()[0]


# --- where an attempt comes from ---


def client_address(request: HttpRequest) -> str:
    """The address of the client as the server sees it; behind the proxy the server has put the true one there."""
    return str(request.META.get("REMOTE_ADDR") or "")


def network_of(address: str) -> str:
    """The network that one attacker cheaply has all addresses of: /24 of IPv4, /48 of IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _key(*parts: str) -> str:
    """Keyed with the server's secret, so that the table tells nobody who tried to sign in from where."""
    return salted_hmac("entente.throttle", "\n".join(parts), algorithm="sha256").hexdigest()


# --- browsers that are known ---


def known_browser(request: HttpRequest, email: str) -> str:
    """The random name of this browser if this person signed in with it before; otherwise the empty string."""
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        held = signing.loads(cookie, salt=KNOWN_BROWSER_SALT, max_age=KNOWN_BROWSER_DAYS * 86400)
    except signing.BadSignature:
        return ""
    return str(held.get(_key("known", normal_email(email)), "")) if isinstance(held, dict) else ""


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Put this person among the (at most five) whom this browser knows; the cookie holds no name, only hashes."""
    try:
        held = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""),
            salt=KNOWN_BROWSER_SALT,
            max_age=KNOWN_BROWSER_DAYS * 86400,
        )
    except signing.BadSignature:
        held = {}
    mine = _key("known", normal_email(email))
    kept = {key: value for key, value in held.items() if key != mine} if isinstance(held, dict) else {}
    kept = dict(list(kept.items())[-4:])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(kept | {mine: fresh_id()}, salt=KNOWN_BROWSER_SALT),
        max_age=KNOWN_BROWSER_DAYS * 86400,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
