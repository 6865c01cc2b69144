"""Writing a version, publishing it by another officer, accepting it as the lead of an authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from django.db import transaction
from django.db.models import F

from members import clock
from members.audit.actions import Action
from members.audit.services import record
from members.charter import access
from members.charter.models import Acceptance, CharterVersion
from members.holding import hold
from members.problems import NotFound, Problem, Refused
from members.protocol import charter
from members.protocol.canonical import NotCanonical
from members.protocol.charter import NotAnAcceptance
from members.protocol.encoding import unb64
from members.protocol.schema import Malformed
from members.register.models import Head, RegisterAccount, RegisterAuthority, RegisterDevice

_SENTENCES = {
    "bad_item": "This is no acceptance by the account, the device and the authority that hand it in.",
    "bad_signature": "The signature does not hold.",
    "other_text": "What was signed is not what the version says.",
}


class DraftChanged(Problem):
    """Somebody has changed the draft since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "charter_changed", 409, "The draft has been changed since you read it; read it again first."
        )


class NotTheSecond(Problem):
    """Whoever wrote last may not publish."""

    def __init__(self) -> None:
        super().__init__("not_the_second", 409, "You wrote this version last; another officer publishes it.")


class Replaced(Problem):
    """A later version is in force."""

    def __init__(self) -> None:
        super().__init__("charter_replaced", 409, "A later version of the charter is in force already.")


# --- officers ---


@transaction.atomic
def save_draft(
    *, officer: str, number: str, effective: int | None, texts: Mapping[str, str], seen: int
) -> CharterVersion:
    """Write the next version, or write it anew; there is one draft at a time.

    `seen` is when what was read had been changed (0 where there was none): raises DraftChanged if it is another.
    Texts may be empty as long as it is a draft. Raises Refused `invalid` for a number or a date that cannot follow.
    """
    access.require_officer(officer)
    hold("charter draft")
    draft = CharterVersion.objects.select_for_update().filter(published_at=None).first()
    if (draft.changed_at if draft else 0) != seen:
        raise DraftChanged
    draft = draft or CharterVersion()
    draft.number, draft.effective, draft.texts = number, effective, dict(texts)
    draft.changed_by, draft.changed_at = officer, max(clock.now(), seen + 1)
    _check_texts(texts)
    _check_follows(draft)
    draft.hash = _hash_if_whole(draft)
    draft.save()
    record(Action.CHARTER_WRITTEN, actor=officer, number=number)
    return draft


@transaction.atomic
def discard_draft(*, officer: str) -> None:
    """Forget what was prepared."""
    access.require_officer(officer)
    if not CharterVersion.objects.filter(published_at=None).delete()[0]:
        raise NotFound
    record(Action.CHARTER_DISCARDED, actor=officer)


@transaction.atomic
def publish(*, officer: str, stated: str) -> CharterVersion:
    """Publish the draft that the officer has read, `stated` by its hash; whoever wrote it last may not.

    Raises NotTheSecond, DraftChanged, and Refused `incomplete` or `invalid`.
    """
    access.require_officer(officer)
    draft = CharterVersion.objects.select_for_update().filter(published_at=None).first()
    if draft is None:
        raise NotFound
    if draft.changed_by == officer:
        raise NotTheSecond
    if not draft.hash:
        raise Refused("incomplete", "A date or one of the six texts is missing.")
    if draft.hash != stated:
        raise DraftChanged
    _check_follows(draft)
    if (draft.effective or 0) <= clock.now():
        raise Refused("invalid", "The day from which it applies is over; choose a later one.")
    draft.published_by, draft.published_at = officer, clock.now()
    draft.save()
    record(Action.CHARTER_PUBLISHED, actor=officer, written_by=draft.changed_by, number=draft.number)
    _tell_everybody()
    return draft


def _check_texts(texts: Mapping[str, str]) -> None:
    if texts.keys() != set(charter.LANGUAGES):
        raise Refused("invalid", "A charter has texts in exactly six languages.")


def _check_follows(draft: CharterVersion) -> None:
    try:
        order = charter.order(draft.number)
    except Malformed:
        raise Refused("invalid", "The number of a version looks like 1.3.") from None
    for earlier in access.published():
        if charter.order(earlier.number) >= order:
            raise Refused("number_taken", "There is this version, or a later one, already.")
        if draft.effective is not None and (earlier.effective or 0) >= draft.effective:
            raise Refused("invalid", "It applies from a later day than the version before.")


def _hash_if_whole(draft: CharterVersion) -> str:
    """What stands for the version; empty while something is missing."""
    if draft.effective is None:
        return ""
    try:
        return charter.charter_hash(number=draft.number, effective=draft.effective, texts=draft.texts)
    except (Malformed, NotCanonical):
        return ""


def _tell_everybody() -> None:
    """Who may write has changed: by this number every process notices it, like the growth of the Register."""
    Head.objects.filter(pk=1).update(charter=F("charter") + 1)


# --- leads ---


@transaction.atomic
def accept(*, account: str, device: str | None, body: bytes, signature: bytes) -> Acceptance:
    """Keep what the lead of an active member authority has signed on this device; the first of each authority counts.

    Raises NotFound for everybody else, Refused with a reason for what does not hold, and Replaced.
    """
    # nobody is removed or suspended meanwhile
    head = Head.objects.select_for_update().get(pk=1)
    authority = _led_by(account)
    try:
        given = charter.parse(body, signature)
    except NotAnAcceptance:
        _refuse("bad_item")
    if (given.account, given.device, given.network, given.authority) != (
        account,
        device,
        head.network,
        authority,
    ):
        _refuse("bad_item")
    known_device = RegisterDevice.objects.filter(pk=given.device, account=account, active=True).first()
    if known_device is None or not given.signed_by(unb64(known_device.key)):
        _refuse("bad_signature")
    versions = access.published()
    version = next((one for one in versions if one.number == given.number), None)
    if version is None or version.hash != given.charter:
        _refuse("other_text")
    known = Acceptance.objects.filter(version=version, authority=authority).first()
    if known is not None:
        return known
    replaced = access.replaced_at(versions, version)
    if replaced is not None and replaced <= clock.now():
        raise Replaced
    made = Acceptance.objects.create(
        version=version,
        authority=authority,
        account=given.account,
        device=given.device,
        body=given.body,
        signature=given.signature,
    )
    record(Action.CHARTER_ACCEPTED, actor=account, authority=authority, number=version.number)
    _tell_everybody()
    return made


def _led_by(account: str) -> str:
    """The active member authority that this account leads."""
    lead = RegisterAccount.objects.filter(pk=account, active=True, held=False, role="lead").first()
    if lead is None or lead.authority is None:
        raise NotFound
    if not RegisterAuthority.objects.filter(pk=lead.authority, status="active", kind="member").exists():
        raise NotFound
    return lead.authority


def _refuse(reason: str) -> NoReturn:
    raise Refused("refused", _SENTENCES[reason], reason=reason)
