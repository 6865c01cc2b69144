"""What is over is removed: nothing here is asked for any more, and what somebody may be held to account by stays.

Each of these deletes by what stands in the rows, so that a second run finds nothing left to do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts import passkeys, throttle
from members.accounts.models import Account, Invitation, PasskeyChallenge, SignedInSession, SignInReset
from members.background.deleting import delete_in_parts
from members.background.registry import task
from members.register.models import Proposal

REMEMBERED: Final = 90 * clock.DAY
"""How long an inviter still sees that an invitation came to nothing."""


@task("accounts.sessions", every=clock.HOUR)
def remove_ended_sessions() -> None:
    """Sessions that are over: each reader of them compares the time, so none of these rows lets anybody in."""
    now = clock.now()
    delete_in_parts(SignedInSession.objects.filter(ends_at__lte=now))
    delete_in_parts(Session.objects.filter(expire_date__lte=datetime.fromtimestamp(now / 1000, UTC)))


@task("accounts.attempts", every=clock.HOUR)
def remove_old_attempts() -> None:
    """Counters of guesses that nobody added to for a day: they would be counted from zero."""
    throttle.forget_old_counters()


@task("accounts.passkeys", every=clock.HOUR)
def remove_old_challenges() -> None:
    """What authenticators were asked to sign and never did: it is taken no more."""
    delete_in_parts(PasskeyChallenge.objects.filter(made_at__lte=clock.now() - passkeys.VALID))


@task("accounts.invitations", every=clock.DAY)
def remove_unused_invitations() -> None:
    """Invitations that nobody has used and nobody can use for months: names and addresses of people who never came.

    One that was used stays: it says who brought whom in. One of the first officers stays: it can be renewed.
    """
    long_ago = clock.now() - REMEMBERED
    unused = Invitation.objects.filter(used_at=None, done_at=None, keys__isnull=True, founding=False)
    over = unused.filter(Q(expires_at__lt=long_ago) | Q(withdrawn_at__lt=long_ago))
    delete_in_parts(over.exclude(Exists(Proposal.objects.filter(invitation=OuterRef("pk")))))


@task("accounts.factors", every=clock.HOUR)
def remove_factors_never_in_force() -> None:
    """Passwords and authenticators that were begun with a reset and never proved.

    The reset itself stays: it says who let whom choose new factors. An enrolment that has not ended keeps what it has.
    """
    now = clock.now()
    over = Q(expires_at__lte=now) | Q(withdrawn_at__isnull=False) | Q(done_at__isnull=False)
    SignInReset.objects.filter(over).exclude(password="").update(password="")
    still = SignInReset.objects.filter(
        account=OuterRef("user"), done_at=None, withdrawn_at=None, expires_at__gt=now
    )
    enrolled = Account.objects.filter(pk=OuterRef("user"), enrolled_at__isnull=False)
    begun = TOTPDevice.objects.filter(Exists(enrolled), ~Exists(still), confirmed=False)
    delete_in_parts(begun)
