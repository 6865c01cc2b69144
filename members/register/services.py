"""Appending to the Register: all entries or none, by whom they concern, in one transaction with the head row locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from members import clock, events
from members.accounts import revocations
from members.accounts.models import SignedInSession
from members.accounts.services import deactivate
from members.audit.services import record_statement
from members.devices.models import VaultHalf
from members.holding import hold
from members.problems import Problem, Refused, Restoring, SlowDown
from members.protocol import merkle
from members.protocol.checkpoint import Checkpoint
from members.protocol.effects import Touched
from members.protocol.encoding import unb64
from members.protocol.rules import Rejected, apply_in_place
from members.protocol.state import State
from members.protocol.statements import Entry as ParsedEntry
from members.register import attachments, ledger, projection, signer
from members.register.models import Entry, Head, SubtreeHash

MOST_ENTRIES = 20
OWN_ENTRIES_AN_HOUR = 40
ENTRIES_AN_HOUR = 400


class NotApplied(Problem):
    """A statement that the rules reject; `reason` is one of docs/protocol.md, 4.3, `index` its place in the request."""

    def __init__(self, rejected: Rejected, index: int) -> None:
        stale = rejected.reason == "stale"
        super().__init__(
            "stale" if stale else "rejected",
            409 if stale else 422,
            f"The Register does not take this statement: {rejected.detail}.",
            reason=rejected.reason,
            index=index,
        )


class Forked(Refused):
    """What was handed back does not go on from this Register to the checkpoint that came with it."""

    def __init__(self) -> None:
        super().__init__("refused", "These entries do not lead to that checkpoint.", reason="forked")


@transaction.atomic
def append(*, entries: Sequence[bytes], sent: Mapping[str, bytes], by: str) -> str:
    """Append these entries, and keep what lies beside them; returns the new checkpoint. All of them or none.

    Whether `by` may send them is for the caller to check; what they say is checked here, by the rules.
    """
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    if head.restoring_since is not None:
        raise Restoring
    return _append(head, entries, sent, by=by)


def take_back(head: Head, entries: Sequence[bytes], sent: Mapping[str, bytes], stated: Checkpoint) -> None:
    """Append what an older copy lacks; raises Forked unless it leads to this checkpoint of the Register key.

    In the caller's transaction, which has locked the head and is not to be committed after Forked. Bytes that lie
    beside the entries may be missing: those that only their owner has come from their owner.
    """
    try:
        _append(head, entries, sent, by="", handed_back=True)
    except NotApplied as error:
        raise Forked from error
    if (head.size, head.root) != (stated.size, stated.root):
        raise Forked


def _append(
    head: Head,
    entries: Sequence[bytes],
    sent: Mapping[str, bytes],
    *,
    by: str,
    handed_back: bool = False,
) -> str:
    known = ledger.current(head)
    state, grown = known.state.copy(), known.range.copy()
    parsed, touched = _apply_all(state, entries)
    if not parsed:
        return head.checkpoint
    attachments.store(parsed, sent, some_missing=handed_back)
    _store_entries(parsed, grown, by=by)
    for offset, entry in enumerate(parsed):
        record_statement(entry, index=known.size + offset, by=by, signers=_officers_among(state, entry))
    _grow_subtrees(known.size, grown.size)
    projection.write(state, accounts=touched.accounts, authorities=touched.authorities)
    _move_head(head, state, grown, confirmed=not handed_back)
    _cut_off(known.state, state, touched)
    events.emit(
        events.REGISTER_GROWN,
        size=head.size,
        root=head.root,
        affected=_affected(known.state, state, touched),
    )
    return head.checkpoint


def _apply_all(state: State, entries: Sequence[bytes]) -> tuple[list[ParsedEntry], Touched]:
    parsed, touched = [], Touched()
    for index, raw in enumerate(entries):
        try:
            applied = apply_in_place(state, raw)
        except Rejected as error:
            raise NotApplied(error, index) from error
        parsed.append(applied.entry)
        touched.accounts |= applied.touched.accounts
        touched.authorities |= applied.touched.authorities
    return parsed, touched


def _officers_among(state: State, entry: ParsedEntry) -> list[str]:
    """The accounts of the officers who signed it; nobody where it is no act of theirs."""
    return sorted(account for account, key in state.officers.items() if unb64(key).hex() in entry.signers)


def _store_entries(parsed: Sequence[ParsedEntry], grown: merkle.CompactRange, *, by: str) -> None:
    now = clock.now()
    rows = []
    for entry in parsed:
        index = grown.size
        grown.append(bytes.fromhex(entry.hash))
        rows.append(
            Entry(
                index=index,
                leaf=entry.hash,
                root=grown.root().hex(),
                type=entry.type,
                subject=entry.fields["subject"],
                data=entry.raw,
                added_at=now,
                added_by=by,
            )
        )
    Entry.objects.bulk_create(rows)


def _grow_subtrees(before: int, after: int) -> None:
    """Keep the root of every subtree of 256^level leaves that has just become full."""
    level = 1
    while after >> 8 * level:
        for index in range(before >> 8 * level, after >> 8 * level):
            below = _hashes_below(level, index)
            SubtreeHash.objects.create(level=level, index=index, hash=merkle.root(below).hex())
        level += 1


def _hashes_below(level: int, index: int) -> list[bytes]:
    first, beyond = index << 8, (index + 1) << 8
    if level == 1:
        found = Entry.objects.filter(index__gte=first, index__lt=beyond).order_by("index")
        return [bytes.fromhex(leaf) for leaf in found.values_list("leaf", flat=True)]
    subtrees = SubtreeHash.objects.filter(level=level - 1, index__gte=first, index__lt=beyond)
    return [bytes.fromhex(one) for one in subtrees.order_by("index").values_list("hash", flat=True)]


def _move_head(head: Head, state: State, grown: merkle.CompactRange, *, confirmed: bool) -> None:
    """`confirmed` with the time: not while there may be more that was signed before."""
    assert state.network is not None, "an entry applied, so the network is founded"
    head.network, head.name = state.network, state.name
    head.size, head.root = grown.size, grown.root().hex()
    checkpoint = Checkpoint(state.network, head.size, head.root)
    head.checkpoint = signer.sign(checkpoint, unb64(state.register_key), confirmed=confirmed)
    head.save()


def _cut_off(before: State, after: State, touched: Touched) -> None:
    """Whoever was removed is locked out; a session of a revoked device is bound to none any more."""
    cut = projection.cut_off(before, after, touched.accounts)
    if cut.devices:
        revocations.bump()
        SignedInSession.objects.filter(device__in=cut.devices).update(device="")
        # with its half gone, what lies on that computer stays shut even for whoever seizes this server later
        VaultHalf.objects.filter(pk__in=cut.devices).update(half=b"")
    for device in cut.devices:
        events.emit(events.DEVICE_INACTIVE, device=device)
    for account in cut.accounts:
        deactivate(account)
        events.emit(events.ACCOUNT_INACTIVE, account=account)


def _affected(before: State, after: State, touched: Touched) -> set[str]:
    """The authorities that this concerns: those changed, and those whose people changed."""
    found = set(touched.authorities)
    for account in touched.accounts:
        for state in (before, after):
            one = state.accounts.get(account)
            if one is not None and one.authority is not None:
                found.add(one.authority)
    return found


def slow_appends(account: str) -> None:
    """Raises SlowDown when this account has added so much lately that it would flood a log that is never shortened.

    Called in the transaction that adds more, before it locks anything: until its end nobody else counts.
    """
    hold("register in an hour", account)
    since = clock.now() - clock.HOUR
    recent = Entry.objects.filter(added_by=account, added_at__gt=since)
    own = recent.filter(subject__startswith=f"account/{account}/")
    for rows, most in ((own, OWN_ENTRIES_AN_HOUR), (recent, ENTRIES_AN_HOUR)):
        oldest = rows.order_by("-added_at").values_list("added_at", flat=True)[most - 1 : most]
        for at in oldest:
            raise SlowDown(retry_after=max(1, (at + clock.HOUR - clock.now()) // clock.SECOND))
