"""Two officers admit what was submitted last: no one alone, nobody twice, nothing that has changed in between."""

from __future__ import annotations

from typing import Any

import pytest

from members.applications import services
from members.applications.models import Application
from members.directory.models import AuthorityName
from members.protocol import statements
from members.protocol.encoding import b64, unb64
from members.register import ledger
from members.register.models import Proposal, RegisterAuthority
from tests import applications, kit
from tests.members.applications.conftest import Desk

NAMED = {"name": "Anti-Corruption Agency", "state": "XH", "kind": "member"}


@pytest.fixture
def application(desk: Desk) -> Application:
    return desk.at("admission")


def digest_of(application: Application) -> str:
    return str(application.revisions.get(number=applications.again(application).revision).digest)


def invite_lead(desk: Desk, application: Application, officer: int = 0, **changed: Any) -> kit.Invited:
    more = {"email": "lead@xh.example", "authority": NAMED, "application": application.pk, **changed}
    return kit.invite(desk.clients[officer], "lead", **more)


def refused_invitation(desk: Desk, application: Application, **changed: Any) -> str:
    more = {"email": "lead@xh.example", "authority": NAMED, "application": application.pk, **changed}
    body, _, _ = kit.invitation_body("lead", **more)
    return str(kit.post(desk.clients[0], "/api/invitations", body).json()["code"])


def admission(
    desk: Desk, invited: kit.Invited, lead: kit.Person, digest: str | None, officer: int = 0, **changed: Any
) -> bytes:
    fields = {
        "application": digest,
        "authority": invited.authority,
        "kind": "member",
        "lead": {
            "account": lead.id,
            "commitment": invited.commitment,
            "identity_key": b64(lead.identity_key),
        },
        "name": NAMED["name"],
        "state": NAMED["state"],
        "verification": "code_compared",
        **changed,
    }
    seeds = [desk.network.officers[officer].identity_seed]
    subject = statements.standing(str(invited.authority))
    return kit.sign("authority.admitted", subject, seeds, fields, network=desk.network.id)


def propose(
    desk: Desk, entry: bytes, invitation: str | None, officer: int = 0, why: str = "In order."
) -> Any:
    parsed = statements.parse_entry(entry)
    envelope = statements.envelope(parsed.payload, {one.keyid: one.signature for one in parsed.signatures})
    body = {"envelope": envelope, "invitation": invitation, "why": why}
    return kit.post(desk.clients[officer], "/api/register/proposals", body)


def sign(desk: Desk, officer: int = 1, why: str = "Checked again.") -> Any:
    proposal = desk.clients[officer].get("/api/register/proposals").json()[0]
    seed = desk.network.officers[officer].identity_seed
    signature = statements.sign_payload(unb64(proposal["envelope"]["payload"]), seed)
    body = {"keyid": signature.keyid, "sig": b64(signature.signature), "why": why}
    return kit.post(desk.clients[officer], f"/api/register/proposals/{proposal['id']}/sign", body)


def proposed(desk: Desk, application: Application) -> tuple[kit.Invited, kit.Person]:
    """The lead has enrolled and the first officer has signed."""
    invited = invite_lead(desk, application)
    _, lead = kit.enrol(invited, role="lead")
    entry = admission(desk, invited, lead, digest_of(application))
    assert propose(desk, entry, invited.id).status_code == 200
    return invited, lead


