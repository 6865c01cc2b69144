"""Officers decide step by step, each with who, when and why; the steps are what the network has set."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from members import clock
from members.applications import links, pipeline
from members.applications.models import Application, ApplicationLink
from members.audit.actions import Action
from members.audit.models import AuditRow
from tests import applications, kit
from tests.members.applications.conftest import Desk


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code")


# --- going forward ---


def test_an_application_goes_through_the_shipped_steps(time: kit.Time, desk: Desk) -> None:
    application = applications.submitted()
    seen = []
    for officer in (0, 1, 2):
        seen.append(applications.again(application).step)
        if seen[-1] == "state_confirmation":
            applications.accept_confirmation(application, desk.officers[officer])
        assert desk.pass_step(application, officer).status_code == 200
    assert seen == ["completeness", "eligibility", "state_confirmation"]
    case = desk.read(application)
    assert case["step"] == "objections"
    assert case["objections_until"] == time.at + 14 * clock.DAY
    passed = {step["key"]: step["passed_by"] for step in case["steps"]}
    assert passed == {
        "received": None,
        "completeness": desk.officers[0],
        "eligibility": desk.officers[1],
        "state_confirmation": desk.officers[2],
        "objections": None,
        "admission": None,
    }
    told = [(event["act"], event["officer"], event["text"]) for event in case["events"]]
    assert told[1:4] == [("passed", officer, "In order.") for officer in desk.officers]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_decision_has_a_reason(desk: Desk, text: str) -> None:
    application = applications.submitted()
    assert desk.pass_step(application, text=text).status_code == 422
    assert applications.again(application).step == "completeness"


def test_a_decision_is_about_what_was_read(desk: Desk) -> None:
    application = applications.submitted()
    assert code_of(desk.pass_step(application, revision=2)) == (409, "application_changed")
    assert code_of(desk.pass_step(application, step="eligibility")) == (409, "application_changed")


def test_no_officer_passes_the_admission(desk: Desk) -> None:
    application = desk.at("admission")
    assert code_of(desk.pass_step(application)) == (409, "not_now")


def test_one_that_only_prevents_is_not_eligible_as_a_member(desk: Desk) -> None:
    application = desk.at("eligibility", powers=["prevent"])
    assert code_of(desk.pass_step(application)) == (422, "observer_only")
    assert desk.act(application, "offer", revision=1, text="As an observer.").status_code == 200
    applicant = applications.opened(application)
    assert applicant.get("/api/application").json()["status"] == "offered"
    kit.post(applicant, "/api/application/observer", {"accept": True})
    case = desk.read(application)
    assert (case["membership"], case["status"], case["revision"]) == ("observer", "vetting", 2)
    assert desk.pass_step(application).status_code == 200


def test_an_offer_that_is_refused_leaves_what_was_applied_for(desk: Desk) -> None:
    application = desk.at("eligibility", powers=["prevent"])
    desk.act(application, "offer", revision=1, text="As an observer.")
    applicant = applications.opened(application)
    kit.post(applicant, "/api/application/observer", {"accept": False})
    case = desk.read(application)
    assert (case["membership"], case["status"], case["step"]) == ("member", "vetting", "eligibility")
    assert kit.post(applicant, "/api/application/observer", {"accept": True}).status_code == 409


def test_a_state_confirms_by_a_letter_that_an_officer_has_accepted(desk: Desk) -> None:
    application = desk.at("state_confirmation")
    assert code_of(desk.pass_step(application)) == (422, "confirmation_missing")
    letter = application.documents.get(purpose="state_confirmation")
    path = f"/api/vetting/{application.pk}/documents/{letter.pk}/judgement"
    refused = kit.put(desk.clients[0], path, {"judgement": "refused", "remark": "No seal."})
    assert refused.status_code == 200
    assert code_of(desk.pass_step(application)) == (422, "confirmation_missing")
    kit.put(desk.clients[0], path, {"judgement": "accepted", "remark": ""})
    assert desk.pass_step(application).status_code == 200


def test_a_document_is_refused_with_a_remark_only(desk: Desk) -> None:
    application = applications.submitted()
    path = (
        f"/api/vetting/{application.pk}/documents/{application.documents.get(purpose='mandate').pk}/judgement"
    )
    assert kit.put(desk.clients[0], path, {"judgement": "refused", "remark": " "}).status_code == 422
    assert kit.put(desk.clients[0], path, {"judgement": "refused", "remark": "Page 2."}).status_code == 200
    shown = applications.opened(application).get("/api/application").json()["documents"][0]
    assert (shown["judgement"], shown["remark"]) == ("refused", "Page 2.")


# --- returning, asking, declining ---


def test_what_is_returned_is_completed_and_goes_on_where_it_stood(desk: Desk) -> None:
    application = desk.at("eligibility")
    returned = desk.act(application, "return", revision=1, wanted=["note", "mandate"], text="More, please.")
    assert returned.status_code == 200
    assert desk.listed(application)["waits_for"] == "applicant"
    applicant = applications.opened(application)
    shown = applicant.get("/api/application").json()
    assert (shown["editable"], shown["wanted"]) == (True, ["mandate", "note"])
    assert shown["events"][-1]["text"] == "More, please."
    form = {**shown["form"], "mandate": "Under articles 4 to 9."}
    saved = kit.put(applicant, "/api/application/form", {"form": form, "seen": shown["changed_at"]}).json()
    assert desk.read(application)["form"]["mandate"] != form["mandate"], "not yet handed in"
    kit.post(applicant, "/api/application/submit", {"seen": saved["changed_at"]})
    case = desk.read(application)
    assert (case["step"], case["status"], case["revision"]) == ("eligibility", "vetting", 2)
    assert case["revisions"][1]["changes"] == ["mandate"]
    assert case["form"]["mandate"] == form["mandate"]


def test_documents_that_were_handed_in_stay_for_officers_after_the_applicant_has_taken_them_out(
    desk: Desk,
) -> None:
    application = applications.submitted()
    document = application.documents.get(purpose="mandate")
    desk.act(application, "return", revision=1, wanted=["documents.mandate"], text="Another, please.")
    applicant = applications.opened(application)
    assert applicant.delete(f"/api/application/documents/{document.pk}").status_code == 204
    assert applicant.get(f"/api/application/documents/{document.pk}/content").status_code == 404
    read = desk.clients[0].get(f"/api/vetting/{application.pk}/documents/{document.pk}/content")
    assert read.content == applications.PDF


def test_officers_do_not_read_what_was_not_handed_in(desk: Desk) -> None:
    application = applications.submitted()
    desk.act(application, "return", revision=1, wanted=[], text="More, please.")
    fresh = applications.add_document(applications.again(application), applications.PNG + b"x", "other")
    path = f"/api/vetting/{application.pk}/documents/{fresh.pk}/content"
    assert desk.clients[0].get(path).status_code == 404
    applications.submit(application)
    assert desk.clients[0].get(path).content == applications.PNG + b"x"


def test_a_question_waits_for_its_answer(desk: Desk) -> None:
    application = applications.submitted()
    assert desk.act(application, "ask", text="Who appoints the director?").status_code == 200
    assert code_of(desk.act(application, "ask", text="And when?")) == (409, "not_now")
    assert code_of(desk.pass_step(application)) == (409, "not_now")
    applicant = applications.opened(application)
    assert applicant.get("/api/application").json()["asked"]
    answered = kit.post(applicant, "/api/application/answer", {"text": "Parliament."})
    assert answered.status_code == 200
    assert kit.post(applicant, "/api/application/answer", {"text": "Parliament."}).status_code == 409
    assert desk.read(application)["events"][-1]["text"] == "Parliament."
    assert desk.pass_step(application).status_code == 200


def test_a_remark_is_for_officers_alone(desk: Desk) -> None:
    application = applications.submitted()
    desk.act(application, "remark", text="I met them in Vienna.")
    desk.pass_step(application, text="Private reason.")
    assert "Vienna" in str(desk.read(application))
    shown = applications.opened(application).get("/api/application").content.decode()
    assert "Vienna" not in shown
    assert "Private reason" not in shown
    assert all(officer not in shown for officer in desk.officers)


@pytest.mark.parametrize("step", ["completeness", "objections", "admission"])
def test_what_is_declined_is_over(desk: Desk, step: str) -> None:
    application = desk.at(step)
    declined = desk.act(application, "decline", revision=1, text="No public authority.")
    assert declined.status_code == 200
    assert desk.listed(application)["waits_for"] == "nobody"
    shown = applications.opened(application).get("/api/application").json()
    assert (shown["status"], shown["step"], shown["editable"]) == ("declined", None, False)
    assert shown["events"][-1]["text"] == "No public authority."
    for act in ("pass", "return", "ask", "remark", "offer", "decline"):
        body: Any = {"revision": 1, "step": "completeness", "wanted": [], "text": "Once more."}
        answer = desk.act(application, act, **body)
        assert answer.status_code in ((200,) if act == "remark" else (409, 422)), act


def test_an_applicant_withdraws_at_any_time_before_the_end(desk: Desk) -> None:
    application = desk.at("objections")
    applicant = applications.opened(application)
    assert kit.post(applicant, "/api/application/withdraw", {"text": ""}).status_code == 200
    assert desk.listed(application)["status"] == "withdrawn"
    assert kit.post(applicant, "/api/application/withdraw", {"text": ""}).status_code == 409


def test_a_step_is_decided_again(desk: Desk) -> None:
    application = desk.at("objections")
    back = desk.act(application, "back", step="eligibility", text="The law has changed.")
    assert back.status_code == 200
    case = desk.read(application)
    assert (case["step"], case["objections_until"]) == ("eligibility", None)
    assert [step["passed_at"] is not None for step in case["steps"]] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    for step in ("received", "eligibility", "admission", "nowhere"):
        assert code_of(desk.act(application, "back", step=step, text="Again.")) == (409, "not_now")


def test_mail_to_the_applicant_names_nothing(desk: Desk) -> None:
    application = applications.submitted()
    desk.act(application, "decline", revision=1, text="No public authority.")
    mail = applications.mails(application.email)[-1]
    assert "public authority" not in mail
    assert "Anti-Corruption" not in mail
    assert f"/apply#{applications.token_in(mail)}" in mail


def test_that_a_document_was_read_is_written_down(desk: Desk) -> None:
    application = applications.submitted()
    document = application.documents.get(purpose="mandate")
    desk.clients[1].get(f"/api/vetting/{application.pk}/documents/{document.pk}/content")
    row = AuditRow.objects.get(action="officer:document:read")
    assert (row.actor, row.details["document"]) == (desk.officers[1], document.pk)


def test_the_audit_log_holds_no_word_of_an_application(desk: Desk) -> None:
    application = desk.at("objections")
    desk.act(application, "decline", revision=1, text="No public authority.")
    logged = str(list(AuditRow.objects.values_list("details", flat=True)))
    for word in ("public authority", "In order", "Anti-Corruption", "xh.example"):
        assert word not in logged


# --- the list ---


def test_the_list_says_for_whom_each_waits(time: kit.Time, desk: Desk) -> None:
    waits = desk.at("completeness", email="a@xh.example")
    window = desk.at("objections", email="b@xh.example")
    assert desk.listed(waits)["waits_for"] == "me"
    assert desk.listed(window)["waits_for"] == "members"
    assert not desk.listed(waits)["overdue"]
    time.pass_by(6 * clock.DAY)
    assert desk.listed(waits)["overdue"]


def test_drafts_of_strangers_are_not_listed_and_those_of_officers_are(desk: Desk) -> None:
    draft = applications.draft()
    own = desk.clients[0]
    entered = kit.post(own, "/api/vetting", {"email": "b@xh.example", "language": "fr"}).json()
    rows = desk.clients[1].get("/api/vetting").json()["applications"]
    assert [row["id"] for row in rows] == [entered["id"]]
    assert desk.clients[0].get(f"/api/vetting/{draft.pk}").status_code == 404
    assert desk.act(draft, "remark", text="Whoever it is.").status_code == 404
    assert not draft.events.exists()
    assert own.get("/api/application").json()["id"] == entered["id"]
    assert desk.clients[1].get("/api/application").status_code == 404
    assert len(applications.mails("b@xh.example")) == 1


@pytest.mark.parametrize("number", [1, 6])
def test_the_list_takes_the_same_queries_whatever_its_length(
    desk: Desk, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        desk.at("admission", email=f"applicant{index}@xh.example")
    client = desk.clients[0]
    with django_assert_num_queries(10):  # the session, the caller, the device, the officer, six of the list
        rows = client.get("/api/vetting").json()["applications"]
    assert len(rows) == number


def test_a_case_takes_few_queries(desk: Desk, django_assert_max_num_queries: Any) -> None:
    application = desk.at("admission")
    client = desk.clients[0]
    with django_assert_max_num_queries(16):
        assert client.get(f"/api/vetting/{application.pk}").status_code == 200


# --- the steps ---


def step(key: str, kind: str = "check", **changed: Any) -> dict[str, Any]:
    return {**pipeline.SHIPPED[1], "key": key, "kind": kind, "days": None, **changed}


def steps(*middle: dict[str, Any]) -> list[dict[str, Any]]:
    return [pipeline.SHIPPED[0], *middle, pipeline.SHIPPED[-1]]


def set_steps(desk: Desk, given: list[dict[str, Any]], seen: int = 1) -> Any:
    return kit.put(desk.clients[0], "/api/vetting/pipeline", {"steps": given, "seen": seen})


def test_a_network_sets_its_own_steps_for_those_who_apply_from_now_on(desk: Desk) -> None:
    before = applications.submitted("before@xh.example")
    assert set_steps(desk, steps(step("interview", days=7))).status_code == 200
    after = applications.submitted("after@xh.example")
    assert [one["key"] for one in desk.read(before)["steps"]][1] == "completeness"
    assert [one["key"] for one in desk.read(after)["steps"]] == ["received", "interview", "admission"]
    desk.pass_step(after)
    assert applications.again(after).step == "admission"


def test_two_officers_do_not_set_steps_over_each_other(desk: Desk) -> None:
    assert set_steps(desk, steps(step("one"))).status_code == 200
    assert code_of(set_steps(desk, steps(step("two")))) == (409, "pipeline_changed")


def test_a_step_may_be_for_some_officers_only(desk: Desk) -> None:
    set_steps(desk, steps(step("legal", officers=[desk.officers[1]])))
    application = applications.submitted()
    assert code_of(desk.pass_step(application, 0)) == (409, "not_yours")
    assert desk.read(application, 0)["why_not"] == "not_your_step"
    assert (desk.listed(application, 0)["waits_for"], desk.listed(application, 1)["waits_for"]) == (
        "colleague",
        "me",
    )
    assert desk.pass_step(application, 1).status_code == 200


def test_a_step_for_officers_who_have_all_left_is_for_any(desk: Desk) -> None:
    set_steps(desk, steps(step("legal", officers=["ab" * 16])))
    application = applications.submitted()
    assert desk.listed(application)["waits_for"] == "me"
    assert desk.pass_step(application).status_code == 200


def test_a_step_may_be_for_another_officer_than_the_one_before(desk: Desk) -> None:
    set_steps(desk, steps(step("first"), step("second", another=True)))
    application = applications.submitted()
    desk.pass_step(application, 0)
    assert desk.read(application, 0)["why_not"] == "another_officer"
    assert code_of(desk.pass_step(application, 0)) == (409, "not_yours")
    assert desk.pass_step(application, 1).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [pipeline.SHIPPED[0]],
        [pipeline.SHIPPED[-1], pipeline.SHIPPED[0]],
        steps(step("one"), step("one")),
        steps(step("One")),
        steps(step("one", "receipt")),
        steps(step("one", "admission")),
        steps(step("one", "objection")),
        steps(step("one", "objection", days=1), step("two", "objection", days=1)),
        steps(step("one", days=0)),
        steps(step("one", days=366)),
        steps(step("one", officers=[])),
        steps(step("one", officers=["somebody"])),
        steps(step("one", title={"en": "One"})),
        steps(step("one", fax="")),
        steps(*(step(f"step{number}") for number in range(11))),
    ],
)
def test_what_are_no_steps_is_refused(desk: Desk, wrong: list[dict[str, Any]]) -> None:
    assert set_steps(desk, wrong).status_code == 422
    assert desk.clients[0].get("/api/vetting/pipeline").json()["version"] == 1


def test_nobody_but_officers_reads_or_decides(desk: Desk) -> None:
    application = applications.submitted()
    lead = kit.client_on_device(desk.qasrain.lead)
    assert lead.get(f"/api/vetting/{application.pk}").status_code == 404
    assert Application.objects.get().step == "completeness"


def test_no_link_of_an_applicant_is_kept_in_the_history(desk: Desk) -> None:
    application = applications.submitted()
    desk.act(application, "ask", text="Who appoints the director?")
    assert ApplicationLink.objects.filter(application=application).count() == 1


def test_what_an_officer_does_in_the_applicants_place_is_not_told_as_the_applicants(desk: Desk) -> None:
    application = desk.at("completeness")
    officer = desk.clients[0]
    with transaction.atomic():
        links.tell_news(application)
    token = applications.token_in(applications.mails(application.email)[-1])
    assert kit.post(officer, "/api/applications/open", {"token": token}).status_code == 200
    desk.act(application, "ask", officer=1, text="Which law?")
    assert kit.post(officer, "/api/application/answer", {"text": "Law 12."}).status_code == 200
    desk.act(application, "offer", officer=1, revision=1, text="As an observer?")
    assert kit.post(officer, "/api/application/observer", {"accept": True}).status_code == 200
    assert kit.post(officer, "/api/application/withdraw", {"text": ""}).status_code == 200
    told = [event for event in desk.read(application)["events"] if event["officer"] == desk.officers[0]]
    assert [event["act"] for event in told] == ["answered", "observer_accepted", "withdrawn"]
    assert AuditRow.objects.get(action=Action.APPLICATION_ANSWERED).actor == desk.officers[0]
