"""Applications as they are read: by their applicant, and by officers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q

from members import clock
from members.accounts import invitations
from members.accounts.models import Invitation
from members.applications import documents, form, pipeline
from members.applications.expiry import DRAFT_KEPT
from members.applications.history import TOLD, TOLD_IN_WORDS
from members.applications.leads import at_admission
from members.applications.links import OPEN
from members.applications.models import Application, Document, Event, Pipeline, Revision
from members.applications.vetting import in_office, why_not
from members.charter.access import require_officer
from members.problems import NotFound
from members.register.models import Proposal

CLOSED_LISTED = 365 * clock.DAY
_SUMMARY = ("name", "name_en", "state", "membership", "powers")

Status = Application.Status


# --- for the applicant ---


def own(application: Application) -> dict[str, Any]:
    """All that an applicant sees of their own application."""
    present = [one for one in application.documents.order_by("begun_at", "id") if one.removed_at is None]
    purposes = {one.purpose for one in present if one.media_type}
    draft = application.status == Status.DRAFT
    events = application.events.filter(act__in=TOLD).order_by("pk")
    return {
        "id": application.pk,
        "email": application.email,
        "language": application.language,
        "status": application.status,
        "step": _step_now(application),
        "steps": [{**one, "officers": None} for one in _steps(application)],
        "form": application.form,
        "documents": [document(one) for one in present],
        "missing": form.missing(application.form, purposes),
        "wanted": application.wanted,
        "changed_at": application.changed_at,
        "submitted_at": application.submitted_at,
        "revision": application.revision,
        "editable": documents.editable(application),
        "asked": application.asked,
        "objections_until": application.objections_until,
        "expires_at": application.changed_at + DRAFT_KEPT if draft else None,
        "events": [_told(one) for one in events],
    }


def _told(event: Event) -> dict[str, Any]:
    by = {Event.By.APPLICANT: "applicant", Event.By.OFFICER: "secretariat"}
    return {**_event(event, told=True), "by": by.get(Event.By(event.by), "portal")}


def _event(event: Event, *, told: bool = False) -> dict[str, Any]:
    return {
        "id": event.pk,
        "at": event.at,
        "act": event.act,
        "step": event.step or None,
        "text": event.text if not told or event.act in TOLD_IN_WORDS else "",
        "revision": event.revision,
    }


def _step_now(application: Application) -> str | None:
    return application.step or None if application.status in OPEN else None


def _steps(application: Application) -> list[dict[str, Any]]:
    passed = application.passed
    return [
        {**step, "passed_at": passed.get(step["key"], {}).get("at")}
        for step in pipeline.steps_of(application)
    ]


def document(document: Document) -> dict[str, Any]:
    return {
        "id": document.pk,
        "name": document.name,
        "purpose": document.purpose,
        "size": document.size,
        "sha256": document.sha256,
        "media_type": document.media_type or None,
        "judgement": document.judgement or None,
        "remark": document.remark,
    }


# --- for officers ---


def listing(officer: str) -> dict[str, Any]:
    """What is open and, of what is closed, that of the last year; five queries, whatever their number.

    A draft of a stranger is nobody's business; one that an officer enters is listed.
    """
    require_officer(officer)
    since = clock.now() - CLOSED_LISTED
    found = list(
        Application.objects.filter(Q(status__in=OPEN) | Q(closed_at__gt=since))
        .exclude(status=Status.DRAFT, entered_by="")
        .select_related("pipeline")
        .order_by("-changed_at", "id")
    )
    newest = pipeline.current()
    for one in found:
        one.pipeline = one.pipeline or newest
    facts = _Facts(found)
    return {"steps": newest.steps, "applications": [_summary(officer, one, facts) for one in found]}


class _Facts:
    """What lies beside these applications, in five queries."""

    def __init__(self, applications: Collection[Application]) -> None:
        ids = [one.pk for one in applications]
        self.office = in_office()
        newest = Revision.objects.filter(application__in=ids, number=F("application__revision"))
        self.forms = {one.pk: one.form for one in applications} | dict(
            newest.values_list("application", "form")
        )
        self.objections: dict[str, int] = dict.fromkeys(ids, 0)
        self.texts: dict[str, str] = dict.fromkeys(ids, "")
        acts = ("objected", "returned", "declined", "asked")
        for event in Event.objects.filter(application__in=ids, act__in=acts).order_by("pk"):
            if event.act == "objected":
                self.objections[event.application_id] += not event.settled
            else:
                self.texts[event.application_id] = event.text
        self.signers: dict[str, list[str]] = {one: [] for one in ids}
        self.proposals: dict[str, str] = {}
        for proposal in Proposal.objects.filter(application__in=ids).prefetch_related("signatures"):
            self.proposals[proposal.application] = proposal.pk
            self.signers[proposal.application] = [one.account for one in proposal.signatures.all()]


def _summary(officer: str, application: Application, facts: _Facts) -> dict[str, Any]:
    due = application.due_at
    return {
        "id": application.pk,
        **{key: facts.forms[application.pk][key] for key in _SUMMARY},
        "status": application.status,
        "step": _step_now(application),
        "submitted_at": application.submitted_at,
        "changed_at": application.changed_at,
        "waits_for": _waits_for(officer, application, facts),
        "due_at": due,
        "overdue": due is not None and due < clock.now(),
        "objections": facts.objections[application.pk],
        "signatures": len(facts.signers[application.pk]),
        "last_text": facts.texts[application.pk] if application.status != Status.ADMITTED else "",
    }


def _waits_for(officer: str, application: Application, facts: _Facts) -> str:
    signers = facts.signers[application.pk]
    if application.status not in OPEN:
        return "nobody"
    if application.status != Status.VETTING or application.asked:
        return "applicant"
    if application.objections_until is not None:
        return "members"
    if at_admission(application) and signers:
        return "colleague" if officer in signers else "me"
    return "me" if why_not(application, officer, facts.office) is None else "colleague"


def case(officer: str, application_id: str) -> dict[str, Any]:
    """One application with all its history, as its newest submission has it."""
    require_officer(officer)
    found = Application.objects.select_related("pipeline").filter(pk=application_id).first()
    if found is None or (found.status == Status.DRAFT and not found.entered_by):
        raise NotFound
    facts = _Facts([found])
    revisions = list(found.revisions.order_by("number"))
    newest = revisions[-1] if revisions else None
    reason = why_not(found, officer, facts.office)
    shown = newest.form if newest else found.form
    submitted = _submitted(found, newest.documents if newest else [])
    purposes = {one["purpose"] for one in submitted}
    return {
        **_summary(officer, found, facts),
        "email": found.email,
        "language": found.language,
        "steps": [
            {**one, "passed_by": found.passed.get(one["key"], {}).get("by") or None} for one in _steps(found)
        ],
        "form": shown,
        "documents": submitted,
        "missing": form.missing(shown, purposes),
        "wanted": found.wanted,
        "revision": found.revision,
        "nonce": found.nonce if newest else None,
        "digest": newest.digest if newest else None,
        "revisions": [
            {
                "number": one.number,
                "at": one.at,
                "digest": one.digest,
                "changes": _changes(revisions[index - 1], one) if index else [],
            }
            for index, one in enumerate(revisions)
        ],
        "objections_until": found.objections_until,
        "events": [_whole_event(one) for one in found.events.order_by("pk")],
        "may_decide": reason is None,
        "why_not": reason,
        "invitation": _invitation(officer, found.pk),
        "proposal": facts.proposals.get(found.pk),
        "authority": found.authority or None,
    }


def _submitted(application: Application, listed: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The documents of a submission, with what officers have said of them."""
    rows = {one.pk: one for one in application.documents.all()}
    return [{**document(rows[one["id"]]), "name": one["name"], "purpose": one["purpose"]} for one in listed]


def _changes(before: Any, after: Any) -> list[str]:
    found = form.changes(before.form, after.form)
    same = [one["sha256"] for one in before.documents] == [one["sha256"] for one in after.documents]
    return found if same else [*found, "documents"]


def _whole_event(event: Event) -> dict[str, Any]:
    return {
        **_event(event),
        "officer": event.account or None if event.by == Event.By.OFFICER else None,
        "authority": event.authority or None,
        "settled": event.settled,
    }


def _invitation(officer: str, application_id: str) -> dict[str, Any] | None:
    """The lead's invitation, as long as it leads somewhere."""
    made = Invitation.objects.filter(application=application_id, withdrawn_at=None).order_by("-created_at")
    newest = made.first()
    if newest is None or invitations.state_of(newest) == "expired":
        return None
    return {
        "id": newest.pk,
        "state": invitations.state_of(newest),
        "mine": newest.inviter_id == officer,
    }


def read_pipeline(officer: str) -> Pipeline:
    require_officer(officer)
    return pipeline.current()
