"""Keeps the mark "a new epoch is due" right: whoever writes after the Register has grown settles it first.

An epoch is due when the readers of the participants are no longer the accounts of its table, or when a row
with a box is for a generation that is tainted (docs/protocol.md, section 5.2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, Q

from messaging.conversations import roster
from messaging.conversations.models import Box, Conversation, RegisterMark
from messaging.conversations.publishing import Due, publish
from messaging.conversations.roster import Roster

_settled: Roster | None = None


def settle(newest: Roster) -> None:
    """Make every `due` right by the newest roster; call it inside the transaction that relies on both.

    Nothing is asked when this process has done it already. Otherwise only conversations of authorities whose readers
    have changed are looked at, or all, when it is not known what has changed since.
    """
    previous = _settled
    if previous is newest:
        return
    mark, _ = RegisterMark.objects.select_for_update().get_or_create(id=1)
    if (mark.size, mark.root) != (newest.size, newest.root):
        known = previous is not None and (previous.size, previous.root) == (mark.size, mark.root)
        _examine(newest, changed_authorities(previous, newest) if known and previous is not None else None)
        RegisterMark.objects.filter(id=1).update(size=newest.size, root=newest.root)
    transaction.on_commit(lambda: _remember(newest))


def settle_one(conversation: Conversation, newest: Roster) -> None:
    """Make the mark of one conversation right, whose epochs have come back; in the transaction that holds it."""
    table = _newest_tables([conversation.pk])[conversation.pk]
    conversation.due = epoch_is_due(newest, conversation.participants, table)
    conversation.save(update_fields=["due"])


def settled_roster() -> Roster:
    """The newest roster, with every `due` made right by it; for whoever is in no transaction, or only reads."""
    newest = roster.current()
    if not is_settled(newest):
        with transaction.atomic():
            newest = roster.current(locked=True)
            settle(newest)
    return newest


def is_settled(newest: Roster) -> bool:
    """Whether this process has made every `due` right by this roster."""
    return _settled is newest


def _remember(newest: Roster) -> None:
    global _settled
    _settled = newest


def changed_authorities(before: Roster, after: Roster) -> set[str]:
    """The authorities that have gained or lost a reader, or one of whose readers' keys has changed."""
    changed: set[str] = set()
    for account in before.readers.keys() | after.readers.keys():
        old, new = before.readers.get(account), after.readers.get(account)
        if old != new:
            changed.update(reader.authority for reader in (old, new) if reader is not None)
    return changed


def _examine(newest: Roster, authorities: Collection[str] | None) -> None:
    conversations = Conversation.objects.all()
    if authorities is not None:
        if not authorities:
            return
        conversations = conversations.filter(participant_rows__authority__in=authorities).distinct()
    found = list(conversations.values_list("id", "identifier", "participants", "due"))
    tables = _newest_tables(row for row, *_ in found)
    turned: dict[bool, list[int]] = {True: [], False: []}
    for row, identifier, participants, was_due in found:
        is_due = epoch_is_due(newest, participants, tables[row])
        if is_due != was_due:
            turned[is_due].append(row)
            if is_due:
                publish(Due(identifier, participants, newest.size))
    for is_due, rows in turned.items():
        for start in range(0, len(rows), 500):
            Conversation.objects.filter(id__in=rows[start : start + 500]).update(due=is_due)


# account, generation and whether it has a box, for each row of a member table
Row = tuple[str, int, bool]


def epoch_is_due(newest: Roster, participants: Collection[str], table: Collection[Row]) -> bool:
    """Whether an epoch with this table is no longer the right one."""
    readers = newest.readers_of(participants)
    if readers.keys() != {account for account, _, _ in table}:
        return True
    return any(
        boxed and generation <= readers[account].tainted_through for account, generation, boxed in table
    )


def _newest_tables(rows: Iterable[int]) -> dict[int, list[Row]]:
    tables: dict[int, list[Row]] = defaultdict(list)
    wanted = list(rows)
    for start in range(0, len(wanted), 500):
        boxes = Box.objects.filter(
            conversation_id__in=wanted[start : start + 500], number=F("conversation__epoch"), late=False
        ).annotate(boxed=Q(box__isnull=False))
        for row, *rest in boxes.values_list("conversation_id", "account", "generation", "boxed"):
            account, generation, boxed = rest
            tables[row].append((account, generation, boxed))
    return tables
