"""Rule 6: a statement is about an authority, account and device that exist, and names new ones that never did."""

from __future__ import annotations

from members.protocol.encoding import unb64
from members.protocol.refusal import Rejected
from members.protocol.state import State
from members.protocol.statements import Entry


def check(state: State, entry: Entry) -> None:
    """Raise Rejected `unknown` or `exists`: authority first, then account, then device or key."""
    if entry.type == "network.founded":
        return
    if entry.type == "authority.admitted":
        _check_admitted(state, entry)
        return
    if entry.subject.kind in ("standing", "people") and entry.subject.id not in state.authorities:
        raise Rejected("unknown", "no such authority")
    account = entry.fields.get("account")
    if account is not None:
        if entry.type.endswith(".appointed"):
            if account in state.accounts:
                raise Rejected("exists", "the account exists already")
        else:
            _check_account(state, entry, account)
    for field in ("identity_key", "device_key"):
        if field in entry.fields:
            _check_new_key(state, entry.fields[field])


def _check_admitted(state: State, entry: Entry) -> None:
    if entry.fields["authority"] in state.authorities:
        raise Rejected("exists", "the authority exists already")
    lead = entry.fields["lead"]
    if lead is not None:
        if lead["account"] in state.accounts:
            raise Rejected("exists", "the lead's account exists already")
        _check_new_key(state, lead["identity_key"])


def _check_account(state: State, entry: Entry, account: str) -> None:
    known = state.accounts.get(account)
    if known is None:
        raise Rejected("unknown", "no such account")
    if entry.subject.kind == "account" and entry.subject.identity_key != known.identity_hex:
        raise Rejected("unknown", "the account has another identity key")
    if entry.type == "device.revoked" and entry.fields["device"] not in known.devices:
        raise Rejected("unknown", "no such device of the account")


def _check_new_key(state: State, key: str) -> None:
    if unb64(key).hex() in state.used_keys:
        raise Rejected("exists", "the key was named before")
