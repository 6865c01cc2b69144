"""A reader says that no box of theirs opens: the epoch counts as missing again, and takes one more late box.

Who made the bad one is known by the signature and is for the clients to name; the server can open none. A report that
nobody has answered is not made twice, and there are at most three per epoch and account.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from django.db import transaction

from members.problems import Problem, Refused
from members.register import access as register
from messaging.conversations import access, publishing, roster, writer
from messaging.conversations.models import BadBox, Box, Conversation

MOST_REPORTS: Final = 3


class NothingToReport(Refused):
    def __init__(self) -> None:
        super().__init__("nothing_to_report", "There is no box of this epoch to the keys that you hold.")


class TooManyReports(Problem):
    def __init__(self) -> None:
        super().__init__("too_many_reports", 409, "This epoch was reported three times already.")


def report(*, account: str, conversation: str, epoch: int, generation: int) -> None:
    """Note that none of the boxes opens which this account has of an epoch, and tell the conversation's readers."""
    writer.write(partial(_report, account, conversation, epoch, generation))


@transaction.atomic
def _report(account: str, identifier: str, epoch: int, generation: int) -> None:
    now = roster.current(locked=True)
    conversation = access.find(account, identifier)
    reader = now.readers[account]
    if reader.tainted or generation != reader.generation:
        raise Refused("old_generation", "The report is not made by your newest reading key.")
    given = Box.objects.filter(
        conversation=conversation,
        account=account,
        number=epoch,
        box__isnull=False,
        generation__gte=register.first_generation(account),
    )
    if not given.exists():
        raise NothingToReport
    held, _ = BadBox.objects.select_for_update().get_or_create(
        conversation=conversation, account=account, number=epoch, defaults={"answered": True}
    )
    if not held.answered:
        return
    if held.reports >= MOST_REPORTS:
        raise TooManyReports
    held.reports += 1
    held.answered = False
    held.save(update_fields=["reports", "answered"])
    publishing.publish(publishing.Missing(conversation.identifier, conversation.participants, now.size))


def open_reports(conversation: Conversation, account: str, epochs: Collection[int]) -> set[int]:
    """Those of these epochs of which this reader waits for another box."""
    found = BadBox.objects.filter(
        conversation=conversation, account=account, number__in=epochs, answered=False
    )
    return set(found.values_list("number", flat=True))


def answer(conversation: Conversation, account: str, epochs: Collection[int]) -> None:
    """Another box has come for these epochs; whether it opens is for the reader to say."""
    BadBox.objects.filter(conversation=conversation, account=account, number__in=epochs).update(answered=True)
