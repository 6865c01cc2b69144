"""The server's own history of each conversation, at hand for the newest items and in the database for all.

Every item names the head its author holds. Most name one of the last few, so those stay in memory; what is
remembered here has been committed and therefore never changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from functools import partial
from typing import Final

from django.db import transaction

from messaging.conversations.models import Item
from messaging.protocol.items import START

RING: Final = 256
CONVERSATIONS: Final = 10_000
OLDER: Final = 10_000


class Heads:
    """The newest heads of the conversations that were written to last, and older ones that were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rings: OrderedDict[str, tuple[int, deque[str]]] = OrderedDict()
        self._older: OrderedDict[tuple[str, int], str] = OrderedDict()

    def remember(self, conversation: str, sequence: int, head: str) -> None:
        """Note a committed head."""
        with self._lock:
            newest, ring = self._rings.pop(conversation, (0, None))
            if ring is None or newest + 1 != sequence:
                if ring is not None and sequence <= newest:  # heard of twice, or late
                    self._rings[conversation] = (newest, ring)
                    return
                ring = deque(maxlen=RING)
            ring.append(head)
            self._rings[conversation] = (sequence, ring)
            if len(self._rings) > CONVERSATIONS:
                self._rings.popitem(last=False)

    def remember_older(self, conversation: str, sequence: int, head: str) -> None:
        """Note a head that was looked up: whoever names it once may do so in everything they wrote while away."""
        with self._lock:
            self._older[conversation, sequence] = head
            if len(self._older) > OLDER:
                self._older.popitem(last=False)

    def remembered(self, conversation: str, sequence: int) -> str | None:
        """The head after this item, if it is at hand."""
        with self._lock:
            newest, ring = self._rings.get(conversation, (0, None))
            if ring is None or not newest - len(ring) < sequence <= newest:
                return self._older.get((conversation, sequence))
            return ring[sequence - newest - 1]


heads: Final = Heads()


def is_own_history(conversation: str, row: int, sequence: int, head: str) -> bool:
    """Whether the conversation had this head after this many items; `row` is its primary key."""
    if sequence == 0:
        return head == START
    known = heads.remembered(conversation, sequence)
    if known is None:
        known = (
            Item.objects.filter(conversation_id=row, sequence=sequence).values_list("head", flat=True).first()
        )
        if known is not None:  # it may be of an item that this transaction has written and will take back
            transaction.on_commit(partial(heads.remember_older, conversation, sequence, known))
    return known == head
