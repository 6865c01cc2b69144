"""The public page of applicants: how it begins, the form, and every way in which an application can stand."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect

from members import clock
from network.gallery.stage import Stage

ASKED = "**/api/applications"
OWN = "**/api/application"
EMAIL = "liaison@agency.example"
FORM: dict[str, Any] = {
    "name": "Агентство по противодействию коррупции",
    "name_en": "Anti-Corruption Agency",
    "state": "XH",
    "membership": "member",
    "powers": ["investigate", "prosecute"],
    "mandate": "Investigates and prosecutes corruption of public officials.",
    "legal_basis": "Anti-Corruption Act of 2011, articles 4 to 9",
    "independence": "Parliament appoints its head for seven years.",
    "protection_physical": "A guarded building and a network of its own.",
    "protection_legal": "Secrecy by law.",
    "website": "https://agency.example",
    "address": "1 Harbour Street",
    "telephone": "+999 1 234 567",
    "focal_points": [
        {
            "role": role,
            "name": name,
            "function": function,
            "email": f"{name.lower()}@agency.example",
            "language": "ru",
        }
        for role, name, function in (
            ("lead", "Aliya", "Head of international cooperation"),
            ("deputy", "Bolat", "Senior investigator"),
        )
    ],
    "signatory_name": "Dana",
    "signatory_function": "Director",
    "charter": "1.3",
    "note": "",
}
STEPS = (
    ("received", "receipt", None),
    ("completeness", "check", 5),
    ("eligibility", "eligibility", 10),
    ("state_confirmation", "confirmation", 30),
    ("objections", "objection", 14),
    ("admission", "admission", 10),
)


def applying(stage: Stage) -> None:
    page = stage.open()
    context = page.context
    context.route(ASKED, lambda route: route.fulfill(status=204))
    stage.photograph(page, "apply", "Applying to join: who can, and how it goes on", "/apply", _shown)
    stage.photograph(page, "apply-sent", "The link to the application was sent", "/apply", _ask_for_link)
    stage.photograph(page, "apply-spent", "A link that opens nothing any more", "/apply", _open_nothing)
    _stands(context, status="draft", editable=True, form={**FORM, "legal_basis": ""}, missing=["legal_basis"])
    stage.photograph(page, "apply-form", "The form of an application", "/apply", _shown)
    stage.photograph(
        page, "apply-missing", "What is still missing in an application", "/apply", _try_to_submit
    )
    returned = [_event("returned", "Please send the mandate with all articles.", "completeness")]
    _stands(
        context, status="returned", editable=True, step="completeness", wanted=["mandate"], events=returned
    )
    stage.photograph(page, "apply-returned", "An application was returned", "/apply", _shown)
    _stands(context, step="state_confirmation")
    stage.photograph(page, "apply-standing", "Where an application stands", "/apply", _shown)
    stage.photograph(page, "apply-withdraw", "Withdrawing an application", "/apply", _ask_to_withdraw)
    question = [_event("asked", "Which article names the budget?", "eligibility")]
    _stands(context, step="eligibility", asked=True, events=question)
    stage.photograph(page, "apply-question", "The secretariat asks the applicant", "/apply", _shown)
    _stands(context, status="offered", step="eligibility", form={**FORM, "powers": ["prevent"]})
    stage.photograph(page, "apply-observer", "Observer status is offered", "/apply", _shown)
    declined = [_event("declined", "The applicant is a company and no public authority.", "eligibility")]
    _stands(context, status="declined", events=declined)
    stage.photograph(page, "apply-declined", "An application was declined", "/apply", _shown)
    _stands(context, status="admitted", events=[_event("admitted", "", "admission")])
    stage.photograph(page, "apply-admitted", "The authority is admitted", "/apply", _shown)
    context.close()


def _stands(context: BrowserContext, **changes: Any) -> None:
    """From now on this browser has an application that stands like this."""
    own = _application(**changes)
    context.unroute(OWN)
    context.route(OWN, lambda route: _answer(route, own))


def _answer(route: Route, own: dict[str, Any]) -> None:
    route.fulfill(json=own)


def _application(**changes: Any) -> dict[str, Any]:
    """Submitted twenty days ago; the steps before the present one were passed since, or all of an admitted one."""
    now = clock.now()
    submitted = now - 20 * clock.DAY
    keys = [key for key, _, _ in STEPS]
    step = changes.get("step")
    passed = keys.index(step) if step is not None else len(keys) if changes.get("status") == "admitted" else 0
    steps = [
        {
            "key": key,
            "kind": kind,
            "days": days,
            "officers": None,
            "another": False,
            "title": None,
            "text": None,
            "passed_at": submitted + place * 2 * clock.DAY if place < passed else None,
        }
        for place, (key, kind, days) in enumerate(STEPS)
    ]
    draft = changes.get("status") == "draft"
    events = [_event("submitted", "", None), *changes.pop("events", [])]
    return {
        "id": "a" * 32,
        "email": EMAIL,
        "language": "en",
        "status": "vetting",
        "step": None,
        "steps": steps,
        "form": FORM,
        "documents": DOCUMENTS,
        "missing": [],
        "wanted": [],
        "changed_at": now,
        "submitted_at": None if draft else submitted,
        "revision": 0 if draft else 1,
        "editable": False,
        "asked": False,
        "objections_until": None,
        "expires_at": now + 30 * clock.DAY if draft else None,
        "events": [] if draft else [{**one, "id": place} for place, one in enumerate(events)],
    } | changes


def _document(number: int, name: str, purpose: str, media_type: str) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "name": name,
        "purpose": purpose,
        "size": 1_430_000,
        "sha256": f"{number}a" * 32,
        "media_type": media_type,
        "judgement": None,
        "remark": "",
    }


DOCUMENTS = [
    _document(1, "Anti-Corruption Act.pdf", "mandate", "application/pdf"),
    _document(2, "note verbale.png", "state_confirmation", "image/png"),
]


def _event(act: str, text: str, step: str | None) -> dict[str, Any]:
    by = "applicant" if act == "submitted" else "secretariat"
    at = clock.now() - (20 if act == "submitted" else 1) * clock.DAY
    return {"id": 0, "at": at, "act": act, "step": step, "text": text, "revision": 1, "by": by}


def _shown(page: Page) -> None:
    expect(page.locator("main .card").first).to_be_visible()


def _ask_for_link(page: Page) -> None:
    page.locator("main input[type=email]").fill(EMAIL)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".apply-sent")).to_be_visible()


def _open_nothing(page: Page) -> None:
    page.evaluate("window.location.hash = 'x'.repeat(22)")
    expect(page.locator("main .notice--warn")).to_be_visible()


def _try_to_submit(page: Page) -> None:
    page.locator("main .button--main").last.click()
    missing = page.locator(".apply-codes--urgent")
    expect(missing).to_be_visible()
    missing.scroll_into_view_if_needed()


def _ask_to_withdraw(page: Page) -> None:
    page.locator("main .button--danger").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
