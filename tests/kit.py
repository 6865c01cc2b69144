"""A small kit for tests: people, signed-in clients, and a founded network whose signatures are real.

    network = kit.found_network()              # three officers
    authority = kit.admit(network, "Integrity Commission", "XE")
    person = kit.appoint(authority, role="deputy")
    client = kit.client_on_device(person)      # both factors given, session bound to the device

Everything goes through the services, and the signatures are made with members/protocol as a browser makes them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts.models import Account, SignedInSession, fresh_id, normal_email
from members.directory.services import know_person
from members.protocol import boxes, person, recovery, signing, statements
from members.protocol.encoding import b64, b64url, unb64
from members.register import founding, ledger
from members.register.models import Entry, FoundingOfficer, Head
from members.register.services import append as append_to_register
from network.demo.codes import next_unused_code

PASSWORD = "correct horse battery staple"
FUNCTION = "focal point"


class Time:
    """The clock of a test, which stands still until time passes by."""

    def __init__(self, at: int) -> None:
        self.at = at

    def pass_by(self, milliseconds: int) -> None:
        self.at += milliseconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time passes only when the test says so, for the server and for one-time codes."""
    it = Time(clock.now())
    monkeypatch.setattr("members.clock.source", lambda: it.at)
    monkeypatch.setattr("time.time", lambda: it.at / 1000)
    return it


# --- people who sign in ---


def make_account(email: str | None = None, *, account: str | None = None) -> Account:
    """An account with both factors set up, whose password is PASSWORD."""
    made = Account(
        id=account or fresh_id(),
        email=normal_email(email or f"{fresh_id()}@example.org"),
        enrolled_at=clock.now(),
    )
    made.set_password(PASSWORD)
    made.save()
    TOTPDevice.objects.create(user=made, name="authenticator", confirmed=True)
    return made


def code_for(account: Account) -> str:
    """The next code of the account's authenticator that was not used yet."""
    return next_unused_code(account)


def sign_in(client: Client, account: Account) -> Client:
    """Sign in with both factors over HTTP, as a person does."""
    first = post(client, "/api/session/password", {"email": account.email, "password": PASSWORD})
    assert first.status_code == 200, first.content
    second = post(client, "/api/session/second-factor", {"code": code_for(account)})
    assert second.status_code == 200, second.content
    return client


# --- requests ---


