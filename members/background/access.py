"""Reads of background tasks, for those who run the portal; nothing here says what a task is about."""

from __future__ import annotations

from django.db.models import QuerySet

from members import clock
from members.background import moments
from members.background.models import Task, Worker

LIVES_WITHIN = clock.MINUTE
OVERDUE_AFTER = 10 * clock.MINUTE


def workers() -> int:
    """How many workers have been seen within a minute; none, and nothing is done in the background."""
    now = moments.now()
    # a clock that was put back has workers in its future: each is right again with its next beat
    return Worker.objects.filter(seen_at__range=(now - LIVES_WITHIN, now + LIVES_WITHIN)).count()


def overdue() -> int:
    """How many tasks have been due for ten minutes and are not being run."""
    return Task.objects.filter(worker="", given_up=False, due_at__lt=moments.now() - OVERDUE_AFTER).count()


def failing() -> QuerySet[Task]:
    """The tasks whose last attempt failed, those that were given up first."""
    return Task.objects.filter(failed_at__isnull=False).order_by("-given_up", "id")
