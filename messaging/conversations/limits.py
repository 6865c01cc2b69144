"""How often one account may add to what is never shortened: epochs, late boxes, conversations.

Counted in the database, so that the limit holds across processes and restarts, and by one at a time.
"""

from __future__ import annotations

from typing import Final

from members import clock
from members.holding import hold
from members.problems import SlowDown
from messaging.conversations.models import Item

# per account and hour; a person who reaches one of these is a program
PER_HOUR: Final = {"conversation.created": 120, "epoch": 600, "late_box": 1_200}


def one_at_a_time(account: str) -> None:
    """Until the end of this transaction nothing is counted for this account by anybody else."""
    hold("conversations in an hour", account)


def check(account: str, kind: str, adding: int = 1) -> None:
    """Raises SlowDown when the account has made too many items of this kind in the last hour.

    Called in the transaction that adds them, after it has locked its conversation; nobody else counts until its end.
    """
    most = PER_HOUR.get(kind)
    if most is None:
        return
    one_at_a_time(account)
    since = clock.now() - clock.HOUR
    made = Item.objects.filter(account=account, kind=kind, received_at__gt=since).count()
    if made + adding > most:
        raise SlowDown(60)
