"""Every route of the API against every kind of caller. A route that declares no rule here fails.

Each rule names the level that the route must declare, who passes beyond it, and what those who pass may be answered.
Whoever does not pass is answered exactly as if there were nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings as portal
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client

from members import clock
from members.accounts import invitations, resets, sessions
from members.accounts.models import Account, Invitation, Passkey
from members.accounts.permissions import Level
from members.applications import objections, pipeline
from members.directory import absences
from members.protocol import statements
from members.protocol.encoding import b64
from members.register import proposals
from messaging.conversations.models import Conversation, Participant
from network.api import api
from tests import applications, charter, kit
from tests.authenticator import Authenticator

pytestmark = pytest.mark.django_db

# --- who asks ---

STRANGERS = ("nobody", "session ended", "removed person")
SIGNED_IN = (
    "first factor only",
    "lead without a device",
    "lead without a recent factor",
    "member",
    "deputy",
    "lead",
    "lead of another authority",
    "officer",
)
CALLERS = STRANGERS + SIGNED_IN
LEADS = {"lead", "lead without a device", "lead without a recent factor"}
PEOPLE = LEADS | {"member", "deputy"}
EVERYBODY = frozenset(SIGNED_IN)


@dataclass
class World:
    """A network with two authorities, one of them in a conversation."""

    network: kit.Network
    authority: kit.Authority
    member: kit.Person
    deputy: kit.Person
    other: kit.Authority
    removed: kit.Person
    conversation: str

    @property
    def lead(self) -> kit.Person:
        return self.authority.lead

    def client(self, caller: str) -> Client:
        lead = self.lead
        on_device: dict[str, kit.Person] = {
            "member": self.member,
            "deputy": self.deputy,
            "lead": lead,
            "lead of another authority": self.other.lead,
            "officer": self.network.officers[0],
            "removed person": self.removed,
        }
        if caller in on_device:
            return kit.client_on_device(on_device[caller])
        if caller == "lead without a device":
            return kit.quick_client(lead.account)
        if caller == "lead without a recent factor":
            return kit.client_on_device(lead, recently=False)
        if caller == "first factor only":
            return half_open(lead.account)
        client = Client()
        if caller == "session ended":
            client = kit.client_on_device(lead)
            sessions.end([kit.session_cookie(client)])
        return client


def half_open(account: Account) -> Client:
    store = SessionStore()
    store["first_factor"] = {"account": account.pk, "at": clock.now(), "failures": 0}
    store.create()
    client = Client()
    client.cookies[portal.SESSION_COOKIE_NAME] = store.session_key or ""
    return client


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all cases; each case is rolled back, and the world itself at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        network = kit.found_network()
        authority = kit.admit(network, "Integrity Commission", "XE")
        removed = kit.appoint(authority)
        made = World(
            network=network,
            authority=authority,
            member=kit.appoint(authority),
            deputy=kit.appoint(authority, "deputy"),
            other=kit.admit(network, "Economic Crime Authority", "XG"),
            removed=removed,
            conversation="ab" * 32,
        )
        kit.remove(authority, removed)
        conversation = Conversation.objects.create(
            identifier=made.conversation,
            participants=[authority.id],
            administrators=[authority.id],
            sequence=0,
            head="00" * 32,
            epoch_hash=made.conversation,
            created_at=clock.now(),
            last_at=clock.now(),
        )
        Participant.objects.create(conversation=conversation, authority=authority.id)
        yield made
        transaction.set_rollback(True)


# --- what is asked, and who passes ---

Fill = Callable[[World, Client], dict[str, str]]


@dataclass(frozen=True)
class Rule:
    """`who` passes beyond the level and gets a success or one of `codes`; `fill` gives the path its parts."""

    level: str
    who: frozenset[str] | set[str] = EVERYBODY
    codes: frozenset[str] | set[str] = frozenset()
    body: Callable[[World], object] | None = None
    fill: Fill = field(default=lambda world, client: {})
    query: str = ""


def own_session(world: World, client: Client) -> dict[str, str]:
    """A session of the lead, made for this case."""
    one = kit.quick_client(world.lead.account)
    return {"session_id": next(row["id"] for row in one.get("/api/sessions").json() if row["current"])}


def own_passkey(world: World, client: Client) -> dict[str, str]:
    """A passkey of the lead, made for this case."""
    kept = Passkey.objects.create(
        account=world.lead.account,
        credential_hash="ab" * 32,
        credential=Authenticator().attested(),
        name="Key",
        synced=False,
        prf=False,
    )
    return {"passkey_id": kept.pk}


def with_passkeys(world: World, client: Client) -> dict[str, str]:
    """Everybody has one."""
    people = [world.member, world.deputy, world.lead, world.other.lead, *world.network.officers]
    for number, one in enumerate(people):
        Passkey.objects.create(
            account=one.account,
            credential_hash=f"{number:064x}",
            credential=Authenticator().attested(),
            name="Key",
            synced=False,
            prf=False,
        )
    return {}


def leads_invitation(world: World, client: Client) -> dict[str, str]:
    body, _, _ = kit.invitation_body("focal_point", role="member")
    made = invitations.invite(inviter=world.lead.account, wanted=invitations.Wanted(**body))
    return {"invitation_id": made.pk}


def leads_reset(world: World, client: Client) -> dict[str, str]:
    made = resets.request_reset(
        helper=world.lead.id, reset_id="cd" * 16, account=world.member.id, token_hash="cd" * 32
    )
    return {"reset_id": made.pk}


def officers_reset(world: World, client: Client) -> dict[str, str]:
    made = resets.request_reset(
        helper=world.network.officers[1].id, reset_id="cd" * 16, account=world.lead.id, token_hash="cd" * 32
    )
    return {"reset_id": made.pk}


def waiting_proposal(world: World, client: Client) -> dict[str, str]:
    fields = {"authority": world.other.id, "reason": ""}
    entry = statements.parse_entry(
        world.network.sign("authority.suspended", world.other.standing, fields, officers=1)
    )
    envelope = statements.envelope(entry.payload, {one.keyid: one.signature for one in entry.signatures})
    made = proposals.propose(account=world.network.officers[0].id, envelope=envelope, invitation_id=None)
    return {"proposal_id": made.pk}


def members_absence(world: World, client: Client) -> dict[str, str]:
    days = absences.Days(TOMORROW, TOMORROW, ZONE, "")
    return {"absence_id": absences.enter(by=world.member.id, account=world.member.id, days=days).pk}


def former_leads_invitation(world: World, client: Client) -> dict[str, str]:
    """Made by somebody of the authority who is no longer there."""
    made = leads_invitation(world, client)
    Invitation.objects.filter(pk=made["invitation_id"]).update(inviter=world.removed.account)
    return made


def conversation(world: World, client: Client) -> dict[str, str]:
    return {"conversation": world.conversation}


def prepared_charter(world: World, client: Client) -> dict[str, str]:
    """What another officer has written."""
    charter.prepare(world.network.officers[1].id)
    return {}


def published_charter(world: World, client: Client) -> dict[str, str]:
    return {"number": charter.publish([one.id for one in world.network.officers]).number}


def application(world: World, client: Client) -> dict[str, str]:
    """One that was handed in."""
    return {"application_id": applications.submitted().pk}


def judged_application(world: World, client: Client) -> dict[str, str]:
    """One with its document."""
    made = applications.submitted()
    return {"application_id": made.pk, "document_id": made.documents.get(purpose="mandate").pk}


def application_at(step: str) -> Fill:
    def fill(world: World, client: Client) -> dict[str, str]:
        officers = [one.id for one in world.network.officers]
        return {"application_id": applications.bring_to(applications.submitted(), step, officers[1:]).pk}

    return fill


def objected_application(world: World, client: Client) -> dict[str, str]:
    made = application_at("objections")(world, client)
    for one in (world.lead, world.other.lead):
        objections.object_to(one.id, made["application_id"], text="We know them.")
    return made


def no_document(*_: object) -> dict[str, str]:
    return {"document_id": "ab" * 16, "number": "0"}


def given(body: object) -> Callable[[World], object]:
    return lambda _: body


TOMORROW = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
ZONE = "Asia/Tashkent"


def an_absence(**more: str) -> dict[str, str]:
    return {"first": str(TOMORROW), "last": str(TOMORROW), "zone": ZONE, **more}


NO_ASSERTION = {"id": "AA", "client_data": "", "authenticator_data": "", "signature": ""}
NO_REGISTRATION = {"id": "AA", "client_data": "", "attestation_object": "", "name": "Key", "prf": False}
NO_SIGNATURE = {"keyid": "00" * 32, "sig": ""}
A_DRAFT = {"generation": 1, "sealed": b64(bytes(284)), "base": 0}
A_CHARTER = {"number": "1.0", "effective": None, "texts": charter.TEXTS, "seen": 0}
NO_ENTRY = {"body": "", "signature": b64(bytes(64))}
NO_ITEM = {"items": [{"body": "", "signature": b64(bytes(64))}]}

WORDS = {"text": "In order."}
DECIDED = {"revision": 1, **WORDS}

RULES: dict[str, Rule] = {
    # sign-in
    "GET /session": Rule("none"),
    "POST /session/password": Rule(
        "none", codes={"wrong_credentials"}, body=given({"email": "a@example.org", "password": "wrong"})
    ),
    "POST /session/second-factor": Rule(
        "none", codes={"not_signed_in", "wrong_code"}, body=given({"code": "000000"})
    ),
    "DELETE /session": Rule("none"),
    "POST /session/confirm": Rule(
        "2fa before a passkey", codes={"wrong_code"}, body=given({"code": "000000"})
    ),
    "GET /sessions": Rule("2fa"),
    "DELETE /sessions/{session_id}": Rule("2fa", who=LEADS, fill=own_session),
    "GET /backup-codes": Rule("2fa"),
    "POST /backup-codes": Rule("recent"),
    "PUT /account/language": Rule("2fa before a passkey", body=given({"language": "fr"})),
    "GET /openapi.json": Rule("2fa"),
    # passkeys: a way in, and everybody's own
    "POST /session/passkey/options": Rule("none", body=given({})),
    "POST /session/passkey": Rule("none", codes={"wrong_passkey"}, body=given(NO_ASSERTION)),
    "POST /session/second-factor/passkey/options": Rule(
        "none", codes={"not_signed_in", "not_found"}, body=given({})
    ),
    "POST /session/second-factor/passkey": Rule(
        "none", codes={"not_signed_in", "wrong_passkey"}, body=given(NO_ASSERTION)
    ),
    "POST /session/confirm/passkey/options": Rule("2fa before a passkey", body=given({}), fill=with_passkeys),
    "POST /session/confirm/passkey": Rule(
        "2fa before a passkey", codes={"wrong_passkey"}, body=given(NO_ASSERTION)
    ),
    "GET /passkeys": Rule("2fa before a passkey"),
    "POST /passkeys/options": Rule("recent before a passkey", body=given({})),
    "POST /passkeys": Rule(
        "recent before a passkey", codes={"passkey_not_taken"}, body=given(NO_REGISTRATION)
    ),
    "PUT /passkeys/{passkey_id}": Rule("2fa", who=LEADS, body=given({"name": "Desk"}), fill=own_passkey),
    "DELETE /passkeys/{passkey_id}": Rule("recent", who=LEADS, fill=own_passkey),
    # enrolment
    "POST /invitations": Rule(
        "recent device",
        who=LEADS | {"lead of another authority"},
        body=lambda _: kit.invitation_body("focal_point", role="member")[0],
    ),
    "GET /invitations": Rule("device"),
    "DELETE /invitations/{invitation_id}": Rule("device", who=LEADS, fill=leads_invitation),
    "POST /enrolment/open": Rule("none", codes={"invitation_unknown"}, body=given({"token": "x" * 22})),
    "GET /enrolment": Rule("none", codes={"not_found"}),
    "POST /enrolment/password": Rule(
        "none", codes={"invitation_unknown"}, body=given({"password": kit.PASSWORD})
    ),
    "POST /enrolment/second-factor": Rule(
        "none", codes={"invitation_unknown"}, body=given({"code": "000000"})
    ),
    "POST /enrolment/keys": Rule(
        "2fa",
        codes={"not_found"},
        body=given({"identity_key": "", "statements": [], "attachments": {}}),
    ),
    # new factors for whoever lost them
    "POST /sign-in-resets": Rule(
        "recent device",
        who=LEADS,
        body=lambda world: {"id": "ab" * 16, "account": world.member.id, "token_hash": "ab" * 32},
    ),
    "GET /sign-in-resets": Rule("device"),
    "POST /sign-in-resets/{reset_id}/confirm": Rule(
        "recent device", who={"officer"}, body=given({}), fill=officers_reset
    ),
    "DELETE /sign-in-resets/{reset_id}": Rule("device", who=LEADS, fill=leads_reset),
    "POST /sign-in-reset/open": Rule("none", codes={"reset_unknown"}, body=given({"token": "x" * 22})),
    "POST /sign-in-reset/password": Rule(
        "none", codes={"reset_unknown"}, body=given({"password": kit.PASSWORD})
    ),
    "POST /sign-in-reset/second-factor": Rule(
        "none", codes={"reset_unknown"}, body=given({"code": "000000"})
    ),
    "POST /account/sign-in-reset-seen": Rule("device", body=given({})),
    # devices and keys
    "POST /device/challenge": Rule("2fa"),
    "POST /device/bind": Rule(
        "2fa", codes={"challenge_missing"}, body=given({"device": "00" * 32, "signature": ""})
    ),
    "GET /account/keys": Rule("2fa"),
    "GET /devices": Rule("2fa"),
    "PUT /bookmark": Rule("device", body=given({"sealed": "AAAA"})),
    "PUT /bookmark/key": Rule("device", body=given({"serial": 1, "sealed": b64(bytes(60))})),
    "PUT /passkeys/{passkey_id}/unlock": Rule(
        "device",
        codes={"unlock_key_unknown"},
        body=given({"unlock_key": "00" * 32, "sealed": b64(bytes(60))}),
        fill=own_passkey,
    ),
    "GET /bookmark": Rule("2fa", codes={"not_found"}),
    # the Register
    "GET /register/checkpoint": Rule("reader"),
    "GET /register/tile/{path:path}": Rule("reader", fill=lambda *_: {"path:path": "entries/000.p/1"}),
    "GET /register/proof/consistency": Rule("reader", query="?first=1&second=2"),
    "GET /register/proof/inclusion": Rule("reader", query="?index=0&size=1"),
    "GET /register/times": Rule("reader", query="?first=0&last=1"),
    "POST /register/attachments": Rule("2fa", body=given({"hashes": []})),
    "POST /register/append": Rule("2fa", codes={"rejected"}, body=given({"entries": [{}]})),
    "POST /register/proposals": Rule(
        "recent", who={"officer"}, codes={"rejected"}, body=given({"envelope": {}})
    ),
    "GET /register/proposals": Rule("2fa", who={"officer"}),
    "POST /register/proposals/{proposal_id}/sign": Rule(
        "recent", who={"officer"}, codes={"bad_signature"}, body=given(NO_SIGNATURE), fill=waiting_proposal
    ),
    "DELETE /register/proposals/{proposal_id}": Rule("2fa", who={"officer"}, fill=waiting_proposal),
    "GET /founding": Rule("2fa", who={"officer"}),
    "POST /founding/key": Rule(
        "2fa", who={"officer"}, codes={"already_founded"}, body=given({"identity_key": ""})
    ),
    "POST /founding/sign": Rule("2fa", who={"officer"}, codes={"already_founded"}, body=given(NO_SIGNATURE)),
    "GET /directory": Rule("2fa"),
    "GET /directory/entries": Rule("2fa"),
    "GET /directory/profiles": Rule("2fa"),
    "GET /directory/history": Rule("2fa", query="?subject=state/XD"),
    "GET /directory/institutions": Rule("2fa"),
    "POST /directory/entries": Rule("recent device", codes={"refused"}, body=given(NO_ENTRY)),
    "POST /directory/handed-back": Rule("device", codes={"not_restoring"}, body=given(NO_ENTRY)),
    "POST /directory/profiles": Rule("device", codes={"refused"}, body=given(NO_ENTRY)),
    # absences, and what somebody left behind
    "GET /absences": Rule("2fa"),
    "POST /absences": Rule(
        "device", who=LEADS | {"member", "deputy"}, body=lambda world: an_absence(account=world.member.id)
    ),
    "PUT /absences/{absence_id}": Rule(
        "device",
        who=LEADS | {"member", "deputy"},
        body=lambda _: an_absence(),
        fill=members_absence,
    ),
    "DELETE /absences/{absence_id}": Rule("device", who=LEADS | {"member", "deputy"}, fill=members_absence),
    "POST /code-differs": Rule("device", body=lambda world: {"account": world.network.officers[1].id}),
    "GET /left-behind": Rule("device"),
    "POST /invitations/{invitation_id}/take-over": Rule(
        "recent device", who={"lead"}, body=given({}), fill=former_leads_invitation
    ),
    # the demonstration, which this network is not
    "GET /demo/personas": Rule("none", codes={"not_found"}),
    "POST /demo/personas/{persona_id}/fill": Rule(
        "none", codes={"not_found"}, fill=lambda *_: {"persona_id": "arvenia_lead"}
    ),
    # what happened
    "GET /audit/own": Rule("2fa"),
    "GET /audit": Rule("2fa", who={"officer"}),
    "GET /audit/export": Rule("recent", who={"officer"}),
    # the charter
    "GET /charter": Rule("2fa"),
    "GET /charter/versions/{number}": Rule("2fa", fill=published_charter),
    "POST /charter/acceptances": Rule(
        "recent device",
        who=LEADS | {"lead of another authority"},
        codes={"refused"},
        body=given({"body": "", "signature": b64(bytes(64))}),
    ),
    "GET /charter/draft": Rule("device", who={"officer"}),
    "GET /charter/template": Rule("device", who={"officer"}),
    "PUT /charter/draft": Rule("device", who={"officer"}, body=given(A_CHARTER)),
    "DELETE /charter/draft": Rule("device", who={"officer"}, fill=prepared_charter),
    "POST /charter/draft/publish": Rule(
        "recent device",
        who={"officer"},
        codes={"charter_changed"},
        body=given({"hash": "00" * 32}),
        fill=prepared_charter,
    ),
    "POST /charter/versions/{number}/remind": Rule(
        "device", who={"officer"}, body=given({}), fill=published_charter
    ),
    # applications: whoever holds the link has the application in their session
    "POST /applications": Rule("none", body=given({"email": "a@xh.example", "language": "en"})),
    "POST /applications/open": Rule("none", codes={"not_found"}, body=given({"token": "x" * 22})),
    "GET /application": Rule("none", codes={"not_found"}),
    "POST /application/leave": Rule("none", body=given({})),
    "PUT /application/form": Rule("none", codes={"not_found"}, body=given({"form": {}, "seen": 0})),
    "POST /application/submit": Rule("none", codes={"not_found"}, body=given({"seen": 0})),
    "POST /application/answer": Rule("none", codes={"not_found"}, body=given(WORDS)),
    "POST /application/observer": Rule("none", codes={"not_found"}, body=given({"accept": True})),
    "POST /application/withdraw": Rule("none", codes={"not_found"}, body=given(WORDS)),
    "POST /application/documents": Rule(
        "none",
        codes={"not_found"},
        body=given({"name": "Law", "purpose": "mandate", "size": 1, "sha256": "ab" * 32}),
    ),
    "PUT /application/documents/{document_id}/parts/{number}": Rule(
        "none", codes={"not_found"}, fill=no_document
    ),
    "POST /application/documents/{document_id}/complete": Rule(
        "none", codes={"not_found"}, body=given({}), fill=no_document
    ),
    "DELETE /application/documents/{document_id}": Rule("none", codes={"not_found"}, fill=no_document),
    "GET /application/documents/{document_id}/content": Rule("none", codes={"not_found"}, fill=no_document),
    # vetting
    "GET /vetting": Rule("device", who={"officer"}),
    "POST /vetting": Rule("device", who={"officer"}, body=given({"email": "a@xh.example", "language": "en"})),
    "GET /vetting/pipeline": Rule("device", who={"officer"}),
    "PUT /vetting/pipeline": Rule(
        "recent device", who={"officer"}, body=given({"steps": pipeline.SHIPPED, "seen": 1})
    ),
    "GET /vetting/{application_id}": Rule("device", who={"officer"}, fill=application),
    "POST /vetting/{application_id}/pass": Rule(
        "recent device", who={"officer"}, body=given({"step": "completeness", **DECIDED}), fill=application
    ),
    "POST /vetting/{application_id}/back": Rule(
        "recent device",
        who={"officer"},
        body=given({"step": "completeness", **WORDS}),
        fill=application_at("eligibility"),
    ),
    "POST /vetting/{application_id}/return": Rule(
        "recent device", who={"officer"}, body=given({"wanted": ["mandate"], **DECIDED}), fill=application
    ),
    "POST /vetting/{application_id}/ask": Rule(
        "device", who={"officer"}, body=given(WORDS), fill=application
    ),
    "POST /vetting/{application_id}/remark": Rule(
        "device", who={"officer"}, body=given(WORDS), fill=application
    ),
    "POST /vetting/{application_id}/offer": Rule(
        "recent device", who={"officer"}, body=given(DECIDED), fill=application
    ),
    "POST /vetting/{application_id}/decline": Rule(
        "recent device", who={"officer"}, body=given(DECIDED), fill=application
    ),
    "POST /vetting/{application_id}/settle": Rule(
        "recent device",
        who={"officer"},
        codes={"not_found"},
        body=given({"event": 0, **WORDS}),
        fill=application_at("objections"),
    ),
    "PUT /vetting/{application_id}/documents/{document_id}/judgement": Rule(
        "device",
        who={"officer"},
        body=given({"judgement": "accepted", "remark": ""}),
        fill=judged_application,
    ),
    "GET /vetting/{application_id}/documents/{document_id}/content": Rule(
        "device", who={"officer"}, fill=judged_application
    ),
    "GET /objections": Rule("device", who=LEADS | {"deputy", "lead of another authority"}),
    "POST /objections/{application_id}": Rule(
        "recent device",
        who=LEADS | {"deputy", "lead of another authority"},
        body=given(WORDS),
        fill=application_at("objections"),
    ),
    "DELETE /objections/{application_id}": Rule(
        "device", who=LEADS | {"deputy", "lead of another authority"}, fill=objected_application
    ),
    # conversations
    "GET /conversations": Rule("device"),
    "POST /conversations": Rule("device", codes={"refused"}, body=given(NO_ITEM)),
    "POST /conversations/sync": Rule("device", body=given({"held": {}})),
    "GET /conversations/{conversation}/items": Rule("device", who=PEOPLE, fill=conversation),
    "POST /conversations/{conversation}/items": Rule(
        "device", who=PEOPLE, codes={"refused"}, body=given(NO_ITEM), fill=conversation
    ),
    "GET /conversations/{conversation}/epochs": Rule("device", who=PEOPLE, fill=conversation),
    "GET /conversations/{conversation}/missing": Rule("device", who=PEOPLE, fill=conversation),
    "GET /conversations/{conversation}/skeleton": Rule("device", who=PEOPLE, fill=conversation),
    "POST /conversations/{conversation}/bad-boxes": Rule(
        "device",
        who=PEOPLE,
        codes={"nothing_to_report"},
        body=given({"epoch": 1, "generation": 1}),
        fill=conversation,
    ),
    # drafts: everybody's own
    "GET /drafts": Rule("device"),
    "PUT /drafts/{slot}": Rule("device", body=given(A_DRAFT), fill=lambda *_: {"slot": "new"}),
    "DELETE /drafts/{slot}": Rule("device", fill=lambda *_: {"slot": "new"}, query="?base=0"),
    # sightings: handed in by the device that made them, shown to whom it shares a conversation with
    "POST /sightings": Rule("device", codes={"refused"}, body=given({"body": "", "signature": ""})),
    "GET /sightings": Rule("device"),
    # after an older copy was put back, which this database is not
    "GET /restoration": Rule("2fa"),
    "POST /restoration/register": Rule(
        "2fa", codes={"refused"}, body=given({"checkpoint": "", "first": 0, "entries": []})
    ),
    "POST /restoration/conversations": Rule(
        "device",
        codes={"not_restoring"},
        body=given(
            {
                "conversation": "ab" * 32,
                "before_head": "00" * 32,
                "items": [{"sequence": 1, "received_at": 0, "body": "", "signature": b64(bytes(64))}],
            }
        ),
    ),
    # a read mark where nothing can be read is passed over in silence
    "POST /conversations/{conversation}/read": Rule("device", body=given({"sequence": 0}), fill=conversation),
}

LEVELS_WITH_DEVICE = {"device", "recent device"}
LEVELS_WITH_RECENT_FACTOR = {"recent", "recent before a passkey", "recent device"}
LEVELS_BEFORE_A_PASSKEY = {"none", "2fa before a passkey", "recent before a passkey"}


def routes() -> dict[str, list[object]]:
    """Every operation of the route table with the checks that it declares."""
    found: dict[str, list[object]] = {}
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    found[f"{method} {path}"] = list(operation.auth_callbacks)
    return found


def expected(rule: Rule, caller: str) -> tuple[int, str] | None:
    """The refusal that this caller must get, or None for those who pass."""
    if rule.level == "none":
        return None
    if caller in STRANGERS:
        return 401, "not_signed_in"
    if caller == "first factor only":
        return 401, "second_factor_needed"
    if rule.level in LEVELS_WITH_DEVICE and caller == "lead without a device":
        return 403, "device_needed"
    if rule.level in LEVELS_WITH_RECENT_FACTOR and caller == "lead without a recent factor":
        return 403, "confirm_again"
    return None if caller in rule.who else (404, "not_found")


def ask(world: World, client: Client, route: str, rule: Rule) -> Any:
    method, path = route.split(" ", 1)
    for name, value in rule.fill(world, client).items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, "the rule fills every part of the path"
    if rule.body is None:
        return client.generic(method, f"/api{path}{rule.query}")
    send = {"POST": kit.post, "PUT": kit.put}[method]
    return send(client, f"/api{path}", rule.body(world))


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    assert sorted(routes()) == sorted(RULES)


@pytest.mark.parametrize("route", sorted(RULES))
def test_each_route_declares_the_level_of_its_rule(route: str) -> None:
    declared = routes()[route]
    assert [level.name for level in declared if isinstance(level, Level)] == [RULES[route].level]
    assert len(declared) == 1


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", sorted(RULES))
def test_each_caller_gets_what_the_rule_says(world: World, route: str, caller: str) -> None:
    rule = RULES[route]
    answer = ask(world, world.client(caller), route, rule)
    refusal = expected(rule, caller)
    code = (
        answer.json().get("code")
        if answer.headers["Content-Type"].startswith("application/problem")
        else None
    )
    if refusal is not None:
        assert (answer.status_code, code) == refusal
    elif code is not None:
        assert code in rule.codes, answer.content
    else:
        assert 200 <= answer.status_code < 300


@pytest.mark.parametrize("route", sorted(RULES))
def test_where_officers_need_passkeys_they_come_no_further_without(
    world: World, route: str, settings: Any
) -> None:
    settings.OFFICERS_NEED_PASSKEYS = True
    rule = RULES[route]
    answer = ask(world, world.client("officer"), route, rule)
    refused = answer.status_code == 403 and answer.json()["code"] == "passkey_needed"
    assert refused == (rule.level not in LEVELS_BEFORE_A_PASSKEY)


def test_a_caller_is_named_in_every_way_the_rules_need() -> None:
    assert {"lead", "deputy", "member", "officer"} <= set(CALLERS)
    for rule in RULES.values():
        assert set(rule.who) <= EVERYBODY
