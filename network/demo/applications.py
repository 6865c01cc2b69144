"""The applications of the demonstration: one that waits for a second signature, one that is offered observer status,
one that is returned and one that is declined. They go through the services that applicants and officers use.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from members.applications import documents, form, objections, services, vetting
from members.applications.models import Application

At = Callable[[int, str], AbstractContextManager[None]]
"""Lets the clock show a time of the story: days before its end, and the time of day."""

SWITCHBOARD: Final = "+999 20 555 0100"
WHY_ADMITTED: Final = "All documents in order. No objection from members."


@dataclass(frozen=True)
class Officers:
    """The accounts of those who decide."""

    membership: str
    operations: str


def to_be_admitted(at: At, officers: Officers, *, name: str, lead: str, lead_email: str) -> tuple[str, str]:
    """The agency of Ulanbey, at its admission; returns its id and the digest that is signed for."""
    with at(16, "10:00"):
        made = _begin(
            "office@ulanbey.example",
            "ru",
            name="Агентство по противодействию коррупции",
            name_en=name,
            state="XH",
            powers=["investigate", "prosecute"],
            mandate="Investigates corruption offences and brings them before the courts.",
            legal_basis="Law on the Anti-Corruption Agency, articles 4 to 9",
            focal_points=[
                _point("lead", lead, lead_email, "ru"),
                _point("deputy", "Deputy head", "deputy@ulanbey.example", "ru"),
            ],
        )
        letters = {
            "mandate": _hand_in(made, "mandate", "Mandate law, articles 4-9.pdf"),
            "letter": _hand_in(made, "state_confirmation", "State confirmation letter.pdf"),
            "protection": _hand_in(made, "protection", "How information is protected.pdf"),
        }
        _submit(made)
    for document, remark in (
        ("mandate", "Russian original and English translation"),
        ("letter", "Note verbale, certificate of authenticity checked"),
        ("protection", "Physical and legal safeguards"),
    ):
        with at(16, "11:00"):
            vetting.judge(officers.membership, made, letters[document], judgement="accepted", remark=remark)
    for hour, step, officer, text in (
        ("11:20", "completeness", officers.membership, "Complete, translations included."),
        ("13:05", "eligibility", officers.operations, "Investigates under its own law; independent budget."),
        ("15:40", "state_confirmation", officers.membership, "Note verbale of the Ministry of Justice."),
    ):
        with at(16, hour):
            vetting.pass_step(officer, made, step=step, revision=1, text=text)
    with at(2, "16:00"):
        objections.close_ended()
    newest = Application.objects.get(pk=made).revisions.get(number=1)
    return made, newest.digest


def others(at: At, officers: Officers) -> None:
    """Those that go no further for now."""
    with at(6, "09:10"):
        court = _begin(
            "registry@tessaly.example",
            "en",
            name="Audit Court",
            name_en="Audit Court",
            state="XF",
            powers=["prevent"],
            mandate="Audits public accounts and advises on the prevention of corruption.",
            legal_basis="Audit Act, part II",
            focal_points=[
                _point("lead", "Head of audit", "lead@tessaly.example", "en"),
                _point("deputy", "Deputy head", "deputy@tessaly.example", "en"),
            ],
        )
        _hand_in(court, "mandate", "Audit Act, part II.pdf")
        _submit(court)
    with at(5, "14:30"):
        vetting.pass_step(
            officers.membership, court, step="completeness", revision=1, text="Nothing is missing."
        )
    with at(3, "10:15"):
        vetting.offer_observer_status(
            officers.operations,
            court,
            revision=1,
            text="The Court prevents corruption and has no power to investigate. We offer it observer status.",
        )

    with at(7, "08:40"):
        unit = _begin(
            "integridad@belmara.example",
            "es",
            name="Unidad de Integridad Aduanera",
            name_en="Customs Integrity Unit",
            state="XD",
            powers=["investigate"],
            mandate="Investiga la corrupción en las aduanas.",
            legal_basis="Ley de aduanas",
            focal_points=[
                _point("lead", "Jefatura de la unidad", "jefatura@belmara.example", "es"),
                _point("deputy", "Subjefatura", "subjefatura@belmara.example", "es"),
            ],
        )
        law = _hand_in(unit, "mandate", "Organigrama.pdf")
        _submit(unit)
    with at(4, "16:20"):
        vetting.judge(
            officers.membership,
            unit,
            law,
            judgement="refused",
            remark="Es el organigrama. Falta el texto de la ley.",
        )
        vetting.give_back(
            officers.membership,
            unit,
            revision=1,
            wanted=["legal_basis", "documents.mandate"],
            text="Falta el texto del mandato.",
        )

    with at(9, "12:00"):
        company = _begin(
            "partners@consultants.example",
            "en",
            name="Global Integrity Consultants Ltd",
            name_en="Global Integrity Consultants Ltd",
            state="XC",
            powers=["investigate"],
            mandate="Private investigations for companies.",
            legal_basis="Articles of association",
            focal_points=[
                _point("lead", "Managing partner", "managing@consultants.example", "en"),
                _point("deputy", "Partner", "partner@consultants.example", "en"),
            ],
        )
        _hand_in(company, "mandate", "Articles of association.pdf")
        _submit(company)
    with at(8, "09:30"):
        vetting.decline(
            officers.operations,
            company,
            revision=1,
            text="Not a public authority. Only public authorities of States can join the network.",
        )


def _point(role: str, name: str, email: str, language: str) -> dict[str, str]:
    function = "International cooperation"
    return {"role": role, "name": name, "function": function, "email": email, "language": language}


def _begin(email: str, language: str, **answers: Any) -> str:
    """A draft in which every question is answered."""
    whole = {
        **form.empty(),
        "independence": "Own budget; the director is appointed by parliament.",
        "protection_physical": "Separate premises with controlled access.",
        "protection_legal": "Official secrets act; criminal liability for disclosure.",
        "address": "1 Main Square",
        "telephone": SWITCHBOARD,
        "signatory_name": "The Director",
        "signatory_function": "Director",
        "charter": "1.3",
        **answers,
    }
    made = Application.objects.create(
        email=email, language=language, form=form.checked(whole), nonce=secrets.token_hex(32)
    )
    return made.pk


def _hand_in(application_id: str, purpose: str, name: str) -> str:
    application = Application.objects.get(pk=application_id)
    data = _letter(name.removesuffix(".pdf"))
    begun = documents.begin(
        application, name=name, purpose=purpose, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    documents.put_part(application, begun.pk, 0, data)
    return documents.complete(application, begun.pk).pk


@transaction.atomic
def _submit(application_id: str) -> None:
    application = Application.objects.select_for_update().get(pk=application_id)
    services.submit(application, seen=application.changed_at)


def _letter(title: str) -> bytes:
    """A PDF of one page that says what it stands for."""
    said = (
        f"BT /F1 20 Tf 72 740 Td ({title}) Tj 0 -32 Td /F1 12 Tf (Demonstration. Nothing here is real.) Tj ET"
    )
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources 6 0 R >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(said)} >>\nstream\n{said}\nendstream",
        "<< /Font << /F1 4 0 R >> >>",
    )
    written, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    written += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return f"{written}startxref\n{written.index('xref')}\n%%EOF\n".encode("ascii")
