"""Tells the leads that an application waits for their view, by mail, which says no more than that."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from members.accounts.models import Account
from members.applications.models import Application
from members.applications.words import OBJECTIONS
from members.background.registry import task
from members.mail.services import queue_mail
from members.register.models import RegisterAuthority


@task("applications.tell_members")
def tell_members(*, application: str) -> None:
    """Queue the mails about a window that has opened; done twice, a lead is told twice, which does no harm."""
    with transaction.atomic():
        until = Application.objects.filter(pk=application).values_list("objections_until", flat=True).first()
        if until is None:
            return
        leads = RegisterAuthority.objects.filter(status="active", kind="member", lead__isnull=False)
        date = f"{datetime.fromtimestamp(until / 1000, UTC):%Y-%m-%d}"
        for lead in Account.objects.filter(pk__in=leads.values("lead"), is_active=True):
            subject, text = OBJECTIONS[lead.language]
            address = f"{settings.ORIGIN}/objections"
            queue_mail(to=lead.email, subject=subject, text=text.format(date=date, address=address))
