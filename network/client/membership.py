"""Acts on other people: inviting, signing for them, removing; and what officers do together."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

from members.protocol import boxes, person, statements
from members.protocol.encoding import b64, b64url, unb64
from network.client.enrolment import now
from network.client.http import Http
from network.client.memory import Memory
from network.client.pins import Pins, ProofFailed
from network.client.register import Register, envelope_of

__all__ = ["Invitation", "Membership", "ProofFailed"]


@dataclass(frozen=True)
class Invitation:
    """An invitation that was made: its link goes to the person by a way that the server does not see."""

    id: str
    link: str
    account: str
    authority: str | None


class Membership:
    """Acts of leads, deputies, colleagues and officers."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self.pins = Pins(memory, register)

    # inviting

    async def invite(
        self,
        kind: str,
        *,
        email: str,
        name: str,
        function: str,
        language: str = "en",
        role: str | None = None,
        authority: dict[str, str] | None = None,
        application: str | None = None,
    ) -> Invitation:
        """Invite a `focal_point` (with role), the `lead` of an authority to be admitted, or an `officer`.

        `application` is the one that names this lead, where the authority has applied.
        """
        await self._register.catch_up()
        body, link = self.make_link()
        body |= {"kind": kind, "email": email, "name": name, "function": function, "language": language}
        body |= {} if role is None else {"role": role}
        body |= {} if authority is None else {"authority": authority}
        body |= {} if application is None else {"application": application}
        self.pins.asked(body["id"], kind=kind, name=name, function=function, role=role, authority=authority)
        made = await self._http.post("/api/invitations", body)
        return Invitation(body["id"], link, made["account"], made["authority"])

    def make_link(self) -> tuple[dict[str, Any], str]:
        """What every invitation has in common as the server sees it, and the link, whose secret it never sees."""
        keys, network = self._memory.keys, self._register.network
        size, root = self._register.checkpoint
        identifier, token = os.urandom(16).hex(), b64url(os.urandom(16))
        secret = os.urandom(person.INVITATION_SECRET_LENGTH)
        mac = person.inviter_mac(secret, network=network, size=size, root=root)
        info = person.invitation_info(network, keys.account, identifier)
        common = {
            "id": identifier,
            "token_hash": hashlib.sha256(token.encode("ascii")).hexdigest(),
            "attestation": {"checkpoint": {"root": root, "size": size}, "network": network, "mac": b64(mac)},
            "secret_box": b64(boxes.seal_box(keys.reading().public, info, secret)),
        }
        return common, f"{self._http.origin}/enrol#{token}.{b64url(secret)}"

    async def invitations(self) -> list[dict[str, Any]]:
        """All invitations of this person as the server shows them."""
        listed: list[dict[str, Any]] = await self._http.get("/api/invitations")
        return listed

    async def waiting(self) -> list[dict[str, Any]]:
        """Those whose keys wait for a signature."""
        return [each for each in await self.invitations() if each["state"] == "waiting"]

    def check_invitee(self, invitation: dict[str, Any], kind: str) -> bytes:
        """The identity key of an invitee who has proved it with the secret of the link; raises ProofFailed.

        The secret vouches for the key alone: that the rest is what was asked for, this client remembers.
        """
        self.pins.require_asked(invitation, kind)
        keys, network = self._memory.keys, self._register.network
        key = unb64(invitation["keys"]["identity_key"], 32)
        info = person.invitation_info(network, keys.account, invitation["id"])
        secret = self._open(unb64(invitation["secret_box"]), info)
        expected = person.invitee_mac(
            secret, network=network, account=invitation["account"], identity_key=key
        )
        mac = invitation["keys"]["mac"]
        if mac is None or not person.mac_matches(expected, unb64(mac, 32)):
            raise ProofFailed("the key is not that of the person who was invited")
        return key

    def _open(self, box: bytes, info: bytes) -> bytes:
        for seed in reversed(self._memory.keys.reading_seeds.values()):
            try:
                return boxes.open_box(seed, info, box)
            except boxes.BoxRefused:
                continue
        raise ProofFailed("the secret of the invitation does not open")

    def _check_commitment(self, invitation: dict[str, Any]) -> str:
        expected = person.commitment(
            bytes.fromhex(invitation["salt"]), name=invitation["name"], function=invitation["function"]
        )
        if invitation["commitment"] != expected:
            raise ProofFailed("the commitment is not to the person who was invited")
        return expected

    async def sign_appointment(
        self, invitation: dict[str, Any], *, verification: str = "invitation_secret"
    ) -> None:
        """As the lead: appoint an invitee whose keys wait; needs the identity seed."""
        await self._register.catch_up()
        key = self.check_invitee(invitation, "focal_point")
        authority = self._authority_of(self._memory.keys.account)
        payload = self._register.payload(
            "focal_point.appointed",
            statements.people(authority),
            now(),
            account=invitation["account"],
            authority=authority,
            commitment=self._check_commitment(invitation),
            identity_key=b64(key),
            role=invitation["role"],
            verification=verification,
        )
        entry = statements.sign_entry(payload, self.identity_seed())
        await self._register.append([entry], invitation=invitation["id"])
        self.pins.settled(invitation["id"])

    # what officers do together

    async def propose(
        self, kind: str, subject: str, /, *, invitation: str | None = None, why: str = "", **fields: Any
    ) -> str:
        """Put a threshold statement before the other officers, signed; returns the proposal's id.

        `why` is read by officers only, and signed by nobody.
        """
        await self._register.catch_up()
        entry = statements.sign_entry(
            self._register.payload(kind, subject, now(), **fields), self.identity_seed()
        )
        body = {"envelope": envelope_of(entry), "invitation": invitation, "why": why}
        made = await self._http.post("/api/register/proposals", body)
        if invitation is not None:
            self.pins.settled(invitation)
        return str(made["id"])

    async def propose_admission(
        self,
        invitation: dict[str, Any],
        *,
        verification: str = "code_compared",
        application: str | None = None,
        why: str = "",
    ) -> str:
        """Propose to admit the authority whose lead was invited and has given keys.

        `application` is the digest of the application that it is admitted on, if there was one.
        """
        key, authority = self.check_invitee(invitation, "lead"), invitation["authority"]
        lead = {
            "account": invitation["account"],
            "commitment": self._check_commitment(invitation),
            "identity_key": b64(key),
        }
        return await self.propose(
            "authority.admitted",
            statements.standing(authority["id"]),
            invitation=invitation["id"],
            why=why,
            application=application,
            authority=authority["id"],
            kind=authority["kind"],
            lead=lead,
            name=authority["name"],
            state=authority["state"],
            verification=verification,
        )

    async def propose_officer(self, invitation: dict[str, Any]) -> str:
        """Propose to appoint an officer who was invited and has given keys."""
        key = self.check_invitee(invitation, "officer")
        return await self.propose(
            "officer.appointed",
            statements.NETWORK,
            invitation=invitation["id"],
            account=invitation["account"],
            identity_key=b64(key),
        )

    async def proposals(self) -> list[dict[str, Any]]:
        """What waits for a second officer; raises ProofFailed for what is not as a first one has signed it."""
        await self._register.catch_up()
        listed = await self._http.get("/api/register/proposals")
        waiting = [each for each in listed if self.pins.is_open(each)]
        for each in waiting:
            self.pins.show(each)
        return waiting

    def statement_of(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """What a proposal that was shown really says: the fields of its statement, for this network."""
        return self.pins.require_shown(proposal)

    def code_to_compare(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        """The six numbers that the person who is brought in reads out over a published telephone number."""
        fields = self.statement_of(proposal)
        named = fields.get("lead") or fields
        return person.compare_code(self._register.network, unb64(named["identity_key"], 32))

    async def sign_proposal(
        self, proposal: dict[str, Any], *, compared: tuple[str, ...] | None = None
    ) -> None:
        """Sign what another officer proposed; where it brings somebody in, `compared` is what they read out."""
        await self._register.catch_up()
        fields = self.statement_of(proposal)
        brings_in = bool(fields.get("lead")) or "identity_key" in fields
        if brings_in and compared != self.code_to_compare(proposal):
            raise ProofFailed("the numbers that were compared are not those of this key")
        signature = statements.sign_payload(unb64(proposal["envelope"]["payload"]), self.identity_seed())
        body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
        await self._http.post(f"/api/register/proposals/{proposal['id']}/sign", body)
        await self._register.catch_up()

    # what leads, deputies and colleagues do

    async def act(self, kind: str, account: str, /, **fields: Any) -> None:
        """A statement about a person of one's own authority, on its people.

        `confirmed`, `removed` are signed by this device; `role_changed`, `rekeyed` by the identity key of the lead.
        """
        await self._register.catch_up()
        authority = self._authority_of(account)
        by_device = kind in ("confirmed", "removed")
        payload = self._register.payload(
            f"focal_point.{kind}",
            statements.people(authority),
            now(),
            account=account,
            authority=authority,
            **fields,
        )
        seed = self._memory.keys.device_seed if by_device else self.identity_seed()
        await self._register.append([statements.sign_entry(payload, seed)])

    async def remove(self, account: str) -> None:
        """Remove a person of one's own authority."""
        await self.act("removed", account)

    async def confirm(self, account: str) -> None:
        """Confirm a colleague who is held."""
        await self.act("confirmed", account)

    async def change_role(self, account: str, role: str) -> None:
        """As the lead: make somebody deputy or member."""
        await self.act("role_changed", account, role=role)

    async def revoke_device_of(self, account: str, device: str) -> None:
        """As lead or deputy: revoke the device of somebody of one's own authority."""
        await self._register.catch_up()
        authority = self._authority_of(account)
        payload = self._register.payload(
            "device.revoked", statements.people(authority), now(), account=account, device=device
        )
        await self._register.append([statements.sign_entry(payload, self._memory.keys.device_seed)])

    def _authority_of(self, account: str) -> str:
        authority = self._register.account(account).authority
        if authority is None:
            raise ProofFailed("the person belongs to no authority")
        return authority

    def identity_seed(self) -> bytes:
        """The seed of the identity key; raises ProofFailed while it is locked."""
        seed = self._memory.keys.identity_seed
        if seed is None:
            raise ProofFailed("the identity key is locked: give the recovery code")
        return seed
