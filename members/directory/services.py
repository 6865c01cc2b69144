"""Writing down who is who."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from django.db import transaction

from members import clock
from members.accounts.models import LANGUAGES
from members.audit.actions import Action
from members.audit.services import record
from members.directory import absences
from members.directory.models import AuthorityName, Institution, Person, Revision
from members.problems import NotFound, Problem, Refused, Restoring, SlowDown
from members.protocol import directory
from members.protocol.directory import NotAnEntry, Signed
from members.protocol.encoding import unb64
from members.register.access import standing
from members.register.models import Head, RegisterAccount, RegisterAuthority, RegisterDevice

_SENTENCES = {
    "bad_item": "This is no entry by the account and the device that hand it in.",
    "bad_signature": "The signature does not hold.",
}


MOST_LOST = 1000
"""Revisions that an older copy of the database may lack of one subject: a number that nobody reached is no revision."""
MOST_A_DAY = 100
"""Revisions of one subject: all are kept, and every reader may ask for them at once."""


class DirectoryChanged(Problem):
    """Somebody has signed another revision since what was edited had been read."""

    def __init__(self) -> None:
        super().__init__(
            "directory_changed", 409, "The entry has been changed since you read it; read it again first."
        )


# --- who is who ---


def know_person(*, account: str, salt: str, name: str, function: str, language: str) -> Person:
    """Keep name and function of somebody who has just entered the Register."""
    person, _ = Person.objects.update_or_create(
        account=account, defaults={"salt": salt, "name": name, "function": function, "language": language}
    )
    return person


def name_authority(authority: str, names: dict[str, str]) -> None:
    """Keep the name of an authority in further languages; the one that counts stands in the Register."""
    rows = [
        AuthorityName(authority=authority, language=language, text=text)
        for language, text in names.items()
        if language in LANGUAGES
    ]
    AuthorityName.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["authority", "language"], update_fields=["text"]
    )


def forget_person(account: str) -> None:
    """Erase name, function, salt and profile: what stays in the Register is then a random number."""
    Person.objects.filter(pk=account).delete()
    absences.forget(account)
    Revision.objects.filter(subject=f"account/{account}").delete()


# --- what is signed ---


@transaction.atomic
def sign(*, account: str, device: str | None, body: bytes, signature: bytes, profile: bool) -> Revision:
    """Keep the next revision of an entry or a profile, signed on this device by whoever speaks for its subject.

    Raises NotFound for everybody else, Refused with a reason for what does not hold, DirectoryChanged for what is not
    the next revision, SlowDown, and Restoring. Handed in again, the one that is kept is returned.
    """
    # nobody is removed or suspended meanwhile, and no other revision is made
    head = Head.objects.select_for_update().get(pk=1)
    if head.restoring_since is not None:
        raise Restoring
    given = _parse(body, signature)
    if (
        (given.account, given.device, given.network) != (account, device, head.network)
        or given.size > head.size
        or (given.kind == "account") != profile
    ):
        _refuse("bad_item")
    authority = _speaks_for(given)
    _check_signature(given)
    present = Revision.objects.filter(subject=given.subject, present=True).first()
    if present is not None and bytes(present.body) == body:
        return present
    before = None if present is None else directory.parse(bytes(present.body), bytes(present.signature))
    if not given.follows(before):
        raise DirectoryChanged
    lately = Revision.objects.filter(subject=given.subject, at__gt=clock.now() - clock.DAY)
    if lately.count() >= MOST_A_DAY:
        raise SlowDown(retry_after=3600)
    made = _keep(given, profile=profile)
    _note(given, authority)
    return made


@transaction.atomic
def hand_back(*, reader: str, body: bytes, signature: bytes) -> Revision | None:
    """Take what a database that was put back to an older copy lacks, from whoever holds it; None where it lacks none.

    Only what whoever signed it could sign now: what they could once, but no longer, is signed anew by others. Raises
    NotFound for who has no place in the Register, Refused for what does not hold, and `not_restoring`.
    """
    head = Head.objects.select_for_update().get(pk=1)
    if standing(reader) is None:
        raise NotFound
    if head.restoring_since is None and head.restored_at is None:
        raise Refused("not_restoring", "Nothing is missing here that could be handed back.")
    given = _parse(body, signature)
    if given.network != head.network or given.size > head.size:
        _refuse("bad_item")
    authority = _speaks_for(given)
    _check_signature(given)
    present = Revision.objects.filter(subject=given.subject, present=True).first()
    known = 0 if present is None else present.revision
    if given.revision <= known:
        return None
    if given.revision > known + MOST_LOST:
        _refuse("bad_item")
    made = _keep(given, profile=given.kind == "account")
    _note(given, authority)
    return made


def _parse(body: bytes, signature: bytes) -> Signed:
    try:
        return directory.parse(body, signature)
    except NotAnEntry:
        _refuse("bad_item")


def _check_signature(given: Signed) -> None:
    known = RegisterDevice.objects.filter(pk=given.device, account=given.account, active=True).first()
    if known is None or not given.signed_by(unb64(known.key)):
        _refuse("bad_signature")


def _speaks_for(given: Signed) -> str:
    """The authority for which this is signed, empty for a State or a person of none; raises NotFound for strangers."""
    signer = RegisterAccount.objects.filter(pk=given.account, active=True, held=False).first()
    if signer is None:
        raise NotFound
    subject = None
    if given.kind == "authority":
        subject = RegisterAuthority.objects.filter(pk=given.about, status="active").first()
    may = directory.may_sign(
        kind=given.kind,
        about=given.about,
        account=signer.id,
        role=signer.role,
        authority=signer.authority,
        authority_kind=None if subject is None else subject.kind,
    )
    if not may:
        raise NotFound
    return given.about if subject is not None else signer.authority or ""


def _keep(given: Signed, *, profile: bool) -> Revision:
    Revision.objects.filter(subject=given.subject, present=True).update(present=False)
    return Revision.objects.create(
        subject=given.subject,
        profile=profile,
        revision=given.revision,
        account=given.account,
        device=given.device,
        body=given.body,
        signature=given.signature,
    )


def _note(given: Signed, authority: str) -> None:
    if given.kind == "account":
        record(Action.PROFILE_SIGNED, actor=given.account, authority=authority, revision=given.revision)
    elif given.kind == "state":
        record(
            Action.CENTRAL_AUTHORITY_SIGNED, actor=given.account, state=given.about, revision=given.revision
        )
    else:
        record(Action.ENTRY_SIGNED, actor=given.account, authority=authority, revision=given.revision)


def _refuse(reason: str) -> NoReturn:
    raise Refused("refused", _SENTENCES[reason], reason=reason)


# --- what nobody has signed ---


@transaction.atomic
def list_institutions(rows: Iterable[Institution]) -> None:
    """Put these institutions, which are no members of the network, in the place of those that were listed."""
    Institution.objects.all().delete()
    Institution.objects.bulk_create(rows)
