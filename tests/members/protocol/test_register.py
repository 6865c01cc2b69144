"""A replay accepts only what follows from what it knows, and changes nothing when it does not."""

from __future__ import annotations

from typing import Any

import pytest

from members.protocol import bookmark, merkle, seal
from members.protocol.bookmark import BookmarkBroken
from members.protocol.register import FORKED, RegisterBroken, Replay
from tests.members.protocol.world import hash_of, secret
from tests.vectors.logs import long_history, note_for

ENTRIES = long_history().entries
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
KEY, ACCOUNT = secret("bookmark key"), hash_of("account")[:32]


def replayed(size: int = len(ENTRIES)) -> Replay:
    replay = Replay()
    replay.extend(note_for(ENTRIES[:size]), ENTRIES[:size])
    return replay


def test_a_refused_extension_changes_nothing() -> None:
    replay = replayed(20)
    before = replay.state.to_json(), replay.root, replay.checkpoint, dict(replay.history.roots)
    for note, entries in [
        (note_for(ENTRIES[:30]), ENTRIES[20:29]),
        (note_for(ENTRIES[:10]), []),
        ("nonsense", ENTRIES[20:30]),
        (note_for(ENTRIES[:30], seed=secret("x")), ENTRIES[20:30]),
    ]:
        with pytest.raises(RegisterBroken):
            replay.extend(note, entries)
    assert (replay.state.to_json(), replay.root, replay.checkpoint, replay.history.roots) == before
    replay.extend(note_for(ENTRIES), ENTRIES[20:])
    assert replay.state == long_history().state


def test_another_persons_checkpoint_is_a_prefix_or_an_alarm() -> None:
    replay = replayed()
    replay.check_prefix(20, merkle.root(LEAVES[:20]).hex())
    with pytest.raises(RegisterBroken) as broken:
        replay.check_prefix(20, hash_of("another root"))
    assert broken.value.finding == FORKED


def test_beyond_the_bookmark_a_consistency_proof_is_needed() -> None:
    early = replayed(40)
    resumed = Replay.resume(str(early.network), early.state.copy(), early.range.copy())
    resumed.extend(note_for(ENTRIES), ENTRIES[40:])
    root = merkle.root(LEAVES[:20]).hex()
    for size, stated, proof in [
        (20, root, []),
        (20, hash_of("x"), merkle.consistency_proof(LEAVES, 20)),
        (19, root, merkle.consistency_proof(LEAVES, 20)),
    ]:
        with pytest.raises(RegisterBroken):
            resumed.check_prefix(size, stated, proof)
    resumed.check_prefix(20, root, merkle.consistency_proof(LEAVES, 20))
    assert resumed.at(20) is None
    assert resumed.at(45) is not None


def test_a_bookmark_leads_on() -> None:
    sealed = bookmark.make(replayed(30), bookmark_key=KEY, account=ACCOUNT)
    network = long_history().network
    opened = bookmark.open_bookmark(sealed, bookmark_key=KEY, network=network, account=ACCOUNT)
    resumed = opened.resume(network)
    resumed.extend(note_for(ENTRIES), ENTRIES[30:])
    assert resumed.state == long_history().state


def test_a_bookmark_of_something_else_does_not_open() -> None:
    sealed = bookmark.make(replayed(30), bookmark_key=KEY, account=ACCOUNT)
    right: dict[str, Any] = {"bookmark_key": KEY, "network": long_history().network, "account": ACCOUNT}
    changes: list[tuple[bytes, dict[str, Any]]] = [
        (sealed, {"bookmark_key": secret("x")}),
        (sealed, {"network": hash_of("n")}),
        (sealed, {"account": ACCOUNT[::-1]}),
        (sealed[:-1], {}),
    ]
    for sealed_bytes, changed in changes:
        with pytest.raises(BookmarkBroken):
            bookmark.open_bookmark(sealed_bytes, **{**right, **changed})


def test_a_bookmark_that_does_not_hold_together_is_refused() -> None:
    network = long_history().network
    key = bookmark.sealing_key(KEY, network, ACCOUNT)
    for content in [b"{}", b"not json", b'{"range":[],"root":"","size":0,"state":{}}']:
        with pytest.raises(BookmarkBroken):
            bookmark.open_bookmark(
                seal.seal(key, content), bookmark_key=KEY, network=network, account=ACCOUNT
            )


def test_a_bookmark_key_opens_with_its_recovery_code_alone() -> None:
    right: dict[str, Any] = {"secret": secret("code")[:20], "network": hash_of("n"), "account": ACCOUNT}
    sealed = bookmark.seal_key(KEY, **right)
    assert bookmark.open_key(sealed, **right) == KEY
    others: list[dict[str, Any]] = [
        {"secret": secret("another code")[:20]},
        {"network": hash_of("another network")},
        {"account": ACCOUNT[::-1]},
    ]
    for changed in others:
        with pytest.raises(BookmarkBroken):
            bookmark.open_key(sealed, **{**right, **changed})
    short = seal.seal(bookmark.code_key(**right), KEY[:16])
    with pytest.raises(BookmarkBroken):
        bookmark.open_key(short, **right)


def test_what_was_proved_once_is_known() -> None:
    early = replayed(40)
    resumed = Replay.resume(str(early.network), early.state.copy(), early.range.copy())
    assert resumed.root_at(20) is None
    resumed.check_prefix(20, merkle.root(LEAVES[:20]).hex(), merkle.consistency_proof(LEAVES[:40], 20))
    assert resumed.root_at(20) == merkle.root(LEAVES[:20]).hex()
    with pytest.raises(RegisterBroken):
        resumed.check_prefix(20, hash_of("x"))
