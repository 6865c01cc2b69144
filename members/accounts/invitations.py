"""Invitations: one link for one person, made in the browser of the inviter, used once within seven days.

One that gives new keys to somebody who has an account already is made in rekeying.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from members import clock
from members.accounts import sessions
from members.accounts.models import Account, Invitation, fresh_id, normal_email, one_at_a_time
from members.accounts.services import deactivate
from members.applications import leads
from members.audit.actions import Action
from members.audit.services import record
from members.charter.access import may_only_read
from members.devices.services import forget_bookmark
from members.directory.services import know_person
from members.holding import hold
from members.problems import CharterNotAccepted, NotFound, Problem, Refused, SlowDown
from members.protocol import person
from members.protocol.encoding import is_hash, is_id
from members.register import access as register
from members.register.models import RegisterAccount, RegisterAuthority

VALID = 7 * clock.DAY
MOST_OPEN = 200


@dataclass(frozen=True)
class NewAuthority:
    """The authority to be admitted with a lead: what its statement will say."""

    name: str
    state: str
    kind: str


@dataclass(frozen=True)
class Wanted:
    """What an inviter asks for. `id` and `token_hash` come from their browser; the token itself does not."""

    id: str
    token_hash: str
    kind: str
    email: str
    name: str
    function: str
    language: str
    attestation: Mapping[str, Any]
    secret_box: str
    role: str | None = None
    authority: NewAuthority | None = None
    application: str | None = None
    led: str | None = None
    """An authority that is admitted already, and of which the person is to become the lead."""


@transaction.atomic
def invite(*, inviter: Account, wanted: Wanted) -> Invitation:
    """Make an invitation, if the inviter may bring in such a person: a lead into their authority, officers the rest."""
    standing = register.standing(inviter.pk)
    if standing is None:
        raise NotFound
    one_at_a_time(inviter.pk)
    hold("address", normal_email(wanted.email))
    _check(inviter, wanted)
    made = Invitation(
        id=wanted.id,
        token_hash=wanted.token_hash,
        kind=wanted.kind,
        email=normal_email(wanted.email),
        account_id_given=fresh_id(),
        name=wanted.name,
        function=wanted.function,
        language=wanted.language,
        inviter=inviter,
        attestation=dict(wanted.attestation),
        secret_box=wanted.secret_box,
        expires_at=clock.now() + VALID,
    )
    if wanted.kind == Invitation.Kind.FOCAL_POINT:
        _into_own_authority(made, wanted, standing)
    elif standing.role != "officer":
        raise NotFound
    elif wanted.kind == Invitation.Kind.LEAD and wanted.led is not None:
        _into_led_authority(made, wanted.led)
    elif wanted.kind == Invitation.Kind.LEAD:
        _into_new_authority(made, wanted)
    else:
        made.role = "officer"
    if made.kind != Invitation.Kind.OFFICER:
        salt = secrets.token_bytes(person.SALT_LENGTH)
        made.salt = salt.hex()
        made.commitment = person.commitment(salt, name=wanted.name, function=wanted.function)
    made.save(force_insert=True)
    note_invited(made)
    return made


def note_invited(made: Invitation) -> None:
    """Whom somebody has invited, and to what."""
    record(
        Action.INVITED,
        actor=made.inviter_id or "",
        about=made.account_id_given,
        authority=made.authority,
        invitation=made.pk,
        kind=made.kind,
    )


def _check(inviter: Account, wanted: Wanted) -> None:
    if not is_id(wanted.id) or not is_hash(wanted.token_hash):
        raise Refused("invalid", "The invitation's id or the hash of its token does not have its form.")
    if Invitation.objects.filter(Q(pk=wanted.id) | Q(token_hash=wanted.token_hash)).exists():
        raise Problem("exists", 409, "There is such an invitation already.")
    refuse_too_many(inviter)
    email = normal_email(wanted.email)
    waiting = Invitation.objects.filter(email=email, withdrawn_at=None, done_at=None)
    still = waiting.filter(Q(used_at__isnull=False) | Q(expires_at__gt=clock.now()))
    if Account.objects.filter(email=email).exists() or still.exists():
        raise Refused("email_taken", "Somebody with this address is invited or signs in already.")


def refuse_too_many(inviter: Account) -> None:
    """Raises SlowDown for whoever has made hundreds of invitations since yesterday."""
    lately = Invitation.objects.filter(inviter=inviter, created_at__gt=clock.now() - clock.DAY)
    if lately.count() >= MOST_OPEN:
        raise SlowDown(retry_after=3600)


def _into_own_authority(made: Invitation, wanted: Wanted, standing: register.Standing) -> None:
    own = RegisterAuthority.objects.filter(pk=standing.authority, status="active").first()
    if standing.role != "lead" or own is None:
        raise NotFound
    if wanted.role not in ("deputy", "member"):
        raise Refused("invalid", "A lead invites deputies and members.")
    if may_only_read(own.pk):
        raise CharterNotAccepted  # nobody is invited who could not be appointed
    made.role = wanted.role
    made.authority, made.authority_name = own.pk, own.name
    made.authority_state, made.authority_kind = own.state, own.kind


def _into_new_authority(made: Invitation, wanted: Wanted) -> None:
    if wanted.authority is None:
        raise Refused("invalid", "The lead of an authority is invited together with it.")
    made.role = "lead"
    made.authority, made.authority_name = fresh_id(), wanted.authority.name
    made.authority_state, made.authority_kind = wanted.authority.state, wanted.authority.kind
    if wanted.application is not None:
        leads.check_invited(
            wanted.application,
            email=made.email,
            name=wanted.authority.name,
            state=wanted.authority.state,
            kind=wanted.authority.kind,
        )
        made.application = wanted.application


def _into_led_authority(made: Invitation, authority: str) -> None:
    """Its next lead, from outside: officers appoint them, and they are held until a colleague confirms them."""
    known = RegisterAuthority.objects.filter(pk=authority, kind="member").exclude(status="withdrawn").first()
    if known is None:
        raise Refused("invalid", "There is no such member authority.")
    made.role = "lead"
    made.authority, made.authority_name = known.pk, known.name
    made.authority_state, made.authority_kind = known.state, known.kind


# --- reading ---


def of_inviter(account: str, invitation_id: str) -> Invitation | None:
    return Invitation.objects.filter(pk=invitation_id, inviter_id=account).first()


def listing(account: str) -> list[dict[str, Any]]:
    """The invitations that this person made, the newest first; one query."""
    made = Invitation.objects.filter(inviter_id=account).order_by("-created_at")
    return [as_object(one) for one in made]


def state_of(invitation: Invitation) -> str:
    """open, enrolling, waiting (for signatures), done, expired or withdrawn."""
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    if invitation.done_at is not None:
        return "done"
    if invitation.keys is not None:
        return "waiting"
    if invitation.used_at is not None:
        return "enrolling"
    return "expired" if invitation.expires_at <= clock.now() else "open"


def authority_object(invitation: Invitation) -> dict[str, Any] | None:
    if not invitation.authority:
        return None
    return {
        "id": invitation.authority,
        "name": invitation.authority_name,
        "state": invitation.authority_state,
        "kind": invitation.authority_kind,
    }


def as_object(invitation: Invitation) -> dict[str, Any]:
    """The invitation as its inviter, and officers who sign for it, see it."""
    return {
        "id": invitation.pk,
        "kind": invitation.kind,
        "email": invitation.email,
        "role": invitation.role,
        "authority": authority_object(invitation),
        "application": invitation.application or None,
        "account": invitation.account_id_given,
        "name": invitation.name,
        "function": invitation.function,
        "salt": invitation.salt or None,
        "commitment": invitation.commitment or None,
        "state": state_of(invitation),
        "secret_box": invitation.secret_box or None,
        "taken_over_from": invitation.taken_over_from or None,
        "keys": invitation.keys,
        "expires": invitation.expires_at,
    }


# --- ending ---


@transaction.atomic
def withdraw(*, account: str, invitation_id: str) -> None:
    """Take an invitation back; whoever had begun to enrol with it is locked out (but nobody who was in before)."""
    found = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if found is None or found.withdrawn_at is not None:
        raise NotFound
    if found.inviter_id != account and not left_open(account).filter(pk=found.pk).exists():
        raise NotFound
    if found.done_at is not None:
        raise Problem("done_already", 409, "The person is in the Register; remove them there.")
    found.withdrawn_at = clock.now()
    found.save()
    record(Action.INVITATION_WITHDRAWN, actor=account, about=found.account_id_given, invitation=found.pk)
    if found.kind != Invitation.Kind.REKEY:
        deactivate(found.account_id_given)


def withdraw_of_application(application: str) -> None:
    """The application is over: so is the way in of whomever it named as lead, in the caller's transaction."""
    for found in Invitation.objects.select_for_update().filter(
        application=application, withdrawn_at=None, done_at=None
    ):
        found.withdrawn_at = clock.now()
        found.save()
        record(Action.INVITATION_WITHDRAWN, about=found.account_id_given, invitation=found.pk)
        deactivate(found.account_id_given)


