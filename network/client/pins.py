"""What a client asked for, and what it was shown: nothing else is signed under the name of either."""

from __future__ import annotations

from typing import Any, Final

from members.protocol import person, signing, statements
from members.protocol.encoding import EncodingError, unb64
from members.protocol.schema import Malformed
from network.client.memory import Memory
from network.client.register import Register

WORDS: Final = ("kind", "account", "name", "function", "role", "authority")
"""What an invitation says of the person, beside the key that its secret vouches for."""


class ProofFailed(Exception):
    """Something that was to be signed for does not match what it claims; nothing was signed."""


class Pins:
    """Outlives a run for invitations, whose answer may take days; for proposals, what was shown last counts."""

    def __init__(self, memory: Memory, register: Register) -> None:
        self._memory = memory
        self._register = register
        self._shown: dict[str, str] = {}

    # invitations

    def asked(self, invitation: str, **words: Any) -> None:
        """Remember what is asked for with an invitation, before the server hears of it."""
        self._memory.asked[invitation] = {name: words.get(name) for name in WORDS}

    def settled(self, invitation: str) -> None:
        """Nothing more comes of this invitation."""
        self._memory.asked.pop(invitation, None)

    def require_asked(self, invitation: dict[str, Any], kind: str) -> None:
        """Raise ProofFailed for an answer to something that was not asked; one from another device is not known."""
        if invitation["kind"] != kind:
            raise ProofFailed("the invitation is for something else")
        asked = self._memory.asked.get(invitation["id"])
        if asked is None:
            return
        same = asked["kind"] == kind and all(
            asked[name] in (None, invitation[name]) for name in ("account", "name", "function", "role")
        )
        authority = asked["authority"]
        if not same or not (authority is None or _within(authority, invitation["authority"])):
            raise ProofFailed("this is not what was asked for with this invitation")

    # proposals

    def show(self, proposal: dict[str, Any]) -> None:
        """Check a proposal and remember it under its id; raises ProofFailed for another one than before."""
        self._check(proposal)
        self._shown[proposal["id"]] = proposal["envelope"]["payload"]

    def require_shown(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """The fields of a proposal that was shown; raises ProofFailed for any other."""
        if proposal["id"] not in self._shown:
            raise ProofFailed("this proposal was not shown before it was signed")
        return self._check(proposal)

    def _check(self, proposal: dict[str, Any]) -> dict[str, Any]:
        envelope = proposal["envelope"]
        if self._shown.get(proposal["id"], envelope["payload"]) != envelope["payload"]:
            raise ProofFailed("another statement was shown under this proposal")
        try:
            payload = unb64(envelope["payload"])
            fields = statements.parse_payload(payload)
        except (EncodingError, Malformed) as error:
            raise ProofFailed("the proposal is no statement") from error
        if fields.get("network") != self._register.network:
            raise ProofFailed("the proposal is for another network")
        counted = [each for each in envelope["signatures"] if self._in_office(each)]
        if not counted or not all(_signed(payload, each) for each in counted):
            raise ProofFailed("the proposal is not signed by an officer in office")
        if proposal["invitation"] is not None and not self._is_about(fields, proposal["invitation"]):
            raise ProofFailed("the person in words is not the one that was signed for")
        return fields

    def is_open(self, proposal: dict[str, Any]) -> bool:
        """Whether one who is in office still has proposed it: with its signer's office a proposal is over."""
        return any(self._in_office(each) for each in proposal["envelope"]["signatures"])

    def _in_office(self, given: dict[str, str]) -> bool:
        return given["keyid"] in {unb64(key).hex() for key in self._register.state.officers.values()}

    def _is_about(self, fields: dict[str, Any], invitation: dict[str, Any]) -> bool:
        """Whether the statement is for this person, by the name and function that were committed to."""
        named = fields.get("lead") or fields
        account = named.get("account")
        if account is None or account != invitation["account"]:
            return False
        known = self._register.state.accounts.get(account)
        # with new keys somebody stays who they are: what was committed to when they were brought in
        commitment = named.get("commitment") or (known.commitment if known else None)
        if commitment is None:
            return True  # officers have none
        if invitation["salt"] is None:
            return False
        words = {"name": invitation["name"], "function": invitation["function"]}
        return person.commitment(bytes.fromhex(invitation["salt"]), **words) == commitment


def _signed(payload: bytes, given: dict[str, str]) -> bool:
    try:
        signature = unb64(given["sig"], 64)
    except EncodingError:
        return False
    return signing.verify(bytes.fromhex(given["keyid"]), signing.STATEMENT, payload, signature)


def _within(asked: dict[str, Any], given: dict[str, Any] | None) -> bool:
    return given is not None and all(given.get(name) == value for name, value in asked.items())
