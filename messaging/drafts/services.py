"""Keeping drafts: whoever has not seen the present one changes nothing, so two browsers lose nothing of each other."""

from __future__ import annotations

from django.db import transaction

from members.accounts.models import Account
from members.accounts.permissions import Caller
from members.problems import Problem, Refused
from members.protocol.encoding import EncodingError, unb64
from members.protocol.seal import NONCE_LENGTH, TAG_LENGTH
from messaging.conversations.publishing import Drafted, publish
from messaging.drafts.access import as_json
from messaging.drafts.models import Draft
from messaging.protocol.drafts import MAX_DRAFTS, MAX_SEALED
from messaging.protocol.messages import LEAST_PADDED

LEAST_SEALED = NONCE_LENGTH + LEAST_PADDED + TAG_LENGTH


class DraftChanged(Problem):
    """Another browser of this person was faster; the answer says what lies there now."""

    def __init__(self, present: Draft | None) -> None:
        nothing = {"generation": 0, "sealed": None, "revision": 0}
        shown = nothing if present is None else as_json(present)
        super().__init__("draft_changed", 409, "Another browser of yours has changed this draft.", **shown)


@transaction.atomic
def keep(*, caller: Caller, slot: str, generation: int, sealed: str, base: int) -> int:
    """Put a draft in the place of the one with this revision (0: of none); returns the new revision."""
    data = _sealed(sealed)
    _one_at_a_time(caller)
    present = _present(caller, slot, base)
    if present is not None:
        present.delete()
    elif Draft.objects.filter(account=caller.id).count() >= MAX_DRAFTS:
        raise Refused("too_many_drafts", "There are as many drafts as the server keeps of one person.")
    made = Draft.objects.create(account=caller.id, slot=slot, generation=generation, sealed=data)
    _tell(caller, slot)
    return made.revision


@transaction.atomic
def forget(*, caller: Caller, slot: str, base: int) -> None:
    """Delete the draft with this revision; harmless where there is none."""
    _one_at_a_time(caller)
    present = Draft.objects.filter(account=caller.id, slot=slot).first()
    if present is None:
        return
    if present.revision != base:
        raise DraftChanged(present)
    present.delete()
    _tell(caller, slot)


def _one_at_a_time(caller: Caller) -> None:
    """Let no other browser of this person write until this transaction ends.

    So each sees what the other did, and revisions are committed in the order in which they were given out: whoever asks
    for what is newer than one has not passed over an earlier one. SQLite has one writer in any case.
    """
    Account.objects.select_for_update(no_key=True).get(pk=caller.id)


def _present(caller: Caller, slot: str, base: int) -> Draft | None:
    present = Draft.objects.filter(account=caller.id, slot=slot).first()
    if (0 if present is None else present.revision) != base:
        raise DraftChanged(present)
    return present


def _sealed(text: str) -> bytes:
    try:
        data = unb64(text)
    except EncodingError:
        raise Refused("invalid", "The draft is not canonical base64.") from None
    if not LEAST_SEALED <= len(data) <= MAX_SEALED:
        raise Refused(
            "too_large" if len(data) > MAX_SEALED else "invalid", "The draft has not the right size."
        )
    return data


def _tell(caller: Caller, slot: str) -> None:
    publish(Drafted(caller.id, slot, caller.device or ""))