def code_of(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code")


def test_two_officers_admit_on_an_application(desk: Desk, application: Application) -> None:
    invited, lead = proposed(desk, application)
    assert (desk.listed(application, 0)["waits_for"], desk.listed(application, 1)["waits_for"]) == (
        "colleague",
        "me",
    )
    listed = desk.clients[1].get("/api/register/proposals").json()[0]
    assert listed["application"] == application.pk
    assert listed["signatures"][0]["why"] == "In order."
    assert sign(desk).status_code == 200
    admitted = ledger.current().state.authorities[str(invited.authority)]
    assert (admitted.name, admitted.lead, admitted.status) == (NAMED["name"], lead.id, "active")
    case = desk.read(application)
    assert (case["status"], case["authority"], case["proposal"]) == ("admitted", invited.authority, None)
    signed = [(event["act"], event["officer"], event["text"]) for event in case["events"]][-3:]
    assert signed == [
        ("signed", desk.officers[0], "In order."),
        ("signed", desk.officers[1], "Checked again."),
        ("admitted", desk.officers[1], ""),
    ]
    names = AuthorityName.objects.filter(authority=str(invited.authority))
    assert set(names.values_list("language", "text")) == {
        ("en", NAMED["name"]),
        ("ru", "Агентство по противодействию коррупции"),
    }


def test_what_enters_the_register_names_the_application_that_both_read(
    desk: Desk, application: Application
) -> None:
    digest = digest_of(application)
    proposed(desk, application)
    sign(desk)
    entry = next(one for one in reversed(kit.entries()) if one.type == "authority.admitted")
    assert entry.fields["application"] == digest
    assert len(entry.signatures) == 2


def test_an_observer_is_admitted_without_a_lead(desk: Desk) -> None:
    application = desk.at("admission", membership="observer", powers=["prevent"])
    fields = {
        "application": digest_of(application),
        "authority": "ab" * 16,
        "kind": "observer",
        "lead": None,
        "name": NAMED["name"],
        "state": NAMED["state"],
        "verification": "code_compared",
    }
    entry = desk.network.sign("authority.admitted", statements.standing("ab" * 16), fields, officers=1)
    assert propose(desk, entry, None).status_code == 200
    assert sign(desk).status_code == 200
    assert RegisterAuthority.objects.get(pk="ab" * 16).kind == "observer"
    assert applications.again(application).status == "admitted"


# --- one officer alone ---


def test_one_officer_does_not_admit_with_two_browsers(desk: Desk, application: Application) -> None:
    proposed(desk, application)
    again = kit.client_on_device(desk.network.officers[0])
    proposal = again.get("/api/register/proposals").json()[0]
    signature = statements.sign_payload(
        unb64(proposal["envelope"]["payload"]), desk.network.officers[0].identity_seed
    )
    body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
    answer = kit.post(again, f"/api/register/proposals/{proposal['id']}/sign", body)
    assert code_of(answer) == (409, "already_signed")
    assert applications.again(application).status == "vetting"


def test_a_signature_is_not_handed_in_for_another_officer(desk: Desk, application: Application) -> None:
    proposed(desk, application)
    proposal = desk.clients[1].get("/api/register/proposals").json()[0]
    theirs = proposal["envelope"]["signatures"][0]
    answer = kit.post(
        desk.clients[1],
        f"/api/register/proposals/{proposal['id']}/sign",
        {"keyid": theirs["keyid"], "sig": theirs["sig"]},
    )
    assert code_of(answer) == (422, "bad_signature")


def test_a_signature_of_one_admission_is_worth_nothing_under_another(
    desk: Desk, application: Application
) -> None:
    proposed(desk, application)
    first = desk.clients[1].get("/api/register/proposals").json()[0]
    seed = desk.network.officers[1].identity_seed
    kept = statements.sign_payload(unb64(first["envelope"]["payload"]), seed)
    desk.clients[0].delete(f"/api/register/proposals/{first['id']}")
    other = desk.network.sign(
        "authority.suspended", desk.norvik.standing, {"authority": desk.norvik.id, "reason": ""}, officers=1
    )
    propose(desk, other, None)
    second = desk.clients[1].get("/api/register/proposals").json()[0]
    body = {"keyid": kept.keyid, "sig": b64(kept.signature)}
    answer = kit.post(desk.clients[1], f"/api/register/proposals/{second['id']}/sign", body)
    assert code_of(answer) == (422, "bad_signature")


# --- what has changed ---


def test_a_changed_application_between_the_signatures_is_not_admitted(
    desk: Desk, application: Application
) -> None:
    invited, _ = proposed(desk, application)
    desk.act(application, "return", officer=2, revision=1, wanted=["note"], text="One thing more.")
    assert code_of(sign(desk)) == (409, "application_changed")
    held = applications.again(application)
    services.save(held, given={**held.form, "note": "Now with a note."}, seen=held.changed_at)
    applications.submit(application)
    case = desk.read(application, 1)
    assert case["revisions"][-1]["changes"] == ["note"]
    assert case["proposal"] is not None
    assert code_of(sign(desk)) == (409, "application_changed")
    assert str(invited.authority) not in ledger.current().state.authorities


def test_after_a_change_the_first_officer_signs_anew(desk: Desk, application: Application) -> None:
    invited, lead = proposed(desk, application)
    desk.act(application, "return", officer=2, revision=1, wanted=[], text="One thing more.")
    applications.submit(application)
    stale = desk.clients[1].get("/api/register/proposals").json()[0]
    assert desk.clients[0].delete(f"/api/register/proposals/{stale['id']}").status_code == 204
    assert (
        propose(desk, admission(desk, invited, lead, digest_of(application)), invited.id).status_code == 200
    )
    assert sign(desk).status_code == 200
    assert applications.again(application).status == "admitted"


def test_the_digest_of_an_earlier_submission_is_not_proposed(desk: Desk, application: Application) -> None:
    digest = digest_of(application)
    invited = invite_lead(desk, application)
    _, lead = kit.enrol(invited, role="lead")
    desk.act(application, "return", officer=2, revision=1, wanted=[], text="One thing more.")
    applications.submit(application)
    answer = propose(desk, admission(desk, invited, lead, digest), invited.id)
    assert code_of(answer) == (409, "application_changed")


@pytest.mark.parametrize("act", ["decline", "return", "ask", "offer", "back"])
def test_what_no_longer_stands_at_its_admission_is_not_signed(
    desk: Desk, application: Application, act: str
) -> None:
    proposed(desk, application)
    body = {"revision": 1, "wanted": [], "step": "eligibility", "text": "Not yet."}
    assert desk.act(application, act, officer=2, **body).status_code == 200
    if act == "decline":
        assert not Proposal.objects.exists()
    else:
        assert code_of(sign(desk)) == (409, "application_changed")
    assert "Anti-Corruption Agency" not in {one.name for one in ledger.current().state.authorities.values()}


def test_the_lead_of_a_declined_application_is_locked_out(desk: Desk, application: Application) -> None:
    invited = invite_lead(desk, application)
    client, _ = kit.enrol(invited, role="lead")
    desk.act(application, "decline", officer=2, revision=1, text="Not now.")
    assert client.get("/api/session").json()["state"] == "anonymous"


def test_a_signature_is_withdrawn_until_the_second_is_there(desk: Desk, application: Application) -> None:
    proposed(desk, application)
    proposal = desk.clients[0].get("/api/register/proposals").json()[0]
    assert desk.clients[0].delete(f"/api/register/proposals/{proposal['id']}").status_code == 204
    case = desk.read(application)
    assert (case["proposal"], case["signatures"], case["events"][-1]["act"]) == (None, 0, "unsigned")


# --- what is not what the application says ---


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "Another Agency"}, "application_differs"),
        ({"state": "XG"}, "application_differs"),
        ({"application": "ab" * 32}, "application_unknown"),
        ({"application": None}, "application_differs"),
    ],
)
def test_what_the_application_does_not_say_is_not_proposed(
    desk: Desk, application: Application, changed: dict[str, Any], code: str
) -> None:
    invited = invite_lead(desk, application)
    _, lead = kit.enrol(invited, role="lead")
    entry = admission(desk, invited, lead, digest_of(application), **changed)
    assert code_of(propose(desk, entry, invited.id)) == (422, code)


