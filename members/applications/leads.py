"""The lead whom an application names, and their invitation."""

from __future__ import annotations

from members.applications import form, pipeline
from members.applications.models import Application
from members.problems import Problem, Refused


class NotAtAdmission(Problem):
    """The application does not stand at its admission."""

    def __init__(self) -> None:
        super().__init__("not_at_admission", 409, "The application does not stand at its admission.")


def at_admission(application: Application) -> bool:
    """Whether nothing is left for it but the signatures."""
    if application.status != Application.Status.VETTING or application.asked:
        return False
    step = pipeline.find(pipeline.steps_of(application), application.step)
    return bool(step["kind"] == pipeline.ADMISSION)


def check_invited(application_id: str, *, email: str, name: str, state: str, kind: str) -> None:
    """That an invitation is for the authority and the lead that the newest submission names; it is locked meanwhile.

    Raises NotAtAdmission, or Refused `application_differs`.
    """
    found = Application.objects.select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None or not at_admission(found):
        raise NotAtAdmission
    submitted = found.revisions.get(number=found.revision).form
    named = (submitted["name_en"].strip(), submitted["state"], submitted["membership"])
    if named != (name, state, kind) or not names_lead(submitted, email):
        raise Refused("application_differs", "This is not what the application says.")


def names_lead(submitted: form.Form, email: str) -> bool:
    """Whether the one lead of this form has this address."""
    lead = form.lead_of(submitted)
    return lead is not None and lead["email"].strip().lower() == email
