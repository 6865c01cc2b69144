"""Applications for tests: one that an applicant has filled in, handed in, and that officers have brought to a step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.test import Client

from members.accounts.models import normal_email
from members.applications import documents, form, links, pipeline, services, vetting
from members.applications.models import Application, Document
from members.background.models import Task
from tests import kit

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def point(role: str, email: str, name: str = "Somebody", function: str = "Head of unit") -> dict[str, str]:
    return {"role": role, "name": name, "function": function, "email": email, "language": "en"}


def whole_form(**changed: Any) -> dict[str, Any]:
    """A form in which nothing is missing."""
    return {
        **form.empty(),
        "name": "Агентство по противодействию коррупции",
        "name_en": "Anti-Corruption Agency",
        "state": "XH",
        "powers": ["investigate", "prosecute"],
        "mandate": "Investigates corruption offences under its own law.",
        "legal_basis": "Law 12, articles 4 to 9",
        "independence": "Own budget, director elected by parliament.",
        "protection_physical": "Locked rooms.",
        "protection_legal": "Official secrets act.",
        "address": "1 Main Square",
        "telephone": "+000 1",
        "focal_points": [point("lead", "lead@xh.example"), point("deputy", "deputy@xh.example")],
        "signatory_name": "The Director",
        "signatory_function": "Director",
        **changed,
    }


def draft(email: str = "applicant@xh.example", **changed: Any) -> Application:
    """What somebody has begun and filled in, with a mandate and the letter of the State; not handed in."""
    made = Application.objects.create(
        email=normal_email(email), language="ru", form=whole_form(**changed), nonce="ab" * 32
    )
    add_document(made, PDF, "mandate")
    add_document(made, PNG, "state_confirmation")
    return made


def add_document(application: Application, data: bytes, purpose: str, name: str = "A document") -> Document:
    begun = documents.begin(
        application, name=name, purpose=purpose, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    for number in range(-(-len(data) // documents.PART)):
        part = data[number * documents.PART : (number + 1) * documents.PART]
        documents.put_part(application, begun.pk, number, part)
    return documents.complete(application, begun.pk)


def again(application: Application) -> Application:
    return Application.objects.select_related("pipeline").get(pk=application.pk)


@transaction.atomic
def submit(application: Application) -> Application:
    held = Application.objects.select_for_update().get(pk=application.pk)
    services.submit(held, seen=held.changed_at)
    return again(held)


def submitted(email: str = "applicant@xh.example", **changed: Any) -> Application:
    return submit(draft(email, **changed))


def accept_confirmation(application: Application, officer: str) -> None:
    """The State's letter is accepted, as the step of that name asks."""
    letter = application.documents.get(purpose="state_confirmation")
    vetting.judge(officer, application.pk, letter.pk, judgement="accepted", remark="")


def bring_to(application: Application, step: str, officers: Sequence[str]) -> Application:
    """Pass the steps before this one, by the first of these officers; a window for objections is closed at once."""
    found = again(application)
    while found.step != step:
        kind = pipeline.find(pipeline.steps_of(found), found.step)["kind"]
        if kind == "confirmation":
            accept_confirmation(found, officers[0])
        if kind == pipeline.OBJECTION:
            Application.objects.filter(pk=found.pk).update(objections_until=None)
        vetting.pass_step(officers[0], found.pk, step=found.step, revision=found.revision, text="In order.")
        found = again(found)
    return found


def mails(to: str) -> list[str]:
    """The texts of the mails that are queued for this address, the oldest first."""
    waiting = Task.objects.filter(name="mail.deliver").order_by("pk")
    return [str(one.arguments["text"]) for one in waiting if one.arguments["to"] == to]


def token_in(mail: str) -> str:
    return mail.split("/apply#", 1)[1].split()[0]


def opened(application: Application) -> Client:
    """A browser in which the link of this application was opened."""
    with transaction.atomic():
        links.tell_news(application)
    client = Client()
    answer = kit.post(client, "/api/applications/open", {"token": token_in(mails(application.email)[-1])})
    assert answer.status_code == 200, answer.content
    return client
