"""Writing down what happened to an application: for its officers, its applicant and the audit log, in one go."""

from __future__ import annotations

from members.applications.models import Application, Event
from members.audit.actions import Action
from members.audit.services import record

OF_ACTS = {
    "entered": Action.APPLICATION_ENTERED,
    "submitted": Action.APPLICATION_SUBMITTED,
    "passed": Action.APPLICATION_PASSED,
    "went_back": Action.APPLICATION_WENT_BACK,
    "returned": Action.APPLICATION_RETURNED,
    "asked": Action.APPLICATION_ASKED,
    "answered": Action.APPLICATION_ANSWERED,
    "observer_offered": Action.OBSERVER_OFFERED,
    "observer_accepted": Action.OBSERVER_ACCEPTED,
    "observer_refused": Action.OBSERVER_REFUSED,
    "objected": Action.OBJECTION_MADE,
    "objection_withdrawn": Action.OBJECTION_WITHDRAWN,
    "objection_settled": Action.OBJECTION_SETTLED,
    "declined": Action.APPLICATION_DECLINED,
    "withdrawn": Action.APPLICATION_WITHDRAWN,
    "admitted": Action.APPLICATION_ADMITTED,
}
"""What the audit log knows of; signatures and windows stand in it by themselves."""

TOLD = frozenset(
    {
        "submitted",
        "passed",
        "went_back",
        "returned",
        "asked",
        "answered",
        "observer_offered",
        "observer_accepted",
        "observer_refused",
        "window_opened",
        "window_closed",
        "declined",
        "withdrawn",
        "admitted",
    }
)
"""What the applicant hears of."""

TOLD_IN_WORDS = frozenset(
    {
        "returned",
        "asked",
        "answered",
        "observer_offered",
        "observer_accepted",
        "observer_refused",
        "declined",
        "withdrawn",
    }
)
"""Of these with their text: it was written by the applicant, or for the applicant."""


def note(
    application: Application,
    act: str,
    *,
    by: Event.By,
    account: str = "",
    authority: str = "",
    step: str | None = None,
    text: str = "",
) -> Event:
    """One line of the history, and of the audit log, which holds no text."""
    if act in OF_ACTS:
        record(
            OF_ACTS[act],
            actor=account,
            authority=authority,
            application=application.pk,
            step=application.step,
        )
    return application.events.create(
        act=act,
        by=by,
        account=account,
        authority=authority,
        step=application.step if step is None else step,
        text=text,
        revision=application.revision,
    )
