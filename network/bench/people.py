"""Networks of many: real statements through the real services, and the seeds of everybody in them.

There are no passwords here and nobody signs in: whoever needs a session gets its rows written. So a network of
hundreds takes seconds, while everything that a message passes on its way is what it is in earnest. It is what is
measured, and what the large demonstration is filled with.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.backends.db import SessionStore

from members import clock
from members.accounts.models import Account, SignedInSession
from members.protocol import boxes, person, signing, statements
from members.protocol.boxes import BoxKeyPair
from members.protocol.encoding import b64
from members.protocol.person import Unlock, new_seed
from members.register import ledger, signer
from members.register.services import append

SESSION_LASTS = 12 * clock.HOUR
DEMO_NAME = "Measured network"


@dataclass
class Member:
    """A person with all their seeds; `reading` is by generation."""

    account: str
    identity: bytes = field(default_factory=new_seed)
    device_seed: bytes = field(default_factory=new_seed)
    device_box: BoxKeyPair = field(default_factory=lambda: boxes.key_pair(new_seed()))
    unlock: BoxKeyPair = field(default_factory=lambda: boxes.key_pair(new_seed()))
    reading: dict[int, BoxKeyPair] = field(default_factory=lambda: {1: boxes.key_pair(new_seed())})
    authority: str = ""
    further_boxes: list[bytes] = field(default_factory=list)
    """The box keys of devices beside the one that this person acts with."""
    codes: int = 1
    """The number of the present recovery code."""

    @property
    def device(self) -> str:
        return signing.device_id(signing.public_key(self.device_seed))

    @property
    def subject(self) -> str:
        return statements.own(self.account, signing.public_key(self.identity))

    def identity_key(self) -> str:
        return b64(signing.public_key(self.identity))


def fresh_id() -> str:
    return secrets.token_hex(16)


class Made:
    """A network that three officers have founded: here, or before, where they are given."""

    def __init__(self, officers: Sequence[Member] | None = None) -> None:
        self.members: dict[str, Member] = {}
        if officers is None:
            self.officers = [Member(_make_account()) for _ in range(3)]
            self._found()
        else:
            self.officers = list(officers)

    def _found(self) -> None:
        self._append(
            statements.sign_entry(
                statements.make_payload(
                    "network.founded",
                    network=None,
                    subject=statements.NETWORK,
                    previous=None,
                    time=clock.now(),
                    demo=False,
                    name=DEMO_NAME,
                    nonce=secrets.token_hex(32),
                    officers=sorted(
                        (
                            {"account": one.account, "identity_key": one.identity_key()}
                            for one in self.officers
                        ),
                        key=lambda one: one["account"],
                    ),
                    register_key=b64(signer.make_key()),
                    threshold=2,
                ),
                *(one.identity for one in self.officers),
            ),
            by=self.officers[0],
        )

    @property
    def network(self) -> str:
        return str(ledger.current().state.network)

    def commitment_to(self, one: Member) -> str:
        """What is signed of this person's name and function; here nobody has any."""
        return secrets.token_hex(32)

    def admit(self, name: str, state: str = "XA", **fields: Any) -> Member:
        """A member authority with its lead, who has keys; returns the lead."""
        authority, lead = fresh_id(), Member(_make_account())
        lead.authority = authority
        values: dict[str, Any] = {
            "authority": authority,
            "application": None,
            "kind": "member",
            "lead": {
                "account": lead.account,
                "commitment": self.commitment_to(lead),
                "identity_key": lead.identity_key(),
            },
            "name": name,
            "state": state,
            "verification": "code_compared",
            **fields,
        }
        entry = self.statement(
            "authority.admitted", statements.standing(authority), *self.threshold(), **values
        )
        self._bring_in(lead, entry)
        return lead

    def admit_observer(self, name: str, state: str = "XZ") -> str:
        """An authority that only looks on; returns its id."""
        authority = fresh_id()
        subject = statements.standing(authority)
        entry = self.statement(
            "authority.admitted",
            subject,
            *self.threshold(),
            application=None,
            authority=authority,
            kind="observer",
            lead=None,
            name=name,
            state=state,
            verification="code_compared",
        )
        self._append(entry, by=self.officers[0])
        return authority

    def appoint(self, lead: Member, role: str = "member", *, settled: bool = True) -> Member:
        """A further focal point of the lead's authority; without keys yet unless `settled`."""
        one = Member(_make_account(), authority=lead.authority)
        entry = self.statement(
            "focal_point.appointed",
            statements.people(lead.authority),
            lead.identity,
            account=one.account,
            authority=lead.authority,
            commitment=self.commitment_to(one),
            identity_key=one.identity_key(),
            role=role,
            verification="invitation_secret",
        )
        self._bring_in(one, entry, settled=settled)
        return one

    def replace_lead(self, authority: str) -> Member:
        """The officers bring in a lead from outside, who is held until somebody of the authority confirms them."""
        one = Member(_make_account(), authority=authority)
        entry = self.statement(
            "focal_point.appointed",
            statements.standing(authority),
            *self.threshold(),
            account=one.account,
            authority=authority,
            commitment=self.commitment_to(one),
            identity_key=one.identity_key(),
            role="lead",
            verification="code_compared",
        )
        self._bring_in(one, entry)
        return one

    def confirm(self, one: Member, *, by: Member) -> None:
        """Somebody of the authority who is not held confirms one who is."""
        self._append(
            self.statement(
                "focal_point.confirmed",
                statements.people(one.authority),
                by.device_seed,
                account=one.account,
                authority=one.authority,
            ),
            by=by,
        )

    def settle(self, one: Member) -> None:
        """The first device and keys of somebody who was appointed without them."""
        waiting = self._first_statements(one)
        self._append(waiting.device_enrolled, waiting.account_keys, sent=waiting.attachments, by=one)

    def remove(self, one: Member, *, by: Member) -> None:
        """The lead or a deputy removes somebody of their authority."""
        self._append(
            self.statement(
                "focal_point.removed",
                statements.people(one.authority),
                by.device_seed,
                account=one.account,
                authority=one.authority,
            ),
            by=by,
        )

    def revoke_device(self, one: Member, *, by: Member) -> None:
        """The lead or a deputy revokes somebody's device, which taints their reading key."""
        self._append(
            self.statement(
                "device.revoked",
                statements.people(one.authority),
                by.device_seed,
                account=one.account,
                device=one.device,
            ),
            by=by,
        )

    def enrol_again(self, one: Member) -> None:
        """A new device in place of all earlier ones, and the next generation of the reading key."""
        known = ledger.current().state.accounts[one.account]
        one.device_seed, one.device_box, one.further_boxes = new_seed(), boxes.key_pair(new_seed()), []
        enrolled = self.statement(
            "device.enrolled",
            one.subject,
            one.identity,
            one.device_seed,
            **person.enrolment_fields(
                account=one.account,
                device_key=signing.public_key(one.device_seed),
                device_box_key=one.device_box.public,
                revokes=list(known.active_devices()),
            ),
        )
        generation = known.generation + 1
        one.reading[generation] = boxes.key_pair(new_seed())
        keys = person.make_keys(
            network=self.network,
            account=one.account,
            generation=generation,
            reading_seed=one.reading[generation].seed,
            device_box_keys=[one.device_box.public],
            unlocks=[self._unlock(one)],
            identity_seed=one.identity,
            previous_seed=one.reading[known.generation].seed,
        )
        stated = self.statement(
            "account.keys",
            one.subject,
            one.identity,
            **{**keys.fields, "previous": statements.entry_hash(enrolled)},
        )
        sent = keys.attachments | person.attach(one.device_box.public)
        self._append(enrolled, stated, sent=sent, by=one)

    def enrol_further(self, one: Member) -> None:
        """A device beside those that there are, with the present reading key boxed to it too."""
        device, device_box = new_seed(), boxes.key_pair(new_seed())
        enrolled = self.statement(
            "device.enrolled",
            one.subject,
            one.identity,
            device,
            **person.enrolment_fields(
                account=one.account,
                device_key=signing.public_key(device),
                device_box_key=device_box.public,
            ),
        )
        one.further_boxes.append(device_box.public)
        keys = self._same_keys(one)
        stated = self.statement(
            "account.keys",
            one.subject,
            one.identity,
            **{**keys.fields, "previous": statements.entry_hash(enrolled)},
        )
        self._append(enrolled, stated, sent=keys.attachments, by=one)

    def change_code(self, one: Member) -> None:
        """A new recovery code in place of the one before."""
        one.unlock = boxes.key_pair(new_seed())
        one.codes += 1
        keys = self._same_keys(one)
        stated = self.statement("account.keys", one.subject, one.identity, **keys.fields)
        self._append(stated, sent=keys.attachments, by=one)

    def _same_keys(self, one: Member) -> person.KeysStatement:
        """The present generation boxed anew, to all devices and the present recovery code."""
        known = ledger.current().state.accounts[one.account]
        return person.make_keys(
            network=self.network,
            account=one.account,
            generation=known.generation,
            reading_seed=one.reading[known.generation].seed,
            device_box_keys=[one.device_box.public, *one.further_boxes],
            unlocks=[self._unlock(one)],
            identity_seed=one.identity,
            previous_box=known.previous_box,
        )

    def change_role(self, one: Member, role: str, *, by: Member) -> None:
        """The lead makes somebody of their authority deputy or member."""
        self._append(
            self.statement(
                "focal_point.role_changed",
                statements.people(one.authority),
                by.identity,
                account=one.account,
                authority=one.authority,
                role=role,
            ),
            by=by,
        )

    def rekey(self, one: Member, *, by: Member) -> None:
        """The lead vouches for a new identity key of somebody who has lost everything, and it comes with new keys."""
        generation = ledger.current().state.accounts[one.account].generation + 1
        one.identity, one.device_seed = new_seed(), new_seed()
        one.device_box, one.further_boxes = boxes.key_pair(new_seed()), []
        one.unlock, one.reading[generation] = boxes.key_pair(new_seed()), boxes.key_pair(new_seed())
        one.codes = 1
        entry = self.statement(
            "focal_point.rekeyed",
            statements.people(one.authority),
            by.identity,
            account=one.account,
            authority=one.authority,
            identity_key=one.identity_key(),
            verification="in_person",
        )
        waiting = self._first_statements(one, generation)
        self._append(entry, waiting.device_enrolled, waiting.account_keys, sent=waiting.attachments, by=by)

    def suspend(self, authority: str, kind: str = "authority.suspended") -> None:
        """The officers suspend an authority, or with another kind reinstate it or let it go."""
        self._append(
            self.statement(
                kind,
                statements.standing(authority),
                *self.threshold(),
                authority=authority,
                reason="Measured.",
            ),
            by=self.officers[0],
        )

    def threshold(self) -> list[bytes]:
        return [one.identity for one in self.officers[:2]]

    def statement(self, kind: str, subject: str, /, *seeds: bytes, **fields: Any) -> bytes:
        """A signed entry that follows the newest one on its subject."""
        known = ledger.current().state
        values = {"previous": known.heads.get(subject), **fields}
        payload = statements.make_payload(
            kind, network=known.network, subject=subject, time=clock.now(), **values
        )
        return statements.sign_entry(payload, *seeds)

    def _bring_in(self, one: Member, entry: bytes, *, settled: bool = True) -> None:
        self.members[one.account] = one
        if not settled:
            self._append(entry, by=self.officers[0])
            return
        waiting = self._first_statements(one)
        self._append(
            entry,
            waiting.device_enrolled,
            waiting.account_keys,
            sent=waiting.attachments,
            by=self.officers[0],
        )

    def _first_statements(self, one: Member, generation: int = 1) -> person.Waiting:
        return person.first_statements(
            network=self.network,
            account=one.account,
            identity_seed=one.identity,
            device_seed=one.device_seed,
            device_box_seed=one.device_box.seed,
            reading_seed=one.reading[generation].seed,
            unlocks=[self._unlock(one)],
            time=clock.now(),
            generation=generation,
        )

    def _unlock(self, one: Member) -> Unlock:
        return Unlock(one.unlock.public, one.codes, clock.now())

    def _append(self, *entries: bytes, sent: dict[str, bytes] | None = None, by: Member) -> None:
        append(entries=entries, sent=sent or {}, by=by.account)


def _make_account() -> str:
    account = Account(id=fresh_id(), email=f"{fresh_id()}@measured.example", enrolled_at=clock.now())
    account.set_unusable_password()
    account.save()
    return str(account.pk)


def open_session(one: Member) -> str:
    """A session of this person with both factors, bound to their device; returns the session key."""
    return open_session_of(one.account, one.device)


def open_session_of(account: str, device: str) -> str:
    """The same of somebody whose seeds are not known."""
    now = clock.now()
    store = SessionStore()
    store["second_factor_at"] = now
    store["device"] = device
    store.create()
    key = str(store.session_key)
    SignedInSession.objects.create(
        session_key=key,
        account_id=account,
        ends_at=now + SESSION_LASTS,
        device=device,
        label="Measured",
        address="127.0.0.1",
    )
    return key
