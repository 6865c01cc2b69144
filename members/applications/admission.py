"""The last step: two officers sign, and what they signed is what was submitted last and what enters the Register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from members.accounts.models import Invitation
from members.applications.documents import touch
from members.applications.history import note
from members.applications.leads import at_admission, names_lead
from members.applications.links import tell_news
from members.applications.models import Application, Event, Revision
from members.applications.services import ApplicationChanged, NotNow, close
from members.applications.vetting import may_sign
from members.directory.services import name_authority
from members.problems import Refused
from members.register.models import Proposal

By = Event.By


def check_proposed(fields: Mapping[str, Any], *, officer: str, invited: Invitation | None) -> str:
    """The application that this admission names, or the empty string where it names none; it is locked meanwhile.

    `invited` is the invitation of the lead. Raises Refused `application_unknown` or
    `application_differs`, ApplicationChanged, NotNow, and NotYours where the step is for other officers.
    """
    digest = fields["application"]
    if digest is None:
        if invited is not None and invited.application:
            raise Refused("application_differs", "This lead was invited on an application.")
        return ""
    revision = Revision.objects.filter(digest=digest).first()
    if revision is None:
        raise Refused("application_unknown", "No application has this digest.")
    application = _newest(revision)
    may_sign(application, officer)
    form = revision.form
    said = (fields["name"], fields["state"], fields["kind"])
    if said != (form["name_en"].strip(), form["state"], form["membership"]):
        raise Refused("application_differs", "This is not what the application says.")
    if fields["kind"] == "member" and (
        invited is None or invited.application != application.pk or not names_lead(form, invited.email)
    ):
        raise Refused("application_differs", "The lead was not invited on what was submitted last.")
    return application.pk


def hold_of(proposals: QuerySet[Proposal]) -> None:
    """Lock the applications of these proposals before the proposals: whoever ends an application does so too."""
    Application.objects.select_for_update().filter(
        pk__in=list(proposals.values_list("application", flat=True))
    ).first()


def check_second(fields: Mapping[str, Any]) -> None:
    """That nothing has changed since the first officer signed; raises ApplicationChanged otherwise."""
    revision = Revision.objects.filter(digest=fields["application"]).first()
    if revision is None or not at_admission(_newest(revision)):
        raise ApplicationChanged


def _newest(revision: Revision) -> Application:
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("pipeline")
        .get(pk=revision.application_id)
    )
    if revision.number != application.revision:
        raise ApplicationChanged
    return application


def note_signed(application_id: str, *, officer: str, why: str) -> None:
    """An officer has signed the admission."""
    _note(application_id, "signed", officer, why)


def note_unsigned(application_id: str, *, officer: str) -> None:
    """An officer has withdrawn a signature, or has sent the proposal back."""
    _note(application_id, "unsigned", officer, "")


def _note(application_id: str, act: str, officer: str, why: str) -> None:
    application = Application.objects.select_for_update().get(pk=application_id)
    note(application, act, by=By.OFFICER, account=officer, text=why)
    touch(application)


def admitted(application_id: str, *, authority: str, officer: str) -> None:
    """The second signature has admitted it: the application is over, and its names are known."""
    application = Application.objects.select_for_update().get(pk=application_id)
    if (
        application.status != Application.Status.VETTING
    ):  # pragma: no cover - it was locked and looked at before
        raise NotNow
    form = application.revisions.get(number=application.revision).form
    note(application, "admitted", by=By.OFFICER, account=officer, authority=authority)
    name_authority(authority, {application.language: form["name"], "en": form["name_en"]})
    close(application, Application.Status.ADMITTED)
    application.authority = authority
    application.save()
    touch(application)
    tell_news(application)
