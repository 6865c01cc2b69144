"""Which conversations have grown lately, asked of the database: the sure way to what other processes have written.

Items are numbered in the order in which they were begun and become visible in the order in which they were
committed, so each look goes back a little further than the last one ended.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db.models import Max

from messaging.conversations.models import Conversation, Item

# a group that was begun earlier than this before it was committed may be overlooked
OVERLAP_SECONDS: Final = 10.0
MOST: Final = 2_000


class Grown(NamedTuple):
    """A conversation in which something was written, and where it stands."""

    identifier: str
    participants: Sequence[str]
    sequence: int


class Growth:
    """What one process has seen of the growth of all conversations. Used by one thread at a time."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, now: float) -> None:
        """Note how far the numbers go; `now` is in seconds of any clock that does not jump."""
        newest = Item.objects.aggregate(newest=Max("id"))["newest"] or 0
        self._seen.append((now, newest))
        # the last of those that are old enough is kept
        while len(self._seen) > 1 and self._seen[1][0] <= now - OVERLAP_SECONDS:
            self._seen.popleft()

    def lately(self, now: float) -> list[Grown] | None:
        """The conversations that have grown since the overlap began; None when there are more than can be told."""
        self.note(now)
        items = Item.objects.filter(id__gt=self._seen[0][1])
        grown = Conversation.objects.filter(id__in=items.values("conversation_id"))
        found = [
            Grown(*row) for row in grown.values_list("identifier", "participants", "sequence")[: MOST + 1]
        ]
        return found if len(found) <= MOST else None
