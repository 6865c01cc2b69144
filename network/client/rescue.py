"""What is done for somebody who has lost everything: new keys, or a new sign-in that touches no key."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

from members.protocol import statements
from members.protocol.encoding import b64, b64url
from network.client.enrolment import now
from network.client.http import Http
from network.client.membership import Invitation, Membership, ProofFailed
from network.client.memory import Memory
from network.client.register import Register


@dataclass(frozen=True)
class SignInReset:
    """A sign-in reset that was asked for: its link goes to the person by a way that the server does not see."""

    id: str
    link: str
    state: str


class Rescue:
    """Acts of a lead for their people, and of officers for leads and each other."""

    def __init__(self, http: Http, memory: Memory, register: Register, membership: Membership) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._membership = membership

    async def give_new_keys(self, account: str) -> Invitation:
        """Invite somebody who has an account to make new keys."""
        await self._register.catch_up()
        made, link = self._membership.make_link()
        self._membership.pins.asked(made["id"], kind="rekey", account=account)
        answer = await self._http.post("/api/invitations", {**made, "kind": "rekey", "account": account})
        return Invitation(made["id"], link, answer["account"], answer["authority"])

    async def sign_new_keys(self, invitation: dict[str, Any], *, verification: str = "code_compared") -> None:
        """As the lead: put the new keys of one's own person in force; needs the identity seed."""
        await self._register.catch_up()
        key = self._membership.check_invitee(invitation, "rekey")
        account = invitation["account"]
        authority = self._register.account(account).authority
        if authority is None:
            raise ProofFailed("the person belongs to no authority")
        payload = self._register.payload(
            "focal_point.rekeyed",
            statements.people(authority),
            now(),
            account=account,
            authority=authority,
            identity_key=b64(key),
            verification=verification,
        )
        entry = statements.sign_entry(payload, self._membership.identity_seed())
        await self._register.append([entry], invitation=invitation["id"])
        self._membership.pins.settled(invitation["id"])

    async def propose_new_keys(
        self, invitation: dict[str, Any], *, verification: str = "code_compared"
    ) -> str:
        """As an officer: propose to put the new keys of a lead or an officer in force."""
        key, account = self._membership.check_invitee(invitation, "rekey"), invitation["account"]
        known = self._register.account(account)
        fields = {"account": account, "identity_key": b64(key)}
        if known.authority is None:
            kind, subject = "officer.rekeyed", statements.NETWORK
        else:
            kind, subject = "focal_point.rekeyed", statements.standing(known.authority)
            fields |= {"authority": known.authority, "verification": verification}
        return await self._membership.propose(kind, subject, invitation=invitation["id"], **fields)

    async def reset_sign_in(self, account: str) -> SignInReset:
        """Let somebody choose password and authenticator anew."""
        identifier, token = os.urandom(16).hex(), b64url(os.urandom(16))
        digest = hashlib.sha256(token.encode("ascii")).hexdigest()
        body = {"id": identifier, "account": account, "token_hash": digest}
        answer = await self._http.post("/api/sign-in-resets", body)
        return SignInReset(identifier, f"{self._http.origin}/reset#{token}", answer["state"])

    async def resets(self) -> list[dict[str, Any]]:
        """The resets of those whom this person may help."""
        listed: list[dict[str, Any]] = await self._http.get("/api/sign-in-resets")
        return listed

    async def confirm_reset(self, identifier: str) -> None:
        """As a second officer: let the link of the first one count."""
        await self._http.post(f"/api/sign-in-resets/{identifier}/confirm")

    async def withdraw_reset(self, identifier: str) -> None:
        """Take a reset back that was not used yet."""
        await self._http.delete(f"/api/sign-in-resets/{identifier}")