def post(client: Client, path: str, body: object, **more: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", **more)


def put(client: Client, path: str, body: object, **more: Any) -> Any:
    return client.put(path, json.dumps(body), content_type="application/json", **more)


def delete(client: Client, path: str, **more: Any) -> Any:
    return client.delete(path, **more)


def append(
    client: Client,
    entries: list[bytes],
    attachments: Mapping[str, bytes] | None = None,
    *,
    invitation: str | None = None,
) -> Any:
    """Append over HTTP, as a browser does."""
    body = {
        "entries": [json.loads(raw) for raw in entries],
        "attachments": {name: b64(data) for name, data in (attachments or {}).items()},
        "invitation": invitation,
    }
    return post(client, "/api/register/append", body)


def entries() -> list[statements.Entry]:
    """The log as it is in the database."""
    rows = Entry.objects.order_by("index").values_list("data", flat=True)
    return [statements.parse_entry(bytes(raw)) for raw in rows]


def enrol_factors(client: Client, password: str = PASSWORD) -> list[str]:
    """The first two steps behind an invitation that this client has opened; returns the backup codes."""
    started = post(client, "/api/enrolment/password", {"password": password})
    assert started.status_code == 200, started.content
    key = base64.b32decode(started.json()["totp_secret"])
    code = f"{totp(key):06d}"
    done = post(client, "/api/enrolment/second-factor", {"code": code})
    assert done.status_code == 200, done.content
    return list(done.json()["backup_codes"])


# --- people with keys ---


@dataclass
class Person:
    """A person with all their keys, as their browsers and their sheet of paper hold them."""

    account: Account
    network: str
    role: str
    authority: str | None = None
    identity_seed: bytes = field(default_factory=person.new_seed)
    device_seed: bytes = field(default_factory=person.new_seed)
    device_box_seed: bytes = field(default_factory=person.new_seed)
    reading_seed: bytes = field(default_factory=person.new_seed)
    recovery_secret: bytes = field(default_factory=recovery.new_secret)
    generation: int = 1

    @property
    def id(self) -> str:
        return str(self.account.pk)

    @property
    def identity_key(self) -> bytes:
        return signing.public_key(self.identity_seed)

    @property
    def device_key(self) -> bytes:
        return signing.public_key(self.device_seed)

    @property
    def device(self) -> str:
        return signing.device_id(self.device_key)

    @property
    def subject(self) -> str:
        return statements.own(self.id, self.identity_key)

    @property
    def reading(self) -> boxes.BoxKeyPair:
        return boxes.key_pair(self.reading_seed)

    @property
    def unlock(self) -> person.Unlock:
        pair = recovery.unlock_key(self.recovery_secret, self.network, self.id)
        return person.Unlock(public=pair.public, serial=1, date=clock.now())

    def first_statements(self) -> person.Waiting:
        return person.first_statements(
            network=self.network,
            account=self.id,
            identity_seed=self.identity_seed,
            device_seed=self.device_seed,
            device_box_seed=self.device_box_seed,
            reading_seed=self.reading_seed,
            unlocks=[self.unlock],
            time=clock.now(),
            generation=self.generation,
        )

    def next_generation(self) -> tuple[bytes, dict[str, bytes]]:
        """`account.keys` with a new reading key, signed by the identity key; the person holds the new seed."""
        state = ledger.current().state
        known = state.accounts[self.id]
        old_seed, self.reading_seed, self.generation = (
            self.reading_seed,
            person.new_seed(),
            known.generation + 1,
        )
        keys = person.make_keys(
            network=self.network,
            account=self.id,
            generation=self.generation,
            reading_seed=self.reading_seed,
            device_box_keys=[boxes.key_pair(self.device_box_seed).public] if known.active_devices() else [],
            unlocks=[self.unlock],
            identity_seed=self.identity_seed,
            previous_seed=old_seed if known.reading_key else None,
        )
        return self.sign_own("account.keys", keys.fields), keys.attachments

    def enrol_device(self, *, revokes: tuple[str, ...] = ()) -> tuple[bytes, dict[str, bytes]]:
        """`device.enrolled` for a fresh device, which this person then uses."""
        self.device_seed, self.device_box_seed = person.new_seed(), person.new_seed()
        box_key = boxes.key_pair(self.device_box_seed).public
        fields = person.enrolment_fields(
            account=self.id, device_key=self.device_key, device_box_key=box_key, revokes=revokes
        )
        return self.sign_own("device.enrolled", fields, self.device_seed), person.attach(box_key)

    def sign_own(self, kind: str, fields: Mapping[str, Any], *more_seeds: bytes) -> bytes:
        """An entry on the person's own account, signed by the identity key (and more)."""
        return sign(kind, self.subject, [self.identity_seed, *more_seeds], fields, network=self.network)

    def sign_by_device(self, kind: str, subject: str, fields: Mapping[str, Any]) -> bytes:
        return sign(kind, subject, [self.device_seed], fields, network=self.network)


def sign(
    kind: str, subject: str, seeds: list[bytes], fields: Mapping[str, Any], *, network: str | None = None
) -> bytes:
    """An entry that follows the newest one on its subject, signed by these seeds."""
    state = ledger.current().state
    payload = statements.make_payload(
        kind,
        network=network or state.network,
        subject=subject,
        previous=state.heads.get(subject),
        time=clock.now(),
        **fields,
    )
    return statements.sign_entry(payload, *seeds)


# --- a network ---


@dataclass
class Network:
    """A founded network and its officers."""

    id: str
    officers: list[Person]

    def sign(self, kind: str, subject: str, fields: Mapping[str, Any], *, officers: int = 2) -> bytes:
        """An act of the officers, signed by as many."""
        seeds = [officer.identity_seed for officer in self.officers[:officers]]
        return sign(kind, subject, seeds, fields, network=self.id)

    def act(self, kind: str, subject: str, **fields: Any) -> None:
        """The same, appended."""
        append_to_register(entries=[self.sign(kind, subject, fields)], sent={}, by=self.officers[0].id)


@dataclass
class Authority:
    """An admitted authority with its lead, and whom it has appointed since."""

    id: str
    network: Network
    lead: Person
    people: list[Person] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return statements.people(self.id)

    @property
    def standing(self) -> str:
        return statements.standing(self.id)


def found_network(*, demo: bool = False) -> Network:
    """A network founded by three officers through the services; each has a device and keys."""
    Head.objects.update_or_create(pk=1, defaults={"demo": demo})
    accounts = [make_account(f"officer{number}@secretariat.example") for number in (1, 2, 3)]
    officers = [Person(account, network="", role="officer") for account in accounts]
    for number, officer in enumerate(officers, 1):
        FoundingOfficer.objects.create(account=officer.id, name=f"Officer {number}")
    for officer in officers:
        founding.give_key(account=officer.id, identity_key=b64(officer.identity_key))
    payload = unb64(founding.view(officers[0].id)["payload"])
    for officer in officers:
        signature = statements.sign_payload(payload, officer.identity_seed)
        founding.sign(account=officer.id, keyid=signature.keyid, sig=b64(signature.signature))
    network = Network(str(ledger.current().state.network), officers)
    for number, officer in enumerate(officers, 1):
        officer.network = network.id
        _bring_in([], officer, name=f"Officer {number}", salt=b"")
    return network


def admit(network: Network, name: str, state: str = "XC", *, enrolled: bool = True) -> Authority:
    """An authority admitted by two officers, with its lead."""
    authority = fresh_id()
    lead = Person(make_account(), network=network.id, role="lead", authority=authority)
    salt, words = secrets.token_bytes(32), f"Lead of {name}"
    fields = {
        "application": None,
        "authority": authority,
        "kind": "member",
        "lead": {
            "account": lead.id,
            "commitment": person.commitment(salt, name=words, function=FUNCTION),
            "identity_key": b64(lead.identity_key),
        },
        "name": name,
        "state": state,
        "verification": "code_compared",
    }
    admitted = network.sign("authority.admitted", statements.standing(authority), fields)
    _bring_in([admitted], lead, name=words, salt=salt, enrolled=enrolled)
    return Authority(authority, network, lead)


def appoint(authority: Authority, role: str = "member", *, enrolled: bool = True) -> Person:
    """A focal point appointed by the lead; with a device and keys unless said otherwise."""
    one = Person(make_account(), network=authority.network.id, role=role, authority=authority.id)
    salt, words = secrets.token_bytes(32), f"{role} {len(authority.people) + 1}"
    fields = {
        "account": one.id,
        "authority": authority.id,
        "commitment": person.commitment(salt, name=words, function=FUNCTION),
        "identity_key": b64(one.identity_key),
        "role": role,
        "verification": "invitation_secret",
    }
    appointed = sign(
        "focal_point.appointed",
        authority.subject,
        [authority.lead.identity_seed],
        fields,
        network=authority.network.id,
    )
    _bring_in([appointed], one, name=words, salt=salt, enrolled=enrolled, by=authority.lead.id)
    authority.people.append(one)
    return one


def remove(authority: Authority, one: Person) -> None:
    """Remove a focal point, by the lead's device."""
    fields = {"account": one.id, "authority": authority.id}
    removed = authority.lead.sign_by_device("focal_point.removed", authority.subject, fields)
    append_to_register(entries=[removed], sent={}, by=authority.lead.id)


def _bring_in(
    entries: list[bytes], one: Person, *, name: str, salt: bytes, enrolled: bool = True, by: str = ""
) -> None:
    waiting = one.first_statements()
    own = [waiting.device_enrolled, waiting.account_keys] if enrolled else []
    append_to_register(
        entries=[*entries, *own], sent=waiting.attachments if enrolled else {}, by=by or one.id
    )
    know_person(account=one.id, salt=salt.hex(), name=name, function=FUNCTION, language="en")


# --- invitations, over HTTP ---


@dataclass
class Invited:
    """An invitation as its inviter's browser holds it: the token and the secret are in the link only."""

    id: str
    token: str
    secret: bytes
    account: str
    authority: str | None
    commitment: str | None

    def keys_body(self, one: Person) -> dict[str, Any]:
        """What the invitee's browser sends once its keys are made."""
        waiting = one.first_statements()
        mac = person.invitee_mac(
            self.secret, network=one.network, account=one.id, identity_key=one.identity_key
        )
        return {
            "identity_key": b64(one.identity_key),
            "mac": b64(mac),
            "statements": [json.loads(waiting.device_enrolled), json.loads(waiting.account_keys)],
            "attachments": {name: b64(data) for name, data in waiting.attachments.items()},
        }


def invitation_body(kind: str, **more: Any) -> tuple[dict[str, Any], str, bytes]:
    """The request for an invitation, with the token and the secret that stay in the link."""
    token, secret = b64url(secrets.token_bytes(16)), secrets.token_bytes(16)
    known = ledger.current()
    network = str(known.state.network)
    mac = person.inviter_mac(secret, network=network, size=known.size, root=known.root)
    body = {
        "id": fresh_id(),
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "kind": kind,
        "email": f"{fresh_id()}@example.org",
        "name": "Noor",
        "function": FUNCTION,
        "language": "ar",
        "attestation": {
            "checkpoint": {"root": known.root, "size": known.size},
            "network": network,
            "mac": b64(mac),
        },
        "secret_box": b64(bytes(1152)),
        **more,
    }
    return body, token, secret


def invite(client: Client, kind: str, **more: Any) -> Invited:
    """An invitation made over HTTP."""
    body, token, secret = invitation_body(kind, **more)
    answer = post(client, "/api/invitations", body)
    assert answer.status_code == 200, answer.content
    made = answer.json()
    return Invited(made["id"], token, secret, made["account"], made["authority"], made["commitment"])


def give_new_keys(client: Client, one: Person) -> Invited:
    """An invitation to new keys for somebody who has an account, made over HTTP."""
    body, token, secret = invitation_body("rekey")
    kept = ("id", "token_hash", "kind", "attestation", "secret_box")
    answer = post(client, "/api/invitations", {name: body[name] for name in kept} | {"account": one.id})
    assert answer.status_code == 200, answer.content
    made = answer.json()
    return Invited(made["id"], token, secret, made["account"], made["authority"], made["commitment"])


def enrol(invited: Invited, *, role: str) -> tuple[Client, Person]:
    """Go through every step behind an invitation up to the keys that wait, over HTTP."""
    client = Client()
    opened = post(client, "/api/enrolment/open", {"token": invited.token})
    assert opened.status_code == 200, opened.content
    enrol_factors(client)
    one = Person(
        Account.objects.get(pk=invited.account),
        network=str(ledger.current().state.network),
        role=role,
        authority=invited.authority,
    )
    sent = post(client, "/api/enrolment/keys", invited.keys_body(one))
    assert sent.status_code == 200, sent.content
    return client, one


# --- signed-in clients, without the steps of signing in ---


def quick_client(account: Account, *, device: str = "", recently: bool = True) -> Client:
    """A client with both factors, and on this device if one is given; made directly, so it costs no code."""
    now = clock.now()
    store = SessionStore()
    store[SESSION_KEY] = account.pk
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store["second_factor_at"] = now if recently else now - clock.HOUR
    if device:
        store["device"] = device
    store.create()
    SignedInSession.objects.create(
        session_key=store.session_key or "",
        account=account,
        created_at=now,
        last_seen_at=now,
        ends_at=now + 12 * clock.HOUR,
        device=device,
        label="Firefox 130, Linux",
        address="127.0.0.1",
    )
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return client


def client_on_device(one: Person, *, recently: bool = True) -> Client:
    """A client of this person whose session is bound to their device."""
    return quick_client(one.account, device=one.device, recently=recently)


def session_cookie(client: Client) -> str:
    """The session key of a client, as a socket's handshake carries it."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value
