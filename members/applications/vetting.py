"""What officers decide about an application: step by step, each with who, when and why.

Every act is given the `revision` that the officer has read: what the applicant has handed in anew since is read first.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.http import HttpResponse

from members.applications import documents, pipeline
from members.applications.form import LACKS
from members.applications.history import note
from members.applications.leads import at_admission
from members.applications.links import OPEN, tell_news
from members.applications.models import Application, Document, Event
from members.applications.services import (
    ApplicationChanged,
    NotNow,
    begin_step,
    close,
    enter_next,
    newest_revision,
    worded,
)
from members.audit.actions import Action
from members.audit.services import record
from members.charter.access import require_officer
from members.problems import NotFound, Problem, Refused
from members.register.models import RegisterAccount

Status = Application.Status
By = Event.By


class NotYours(Problem):
    """The step is for other officers; `reason` says which rule keeps this one from it."""

    def __init__(self, reason: str) -> None:
        super().__init__("not_yours", 409, "This step is for another officer to decide.", reason=reason)


def in_office() -> frozenset[str]:
    """The accounts of the officers."""
    officers = RegisterAccount.objects.filter(role="officer", active=True)
    return frozenset(officers.values_list("pk", flat=True))


def why_not(application: Application, officer: str, office: frozenset[str]) -> str | None:
    """What keeps this officer from deciding the present step: a word of the interface, or None.

    `office` is who is in office: a step that is for officers who have all left is for any.
    """
    if application.status == Status.DRAFT:
        return "not_submitted"
    if application.status not in OPEN:
        return "closed"
    if application.status != Status.VETTING or application.asked:
        return "waits_for_applicant"
    if application.objections_until is not None:
        return "window_open"
    return _not_for(application, officer, office)


def _not_for(application: Application, officer: str, office: frozenset[str]) -> str | None:
    steps = pipeline.steps_of(application)
    step = pipeline.find(steps, application.step)
    alone = office.intersection(step["officers"] or ())
    if alone and officer not in alone:
        return "not_your_step"
    before = [application.passed.get(one["key"], {}).get("by") for one in steps[: steps.index(step)]]
    deciders = [one for one in before if one]
    if step["another"] and deciders and deciders[-1] == officer:
        return "another_officer"
    return None


def find(officer: str, application_id: str, *, revision: int | None = None) -> Application:
    """The application, locked, as this officer has read it; raises NotFound for everybody who is no officer."""
    require_officer(officer)
    found = (
        Application.objects.select_for_update(of=("self",))
        .select_related("pipeline")
        .filter(pk=application_id)
        .exclude(status=Status.DRAFT, entered_by="")  # a stranger's draft is nobody's business
        .first()
    )
    if found is None:
        raise NotFound
    if revision is not None and revision != found.revision:
        raise ApplicationChanged
    return found


def _to_decide(officer: str, application_id: str, revision: int | None = None) -> Application:
    found = find(officer, application_id, revision=revision)
    reason = why_not(found, officer, in_office())
    if reason in ("not_your_step", "another_officer"):
        raise NotYours(reason)
    if reason is not None:
        raise NotNow
    return found


@transaction.atomic
def pass_step(officer: str, application_id: str, *, step: str, revision: int, text: str) -> None:
    """The present step is passed, for the reason given; the next one begins."""
    found = _to_decide(officer, application_id, revision)
    if found.step != step:
        raise ApplicationChanged
    here = pipeline.find(pipeline.steps_of(found), step)
    _check_step(found, here)
    note(found, "passed", by=By.OFFICER, account=officer, text=worded(text))
    enter_next(found, account=officer)
    _keep(found)


def _check_step(application: Application, step: pipeline.Step) -> None:
    form = newest_revision(application).form
    member = form["membership"] == "member"
    if step["kind"] == pipeline.ADMISSION:
        raise NotNow  # two signatures pass it
    if step["kind"] == "eligibility" and member and form["powers"] == ["prevent"]:
        raise Refused("observer_only", "A body that only prevents is offered observer status.")
    if step["kind"] == "confirmation" and member and not _confirmed(application):
        raise Refused("confirmation_missing", "No confirmation of the State has been accepted.")
    if step["kind"] == pipeline.OBJECTION and open_objections(application):
        raise Refused("objections_open", "Settle the objections first.")


def _confirmed(application: Application) -> bool:
    letters = application.documents.filter(
        purpose="state_confirmation", judgement="accepted", removed_at=None
    )
    return letters.exists()


def open_objections(application: Application) -> int:
    return application.events.filter(act="objected", settled=False).count()


@transaction.atomic
def go_back(officer: str, application_id: str, *, step: str, text: str) -> None:
    """An earlier step is decided again, and all after it."""
    found = find(officer, application_id)
    steps = pipeline.steps_of(found)
    keys = [one["key"] for one in steps]
    if found.status != Status.VETTING or step not in keys[1 : keys.index(found.step)]:
        raise NotNow
    note(found, "went_back", by=By.OFFICER, account=officer, text=worded(text))
    found.passed = {key: passed for key, passed in found.passed.items() if keys.index(key) < keys.index(step)}
    found.step = step
    begin_step(found, pipeline.find(steps, step))
    _keep(found)


@transaction.atomic
def give_back(officer: str, application_id: str, *, revision: int, wanted: Sequence[str], text: str) -> None:
    """Return it to the applicant, with what is missing marked and said in words."""
    found = find(officer, application_id, revision=revision)
    if found.status != Status.VETTING:
        raise NotNow
    if not set(wanted) <= set(LACKS):
        raise Refused("invalid", "There is no such part of an application.")
    found.status, found.wanted = Status.RETURNED, sorted(set(wanted), key=LACKS.index)
    found.asked, found.due_at = False, None
    note(found, "returned", by=By.OFFICER, account=officer, text=worded(text))
    _keep(found, news=True)


@transaction.atomic
def ask(officer: str, application_id: str, *, text: str) -> None:
    """Ask the applicant something; it waits for the answer."""
    found = find(officer, application_id)
    if found.status != Status.VETTING or found.asked:
        raise NotNow
    found.asked, found.due_at = True, None
    note(found, "asked", by=By.OFFICER, account=officer, text=worded(text))
    _keep(found, news=True)


@transaction.atomic
def remark(officer: str, application_id: str, *, text: str) -> None:
    """A line for officers alone."""
    found = find(officer, application_id)
    note(found, "remarked", by=By.OFFICER, account=officer, text=worded(text))
    _keep(found)


@transaction.atomic
def offer_observer_status(officer: str, application_id: str, *, revision: int, text: str) -> None:
    """Offer to go on as an observer, which has no focal points and no conversations."""
    found = find(officer, application_id, revision=revision)
    if found.status != Status.VETTING or newest_revision(found).form["membership"] != "member":
        raise NotNow
    found.status, found.asked, found.due_at = Status.OFFERED, False, None
    note(found, "observer_offered", by=By.OFFICER, account=officer, text=worded(text))
    _keep(found, news=True)


@transaction.atomic
def decline(officer: str, application_id: str, *, revision: int, text: str) -> None:
    """It ends here; the applicant reads why."""
    found = find(officer, application_id, revision=revision)
    if found.status not in OPEN or found.status == Status.DRAFT:
        raise NotNow
    note(found, "declined", by=By.OFFICER, account=officer, text=worded(text))
    close(found, Status.DECLINED)
    _keep(found, news=True)


@transaction.atomic
def settle(officer: str, application_id: str, *, event: int, text: str) -> None:
    """Say how an objection was dealt with; what was objected stays in the history."""
    found = find(officer, application_id)
    objection = found.events.filter(pk=event, act="objected", settled=False).first()
    if objection is None or found.status not in OPEN:
        raise NotFound
    objection.settled = True
    objection.save(update_fields=["settled"])
    note(
        found,
        "objection_settled",
        by=By.OFFICER,
        account=officer,
        authority=objection.authority,
        text=worded(text),
    )
    _keep(found)


# --- documents ---


@transaction.atomic
def judge(
    officer: str, application_id: str, document_id: str, *, judgement: str | None, remark: str
) -> Document:
    """Accept a document, refuse it with a remark, or leave it open again."""
    found = find(officer, application_id)
    document = documents.find(found, document_id)
    if found.status not in OPEN or judgement not in ("accepted", "refused", None) or not document.media_type:
        raise NotNow
    document.judgement = judgement or ""
    document.remark = worded(remark, needed=judgement == "refused", most=500)
    document.save(update_fields=["judgement", "remark"])
    record(
        Action.DOCUMENT_JUDGED, actor=officer, application=found.pk, document=document.pk, judgement=judgement
    )
    _keep(found)
    return document


@transaction.atomic
def read_document(officer: str, application_id: str, document_id: str) -> HttpResponse:
    """The bytes of a document that was submitted; that it was read is noted."""
    found = find(officer, application_id)
    document = documents.find(found, document_id)
    if all(document.pk != one["id"] for revision in found.revisions.all() for one in revision.documents):
        raise NotFound  # it is still the applicant's own
    record(Action.DOCUMENT_READ, actor=officer, application=found.pk, document=document.pk)
    return documents.content(document)


def may_sign(application: Application, officer: str) -> None:
    """Raises unless the application stands at its admission and this officer may sign it first."""
    if not at_admission(application):
        raise NotNow
    reason = _not_for(application, officer, in_office())
    if reason is not None:
        raise NotYours(reason)


def _keep(application: Application, *, news: bool = False) -> None:
    application.save()
    documents.touch(application)
    if news:
        tell_news(application)
