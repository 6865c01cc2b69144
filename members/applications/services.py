"""What an applicant does: writing, handing in, answering, accepting observer status, taking it all back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from members import clock
from members.accounts import invitations
from members.applications import documents, form, pipeline
from members.applications.announcing import tell_members
from members.applications.documents import NotEditable, editable, touch
from members.applications.history import note
from members.applications.links import OPEN
from members.applications.models import Application, Event, Revision
from members.background.services import enqueue
from members.problems import Problem, Refused
from members.protocol.application import application_digest
from members.register import access as register
from members.register.models import Proposal

MOST_TEXT = 4000

Status = Application.Status
By = Event.By


class ApplicationChanged(Problem):
    """Something of the application is no longer as it was read."""

    def __init__(self) -> None:
        super().__init__("application_changed", 409, "The application has changed since you read it.")


class NotNow(Problem):
    """The application does not stand where this can be done."""

    def __init__(self) -> None:
        super().__init__("not_now", 409, "This cannot be done where the application stands now.")


# Each of these is given the application locked, in a transaction of the caller, and the officer who does it in the
# applicant's place, if one does: the history then says so.


def save(application: Application, *, given: Mapping[str, Any], seen: int) -> None:
    """Keep the form as it is written; nothing has to be complete."""
    _require_seen(application, seen)
    if not editable(application):
        raise NotEditable
    application.form = form.checked(given)
    application.save(update_fields=["form"])
    touch(application)


def submit(application: Application, *, seen: int, officer: str = "") -> None:
    """Hand it in, for the first time or after it was returned; raises Refused `incomplete` with what is missing."""
    _require_seen(application, seen)
    if not editable(application):
        raise NotEditable
    present = documents.whole_ones(application)
    missing = form.missing(application.form, {one.purpose for one in present})
    if missing:
        raise Refused("incomplete", "The application is not complete.", missing=missing)
    first = application.status == Status.DRAFT
    if first:
        application.pipeline = pipeline.current()
        application.submitted_at = clock.now()
        application.step = pipeline.steps_of(application)[0]["key"]
    revise(application)
    application.status, application.wanted = Status.VETTING, []
    by = By.OFFICER if first and application.entered_by else By.APPLICANT
    if by == By.OFFICER:
        note(application, "entered", by=by, account=application.entered_by)
    _note(application, "submitted", officer)
    if first:
        enter_next(application, account="")
    else:
        _take_up(application)
    application.save()
    touch(application)


def answer(application: Application, *, text: str, officer: str = "") -> None:
    """Answer what officers have asked."""
    if not application.asked or application.status not in OPEN:
        raise NotNow
    application.asked = False
    _note(application, "answered", officer, text=worded(text))
    _take_up(application)
    application.save()
    touch(application)


def answer_offer(application: Application, *, accepted: bool, officer: str = "") -> None:
    """Go on as an observer, or stay what was applied for."""
    if application.status != Status.OFFERED:
        raise NotNow
    application.status = Status.VETTING
    if accepted:
        application.form = {**application.form, "membership": "observer"}
        revise(application)
    _note(application, "observer_accepted" if accepted else "observer_refused", officer)
    _take_up(application)
    application.save()
    touch(application)


def withdraw(application: Application, *, text: str, officer: str = "") -> None:
    """The applicant no longer wishes to join."""
    if application.status not in OPEN:
        raise NotNow
    close(application, Status.WITHDRAWN)
    _note(application, "withdrawn", officer, text=worded(text, needed=False))
    application.save()
    touch(application)


# --- what officers' acts share ---


def revise(application: Application) -> Revision:
    """Keep form and documents as they are now, under the next number; nothing changes this afterwards."""
    network = register.network().id
    if network is None:
        raise NotNow
    application.revision += 1
    kept = [
        {"id": one.pk, "name": one.name, "purpose": one.purpose, "sha256": one.sha256, "size": one.size}
        for one in documents.whole_ones(application)
    ]
    digest = application_digest(
        application=application.pk,
        documents=[{key: one[key] for key in ("name", "purpose", "sha256", "size")} for one in kept],
        form=application.form,
        network=network,
        nonce=application.nonce,
        revision=application.revision,
    )
    return application.revisions.create(
        number=application.revision, digest=digest, form=application.form, documents=kept
    )


def newest_revision(application: Application) -> Revision:
    return application.revisions.get(number=application.revision)


def enter_next(application: Application, *, account: str) -> None:
    """The present step is passed, by this officer or by itself; the next one begins. Does not save."""
    application.passed = {**application.passed, application.step: {"at": clock.now(), "by": account}}
    following = pipeline.after(pipeline.steps_of(application), application.step)
    application.step = following["key"]
    begin_step(application, following)


def begin_step(application: Application, step: pipeline.Step) -> None:
    """From now on its time runs; a window for objections opens. Does not save."""
    application.objections_until = None
    application.due_at = pipeline.due(step)
    if step["kind"] == pipeline.OBJECTION:
        application.objections_until, application.due_at = application.due_at, None
        note(application, "window_opened", by=By.PORTAL)
        enqueue(tell_members, application=application.pk)


def close(application: Application, status: Application.Status) -> None:
    """It is over. Does not save."""
    application.status = status
    application.closed_at = clock.now()
    application.asked = False
    application.due_at = application.objections_until = None
    Proposal.objects.filter(application=application.pk).delete()
    invitations.withdraw_of_application(application.pk)


def worded(text: str, *, needed: bool = True, most: int = MOST_TEXT) -> str:
    """The text, without space around it; raises Refused when it is empty where words are needed, or too long."""
    stripped = text.strip()
    if len(stripped) > most or (needed and not stripped):
        raise Refused("invalid", f"Write between 1 and {most} characters.", fields=["text"])
    return stripped


def _note(application: Application, act: str, officer: str, *, text: str = "") -> None:
    note(application, act, by=By.OFFICER if officer else By.APPLICANT, account=officer, text=text)


def _take_up(application: Application) -> None:
    """It waits for officers again: their time begins anew. An open window goes on."""
    if application.objections_until is None:
        application.due_at = pipeline.due(pipeline.find(pipeline.steps_of(application), application.step))


def _require_seen(application: Application, seen: int) -> None:
    if application.changed_at != seen:
        raise ApplicationChanged
