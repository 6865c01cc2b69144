"""A new password and authenticator for somebody who lost them, by a link from whoever brought them in. No key changes.

A lead gives it to their own people; for a lead or an officer one officer asks and another confirms. The link is good
for a day and once. The old factors stay in force until the new second factor is proved; then they end, passkeys among
them, and every other session, and the person is told at their next stay who did this and when.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from members import clock, events
from members.accounts import factors, passkeys, revocations, sessions, throttle
from members.accounts.models import Account, SignInReset, one_at_a_time
from members.accounts.passwords import refuse_weak
from members.accounts.rekeying import may_help
from members.accounts.services import WrongCode
from members.audit.actions import Action
from members.audit.services import record
from members.directory.models import Person
from members.problems import NotFound, Problem, Refused, SlowDown
from members.protocol.encoding import is_hash, is_id
from members.register import access as register
from members.register.models import RegisterAccount, RegisterAuthority

VALID = clock.DAY
LISTED = 30 * clock.DAY
MOST_A_DAY = 50
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


class ResetUnknown(Problem):
    def __init__(self) -> None:
        super().__init__("reset_unknown", 404, "There is no such reset; ask for a new link.")


class ResetUsed(Problem):
    def __init__(self) -> None:
        super().__init__("reset_used", 410, "This link has been used; sign in instead.")


class ResetExpired(Problem):
    def __init__(self) -> None:
        super().__init__("reset_expired", 410, "This link is over; ask for a new one.")


class ResetUnconfirmed(Problem):
    def __init__(self) -> None:
        super().__init__("reset_unconfirmed", 409, "A second officer has to confirm this reset first.")


# --- those who help ---


@transaction.atomic
def request_reset(*, helper: str, reset_id: str, account: str, token_hash: str) -> SignInReset:
    """Let this person choose both factors anew; what the same helper gave them before is over."""
    if not is_id(reset_id) or not is_hash(token_hash):
        raise Refused("invalid", "The id of the reset or the hash of its token does not have its form.")
    known = may_help(helper, account)
    one_at_a_time(helper)
    if not Account.objects.filter(pk=account, is_active=True, enrolled_at__isnull=False).exists():
        raise NotFound
    if SignInReset.objects.filter(Q(pk=reset_id) | Q(token_hash=token_hash)).exists():
        raise Problem("exists", 409, "There is such a reset already.")
    given = SignInReset.objects.filter(requested_by=helper, requested_at__gt=clock.now() - clock.DAY)
    if given.count() >= MOST_A_DAY:
        raise SlowDown(retry_after=3600)
    _open_ones(account).filter(requested_by=helper).update(withdrawn_at=clock.now())
    by_officer = register.standing(helper) == register.Standing("officer", None)
    made = SignInReset.objects.create(
        id=reset_id,
        token_hash=token_hash,
        account_id=account,
        requested_by=helper,
        second_needed=by_officer,
        expires_at=clock.now() + VALID,
    )
    if by_officer:
        officers = RegisterAccount.objects.filter(role="officer", active=True).exclude(
            pk__in=[helper, known.pk]
        )
        for other in officers.values_list("pk", flat=True):
            events.emit(events.INVITATION_WAITING, account=other)
    record(Action.RESET_REQUESTED, actor=helper, about=account, reset=made.pk)
    return made


@transaction.atomic
def confirm(*, officer: str, reset_id: str) -> SignInReset:
    """Let the link of another officer count; neither that officer nor the person it is for can do so."""
    found = SignInReset.objects.select_for_update().filter(pk=reset_id, second_needed=True).first()
    if found is None or not _sees(officer, found.account_id):
        raise NotFound
    if officer == found.requested_by:
        raise Problem("already_signed", 409, "You have asked for this; another officer must confirm it.")
    may_help(officer, found.account_id)
    if state_of(found) != "needs_second":
        raise Problem("done_already", 409, "This reset does not wait for an officer any more.")
    found.confirmed_by, found.confirmed_at = officer, clock.now()
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    record(Action.RESET_CONFIRMED, actor=officer, about=found.account_id, reset=found.pk)
    return found


def listing(helper: str) -> list[dict[str, Any]]:
    """The resets of the last thirty days of those whom this person helps, the newest first; nothing for others."""
    since = clock.now() - LISTED
    found = SignInReset.objects.filter(account_id__in=_helped(helper), requested_at__gt=since)
    return [as_object(one) for one in found.order_by("-requested_at", "id")]


@transaction.atomic
def withdraw(*, helper: str, reset_id: str) -> None:
    """Take a reset back, before it was used: whoever may see it may do so."""
    found = SignInReset.objects.select_for_update().filter(pk=reset_id, withdrawn_at=None).first()
    if found is None or not _sees(helper, found.account_id):
        raise NotFound
    if found.done_at is not None:
        raise Problem("done_already", 409, "The person has chosen both factors already.")
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    record(Action.RESET_WITHDRAWN, actor=helper, about=found.account_id, reset=found.pk)


def as_object(reset: SignInReset) -> dict[str, Any]:
    return {
        "id": reset.pk,
        "account": reset.account_id,
        "requested_by": reset.requested_by,
        "requested_at": reset.requested_at,
        "confirmed_by": reset.confirmed_by or None,
        "state": state_of(reset),
        "expires": reset.expires_at,
    }


def state_of(reset: SignInReset) -> str:
    """needs_second (another officer), open, done, expired or withdrawn."""
    if reset.done_at is not None:
        return "done"
    if reset.withdrawn_at is not None:
        return "withdrawn"
    if reset.expires_at <= clock.now():
        return "expired"
    return "needs_second" if reset.second_needed and reset.confirmed_at is None else "open"


def _open_ones(account: str) -> QuerySet[SignInReset]:
    return SignInReset.objects.filter(account_id=account, done_at=None, withdrawn_at=None)


def _helped(helper: str) -> QuerySet[RegisterAccount, str]:
    """The accounts whose resets this person sees."""
    standing = register.standing(helper)
    people = RegisterAccount.objects.values_list("pk", flat=True)
    if standing is not None and standing.role == "officer":
        return people.filter(role__in=("lead", "officer"))
    own = RegisterAuthority.objects.filter(pk=standing.authority, status="active") if standing else None
    if standing is not None and standing.role == "lead" and own is not None and own.exists():
        return people.filter(authority=standing.authority).exclude(pk=helper)
    return people.none()


def _sees(helper: str, account: str) -> bool:
    return _helped(helper).filter(pk=account).exists()


# --- the person ---


def open_link(request: HttpRequest, token: str) -> dict[str, Any]:
    """Put the reset behind this token into the session, and show whom it is for."""
    attempt = throttle.count_token_attempt(request)
    if not TOKEN.fullmatch(token):
        raise ResetUnknown
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = SignInReset.objects.select_related("account").filter(token_hash=digest).first()
    if found is None:
        raise ResetUnknown
    attempt.succeeded()
    _refuse_closed(found)
    request.session["sign_in_reset"] = found.pk
    person = Person.objects.filter(pk=found.account_id).first()
    network = register.network()
    return {
        "email": found.account.email,
        "name": person.name if person else "",
        "function": person.function if person else "",
        "network": {"id": network.id, "name": network.name, "demo": network.demo},
        "step": "second_factor" if found.password else "password",
    }


@transaction.atomic
def choose_password(request: HttpRequest, password: str) -> dict[str, str]:
    """Choose the password; returns a fresh secret for an authenticator app. Neither is in force yet."""
    reset = _held(request)
    person = Person.objects.filter(pk=reset.account_id).first()
    refuse_weak(password, email=reset.account.email, names=[person.name] if person else [])
    reset.password = make_password(password)
    reset.save(update_fields=["password"])
    secret, uri = factors.start_authenticator(reset.account)
    return {"totp_secret": secret, "totp_uri": uri}


def prove_second_factor(request: HttpRequest, code: str) -> tuple[Account, list[str]]:
    """Prove the new authenticator: both factors are in force, the person is signed in here and nowhere else."""
    with transaction.atomic():
        email = _held(request).account.email
    attempt = throttle.count_second_factor_attempt(request, email)
    with transaction.atomic():
        revocations.bump()  # sessions will end, and the account changes before they do
        reset = _held(request)
        account = reset.account
        if not reset.password:
            raise Refused("wrong_step", "Choose a password first.")
        if not factors.confirm_authenticator(account, code):
            raise WrongCode
        now = clock.now()
        account.password = reset.password
        account.sign_in_reset_at = now
        account.save(update_fields=["password", "sign_in_reset_at"])
        reset.done_at, reset.password = now, ""
        reset.save(update_fields=["done_at", "password"])
        record(Action.RESET_USED, actor=account.pk, reset=reset.pk)
        _open_ones(account.pk).update(withdrawn_at=now)
        codes = factors.make_backup_codes(account)
        passkeys.forget(account)  # what somebody may have lost or had taken signs nobody in any more
        request.session.pop("sign_in_reset", None)
        opened = sessions.open_whole(request, account)
        sessions.end_all(account.pk, but=opened.session_key)
    attempt.succeeded()
    return account, codes


def seen(account: Account) -> None:
    """The person knows of the last reset: it is not told again."""
    Account.objects.filter(pk=account.pk).update(sign_in_reset_at=None)


def _held(request: HttpRequest) -> SignInReset:
    """The reset that was opened in this session, locked."""
    held = request.session.get("sign_in_reset")
    resets = SignInReset.objects.select_for_update(of=("self",)).select_related("account")
    found = resets.filter(pk=held).first() if held else None
    if found is None:
        raise ResetUnknown
    _refuse_closed(found)
    return found


def _refuse_closed(reset: SignInReset) -> None:
    refusals: dict[str, Callable[[], Problem]] = {
        "done": ResetUsed,
        "withdrawn": ResetUnknown,
        "expired": ResetExpired,
        "needs_second": ResetUnconfirmed,
    }
    state = state_of(reset)
    if state in refusals:
        raise refusals[state]()
    if not reset.account.is_active or not _still_given(reset):
        raise ResetUnknown


def _still_given(reset: SignInReset) -> bool:
    """Whether those who gave it may still help this person: a link of somebody who was removed is worth nothing."""
    try:
        for helper in filter(None, (reset.requested_by, reset.confirmed_by)):
            may_help(helper, reset.account_id)
    except NotFound:
        return False
    return True
