"""Forgetting applications: drafts that nobody goes on with, and those that came to nothing long ago."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from members import clock
from members.applications.documents import paths_of
from members.applications.files import forget_files
from members.applications.models import Application, ApplicationLink
from members.background.services import enqueue

DRAFT_KEPT = 30 * clock.DAY
CLOSED_KEPT = 365 * clock.DAY

Status = Application.Status


def forget_old() -> None:
    """Delete them with all that hangs on them, each in a transaction of its own, and have their files deleted."""
    now = clock.now()
    old = Application.objects.filter(
        Q(status=Status.DRAFT, changed_at__lt=now - DRAFT_KEPT)
        | Q(status__in=(Status.DECLINED, Status.WITHDRAWN), closed_at__lt=now - CLOSED_KEPT)
    )
    for application in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            found = old.filter(pk=application).select_for_update().first()
            if found is not None:
                enqueue(forget_files, paths=paths_of(found.documents.all()))
                found.delete()
    ApplicationLink.objects.filter(expires_at__lt=now).delete()