def test_another_lead_than_the_one_named_is_not_proposed(desk: Desk, application: Application) -> None:
    invited = kit.invite(desk.clients[0], "lead", authority=NAMED)
    _, lead = kit.enrol(invited, role="lead")
    entry = admission(desk, invited, lead, digest_of(application))
    assert code_of(propose(desk, entry, invited.id)) == (422, "application_differs")


def test_a_lead_whom_the_newest_submission_no_longer_names_is_not_proposed(
    desk: Desk, application: Application
) -> None:
    invited = invite_lead(desk, application)
    _, lead = kit.enrol(invited, role="lead")
    desk.act(application, "return", officer=2, revision=1, wanted=["lead"], text="Who leads?")
    held = applications.again(application)
    points = [applications.point("lead", "new@xh.example"), applications.point("deputy", "lead@xh.example")]
    services.save(held, given={**held.form, "focal_points": points}, seen=held.changed_at)
    applications.submit(application)
    entry = admission(desk, invited, lead, digest_of(application))
    assert code_of(propose(desk, entry, invited.id)) == (422, "application_differs")


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "somebody@xh.example"},
        {"email": "deputy@xh.example"},
        {"authority": {**NAMED, "name": "Another Agency"}},
        {"authority": {**NAMED, "state": "XG"}},
    ],
)
def test_nobody_is_invited_whom_the_application_does_not_name(
    desk: Desk, application: Application, changed: dict[str, Any]
) -> None:
    assert refused_invitation(desk, application, **changed) == "application_differs"


def test_before_its_admission_no_lead_is_invited(desk: Desk) -> None:
    assert refused_invitation(desk, desk.at("eligibility")) == "not_at_admission"


def test_the_admission_may_be_for_another_officer_than_the_step_before(desk: Desk) -> None:
    steps = [dict(one) for one in desk.clients[0].get("/api/vetting/pipeline").json()["steps"]]
    steps = [{**one, "another": one["kind"] == "admission"} for one in steps if one["kind"] != "objection"]
    kit.put(desk.clients[0], "/api/vetting/pipeline", {"steps": steps, "seen": 1})
    application = desk.at("admission", passed_by=0)
    invited = invite_lead(desk, application)
    _, lead = kit.enrol(invited, role="lead")
    own = propose(desk, admission(desk, invited, lead, digest_of(application)), invited.id)
    assert code_of(own) == (409, "not_yours")
    theirs = admission(desk, invited, lead, digest_of(application), officer=1)
    assert propose(desk, theirs, invited.id, officer=1).status_code == 200