# --- what somebody left open who may no longer sign for it ---


def left_open(reader: str) -> QuerySet[Invitation]:
    """Invitations whose makers can no longer finish them, as far as this person sees to them.

    The lead and deputies see those of their authority's former leads, officers those of former officers; nothing for
    everybody else, and for whoever is held.
    """
    known = RegisterAccount.objects.filter(pk=reader, active=True, held=False).first()
    alive = Q(used_at__isnull=False) | Q(expires_at__gt=clock.now())
    undone = Invitation.objects.filter(alive, withdrawn_at=None, done_at=None, founding=False)
    if known is not None and known.role == "officer":
        former = RegisterAccount.objects.filter(role="officer", active=False)
        return undone.filter(inviter__in=former.values("pk"))
    own = None
    if known is not None and known.role in ("lead", "deputy"):
        own = RegisterAuthority.objects.filter(pk=known.authority, status="active").first()
    if own is None:
        return undone.none()
    colleagues = RegisterAccount.objects.filter(authority=own.pk)
    former = colleagues.exclude(pk=own.lead, active=True)
    return undone.filter(authority=own.pk, inviter__in=former.values("pk"))


def left_behind(reader: str) -> list[dict[str, Any]]:
    """What `left_open` finds, each with whom it was left by, the oldest first."""
    return [
        {"left_by": one.inviter_id or "", "invitation": as_object(one)}
        for one in left_open(reader).order_by("created_at")
    ]


