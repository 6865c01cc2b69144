"""The window in which members may object: their leads and deputies read what is told of an application, and no more."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from members import clock
from members.applications import pipeline
from members.applications.documents import touch
from members.applications.history import note
from members.applications.models import Application, Event
from members.applications.services import enter_next, worded
from members.problems import NotFound
from members.register import access as register
from members.register.models import RegisterAuthority

By = Event.By

TOLD = ("name", "name_en", "state", "membership", "powers", "mandate", "legal_basis", "website")
"""What members are told of a form: what the authority is, and no person."""


def _authority_of(account: str) -> str:
    """The active member authority for which this person may speak; raises NotFound for everybody else."""
    standing = register.standing(account)
    if standing is None or standing.role not in ("lead", "deputy") or standing.authority is None:
        raise NotFound
    own = RegisterAuthority.objects.filter(pk=standing.authority, status="active", kind="member")
    if not own.exists():
        raise NotFound
    return standing.authority


def listing(account: str) -> list[dict[str, Any]]:
    """The applications in their window, the one that closes first at the top. Five queries, whatever their number."""
    authority = _authority_of(account)
    open_ones = Application.objects.filter(objections_until__gt=clock.now()).order_by(
        "objections_until", "id"
    )
    applications = list(open_ones.prefetch_related("revisions"))
    objected = {
        one.application_id: one
        for one in Event.objects.filter(
            application__in=applications, act="objected", authority=authority, settled=False
        )
    }
    found = []
    for one in applications:
        form = next(each.form for each in one.revisions.all() if each.number == one.revision)
        own = objected.get(one.pk)
        found.append(
            {
                "id": one.pk,
                **{key: form[key] for key in TOLD},
                "until": one.objections_until,
                "own": None if own is None else {"text": own.text, "at": own.at},
            }
        )
    return found


@transaction.atomic
def object_to(account: str, application_id: str, *, text: str) -> None:
    """Object for one's authority, or say it in other words."""
    authority = _authority_of(account)
    found = _in_window(application_id)
    words = worded(text)
    _take_back(found, authority)
    note(found, "objected", by=By.MEMBER, account=account, authority=authority, text=words)
    touch(found)


@transaction.atomic
def withdraw(account: str, application_id: str) -> None:
    """The authority no longer objects."""
    authority = _authority_of(account)
    found = _in_window(application_id)
    if not _take_back(found, authority):
        raise NotFound
    note(found, "objection_withdrawn", by=By.MEMBER, account=account, authority=authority)
    touch(found)


def _take_back(application: Application, authority: str) -> int:
    open_ones = application.events.filter(act="objected", authority=authority, settled=False)
    return open_ones.update(settled=True)


def _in_window(application_id: str) -> Application:
    found = (
        Application.objects.select_for_update()
        .filter(pk=application_id, objections_until__gt=clock.now())
        .first()
    )
    if found is None:
        raise NotFound
    return found


def close_ended() -> None:
    """Close every window whose time is over: without an objection the next step begins by itself."""
    ended = Application.objects.filter(objections_until__lte=clock.now()).values_list("pk", flat=True)
    for application in list(ended):
        with transaction.atomic():
            _close(application)


def _close(application_id: str) -> None:
    found = (
        Application.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("pipeline")
        .filter(pk=application_id, objections_until__lte=clock.now())
        .first()
    )
    if found is None:
        return
    found.objections_until = None
    note(found, "window_closed", by=By.PORTAL)
    if found.events.filter(act="objected", settled=False).exists():
        found.due_at = pipeline.due(pipeline.find(pipeline.steps_of(found), found.step))
    elif found.status == Application.Status.VETTING:
        enter_next(found, account="")
    found.save()
    touch(found)
