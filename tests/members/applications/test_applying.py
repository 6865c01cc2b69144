"""Applying without an account: a link by mail, a form that can be left and taken up again, documents, handing in."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from members import clock
from members.applications import documents, expiry, links
from members.applications.models import Application, Revision
from members.background.models import Task
from tests import applications, kit

pytestmark = pytest.mark.django_db

EMAIL = "applicant@xh.example"


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def applicant(network: kit.Network) -> Client:
    """A browser in which the link of a fresh application was opened."""
    client = Client()
    assert ask(client).status_code == 204
    opened = kit.post(
        client, "/api/applications/open", {"token": applications.token_in(applications.mails(EMAIL)[0])}
    )
    assert opened.status_code == 200
    return client


def ask(client: Client, email: str = EMAIL, language: str = "en") -> Any:
    return kit.post(client, "/api/applications", {"email": email, "language": language})


def read(client: Client) -> dict[str, Any]:
    return dict(client.get("/api/application").json())


def save(client: Client, seen: int | None = None, **changed: Any) -> Any:
    form = applications.whole_form(**changed)
    return kit.put(
        client,
        "/api/application/form",
        {"form": form, "seen": read(client)["changed_at"] if seen is None else seen},
    )


def upload(client: Client, data: bytes, purpose: str = "mandate", **announced: Any) -> Any:
    body = {
        "name": "The law",
        "purpose": purpose,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        **announced,
    }
    begun = kit.post(client, "/api/application/documents", body)
    if begun.status_code != 200:
        return begun
    whole = begun.json()
    for number in range(-(-len(data) // whole["part_size"])):
        put_part(client, whole["id"], number, data[number * whole["part_size"] :][: whole["part_size"]])
    return kit.post(client, f"/api/application/documents/{whole['id']}/complete", {})


def put_part(client: Client, document: str, number: int, data: bytes) -> Any:
    return client.put(
        f"/api/application/documents/{document}/parts/{number}", data, content_type="application/octet-stream"
    )


def submit(client: Client) -> Any:
    return kit.post(client, "/api/application/submit", {"seen": read(client)["changed_at"]})


def test_an_application_goes_from_the_mail_to_the_officers(applicant: Client) -> None:
    empty = read(applicant)
    assert empty["status"] == "draft"
    assert empty["editable"]
    assert "mandate" in empty["missing"]
    assert save(applicant).json()["missing"] == ["documents.mandate"]
    assert upload(applicant, applications.PDF).json()["media_type"] == "application/pdf"
    handed_in = submit(applicant).json()
    assert (handed_in["status"], handed_in["step"], handed_in["revision"]) == ("vetting", "completeness", 1)
    assert not handed_in["editable"]
    assert [event["act"] for event in handed_in["events"]] == ["submitted"]
    assert [step["passed_at"] is not None for step in handed_in["steps"]][:2] == [True, False]


def test_whoever_asks_again_goes_on_with_the_same_application(applicant: Client) -> None:
    save(applicant)
    other = Client()
    ask(other)
    token = applications.token_in(applications.mails(EMAIL)[-1])
    again = kit.post(other, "/api/applications/open", {"token": token}).json()
    assert again["form"]["name_en"] == "Anti-Corruption Agency"
    assert Application.objects.count() == 1


def test_the_answer_does_not_tell_whether_there_was_an_application(applicant: Client) -> None:
    known, unknown = ask(Client()), ask(Client(), "nobody@xh.example")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")


def test_an_address_gets_five_links_a_day_and_nobody_is_told_so(applicant: Client, time: kit.Time) -> None:
    for _ in range(6):
        time.pass_by(clock.HOUR)
        assert ask(Client()).status_code == 204
    assert len(applications.mails(EMAIL)) == 5
    time.pass_by(clock.DAY)
    ask(Client())
    assert len(applications.mails(EMAIL)) == 6


def test_asking_is_counted_also_where_it_is_refused(
    network: kit.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_DRAFTS_AN_HOUR", 0)
    waits = [ask(Client(), f"applicant{number}@xh.example").json()["retry_after"] for number in range(11)]
    assert waits == [1800] * 10 + [60]


def test_a_network_of_computers_that_asks_often_is_slowed(network: kit.Network) -> None:
    answers = [ask(Client(), f"applicant{number}@xh.example") for number in range(11)]
    assert [answer.status_code for answer in answers] == [204] * 10 + [429]
    assert answers[-1].json()["retry_after"] > 0


def test_a_link_is_worth_nothing_after_thirty_days_and_a_wrong_one_never(
    network: kit.Network, time: kit.Time
) -> None:
    client = Client()
    ask(client)
    token = applications.token_in(applications.mails(EMAIL)[0])
    assert kit.post(client, "/api/applications/open", {"token": "x" * 22}).status_code == 404
    time.pass_by(30 * clock.DAY + 1)
    assert kit.post(client, "/api/applications/open", {"token": token}).status_code == 404


def test_the_server_keeps_no_link(applicant: Client) -> None:
    token = applications.token_in(applications.mails(EMAIL)[0])
    assert all(token not in str(row) for row in Application.objects.get().links.values())


def test_without_a_link_there_is_nothing(applicant: Client) -> None:
    assert Client().get("/api/application").status_code == 404
    kit.post(applicant, "/api/application/leave", {})
    assert applicant.get("/api/application").status_code == 404


def test_two_tabs_do_not_write_over_each_other(applicant: Client) -> None:
    seen = read(applicant)["changed_at"]
    assert save(applicant, seen, note="first").status_code == 200
    second = save(applicant, seen, note="second")
    assert (second.status_code, second.json()["code"]) == (409, "application_changed")
    assert read(applicant)["form"]["note"] == "first"


@pytest.mark.parametrize(
    "changed",
    [
        {"mandate": "x" * 4001},
        {"state": "xh"},
        {"membership": "guest"},
        {"powers": ["all"]},
        {"powers": [1, "prevent"]},
        {"focal_points": [{}]},
        {"fax": ""},
        {"name": None},
    ],
)
def test_what_is_no_form_is_refused_and_nothing_is_lost(applicant: Client, changed: dict[str, Any]) -> None:
    save(applicant)
    refused = save(applicant, **changed)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert read(applicant)["form"] == applications.whole_form()


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"name": "  "}, ["name"]),
        ({"powers": []}, ["powers"]),
        ({"focal_points": [applications.point("lead", "a@xh.example")]}, ["focal_points"]),
        (
            {
                "focal_points": [
                    applications.point("deputy", "a@x.example"),
                    applications.point("member", "b@x.example"),
                ]
            },
            ["lead"],
        ),
        (
            {
                "focal_points": [
                    applications.point("lead", "a@x.example"),
                    applications.point("member", "A@x.example"),
                ]
            },
            ["lead_email"],
        ),
        (
            {
                "focal_points": [
                    applications.point("lead", "no address"),
                    applications.point("member", "b@x.example"),
                ]
            },
            ["lead_email"],
        ),
        ({"membership": "observer", "powers": [], "focal_points": [], "independence": ""}, []),
    ],
)
def test_what_is_missing_is_told_and_keeps_from_handing_in(
    applicant: Client, changed: dict[str, Any], missing: list[str]
) -> None:
    upload(applicant, applications.PDF)
    save(applicant, **changed)
    assert read(applicant)["missing"] == missing
    answer = submit(applicant)
    if missing:
        assert (answer.status_code, answer.json()["missing"]) == (422, missing)
    else:
        assert answer.status_code == 200


# --- documents ---


def test_a_document_comes_in_parts_that_may_come_twice_and_in_any_order(applicant: Client) -> None:
    data = applications.PDF + bytes(documents.PART)
    body = {
        "name": "Law",
        "purpose": "mandate",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    begun = kit.post(applicant, "/api/application/documents", body).json()
    complete = f"/api/application/documents/{begun['id']}/complete"
    assert put_part(applicant, begun["id"], 1, data[documents.PART :]).status_code == 204
    early = kit.post(applicant, complete, {})
    assert (early.status_code, early.json()["parts"]) == (422, [0])
    again = kit.post(applicant, "/api/application/documents", body).json()
    assert again["id"] == begun["id"]
    for _ in range(2):
        assert put_part(applicant, begun["id"], 0, data[: documents.PART]).status_code == 204
    assert kit.post(applicant, complete, {}).status_code == 200
    given = applicant.get(f"/api/application/documents/{begun['id']}/content")
    assert given.content == data


def test_what_is_handed_out_runs_nowhere(applicant: Client) -> None:
    document = upload(applicant, applications.PNG).json()
    given = applicant.get(f"/api/application/documents/{document['id']}/content")
    assert given.headers["Content-Type"] == "image/png"
    assert given.headers["Content-Disposition"].startswith("attachment; ")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("data", "announced", "code"),
    [
        (b"<html>", {}, "not_a_document"),
        (b"GIF89a", {}, "not_a_document"),
        (applications.PDF, {"sha256": "00" * 32}, "hash_differs"),
        (applications.PDF, {"size": documents.LARGEST + 1}, "too_large"),
        (applications.PDF, {"size": 2**32}, "too_large"),
        (applications.PDF, {"purpose": "photograph"}, "invalid"),
        (applications.PDF, {"name": " "}, "invalid"),
    ],
)
def test_what_is_no_document_is_refused(
    applicant: Client, data: bytes, announced: dict[str, Any], code: str
) -> None:
    refused = upload(applicant, data, **announced)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_part_has_its_place_and_its_length(applicant: Client) -> None:
    data = applications.PDF
    body = {
        "name": "Law",
        "purpose": "mandate",
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    begun = kit.post(applicant, "/api/application/documents", body).json()
    for number, part in ((0, data + b"x"), (0, data[:-1]), (1, data), (10**6, data)):
        assert put_part(applicant, begun["id"], number, part).status_code == 422
    assert put_part(applicant, "ab" * 16, 0, data).status_code == 404


def test_there_are_twenty_documents_at_most(applicant: Client) -> None:
    answers = [upload(applicant, applications.PDF + bytes([number]), "other") for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [422]
    assert answers[-1].json()["code"] == "too_many"


def test_all_documents_together_have_a_hundred_mebibytes_at_most(applicant: Client) -> None:
    sizes = [documents.LARGEST] * 5
    for number, size in enumerate([*sizes, 1]):
        body = {"name": "Law", "purpose": "other", "size": size, "sha256": f"{number:064x}"}
        answer = kit.post(applicant, "/api/application/documents", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")


def test_strangers_do_not_fill_the_disk(applicant: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "OF_STRANGERS", 2 * len(applications.PDF))
    assert upload(applicant, applications.PDF).status_code == 200
    full = upload(applicant, applications.PDF + b"x", "other")
    assert (full.status_code, full.json()["code"]) == (429, "slow_down")


@pytest.mark.parametrize("end", ["submit", "withdraw"])
def test_neither_by_handing_in_do_strangers_fill_the_disk(
    applicant: Client, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(documents, "OF_STRANGERS", len(applications.PDF))
    save(applicant)
    upload(applicant, applications.PDF)
    assert submit(applicant).status_code == 200
    if end == "withdraw":
        assert kit.post(applicant, "/api/application/withdraw", {"text": ""}).status_code == 200
    begun = Application.objects.create(
        email="other@xf.example", language="en", form=applications.whole_form(), nonce="ab" * 32
    )
    assert upload(applications.opened(begun), applications.PDF).json()["code"] == "slow_down"


def test_what_an_officer_has_looked_at_is_no_strangers_any_more(
    network: kit.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "OF_STRANGERS", len(applications.PDF) + len(applications.PNG))
    applications.bring_to(applications.submitted(), "eligibility", [network.officers[0].id])
    assert applications.draft("other@xf.example").documents.count() == 2


def test_the_same_file_is_not_taken_twice(applicant: Client) -> None:
    upload(applicant, applications.PDF)
    assert upload(applicant, applications.PDF, "other").json()["code"] == "exists"


def test_another_applicant_sees_none_of_it(applicant: Client) -> None:
    document = upload(applicant, applications.PDF).json()
    other = applications.opened(applications.draft("other@xf.example"))
    path = f"/api/application/documents/{document['id']}"
    assert other.get(f"{path}/content").status_code == 404
    assert other.delete(path).status_code == 404
    assert kit.post(other, f"{path}/complete", {}).status_code == 404


def test_after_handing_in_nothing_can_be_changed(applicant: Client) -> None:
    document = upload(applicant, applications.PDF).json()
    save(applicant)
    submit(applicant)
    assert save(applicant).json()["code"] == "not_editable"
    assert applicant.delete(f"/api/application/documents/{document['id']}").json()["code"] == "not_editable"
    assert upload(applicant, applications.PNG).json()["code"] == "not_editable"
    assert submit(applicant).json()["code"] == "not_editable"


def test_a_document_that_is_taken_out_is_deleted(applicant: Client) -> None:
    document = upload(applicant, applications.PDF).json()
    application = Application.objects.get()
    kept = f"applications/{application.pk}/{document['id']}"
    assert default_storage.exists(f"{kept}/whole")
    assert applicant.delete(f"/api/application/documents/{document['id']}").status_code == 204
    queued = Task.objects.filter(name="applications.forget_files").order_by("pk").last()
    assert queued is not None
    assert queued.arguments["paths"] == [f"{kept}/whole", f"{kept}/0"]


# --- forgetting ---


def test_a_draft_that_nobody_goes_on_with_is_forgotten_after_thirty_days(
    applicant: Client, time: kit.Time
) -> None:
    upload(applicant, applications.PDF)
    time.pass_by(30 * clock.DAY - clock.HOUR)
    expiry.forget_old()
    assert Application.objects.exists()
    time.pass_by(2 * clock.HOUR)
    expiry.forget_old()
    assert not Application.objects.exists()


def test_what_was_handed_in_is_kept(network: kit.Network, time: kit.Time) -> None:
    applications.submitted()
    time.pass_by(400 * clock.DAY)
    expiry.forget_old()
    assert Revision.objects.count() == 1
