"""What may be read of the Register: by query on the tables that repeat its state, and by proof from its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from members.problems import Refused
from members.protocol import merkle, statements
from members.protocol.encoding import unb64
from members.protocol.state import UnlockKey
from members.register import attachments, freshness, ledger
from members.register.models import (
    Attachment,
    Entry,
    FoundingOfficer,
    Head,
    RegisterAccount,
    RegisterDevice,
)

MOST_TIMES = 10_000


@dataclass(frozen=True)
class Network:
    """The network that this server serves; `id` is None until it is founded."""

    id: str | None
    name: str
    demo: bool


@dataclass(frozen=True)
class Standing:
    """What an account is: an officer, or a focal point of an authority."""

    role: str
    authority: str | None


def network() -> Network:
    head = Head.objects.filter(pk=1).values_list("network", "name", "demo").first()
    if head is None:
        return Network(None, settings.NETWORK_NAME, settings.DEMO)
    return Network(head[0] or None, head[1] or settings.NETWORK_NAME, head[2])


def standing(account: str) -> Standing | None:
    """What this account is while it is active; a founding officer is one before there is a Register."""
    row = RegisterAccount.objects.filter(pk=account).values_list("active", "role", "authority").first()
    if row is not None:
        return Standing(row[1], row[2]) if row[0] else None
    return Standing("officer", None) if FoundingOfficer.objects.filter(pk=account).exists() else None


def hold_still() -> None:
    """Until the end of this transaction nobody appends to the Register: what is read of it now stays true.

    SQLite's immediate transactions see to that without a word.
    """
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM register_head WHERE id = 1 FOR SHARE")


def device_is_active(account: str, device: str) -> bool:
    return RegisterDevice.objects.filter(pk=device, account=account, active=True).exists()


def active_device(account: str, device: str | None) -> str | None:
    """This device if it is an active one of the account; otherwise None."""
    return device if device and device_is_active(account, device) else None


def device_row(device: str) -> RegisterDevice | None:
    return RegisterDevice.objects.filter(pk=device).first()


def unlock_keys(account: str) -> Sequence[UnlockKey]:
    """What opens this person's keys on a new browser, as the newest Register has it; nothing for strangers."""
    known = ledger.current().state.accounts.get(account)
    return [] if known is None else known.unlock_keys


def first_generation(account: str) -> int:
    """The first generation of reading keys under the present identity key: none before it opens for this person."""
    identity_key = RegisterAccount.objects.values_list("identity_key", flat=True).get(pk=account)
    rows = Entry.objects.filter(subject=statements.own(account, unb64(identity_key)), type="account.keys")
    first = rows.order_by("index").values_list("data", flat=True).first()
    return 1 if first is None else int(statements.parse_entry(bytes(first)).fields["generation"])


# --- the log ---


def checkpoint() -> str:
    """The newest signed checkpoint, cosigned within the last hour; empty while no network is founded."""
    newest = freshness.newest()
    return "" if newest is None else newest.note


def times(first: int, last: int) -> list[int]:
    """When the server added the entries from `first` to `last`, both included."""
    if not 0 <= first <= last < first + MOST_TIMES:
        raise Refused("invalid", f"The range holds between one and {MOST_TIMES} entries.")
    rows = Entry.objects.filter(index__gte=first, index__lte=last).order_by("index")
    return list(rows.values_list("added_at", flat=True))


def consistency_proof(first: int, second: int) -> list[str]:
    """That the log of size `first` is the beginning of that of size `second` (RFC 9162, 2.1.4)."""
    known = ledger.current()
    if not 0 <= first <= second <= known.size:
        raise Refused("invalid", "The log does not have these sizes.")
    return [one.hex() for one in merkle.consistency_proof(known.leaves_at(second), first)]


def inclusion_proof(index: int, size: int) -> list[str]:
    """That the entry at `index` is in the log of this size (RFC 9162, 2.1.3)."""
    known = ledger.current()
    if not 0 <= index < size <= known.size:
        raise Refused("invalid", "The log does not have this entry at this size.")
    return [one.hex() for one in merkle.inclusion_proof(known.leaves_at(size), index)]


# --- what lies beside it ---


def public_attachments(hashes: Sequence[str]) -> dict[str, bytes]:
    """The public keys with these hashes; what is absent or is no public key is left out. One query."""
    found = Attachment.objects.filter(hash__in=hashes, public=True).values_list("hash", "data")
    return {name: bytes(data) for name, data in found}


@dataclass(frozen=True)
class OwnKeys:
    """Every `account.keys` of a person under the present identity key, with all that lies beside them."""

    entries: list[bytes]
    attachments: dict[str, bytes]


def own_keys(account: str) -> OwnKeys:
    """For the account itself only: the boxes are in it. Four queries, whatever their number."""
    row = RegisterAccount.objects.filter(pk=account).first()
    if row is None:
        return OwnKeys([], {})
    subject = statements.own(account, unb64(row.identity_key))
    rows = Entry.objects.filter(subject=subject, type="account.keys").order_by("index")
    raw = [bytes(data) for data in rows.values_list("data", flat=True)]
    named = {one.hash for data in raw for one in attachments.named_by(statements.parse_entry(data))}
    named |= set(RegisterDevice.objects.filter(account=account).values_list("box_key", flat=True))
    held = Attachment.objects.filter(hash__in=named, account=account).values_list("hash", "data")
    return OwnKeys(raw, {name: bytes(data) for name, data in held})
