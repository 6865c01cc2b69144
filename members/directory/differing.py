"""When a code that two people compared differs, it is noted: somebody may have put a key of theirs in between."""

from __future__ import annotations

from django.db import transaction

from members import clock
from members.accounts.models import Invitation, one_at_a_time
from members.audit.actions import Action
from members.audit.models import AuditRow
from members.audit.services import record
from members.problems import NotFound, SlowDown
from members.register.access import standing
from members.register.models import RegisterAccount

MOST_A_DAY = 20


@transaction.atomic
def report(*, by: str, about: str) -> None:
    """Note in the log that the code of this person was another one on the telephone; the secretariat reads it there.

    Of whoever is in the Register, or waits to be signed for. Raises NotFound for all others, and SlowDown.
    """
    if standing(by) is None or by == about:
        raise NotFound
    one_at_a_time(by)
    known = RegisterAccount.objects.filter(pk=about).values_list("authority", flat=True).first()
    waiting = Invitation.objects.filter(account_id_given=about, withdrawn_at=None, keys__isnull=False)
    invited = waiting.values_list("authority", flat=True).first()
    if invited is None and not RegisterAccount.objects.filter(pk=about).exists():
        raise NotFound
    noted = AuditRow.objects.filter(action=Action.CODE_DIFFERED, actor=by, at__gt=clock.now() - clock.DAY)
    if noted.count() >= MOST_A_DAY:
        raise SlowDown(retry_after=3600)
    record(Action.CODE_DIFFERED, actor=by, about=about, authority=known or invited or "")
