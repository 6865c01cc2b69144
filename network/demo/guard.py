"""A database is a demonstration's from its beginning, or never: demo mode cannot be switched on for a real network."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from members.accounts.models import Account, Invitation
from members.register.models import Head
from network.cli import CommandError


@transaction.atomic
def claim_database() -> None:
    """Mark an empty database as what this portal is; refuse demo mode on one that was not made by it."""
    used = Account.objects.exists() or Invitation.objects.exists()
    # several processes may begin at once on an empty database: one of them makes the row, all lock it
    head, _ = Head.objects.select_for_update().get_or_create(
        pk=1, defaults={"demo": settings.DEMO and not used}
    )
    if settings.DEMO and not head.demo:
        raise CommandError(
            f"The database in {settings.DATA} belongs to an ordinary network: demo mode cannot be switched on for it. "
            "Choose an empty directory with ENTENTE_DATA."
        )
