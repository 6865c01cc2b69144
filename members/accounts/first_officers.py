"""Invitations for those who found the network, made on the server itself before anybody can sign in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from members import clock
from members.accounts.invitations import VALID
from members.accounts.models import Invitation, fresh_id, normal_email
from members.problems import Problem
from members.protocol.encoding import b64url
from members.register import signer
from members.register.models import FoundingOfficer

TOKEN_LENGTH = 16


@dataclass(frozen=True)
class FirstOfficer:
    """One of the first officers: the address is the sign-in name."""

    name: str
    email: str


@transaction.atomic
def invite(officers: Sequence[FirstOfficer]) -> list[tuple[FirstOfficer, str]]:
    """One token for each officer, told this once; also makes the Register key. Only on an empty portal."""
    if FoundingOfficer.objects.exists():
        raise Problem(
            "exists", 409, "The first officers have been invited; --again makes new links for them."
        )
    signer.make_key()
    made = []
    for officer in officers:
        token = _token()
        invitation = Invitation.objects.create(
            id=fresh_id(),
            token_hash=_hash(token),
            kind=Invitation.Kind.OFFICER,
            founding=True,
            email=normal_email(officer.email),
            account_id_given=fresh_id(),
            role="officer",
            name=officer.name,
            function="",
            expires_at=clock.now() + VALID,
        )
        FoundingOfficer.objects.create(account=invitation.account_id_given, name=officer.name)
        made.append((officer, token))
    return made


@transaction.atomic
def invite_again() -> list[tuple[FirstOfficer, str]]:
    """Fresh tokens for those first officers who have not used theirs; the old ones no longer work."""
    made = []
    waiting = Invitation.objects.select_for_update().filter(founding=True, used_at=None, withdrawn_at=None)
    for invitation in waiting.order_by("created_at", "id"):
        token = _token()
        invitation.token_hash = _hash(token)
        invitation.expires_at = clock.now() + VALID
        invitation.save()
        made.append((FirstOfficer(invitation.name, invitation.email), token))
    if not made:
        raise Problem("nothing_waits", 409, "No first officer waits for a link.")
    return made


def _token() -> str:
    return b64url(secrets.token_bytes(TOKEN_LENGTH))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
