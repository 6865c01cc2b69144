"""What a person may append: statements by their own keys, and with them what waits for whom they bring in or re-key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from members.accounts import invitations
from members.accounts.models import Invitation
from members.accounts.permissions import Caller, require_recent
from members.charter.access import may_only_read
from members.problems import CharterNotAccepted, NotFound, Refused
from members.protocol.canonical import NotCanonical, canonical
from members.protocol.encoding import unb64
from members.protocol.rules import Rejected
from members.protocol.schema import Malformed
from members.protocol.state import Account, State
from members.protocol.statements import Entry, parse_entry
from members.register import attachments, ledger
from members.register.services import MOST_ENTRIES, NotApplied, append, slow_appends

BRINGS_IN = ("authority.admitted", "focal_point.appointed", "officer.appointed")
GIVES_NEW_KEYS = ("focal_point.rekeyed", "officer.rekeyed")


def parse(envelopes: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The entries that came as JSON objects, checked for form."""
    if not 0 < len(envelopes) <= MOST_ENTRIES:
        raise Refused("invalid", f"Between 1 and {MOST_ENTRIES} entries can be appended together.")
    found = []
    for index, envelope in enumerate(envelopes):
        try:
            found.append(parse_entry(canonical(envelope)))
        except (NotCanonical, Malformed) as error:
            raise NotApplied(Rejected("malformed", str(error)), index) from error
    return found


def append_own(
    *,
    caller: Caller,
    envelopes: Sequence[Mapping[str, Any]],
    sent: Mapping[str, str],
    invitation_id: str | None,
) -> str:
    """Append what the caller's own keys signed; returns the checkpoint.

    With an invitation of the caller, the statements that wait for it enter in the same append.
    """
    entries = parse(envelopes)
    with transaction.atomic():
        slow_appends(caller.id)
        _check_senders(ledger.current().state, caller, entries)
        data = attachments.decode(sent)
        if invitation_id is None:
            return append(entries=[one.raw for one in entries], sent=data, by=caller.id)
        invitation = invitations.of_inviter(caller.id, invitation_id)
        if invitation is None:
            raise NotFound
        return append_with_waiting(entries=entries, sent=data, invitation=invitation, by=caller.id)


def append_with_waiting(
    *, entries: Sequence[Entry], sent: Mapping[str, bytes], invitation: Invitation, by: str
) -> str:
    """Append these entries and then what waits beside the Register for the person whom they bring in."""
    # as it stands now, and until this is done: nobody withdraws it or hands in other keys meanwhile
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    waiting = invitation.keys
    if waiting is None or invitation.done_at is not None or invitation.withdrawn_at is not None:
        raise Refused("nothing_waits", "Nothing waits for this invitation.")
    behind = parse(waiting["statements"])
    if not any(_is_for(one, invitation, waiting["identity_key"]) for one in entries):
        raise Refused("invitation_unmatched", "The statement is not about the person who was invited.")
    checkpoint = append(
        entries=[one.raw for one in [*entries, *behind]],
        sent={**attachments.decode(waiting["attachments"]), **sent},
        by=by,
    )
    invitations.complete(invitation)
    return checkpoint


def _is_for(entry: Entry, invitation: Invitation, identity_key: str) -> bool:
    """Whether this statement brings in the invited person, or gives them new keys, under the key that they made."""
    named = entry.fields.get("lead") if entry.type == "authority.admitted" else entry.fields
    return (
        entry.type in (GIVES_NEW_KEYS if invitation.kind == Invitation.Kind.REKEY else BRINGS_IN)
        and isinstance(named, dict)
        and named["account"] == invitation.account_id_given
        and named["identity_key"] == identity_key
    )


def _check_senders(state: State, caller: Caller, entries: Sequence[Entry]) -> None:
    """Only what the caller's own keys signed; and acts on others only with a recent second factor."""
    own = state.accounts.get(caller.id)
    if own is None:
        raise NotFound
    keys = _keys_of(own)
    for index, entry in enumerate(entries):
        if entry.subject.kind in ("network", "standing"):
            raise NotApplied(Rejected("forbidden", "acts of the officers need a proposal"), index)
        if entry.type == "device.enrolled" and entry.fields["account"] == caller.id:
            keys.add(unb64(entry.fields["device_key"]).hex())
        if not keys.issuperset(entry.signers):
            raise NotApplied(Rejected("forbidden", "somebody else signed it"), index)
        if entry.subject.kind == "people":
            require_recent(caller)
        # whom an authority removes or confirms is a matter of safety, and goes on
        if entry.type == "focal_point.appointed" and may_only_read(entry.subject.id):
            raise CharterNotAccepted


def _keys_of(account: Account) -> set[str]:
    devices = {unb64(device.key).hex() for device in account.active_devices().values()}
    return {account.identity_hex} | devices
