"""How often one account may add to what is never shortened: epochs, late boxes, conversations.

Counted in the database, so that the limit holds across processes and restarts.
"""

from __future__ import annotations

from typing import Final

from members import clock
from members.problems import SlowDown
from messaging.conversations.models import Item

# per account and hour; a person who reaches one of these is a program
PER_HOUR: Final = {"conversation.created": 120, "epoch": 600, "late_box": 1_200}


def check(account: str, kind: str, adding: int = 1) -> None:
    """Raises SlowDown when the account has made too many items of this kind in the last hour."""
    most = PER_HOUR.get(kind)
    if most is None:
        return
    since = clock.now() - clock.HOUR
    made = Item.objects.filter(account=account, kind=kind, received_at__gt=since).count()
    if made + adding > most:
        raise SlowDown(60)
