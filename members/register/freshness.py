"""Keeps the newest checkpoint no older than an hour: the Register key says again, with the time, that it is the newest.

Whoever reads a checkpoint can tell by that how long the server may have been showing them an old one.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.db import transaction

from members import clock
from members.register import signer
from members.register.models import Head

RENEW_AFTER = clock.HOUR

_log = logging.getLogger(__name__)


class Confirmed(NamedTuple):
    """The newest checkpoint, and since when (in seconds) it carries its time."""

    size: int
    root: str
    note: str
    seconds: int | None


def newest() -> Confirmed | None:
    """The newest checkpoint, cosigned anew where that is due; None while no network is founded."""
    try:
        return renew_when_due()
    except signer.RegisterKeyMissing as error:
        # what is signed already can still be read; those who read it see how old it is
        _log.error("The checkpoint could not be cosigned: %s", error)
    head = Head.objects.get(pk=1)
    return Confirmed(head.size, head.root, head.checkpoint, None)


def renew_when_due() -> Confirmed | None:
    """The same; raises RegisterKeyMissing where it cannot be cosigned."""
    head = Head.objects.filter(pk=1).first()
    if head is None or not head.checkpoint:
        return None
    seconds = signer.cosigned_at(head.checkpoint)
    # while it may be an older copy, the Register key does not say that nothing follows
    if _is_due(seconds) and head.restoring_since is None:
        head, seconds = _renew()
    return Confirmed(head.size, head.root, head.checkpoint, seconds)


def _is_due(seconds: int | None) -> bool:
    return seconds is None or not 0 <= clock.now() - seconds * clock.SECOND < RENEW_AFTER


@transaction.atomic
def _renew() -> tuple[Head, int | None]:
    head = Head.objects.select_for_update().get(pk=1)
    if _is_due(signer.cosigned_at(head.checkpoint)):
        head.checkpoint = signer.cosign(head.checkpoint)
        head.save(update_fields=["checkpoint"])
    return head, signer.cosigned_at(head.checkpoint)
