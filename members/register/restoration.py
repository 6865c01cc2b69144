"""A database that was put back to an older copy: closed to writing while clients hand back what the copy lacks.

What the Register key signed proves itself, whoever brings it: entries are taken if they lead from this Register to a
signed checkpoint. So is the news that there is more: a checkpoint of a larger size closes the portal by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet

from members import clock
from members.audit.actions import Action
from members.audit.services import record
from members.problems import Refused
from members.protocol import checkpoint as notes
from members.protocol import statements
from members.protocol.checkpoint import Checkpoint, CheckpointRefused
from members.protocol.encoding import unb64
from members.register import attachments, ledger
from members.register.models import Attachment, CameBack, Entry, Head
from members.register.services import Forked, take_back

MOST_ENTRIES = 1_000
LATE_DAYS = 30
"""For so long after the end somebody may still bring what nobody had."""
_OWN = ("account.keys", "device.enrolled")
_NEWEST_OWN = 50
_NEWEST_OF_ALL = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the portal is closed, since when, and how far its Register goes of what is known to have been."""

    since: int | None
    restored_at: int | None
    size: int
    known: int
    came: int

    @property
    def restoring(self) -> bool:
        return self.since is not None

    @property
    def takes_what_comes(self) -> bool:
        """Whether what is handed back is looked at: until long after the end, since people come back late."""
        return self.restoring or _ended_lately(self.restored_at)


def _ended_lately(restored_at: int | None) -> bool:
    return restored_at is not None and clock.now() - restored_at < LATE_DAYS * clock.DAY


def standing() -> Standing:
    """Where a restoration stands, also when there is none."""
    head = Head.objects.filter(pk=1).first() or Head()
    return Standing(
        head.restoring_since,
        head.restored_at,
        head.size,
        max(head.known, head.size),
        CameBack.objects.count() if head.restoring_since is not None else 0,
    )


@transaction.atomic
def begin(why: str) -> bool:
    """Close the portal to writing; False when it is closed already, or there is no network that could lack anything."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None or not head.size or head.restoring_since is not None:
        return False
    head.restoring_since = clock.now()
    head.known = head.size
    head.save(update_fields=["restoring_since", "known"])
    CameBack.objects.all().delete()
    record(Action.RESTORATION_BEGUN, entries=head.size)
    _log.warning("The portal is closed to writing, since its database is an older copy: %s.", why)
    return True


def end() -> None:
    """Open the portal again; in the caller's transaction, which has seen to everything that was handed back."""
    Head.objects.filter(pk=1).update(restoring_since=None, restored_at=clock.now(), known=F("size"))
    record(Action.RESTORATION_ENDED)
    _log.warning("The portal is open to writing again.")


def hand_back(
    *, account: str, note: str, first: int, entries: Sequence[bytes], sent: Mapping[str, bytes]
) -> Standing:
    """Take what this Register lacks: `entries` from index `first` up to the size of the note.

    Raises Refused `bad_signature`, `gap` or `forked`. Where there is nothing to take, nothing happens.
    """
    forked: Forked | None = None
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        stated = _read(note, head)
        if not _includes(head, stated):
            if stated.size > head.size and first > head.size:
                raise Refused("refused", "There is something missing before these entries.", reason="gap")
            if head.restoring_since is None and not _ended_lately(head.restored_at):
                begin(f"the Register had {stated.size} entries, and has {head.size}, or others")
                head.refresh_from_db()
            try:
                _take(head, stated, entries[head.size - first :], sent)
            except Forked as error:
                forked = error
        _take_beside(account, sent)
        if head.restoring_since is not None:
            CameBack.objects.get_or_create(pk=account)
    if forked is not None:
        raise forked  # that there is more is known all the same
    return standing()


def _includes(head: Head, stated: Checkpoint) -> bool:
    """Whether the log that was signed is the beginning of this one, or all of it."""
    if stated.size >= head.size:
        return (stated.size, stated.root) == (head.size, head.root)
    roots = Entry.objects.filter(index=stated.size - 1).values_list("root", flat=True)
    return stated.size == 0 or roots.first() == stated.root


def _read(note: str, head: Head) -> Checkpoint:
    try:
        return notes.verify(note, head.network, unb64(ledger.current(head).state.register_key))
    except CheckpointRefused:
        raise Refused(
            "refused", "The Register key did not sign this checkpoint.", reason="bad_signature"
        ) from None


def _take(head: Head, stated: Checkpoint, entries: Sequence[bytes], sent: Mapping[str, bytes]) -> None:
    """Raises Forked; that there is more is remembered while the portal is closed, if nothing came but the note too."""
    if head.restoring_since is not None:
        Head.objects.filter(pk=1, known__lt=stated.size).update(known=stated.size)
        head.known = max(head.known, stated.size)
    if stated.size <= head.size:
        raise Forked
    if entries:
        with transaction.atomic():
            take_back(head, entries, sent, stated)
    elif head.restoring_since is None:
        raise Forked


def _take_beside(account: str, sent: Mapping[str, bytes]) -> None:
    """Keep the bytes beside statements that are not here: all of a person's own, and public keys of everybody.

    Without those nobody could seal anything to somebody who was appointed since the copy.
    """
    lacking = sent.keys() - set(Attachment.objects.filter(hash__in=sent).values_list("hash", flat=True))
    if not lacking:
        return
    every = Entry.objects.filter(type__in=_OWN).order_by("-index")
    own = _parsed(every.filter(subject__startswith=f"account/{account}/")[:_NEWEST_OWN])
    attachments.store(own, sent, some_missing=True)
    others = _parsed(every[:_NEWEST_OF_ALL])
    public = {one.hash for entry in others for one in attachments.named_by(entry) if one.public}
    attachments.store(
        others, {name: data for name, data in sent.items() if name in public}, some_missing=True
    )


def _parsed(entries: QuerySet[Entry]) -> list[statements.Entry]:
    return [statements.parse_entry(bytes(data)) for data in entries.values_list("data", flat=True)]
