"""Signing in and what a person does to their own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from members.accounts import factors, passkeys, revocations, sessions, throttle
from members.accounts.models import LANGUAGES, Account, Passkey, SignedInSession, normal_email
from members.accounts.passkeys import Assertion, Purpose
from members.accounts.passwords import LONGEST
from members.audit.actions import Action
from members.audit.services import record
from members.directory import absences
from members.problems import NotFound, NotSignedIn, Problem, Refused


class WrongCredentials(Problem):
    def __init__(self) -> None:
        super().__init__("wrong_credentials", 401, "The address or the password is not right.")


class WrongCode(Problem):
    def __init__(self) -> None:
        super().__init__("wrong_code", 401, "The code is not right, or has been used already.")


def give_password(request: HttpRequest, *, email: str, password: str) -> None:
    """Half-open the session when the password is right. Unknown and known addresses answer alike and as late."""
    attempt = throttle.count_password_attempt(request, email)
    account = Account.objects.filter(
        email=normal_email(email), is_active=True, enrolled_at__isnull=False
    ).first()
    given = password[: LONGEST + 1]
    if account is None:
        make_password(given)  # takes as long as checking one
        raise WrongCredentials
    if not check_password(given, account.password):
        raise WrongCredentials
    attempt.succeeded()
    sessions.half_open(request, account)


def give_second_factor(request: HttpRequest, *, code: str | None, backup_code: str | None) -> SignedInSession:
    """Sign in the account whose password this session gave, with a code or a backup code."""
    account = _half_open(request)
    attempt = throttle.count_second_factor_attempt(request, account.email)
    if not _second_factor_is_right(account, code=code, backup_code=backup_code):
        sessions.second_factor_failed(request)
        with transaction.atomic():
            record(Action.SECOND_FACTOR_REFUSED, about=account.pk)
        raise WrongCode
    attempt.succeeded()
    return sessions.open_whole(request, account)


def confirm_again(request: HttpRequest, *, account: Account, code: str) -> int:
    """Take a fresh code for acts that need one; returns until when it counts."""
    attempt = throttle.count_second_factor_attempt(request, account.email)
    if not factors.verify_code(account, code):
        raise WrongCode
    attempt.succeeded()
    return sessions.confirm(request)


# --- the same by a passkey ---


def ask_passkey_to_sign_in(request: HttpRequest) -> dict[str, Any]:
    """What a passkey is asked for that signs in by itself: both factors in one touch."""
    throttle.count_passkey_start(request)
    return passkeys.request_options(request, Purpose.SIGN_IN, None)


def sign_in_by_passkey(request: HttpRequest, assertion: Assertion) -> SignedInSession:
    """Sign in whoever this passkey says that it belongs to."""
    found = passkeys.verify(request, purpose=Purpose.SIGN_IN, account=None, assertion=assertion)
    throttle.passkey_came(request)
    return sessions.open_by_passkey(request, found.account)


def ask_passkey_as_second_factor(request: HttpRequest) -> dict[str, Any]:
    """What the passkeys of the account are asked for whose password this session gave."""
    return passkeys.request_options(request, Purpose.SECOND_FACTOR, _half_open(request))


def give_passkey(request: HttpRequest, assertion: Assertion) -> SignedInSession:
    """Sign in the account whose password this session gave, with a passkey of it."""
    account = _half_open(request)
    attempt = throttle.count_second_factor_attempt(request, account.email)
    try:
        passkeys.verify(request, purpose=Purpose.SECOND_FACTOR, account=account, assertion=assertion)
    except Problem as problem:
        sessions.second_factor_failed(request)
        if problem.status == 401:
            with transaction.atomic():
                record(Action.SECOND_FACTOR_REFUSED, about=account.pk)
        raise
    attempt.succeeded()
    return sessions.open_whole(request, account, by_passkey=True)


def confirm_by_passkey(request: HttpRequest, *, account: Account, assertion: Assertion) -> int:
    """Take a touch of a passkey for acts that need a fresh factor; returns until when it counts."""
    attempt = throttle.count_second_factor_attempt(request, account.email)
    passkeys.verify(request, purpose=Purpose.CONFIRM, account=account, assertion=assertion)
    attempt.succeeded()
    return sessions.confirm(request, by_passkey=True)


def _half_open(request: HttpRequest) -> Account:
    account_id = sessions.half_open_account(request)
    account = Account.objects.filter(pk=account_id, is_active=True).first() if account_id else None
    if account is None:
        raise NotSignedIn
    return account


def _second_factor_is_right(account: Account, *, code: str | None, backup_code: str | None) -> bool:
    if backup_code:
        with transaction.atomic():
            used = factors.use_backup_code(account, backup_code)
            if used:
                record(Action.BACKUP_CODE_USED, actor=account.pk)
        return used
    return bool(code) and factors.verify_code(account, code or "")


def end_session(*, account: Account, session_id: str) -> None:
    """End one of the person's own sessions; nobody else's can be named."""
    found = SignedInSession.objects.filter(pk=session_id, account=account).first()
    if found is None:
        raise NotFound
    sessions.end([found.session_key], by_themselves=True)


def set_language(*, account: Account, language: str) -> None:
    """Remember in which of the six languages the interface speaks to this person."""
    if language not in LANGUAGES:
        raise Refused("language_unknown", "The interface does not speak this language.")
    Account.objects.filter(pk=account.pk).update(language=language)


def deactivate(account_id: str) -> None:
    """Lock out a person who was removed: no sign-in, every session ends now, and their address is forgotten.

    So the same address can be invited again, and the server keeps no more of a leaver than it needs.
    """
    with transaction.atomic():
        revocations.bump()
        Account.objects.filter(pk=account_id).update(is_active=False, email=f"{account_id}@removed.invalid")
        Passkey.objects.filter(account=account_id).delete()
        absences.forget(account_id)
        sessions.end_all(account_id)
