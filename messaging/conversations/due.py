"""Keeps the mark "a new epoch is due" right: whoever writes after the Register has grown settles it first.

An epoch is due when the readers of the participants are no longer the accounts of its table, or when a row
with a box is for a generation that is tainted (docs/protocol.md, section 5.2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, Q

from messaging.conversations.models import Box, Conversation, RegisterMark
from messaging.conversations.publishing import Due, publish
from messaging.conversations.roster import Roster

_settled: Roster | None = None


def settle(roster: Roster) -> None:
    """Make every `due` right by this roster; call it inside the transaction that relies on it.

    Nothing is asked when this process has done it already. Otherwise only conversations of authorities whose readers
    have changed are looked at, or all, when it is not known what has changed since.
    """
    previous = _settled
    if previous is roster:
        return
    mark, _ = RegisterMark.objects.select_for_update().get_or_create(id=1)
    if (mark.size, mark.root) != (roster.size, roster.root):
        known = previous is not None and (previous.size, previous.root) == (mark.size, mark.root)
        _examine(roster, changed_authorities(previous, roster) if known and previous is not None else None)
        RegisterMark.objects.filter(id=1).update(size=roster.size, root=roster.root)
    transaction.on_commit(lambda: _remember(roster))


def settle_now(roster: Roster) -> None:
    """Like `settle`, in a transaction of its own where there is something to do: for whoever only reads."""
    if not is_settled(roster):
        with transaction.atomic():
            settle(roster)


def is_settled(roster: Roster) -> bool:
    """Whether this process has made every `due` right by this roster."""
    return _settled is roster


def _remember(roster: Roster) -> None:
    global _settled
    _settled = roster


def changed_authorities(before: Roster, after: Roster) -> set[str]:
    """The authorities that have gained or lost a reader, or one of whose readers' keys has changed."""
    changed: set[str] = set()
    for account in before.readers.keys() | after.readers.keys():
        old, new = before.readers.get(account), after.readers.get(account)
        if old != new:
            changed.update(reader.authority for reader in (old, new) if reader is not None)
    return changed


def _examine(roster: Roster, authorities: Collection[str] | None) -> None:
    conversations = Conversation.objects.all()
    if authorities is not None:
        if not authorities:
            return
        conversations = conversations.filter(participant_rows__authority__in=authorities).distinct()
    found = list(conversations.values_list("id", "identifier", "participants", "due"))
    tables = _newest_tables(row for row, *_ in found)
    turned: dict[bool, list[int]] = {True: [], False: []}
    for row, identifier, participants, was_due in found:
        is_due = epoch_is_due(roster, participants, tables[row])
        if is_due != was_due:
            turned[is_due].append(row)
            if is_due:
                publish(Due(identifier, participants, roster.size))
    for is_due, rows in turned.items():
        for start in range(0, len(rows), 500):
            Conversation.objects.filter(id__in=rows[start : start + 500]).update(due=is_due)


# account, generation and whether it has a box, for each row of a member table
Row = tuple[str, int, bool]


def epoch_is_due(roster: Roster, participants: Collection[str], table: Collection[Row]) -> bool:
    """Whether an epoch with this table is no longer the right one."""
    readers = roster.readers_of(participants)
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
