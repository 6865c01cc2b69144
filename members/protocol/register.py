"""Replays the Register and judges every checkpoint: nobody else's word about the state is needed or taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from members.protocol import checkpoint as notes
from members.protocol import merkle
from members.protocol.checkpoint import Checkpoint, CheckpointRefused
from members.protocol.effects import Touched
from members.protocol.encoding import unb64
from members.protocol.history import History, Standing, Step
from members.protocol.rules import Applied, Rejected, apply_in_place
from members.protocol.state import State

ROLLED_BACK: Final = "rolled_back"
FORKED: Final = "forked"
BAD_SIGNATURE: Final = "bad_signature"
OTHER_NETWORK: Final = "other_network"


class RegisterBroken(Exception):
    """The server's Register cannot be the one this client knows; whoever finds this stops talking.

    `finding` is rolled_back, forked, bad_signature or other_network (docs/protocol.md, 3.4).
    """

    def __init__(self, finding: str, detail: str) -> None:
        super().__init__(f"{finding}: {detail}")
        self.finding = finding
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """An entry that stands in the log but does not apply: an alarm (`entry_rejected`), not an end."""

    index: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Growth:
    """What a verified extension of the log brought."""

    checkpoint: Checkpoint
    applied: tuple[Applied, ...]
    rejected: tuple[RejectedEntry, ...]


@dataclass(slots=True)
class Replay:
    """A verified prefix of one network's Register: state, compact range and the checkpoint that was accepted for it."""

    network: str | None = None
    state: State = field(default_factory=State)
    range: merkle.CompactRange = field(default_factory=merkle.CompactRange)
    checkpoint: Checkpoint | None = None
    history: History = field(default_factory=lambda: History.of(State(), merkle.EMPTY_ROOT.hex()))
    confirmed: int | None = None
    """The newest time (in seconds) at which the Register key said that the log had a head accepted here."""

    @classmethod
    def resume(cls, network: str, state: State, compact_range: merkle.CompactRange) -> Replay:
        """A replay that goes on from a state that this person verified before (a bookmark, a vault)."""
        root = compact_range.root().hex()
        if state.size != compact_range.size or state.network != network:
            raise RegisterBroken(FORKED, "the remembered state and range do not belong together")
        return cls(
            network, state, compact_range, Checkpoint(network, state.size, root), History.of(state, root)
        )

    @property
    def size(self) -> int:
        """How many entries were verified."""
        return self.range.size

    @property
    def root(self) -> str:
        """The root over the verified entries, in hexadecimal."""
        return self.range.root().hex()

    def now(self) -> State:
        """The newest verified state."""
        return self.state

    def at(self, size: int) -> State | Standing | None:
        """How things stood at a size, or None when that is older than the history or newer than the replay."""
        return self.state if size == self.state.size else self.history.at(size)

    def root_at(self, size: int) -> str | None:
        """The root at a size, or None when that is older than the history."""
        return self.history.roots.get(size)

    def extend(self, note: str, entries: Sequence[bytes]) -> Growth:
        """Take the entries that lead to a signed checkpoint; raises RegisterBroken, changing nothing, if a check fails.

        `entries` are those after the verified prefix, up to the size of the checkpoint exactly.
        """
        network = self._network_of(entries)
        state, grown = self.state.copy(), self.range.copy()
        applied, rejected, steps = _replay(state, grown, entries)
        if state.register_key is None or state.network != network:
            raise RegisterBroken(OTHER_NETWORK, "the first entry does not found the network")
        accepted = self._verified(note, network, state)
        self._compare(accepted, grown)
        self.network, self.state, self.range, self.checkpoint = network, state, grown, accepted
        for step in steps:
            self.history.record(step)
        return Growth(accepted, applied, rejected)

    def confirm(self, note: str, now: int) -> None:
        """Take the time under an accepted note, when it is newer and counts by one's own clock (in milliseconds)."""
        seconds = notes.cosigned_at(note, unb64(self.state.register_key)) if self.state.register_key else None
        if self.confirmed is not None and not notes.counts(self.confirmed, now):
            self.confirmed = None
        if seconds is not None and notes.counts(seconds, now):
            self.confirmed = max(self.confirmed or 0, seconds)

    def check_prefix(self, size: int, root: str, proof: Sequence[bytes] | None = None) -> None:
        """Raise RegisterBroken `forked` unless (size, root) is a prefix of the verified log.

        A size that the history covers needs no proof; for an older one the consistency proof to the present
        size is checked.
        """
        known = self.history.roots.get(size)
        if known is None:
            own_root, stated = self.range.root(), bytes.fromhex(root)
            holds = merkle.verify_consistency(size, self.size, stated, own_root, proof or [])
        else:
            holds = known == root
        if not holds:
            raise RegisterBroken(FORKED, "somebody was shown another Register")
        self.history.roots[size] = root

    def _network_of(self, entries: Sequence[bytes]) -> str:
        """The id of the network; only a client that knows none yet takes it from the first entry."""
        if self.range.size > 0 and self.network is not None:
            return self.network
        if not entries:
            raise RegisterBroken(FORKED, "the entries do not lead to the checkpoint")
        first = merkle.leaf_hash(entries[0]).hex()
        if self.network is not None and first != self.network:
            raise RegisterBroken(OTHER_NETWORK, "this address serves another network")
        return first

    def _verified(self, note: str, network: str, state: State) -> Checkpoint:
        register_key = unb64(state.register_key)
        try:
            return notes.verify(note, network, register_key)
        except CheckpointRefused as error:
            raise RegisterBroken(BAD_SIGNATURE, str(error)) from error

    def _compare(self, stated: Checkpoint, grown: merkle.CompactRange) -> None:
        if stated.size < self.range.size:
            raise RegisterBroken(ROLLED_BACK, "the Register is shorter than it was")
        if stated.size != grown.size or stated.root != grown.root().hex():
            raise RegisterBroken(FORKED, "the entries do not lead to the checkpoint")


def _replay(
    state: State, grown: merkle.CompactRange, entries: Iterable[bytes]
) -> tuple[tuple[Applied, ...], tuple[RejectedEntry, ...], list[Step]]:
    applied: list[Applied] = []
    rejected: list[RejectedEntry] = []
    steps: list[Step] = []
    for raw in entries:
        touched = Touched()
        try:
            one = apply_in_place(state, raw)
        except Rejected as error:
            rejected.append(RejectedEntry(grown.size, error.reason, error.detail))
        else:
            applied.append(one)
            touched = one.touched
        grown.append(merkle.leaf_hash(raw))
        accounts = {each: state.accounts[each] for each in touched.accounts}
        authorities = {each: state.authorities[each] for each in touched.authorities}
        steps.append(Step(state.size, grown.root().hex(), accounts, authorities))
    return tuple(applied), tuple(rejected), steps