@transaction.atomic
def take_over(*, account: str, invitation_id: str) -> Invitation:
    """Go on with an invitation in the place of whoever made it: the present lead, or an officer.

    The secret of its link was boxed to its maker alone, so the codes are compared before anybody signs.
    """
    known = RegisterAccount.objects.filter(pk=account, role__in=("lead", "officer")).first()
    found = left_open(account).select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if known is None or found is None:
        raise NotFound
    record(
        Action.INVITATION_TAKEN_OVER,
        actor=account,
        about=found.account_id_given,
        authority=found.authority,
        invitation=found.pk,
        left_by=found.inviter_id or "",
    )
    found.taken_over_from = found.taken_over_from or found.inviter_id or ""
    found.inviter_id, found.secret_box = account, ""
    found.save()
    return found


def complete(invitation: Invitation) -> None:
    """The Register says what the invitation was for: it is done, and the directory knows who the person is."""
    invitation.done_at = clock.now()
    invitation.save()
    if invitation.kind == Invitation.Kind.REKEY:
        end_former_stays(invitation)
        return
    know_person(
        account=invitation.account_id_given,
        salt=invitation.salt,
        name=invitation.name,
        function=invitation.function,
        language=invitation.language,
    )


def end_former_stays(invitation: Invitation) -> None:
    """After a change of keys nothing of before goes on: no session but the one that made the keys, no bookmark."""
    sessions.end_all(invitation.account_id_given, but=invitation.keys_session)
    forget_bookmark(invitation.account_id_given)


def complete_for_account(account: str) -> None:
    """The same for a founding officer, by their account."""
    for invitation in Invitation.objects.filter(account_id_given=account, founding=True, done_at=None):
        complete(invitation)
