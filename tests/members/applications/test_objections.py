"""While the window is open, leads and deputies read what is told of an application, and may object."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members import clock
from members.applications import announcing, objections
from members.applications.models import Application
from members.background.models import Task
from tests import applications, kit
from tests.members.applications.conftest import Desk


@pytest.fixture
def window(desk: Desk) -> Application:
    return desk.at("objections")


@pytest.fixture
def lead(desk: Desk) -> Client:
    return kit.client_on_device(desk.qasrain.lead)


def object_to(client: Client, application: Application, text: str = "We know them.") -> Any:
    return kit.post(client, f"/api/objections/{application.pk}", {"text": text})


def test_members_read_what_the_authority_is_and_no_person_and_no_document(
    window: Application, lead: Client
) -> None:
    listed = lead.get("/api/objections").json()
    assert [row["name_en"] for row in listed] == ["Anti-Corruption Agency"]
    assert "xh.example" not in str(listed)
    assert "Director" not in str(listed)
    assert listed[0]["own"] is None


def test_an_objection_is_read_by_officers_and_by_nobody_else(
    desk: Desk, window: Application, lead: Client
) -> None:
    assert object_to(lead, window).status_code == 204
    assert lead.get("/api/objections").json()[0]["own"]["text"] == "We know them."
    assert kit.client_on_device(desk.norvik.lead).get("/api/objections").json()[0]["own"] is None
    applicant = applications.opened(window).get("/api/application").content.decode()
    assert "We know them" not in applicant
    case = desk.read(window)
    assert case["objections"] == 1
    assert (case["events"][-1]["text"], case["events"][-1]["authority"]) == ("We know them.", desk.qasrain.id)


def test_an_authority_objects_once_and_in_its_newest_words(
    desk: Desk, window: Application, lead: Client
) -> None:
    object_to(lead, window)
    object_to(kit.client_on_device(desk.deputy), window, "We know them well.")
    assert desk.read(window)["objections"] == 1
    assert lead.get("/api/objections").json()[0]["own"]["text"] == "We know them well."


def test_an_objection_is_withdrawn(desk: Desk, window: Application, lead: Client) -> None:
    object_to(lead, window)
    assert lead.delete(f"/api/objections/{window.pk}").status_code == 204
    assert lead.delete(f"/api/objections/{window.pk}").status_code == 404
    assert desk.read(window)["objections"] == 0


def test_a_window_without_objections_closes_by_itself(
    time: kit.Time, desk: Desk, window: Application
) -> None:
    assert desk.pass_step(window).json()["code"] == "not_now"
    time.pass_by(14 * clock.DAY - 1)
    objections.close_ended()
    assert applications.again(window).step == "objections"
    time.pass_by(1)
    objections.close_ended()
    objections.close_ended()
    case = desk.read(window)
    assert case["step"] == "admission"
    assert [event["act"] for event in case["events"]].count("window_closed") == 1


def test_an_objection_keeps_it_until_it_is_settled(
    time: kit.Time, desk: Desk, window: Application, lead: Client
) -> None:
    object_to(lead, window)
    time.pass_by(14 * clock.DAY)
    objections.close_ended()
    assert desk.pass_step(window).json()["code"] == "objections_open"
    event = next(one["id"] for one in desk.read(window)["events"] if one["act"] == "objected")
    assert desk.act(window, "settle", event=event, text="Talked to both.").status_code == 200
    assert desk.act(window, "settle", event=event, text="Again.").status_code == 404
    assert desk.pass_step(window).status_code == 200
    assert applications.again(window).step == "admission"


def test_after_the_window_nobody_objects(time: kit.Time, desk: Desk, window: Application) -> None:
    time.pass_by(14 * clock.DAY)
    lead = kit.client_on_device(desk.qasrain.lead)
    assert lead.get("/api/objections").json() == []
    assert object_to(lead, window).status_code == 404


def test_who_is_no_lead_or_deputy_of_an_active_authority_has_no_say(desk: Desk, window: Application) -> None:
    member = kit.client_on_device(kit.appoint(desk.norvik))
    assert member.get("/api/objections").status_code == 404
    lead = kit.client_on_device(desk.norvik.lead)
    desk.network.act("authority.suspended", desk.norvik.standing, authority=desk.norvik.id, reason="")
    assert lead.get("/api/objections").status_code == 404
    assert object_to(lead, window).status_code == 404


def test_leads_are_told_by_mail_that_an_application_waits(desk: Desk, window: Application) -> None:
    assert Task.objects.filter(name="applications.tell_members").count() == 1
    announcing.tell_members.function(application=window.pk)
    leads = {desk.qasrain.lead.account.email, desk.norvik.lead.account.email}
    for address in leads:
        (mail,) = applications.mails(address)
        assert "/objections" in mail
        assert "Anti-Corruption" not in mail
    told = {one.arguments["to"] for one in Task.objects.filter(name="mail.deliver")}
    assert told == leads


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_takes_the_same_queries_whatever_its_length(
    desk: Desk, lead: Client, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        desk.at("objections", email=f"applicant{index}@xh.example")
    with django_assert_num_queries(8):
        assert len(lead.get("/api/objections").json()) == number
