"""The steps by which an invited person joins: password, second factor, keys; then their inviter signs.

The token in the link is the key to the first two steps, and is used up by the second: from there on the person comes
back by signing in. What they sign waits beside the Register and may be replaced until it enters.

A link to new keys (rekeying.py) has other first steps: the person signs in as ever. It may be opened until it is done.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from members import clock, events
from members.accounts import factors, invitations, rekeying, sessions, throttle
from members.accounts.models import Account, Invitation
from members.accounts.passwords import refuse_weak
from members.accounts.permissions import Caller, find_caller
from members.accounts.services import WrongCode
from members.audit.actions import Action
from members.audit.services import record
from members.problems import NotFound, Problem, Refused
from members.protocol import signing
from members.protocol.effects import rekeyed
from members.protocol.encoding import EncodingError, unb64
from members.protocol.rules import Rejected, apply_in_place
from members.protocol.state import Account as RegisterPerson
from members.protocol.state import Voucher
from members.protocol.statements import Entry
from members.register import access as register
from members.register import attachments, ledger
from members.register.appending import parse
from members.register.models import FoundingOfficer
from members.register.services import NotApplied

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
MOST_ATTACHMENTS = 40


class InvitationUnknown(Problem):
    def __init__(self) -> None:
        super().__init__("invitation_unknown", 404, "There is no such invitation; ask for a new link.")


class InvitationUsed(Problem):
    def __init__(self) -> None:
        super().__init__("invitation_used", 410, "This link has been used; sign in instead.")


class InvitationExpired(Problem):
    def __init__(self) -> None:
        super().__init__("invitation_expired", 410, "This link is over; ask for a new one.")


@dataclass(frozen=True)
class Keys:
    """What an invitee's browser made: an identity key, proof of it, and the first two statements."""

    identity_key: str
    mac: str | None
    statements: Sequence[Mapping[str, Any]]
    attachments: Mapping[str, str]


def open_invitation(request: HttpRequest, token: str) -> dict[str, Any]:
    """Put the invitation behind this token into the session, and show it."""
    attempt = throttle.count_token_attempt(request)
    if not TOKEN.fullmatch(token):
        raise InvitationUnknown
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = Invitation.objects.filter(token_hash=digest, withdrawn_at=None).first()
    if found is None:
        raise InvitationUnknown
    attempt.succeeded()
    _refuse_over(found)
    request.session["invitation"] = found.pk
    caller = find_caller(request)
    return as_object(found, signed_in=caller.id if caller else None)


def find(request: HttpRequest) -> Invitation | None:
    """The invitation of this session: of the person who is signed in, otherwise the one that was opened here."""
    caller = find_caller(request)
    if caller is not None:
        return rekeying.newest(caller.id) or _that_brings_in(caller.id).first()
    held = request.session.get("invitation")
    found = Invitation.objects.filter(pk=held, withdrawn_at=None).first() if held else None
    return None if found is None or _is_over(found) else found


def _that_brings_in(account: str) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(account_id_given=account, withdrawn_at=None)
    return found.exclude(kind=Invitation.Kind.REKEY)


def resume(request: HttpRequest) -> dict[str, Any]:
    """The invitation of this session and its next step."""
    found = find(request)
    if found is None:
        raise NotFound
    caller = find_caller(request)
    return as_object(found, signed_in=caller.id if caller else None)


def as_object(invitation: Invitation, *, signed_in: str | None) -> dict[str, Any]:
    """The invitation as the invited person sees it."""
    network = register.network()
    return {
        "kind": invitation.kind,
        "email": invitation.email,
        "role": invitation.role,
        "authority": invitations.authority_object(invitation),
        "account": invitation.account_id_given,
        "name": invitation.name,
        "function": invitation.function,
        "language": invitation.language,
        "network": {"id": network.id, "name": network.name, "demo": network.demo},
        "attestation": invitation.attestation,
        "founding": invitation.founding,
        "step": _step(invitation, signed_in),
        "expires": invitation.expires_at,
    }


def _step(invitation: Invitation, signed_in: str | None) -> str:
    if invitation.done_at is not None:
        return "done"
    if invitation.kind == Invitation.Kind.REKEY:
        if signed_in != invitation.account_id_given:
            return "sign_in"
        return "keys" if invitation.keys is None else "waiting"
    if invitation.used_at is not None:
        given = invitation.keys is not None or (invitation.founding and _gave_founding_key(invitation))
        return "waiting" if given else "keys"
    return "second_factor" if Account.objects.filter(pk=invitation.account_id_given).exists() else "password"


def _gave_founding_key(invitation: Invitation) -> bool:
    officer = FoundingOfficer.objects.filter(pk=invitation.account_id_given)
    return officer.exclude(identity_key="").exists()


# --- the steps ---


@transaction.atomic
def give_password(request: HttpRequest, password: str) -> dict[str, str]:
    """Choose the password; returns a fresh secret for an authenticator app. May be repeated until the next step."""
    invitation = _held(request, locked=True)
    refuse_weak(password, email=invitation.email, names=[invitation.name])
    account, _ = Account.objects.update_or_create(
        pk=invitation.account_id_given,
        defaults={"email": invitation.email, "language": invitation.language},
    )
    account.set_password(password)
    account.save()
    secret, uri = factors.start_authenticator(account)
    return {"totp_secret": secret, "totp_uri": uri}


