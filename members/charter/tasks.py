"""Leads who have not accepted are reminded as the date comes nearer."""

from __future__ import annotations

from members import clock
from members.background.registry import task
from members.charter.reminding import remind_where_due


@task("charter.remind", every=clock.HOUR)
def remind() -> None:
    """Done twice, the second time sends nothing: a mail is queued in the transaction that writes down that it was."""
    remind_where_due()
