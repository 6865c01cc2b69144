"""New keys for somebody who has lost all of theirs: an invitation for an account that is there already.

A lead gives it to their own people, officers to a lead or to each other. E-mail, name, function and the commitment to
them stay. The person opens the link, signs in with the factors that they have (or a sign-in reset), and hands in a new
identity key with its first statements; these wait until `*.rekeyed` is signed, as with any invitation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from members import clock
from members.accounts import invitations
from members.accounts.models import Account, Invitation, one_at_a_time
from members.directory.models import Person
from members.problems import NotFound, Problem, Refused
from members.protocol.encoding import is_hash, is_id
from members.register import access as register
from members.register.models import RegisterAccount, RegisterAuthority


@dataclass(frozen=True)
class Wanted:
    """What the giver asks for. `id` and `token_hash` come from their browser; the token itself does not."""

    id: str
    token_hash: str
    account: str
    attestation: Mapping[str, Any]
    secret_box: str


@transaction.atomic
def invite(*, inviter: Account, wanted: Wanted) -> Invitation:
    """Make the invitation, if the inviter may give this person new keys; any earlier one for them is over."""
    if not is_id(wanted.id) or not is_hash(wanted.token_hash):
        raise Refused("invalid", "The invitation's id or the hash of its token does not have its form.")
    known = may_help(inviter.pk, wanted.account)
    one_at_a_time(inviter.pk, wanted.account)
    account = Account.objects.filter(pk=wanted.account, is_active=True).first()
    if account is None:
        raise NotFound
    if Invitation.objects.filter(Q(pk=wanted.id) | Q(token_hash=wanted.token_hash)).exists():
        raise Problem("exists", 409, "There is such an invitation already.")
    invitations.refuse_too_many(inviter)
    open_ones(wanted.account).update(withdrawn_at=clock.now())
    made = Invitation(
        id=wanted.id,
        token_hash=wanted.token_hash,
        kind=Invitation.Kind.REKEY,
        email=account.email,
        account_id_given=wanted.account,
        role=known.role,
        language=account.language,
        commitment=known.commitment or "",
        inviter=inviter,
        attestation=dict(wanted.attestation),
        secret_box=wanted.secret_box,
        expires_at=clock.now() + invitations.VALID,
    )
    _name(made, known)
    made.save(force_insert=True)
    invitations.note_invited(made)
    return made


def _name(made: Invitation, known: RegisterAccount) -> None:
    person = Person.objects.filter(pk=known.pk).first()
    if person is not None:
        made.name, made.function, made.salt = person.name, person.function, person.salt
    authority = RegisterAuthority.objects.filter(pk=known.authority).first()
    if authority is not None:
        made.authority, made.authority_name = authority.pk, authority.name
        made.authority_state, made.authority_kind = authority.state, authority.kind


def may_help(helper: str, account: str) -> RegisterAccount:
    """The active person whom this one may help to new keys or to a new sign-in; raises NotFound otherwise.

    A lead helps the people of their own active authority, an officer leads and other officers; nobody themself.
    """
    standing = register.standing(helper)
    known = RegisterAccount.objects.filter(pk=account, active=True).exclude(pk=helper).first()
    if standing is None or known is None:
        raise NotFound
    if standing.role == "officer" and known.role in ("lead", "officer"):
        return known
    own = RegisterAuthority.objects.filter(pk=standing.authority, status="active")
    if standing.role == "lead" and known.authority == standing.authority and own.exists():
        return known
    raise NotFound


def open_ones(account: str) -> QuerySet[Invitation]:
    """Invitations of this account to new keys that are neither done nor withdrawn."""
    return Invitation.objects.filter(
        kind=Invitation.Kind.REKEY, account_id_given=account, withdrawn_at=None, done_at=None
    )


def usable(account: str) -> Invitation | None:
    """The one that this person may follow now, once they are signed in."""
    return open_ones(account).filter(Q(used_at__isnull=False) | Q(expires_at__gt=clock.now())).first()


def newest(account: str) -> Invitation | None:
    """The one that this person may follow now, otherwise the last that they followed to its end."""
    done = Invitation.objects.filter(kind=Invitation.Kind.REKEY, account_id_given=account, withdrawn_at=None)
    return usable(account) or done.filter(done_at__isnull=False).order_by("-done_at").first()