def give_second_factor(request: HttpRequest, code: str) -> tuple[Account, list[str]]:
    """Prove the authenticator; the link is used up, the person is signed in, and gets the backup codes once."""
    attempt = throttle.count_second_factor_attempt(request, _held(request).email)
    # One transaction: whoever else holds the link can put no other password or authenticator in between.
    with transaction.atomic():
        invitation = _held(request, locked=True)
        account = Account.objects.filter(pk=invitation.account_id_given, enrolled_at=None).first()
        if account is None:
            raise Refused("wrong_step", "Choose a password first.")
        if not factors.confirm_authenticator(account, code):
            raise WrongCode
        invitation.used_at = account.enrolled_at = clock.now()
        invitation.save(update_fields=["used_at"])
        account.save(update_fields=["enrolled_at"])
        codes = factors.make_backup_codes(account)
        record(Action.ENROLLED, actor=account.pk, invitation=invitation.pk)
        request.session.pop("invitation", None)
        sessions.open_whole(request, account)
    attempt.succeeded()
    return account, codes


@transaction.atomic
def give_keys(caller: Caller, keys: Keys) -> None:
    """Keep the first statements of this person until their inviter signs; refused if they could not apply then."""
    found = rekeying.usable(caller.id) or _that_brings_in(caller.id).filter(founding=False).first()
    if found is None:
        raise NotFound
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.withdrawn_at is not None:
        raise NotFound  # while this was waiting
    if invitation.done_at is not None:
        raise Problem("done_already", 409, "You are in the Register already.")
    _check_keys(invitation, keys)
    invitation.keys = {
        "identity_key": keys.identity_key,
        "mac": keys.mac,
        "statements": [dict(one) for one in keys.statements],
        "attachments": dict(keys.attachments),
    }
    if invitation.kind == Invitation.Kind.REKEY:
        invitation.used_at = invitation.used_at or clock.now()
        invitation.keys_session = caller.session.session_key
    invitation.save()
    record(Action.KEYS_GIVEN, actor=caller.id, invitation=invitation.pk)
    if invitation.inviter_id is not None:
        events.emit(events.INVITATION_WAITING, account=invitation.inviter_id)


def _held(request: HttpRequest, *, locked: bool = False) -> Invitation:
    """The invitation whose first steps are taken in this session."""
    held = request.session.get("invitation")
    invited = Invitation.objects.filter(pk=held, withdrawn_at=None).exclude(kind=Invitation.Kind.REKEY)
    found = (invited.select_for_update() if locked else invited).first() if held else None
    if found is None:
        raise InvitationUnknown
    _refuse_over(found)
    return found


def _refuse_over(invitation: Invitation) -> None:
    if _is_over(invitation):
        over = invitation.used_at if invitation.kind != Invitation.Kind.REKEY else invitation.done_at
        raise InvitationExpired if over is None else InvitationUsed


def _is_over(invitation: Invitation) -> bool:
    """Whether the link is of no use any more; one to new keys is until they are in the Register."""
    expired = invitation.expires_at <= clock.now()
    if invitation.kind == Invitation.Kind.REKEY:
        return invitation.done_at is not None or (expired and invitation.used_at is None)
    return invitation.used_at is not None or expired


def _check_keys(invitation: Invitation, keys: Keys) -> None:
    """Raises unless both statements would apply, with all their bytes, right after the person is brought in."""
    entries = parse(keys.statements)
    if [one.type for one in entries] != ["device.enrolled", "account.keys"]:
        raise Refused("invalid", "The two statements are device.enrolled and account.keys, in this order.")
    if any(one.fields["account"] != invitation.account_id_given for one in entries):
        raise Refused("invalid", "The statements are about another account.")
    try:
        identity_key = unb64(keys.identity_key, 32)
        signing.check_point(identity_key)
        if keys.mac is not None:
            unb64(keys.mac, 32)
    except (EncodingError, signing.WeakKey):
        raise Refused("invalid", "The identity key or its proof does not have its form.") from None
    _rehearse(invitation, keys.identity_key, entries)
    _check_attachments(entries, keys.attachments)


def _rehearse(invitation: Invitation, identity_key: str, entries: Sequence[Entry]) -> None:
    state = ledger.current().state.copy()
    account = invitation.account_id_given
    if unb64(identity_key).hex() in state.used_keys:
        raise NotApplied(Rejected("exists", "this identity key was used before"), 0)
    if invitation.kind == Invitation.Kind.REKEY:
        state.accounts[account] = rekeyed(state.accounts[account], identity_key)
    else:
        state.accounts[account] = RegisterPerson(
            identity_key=identity_key,
            role=invitation.role,
            since=clock.now(),
            vouched_by=Voucher("officers", None, "0" * 64),
        )
    for index, entry in enumerate(entries):
        try:
            apply_in_place(state, entry.raw)
        except Rejected as error:
            raise NotApplied(error, index) from error


def _check_attachments(entries: Sequence[Entry], sent: Mapping[str, str]) -> None:
    if len(sent) > MOST_ATTACHMENTS:
        raise Refused("invalid", "Too many attachments.")
    data = attachments.decode(sent)
    for named in (one for entry in entries for one in attachments.named_by(entry)):
        if named.hash not in data:
            raise attachments.AttachmentMissing(named.hash)
        attachments.check_form(named, data[named.hash])
