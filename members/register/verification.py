"""Replays the whole Register from its bytes and compares everything that was derived from it."""

from __future__ import annotations

from members.protocol import checkpoint, merkle
from members.protocol.checkpoint import CheckpointRefused
from members.protocol.encoding import unb64
from members.protocol.rules import Rejected, apply_in_place
from members.protocol.state import State
from members.register import projection
from members.register.models import Entry, Head


def findings() -> list[str]:
    """Sentences about everything that is not as the entries say; none when the Register is whole."""
    head = Head.objects.filter(pk=1).first() or Head()
    state, grown = State(), merkle.CompactRange()
    found: list[str] = []
    for entry in Entry.objects.order_by("index").iterator():
        raw = bytes(entry.data)
        if entry.index != grown.size:
            return [*found, f"Entry {grown.size} is missing."]
        try:
            apply_in_place(state, raw)
        except Rejected as error:
            found.append(f"Entry {entry.index} does not apply: {error}.")
        grown.append(merkle.leaf_hash(raw))
        if entry.leaf != merkle.leaf_hash(raw).hex() or entry.root != grown.root().hex():
            found.append(f"Entry {entry.index} does not have the hash that is kept with it.")
    if grown.size != head.size or (grown.size and grown.root().hex() != head.root):
        found.append("The head does not belong to the entries.")
    elif grown.size:
        found += _checkpoint_findings(head, state)
    return found + projection.differences(state)


def _checkpoint_findings(head: Head, state: State) -> list[str]:
    if state.network is None or state.register_key is None:
        return ["The first entry does not found a network."]
    try:
        stated = checkpoint.verify(head.checkpoint, state.network, unb64(state.register_key))
    except CheckpointRefused as error:
        return [f"The checkpoint is refused: {error}."]
    same = (stated.size, stated.root) == (head.size, head.root)
    return [] if same else ["The checkpoint is not that of the head."]
