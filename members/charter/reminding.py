"""Reminds the leads of authorities that have not accepted: by mail, which says that they are asked and nothing more."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from members import clock
from members.accounts.models import Account
from members.audit.actions import Action
from members.audit.services import record
from members.charter import access
from members.charter.models import CharterVersion, Reminder
from members.charter.words import WORDS
from members.mail.services import queue_mail
from members.problems import NotFound
from members.register.models import RegisterAccount

DAYS_BEFORE = (14, 7, 1, 0)
"""Mail goes out so many days before the date, and on the day."""


def remind_where_due() -> None:
    """Send what is due by now, each once. What was due earlier and not sent is made up for by the next one alone."""
    now = clock.now()
    versions = access.published()
    for version in versions:
        effective = version.effective or 0
        replaced = access.replaced_at(versions, version)
        if now >= effective + clock.DAY or (replaced is not None and replaced <= now):
            continue
        due = [days for days in DAYS_BEFORE if now >= effective - days * clock.DAY]
        if due:
            remind(version, str(min(due)))


@transaction.atomic
def remind(version: CharterVersion, occasion: str) -> int:
    """Queue one mail to the lead of each authority that has not accepted; returns to how many that was new."""
    waiting = {one.pk: one.lead for one in access.lacking(version) if one.lead is not None}
    reminded = Reminder.objects.select_for_update().filter(version=version, occasion=occasion)
    for authority in reminded.values_list("authority", flat=True):
        waiting.pop(authority, None)
    active = set(
        RegisterAccount.objects.filter(pk__in=waiting.values(), active=True).values_list("pk", flat=True)
    )
    leads = Account.objects.filter(pk__in=active, is_active=True).in_bulk()
    sent = 0
    for authority, lead in waiting.items():
        person = leads.get(lead)
        if person is None:
            continue
        # of two workers one has the row, and queues the mail in the same transaction
        _, made = Reminder.objects.get_or_create(version=version, authority=authority, occasion=occasion)
        if made:
            subject, text = _letter(person.language, version.effective or 0)
            queue_mail(to=person.email, subject=subject, text=text)
            sent += 1
    return sent


@transaction.atomic
def remind_now(*, officer: str, number: str) -> int:
    """An officer wishes it: once a day at most for each authority; returns to how many mail goes."""
    access.require_officer(officer)
    version = next((one for one in access.published() if one.number == number), None)
    if version is None:
        raise NotFound
    sent = remind(version, f"asked {clock.now() // clock.DAY}")
    record(Action.CHARTER_REMINDED, actor=officer, number=number, sent=sent)
    return sent


def _letter(language: str, effective: int) -> tuple[str, str]:
    """Subject and text in the language of the person; the date is written so that nobody reads it otherwise."""
    date = f"{datetime.fromtimestamp(effective / 1000, UTC):%Y-%m-%d}"
    subject, text = WORDS.get(language, WORDS["en"])
    return subject, text.format(date=date, address=f"{settings.ORIGIN}/charter")
