"""The rules of the Register: one pure function from a state and an entry to the next state, or a reason.

The same function stands in the browser. Both follow section 4.3 of docs/protocol.md in its order: the first rule that
fails is the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from members.protocol import effects, existence, permissions, signers
from members.protocol.effects import Touched
from members.protocol.refusal import Rejected
from members.protocol.schema import Malformed
from members.protocol.state import State
from members.protocol.statements import Entry, parse_entry

__all__ = ["Applied", "Rejected", "apply", "apply_in_place"]


@dataclass(frozen=True, slots=True)
class Applied:
    """An entry that applied, and which accounts and authorities it changed."""

    entry: Entry
    touched: Touched


def apply(state: State, raw: bytes) -> State:
    """The state after the entry; raises Rejected with the reason. The given state stays as it is."""
    following = state.copy()
    apply_in_place(following, raw)
    return following


def apply_in_place(state: State, raw: bytes) -> Applied:
    """Apply the entry to the state; when it raises Rejected, nothing but `size` (entries seen) has changed."""
    state.size += 1
    entry = check(state, raw)
    touched = effects.perform(state, entry)
    state.heads[entry.fields["subject"]] = entry.hash
    return Applied(entry, touched)


def check(state: State, raw: bytes) -> Entry:
    """The entry, if every rule lets it apply to the state; raises Rejected otherwise."""
    try:
        entry = parse_entry(raw)
    except Malformed as error:
        raise Rejected("malformed", str(error)) from error
    if entry.type == "network.founded":
        if state.network is not None:
            raise Rejected("already_founded", "the network stands already")
    elif state.network is None:
        raise Rejected("not_founded", "no network stands yet")
    elif entry.fields["network"] != state.network:
        raise Rejected("wrong_network", "the statement is for another network")
    if not entry.signatures_hold():
        raise Rejected("bad_signature", "a signature does not verify")
    if entry.fields["previous"] != state.heads.get(entry.fields["subject"]):
        raise Rejected("stale", "another statement on the same subject came before")
    existence.check(state, entry)
    signers.check(state, entry)
    permissions.check(state, entry)
    return entry
