"""Judges a case of any vector file, whoever made it: each function raises or asserts when the case does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from members.protocol import (
    boxes,
    charter,
    checkpoint,
    directory,
    merkle,
    passkey,
    person,
    recovery,
    seal,
    session,
    signing,
    tiles,
)
from members.protocol.application import application_digest
from members.protocol.canonical import NotCanonical, canonical, parse
from members.protocol.encoding import b64, unb64
from members.protocol.register import RegisterBroken, Replay
from members.protocol.rules import Rejected, apply
from members.protocol.schema import Malformed
from members.protocol.state import State
from messaging.protocol import drafts, epochs, items, messages, sightings
from messaging.protocol.conversation import Conversation
from messaging.protocol.refusal import Refused
from tests.members.protocol.world import World
from tests.messaging.protocol.talk import register_of
from tests.vectors.drafts import opened
from tests.vectors.logs import leaves, note_for, state_hash
from tests.vectors.people import check_bookmark, check_bookmark_key

Case = dict[str, Any]
Histories = dict[str, World]
Judge = Callable[[Case, Histories], None]


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """What stands inside must be refused."""
    with pytest.raises(errors):
        yield


def _canonical_accepted(case: Case, _: Histories) -> None:
    assert canonical(case["value"]) == unb64(case["bytes"])
    assert parse(unb64(case["bytes"])) == case["value"]


def _canonical_refused(case: Case, _: Histories) -> None:
    with refusing(NotCanonical):
        parse(unb64(case["bytes"]))


def _pae(case: Case, _: Histories) -> None:
    assert signing.pae(case["type"], unb64(case["body"])) == unb64(case["pae"])


def _signed(case: Case, _: Histories) -> None:
    seed = bytes.fromhex(case["seed"])
    assert b64(signing.public_key(seed)) == case["public"]
    assert b64(signing.sign(seed, case["type"], unb64(case["body"]))) == case["signature"]


def _judged(case: Case, _: Histories) -> None:
    public, signature = unb64(case["public"]), unb64(case["signature"])
    assert signing.verify(public, case["type"], unb64(case["body"]), signature) is case["holds"]


def _signing_key(case: Case, _: Histories) -> None:
    if case["accepted"]:
        signing.check_point(unb64(case["public"]))
    else:
        with refusing(signing.WeakKey):
            signing.check_point(unb64(case["public"]))


def _key_pair(case: Case, _: Histories) -> None:
    pair = boxes.key_pair(bytes.fromhex(case["seed"]))
    assert (b64(pair.public), pair.hash) == (case["public"], case["hash"])


def _box(case: Case, _: Histories) -> None:
    opened = boxes.open_box(bytes.fromhex(case["seed"]), case["info"].encode(), unb64(case["box"]))
    assert opened == unb64(case["plaintext"])


def _box_refused(case: Case, _: Histories) -> None:
    with refusing(boxes.BoxRefused):
        boxes.open_box(bytes.fromhex(case["seed"]), case["info"].encode(), unb64(case["box"]))


def _box_key(case: Case, _: Histories) -> None:
    if case["accepted"]:
        boxes.check_public(unb64(case["public"]))
    else:
        with refusing(boxes.BoxRefused):
            boxes.check_public(unb64(case["public"]))


def _derived(case: Case, _: Histories) -> None:
    assert seal.derive(unb64(case["secret"]), unb64(case["salt"]), unb64(case["info"])).hex() == case["key"]


def _sealed(case: Case, _: Histories) -> None:
    key, aad, plaintext = bytes.fromhex(case["key"]), unb64(case["aad"]), unb64(case["plaintext"])
    assert seal.open_sealed(key, unb64(case["sealed"]), aad) == plaintext
    assert b64(seal.seal(key, plaintext, aad, nonce=unb64(case["nonce"]))) == case["sealed"]


def _seal_refused(case: Case, _: Histories) -> None:
    with refusing(seal.SealBroken):
        seal.open_sealed(bytes.fromhex(case["key"]), unb64(case["sealed"]), unb64(case["aad"]))


def _code_written(case: Case, _: Histories) -> None:
    assert recovery.write(bytes.fromhex(case["secret"])) == case["code"]
    assert recovery.read(case["code"]).hex() == case["secret"]


def _code_read(case: Case, _: Histories) -> None:
    assert recovery.read(case["text"]).hex() == case["secret"]


def _code_refused(case: Case, _: Histories) -> None:
    with pytest.raises(recovery.CodeRefused) as caught:
        recovery.read(case["text"])
    assert caught.value.group == case["group"]


def _unlock(case: Case, _: Histories) -> None:
    pair = recovery.unlock_key(bytes.fromhex(case["secret"]), case["network"], case["account"])
    assert (pair.seed.hex(), pair.hash) == (case["seed"], case["hash"])


def _passkey(case: Case, _: Histories) -> None:
    pair = passkey.unlock_key(bytes.fromhex(case["secret"]), case["network"], case["account"])
    assert passkey.prf_input(case["network"]).hex() == case["input"]
    assert (pair.seed.hex(), pair.hash) == (case["seed"], case["hash"])


def _commitment(case: Case, _: Histories) -> None:
    assert person.commitment(unb64(case["salt"]), **case["person"]) == case["commitment"]


def _compare(case: Case, _: Histories) -> None:
    assert list(person.compare_code(case["network"], unb64(case["identity_key"]))) == case["numbers"]


def _mac(case: Case, _: Histories) -> None:
    assert (
        b64(person.invitation_mac(bytes.fromhex(case["secret"]), case["kind"], case["covered"]))
        == case["mac"]
    )


def _vault(case: Case, _: Histories) -> None:
    key = session.vault_key(
        local=bytes.fromhex(case["local"]),
        half=bytes.fromhex(case["half"]),
        network=case["network"],
        account=case["account"],
        device=case["device"],
    )
    assert key.hex() == case["key"]


def _session(case: Case, _: Histories) -> None:
    payload = session.bind_payload(
        account=case["account"],
        challenge=unb64(case["challenge"]),
        device=case["device"],
        network=case["network"],
    )
    assert b64(payload) == case["payload"]
    public = signing.public_key(bytes.fromhex(case["seed"]))
    assert session.verify_binding(public, payload, unb64(case["signature"]))


def _bookmark(case: Case, _: Histories) -> None:
    assert check_bookmark(case)


def _bookmark_key(case: Case, _: Histories) -> None:
    assert check_bookmark_key(case)


def _tree(case: Case, _: Histories) -> None:
    grown = merkle.CompactRange()
    for leaf in leaves(case["size"]):
        grown.append(leaf)
    assert grown.root().hex() == case["root"]
    assert [each.hex() for each in grown.hashes] == case["range"]


def _hashes(listed: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in listed]


def _inclusion(case: Case, _: Histories) -> None:
    leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
    holds = merkle.verify_inclusion(leaf, case["index"], case["size"], _hashes(case["proof"]), root)
    assert holds is case["holds"]


def _consistency(case: Case, _: Histories) -> None:
    old, new = bytes.fromhex(case["first_root"]), bytes.fromhex(case["second_root"])
    holds = merkle.verify_consistency(case["first"], case["second"], old, new, _hashes(case["proof"]))
    assert holds is case["holds"]


def _note_accepted(case: Case, _: Histories) -> None:
    found = checkpoint.verify(case["note"], case["network"], unb64(case["register_key"]))
    assert (found.size, found.root) == (case["size"], case["root"])
    assert checkpoint.cosigned_at(case["note"], unb64(case["register_key"])) == case["time"]


def _note_refused(case: Case, _: Histories) -> None:
    with refusing(checkpoint.CheckpointRefused):
        checkpoint.verify(case["note"], case["network"], unb64(case["register_key"]))


def _note_made(case: Case, _: Histories) -> None:
    stated = checkpoint.Checkpoint(case["network"], case["size"], case["root"])
    assert checkpoint.sign(stated, bytes.fromhex(case["seed"])) == case["note"]


def _note_cosigned(case: Case, _: Histories) -> None:
    assert checkpoint.cosign(case["note"], bytes.fromhex(case["seed"]), case["time"]) == case["cosigned"]


def _freshness(case: Case, _: Histories) -> None:
    assert checkpoint.freshness(case["time"], case["now"]) == case["freshness"]


def _sighting_made(case: Case, _: Histories) -> None:
    seed = bytes.fromhex(case["seed"])
    body = sightings.make(
        account=case["account"],
        device=signing.device_id(signing.public_key(seed)),
        network=case["network"],
        checkpoint=(case["checkpoint"]["size"], case["checkpoint"]["root"]),
        held={one["id"]: (one["sequence"], one["head"]) for one in case["held"]},
        time=case["time"],
    )
    assert b64(body) == case["body"]
    assert b64(signing.sign(seed, signing.SIGHTING, body)) == case["signature"]


def _sighting_judged(case: Case, _: Histories) -> None:
    try:
        given = sightings.parse(unb64(case["body"]), unb64(case["signature"]))
        holds = given.signed_by(unb64(case["device_key"]))
    except sightings.NotASighting:
        holds = False
    assert holds is case["holds"]


def _charter_version(case: Case, _: Histories) -> None:
    version = {name: case[name] for name in ("number", "effective", "texts")}
    if case["hash"] is None:
        with refusing(Malformed):
            charter.charter_hash(**version)
    else:
        assert charter.charter_hash(**version) == case["hash"]


def _acceptance_made(case: Case, _: Histories) -> None:
    seed = bytes.fromhex(case["seed"])
    said = ("account", "authority", "charter", "network", "number", "time")
    device = signing.device_id(signing.public_key(seed))
    body = charter.make(device=device, **{name: case[name] for name in said})
    assert b64(body) == case["body"]
    assert b64(signing.sign(seed, signing.CHARTER, body)) == case["signature"]


def _acceptance_judged(case: Case, _: Histories) -> None:
    try:
        given = charter.parse(unb64(case["body"]), unb64(case["signature"]))
        holds = given.signed_by(unb64(case["device_key"]))
    except charter.NotAnAcceptance:
        holds = False
    assert holds is case["holds"]


def _application_digest(case: Case, _: Histories) -> None:
    content = {key: value for key, value in case.items() if key not in ("name", "digest")}
    if case["digest"] is None:
        with refusing(Malformed):
            application_digest(**content)
    else:
        assert application_digest(**content) == case["digest"]


def _entry_made(case: Case, _: Histories) -> None:
    seed = bytes.fromhex(case["seed"])
    said = ("account", "entry", "network", "previous", "revision", "size", "subject", "time")
    device = signing.device_id(signing.public_key(seed))
    body = directory.make(device=device, **{name: case[name] for name in said})
    assert b64(body) == case["body"]
    assert b64(signing.sign(seed, signing.DIRECTORY, body)) == case["signature"]


def _entry_judged(case: Case, _: Histories) -> None:
    try:
        given = directory.parse(unb64(case["body"]), unb64(case["signature"]))
        holds = given.signed_by(unb64(case["device_key"]))
    except directory.NotAnEntry:
        holds = False
    assert holds is case["holds"]


def _entry_followed(case: Case, _: Histories) -> None:
    before = None if case["before"] is None else directory.parse(unb64(case["before"]), bytes(64))
    assert directory.parse(unb64(case["body"]), bytes(64)).follows(before) is case["follows"]


def _entry_signer(case: Case, _: Histories) -> None:
    may = directory.may_sign(
        kind=directory.kind_of(case["subject"]),
        about=case["subject"].partition("/")[2],
        account=case["account"],
        role=case["role"],
        authority=case["authority"],
        authority_kind=case["kind"],
    )
    assert may is case["may"]


def _path(case: Case, _: Histories) -> None:
    tile = tiles.Tile(case["level"], case["index"], case["width"])
    assert tile.path() == case["path"]
    assert tiles.parse_path(case["path"]) == tile


def _path_refused(case: Any, _: Histories) -> None:
    with refusing(tiles.TileRefused):
        tiles.parse_path(case)


def _tile(case: Case, _: Histories) -> None:
    tile = tiles.Tile(case["level"], case["index"], case["width"])
    assert b64(tiles.hash_tile(leaves(case["size"]), tile)) == case["bytes"]


def _bundle(case: Case, _: Histories) -> None:
    entries = [unb64(each) for each in case["entries"]]
    assert b64(tiles.bundle(entries)) == case["bytes"]
    assert tiles.parse_bundle(unb64(case["bytes"])) == entries


def _bundle_refused(case: Case, _: Histories) -> None:
    with refusing(tiles.TileRefused):
        tiles.parse_bundle(unb64(case["bytes"]))


def _refusal(case: Case, known: Histories) -> None:
    state = known[case["history"]].states[case["after"]]
    for each in case["then"]:
        state = apply(state, unb64(each))
    with pytest.raises(Rejected) as caught:
        apply(state, unb64(case["entry"]))
    assert caught.value.reason == case["reason"]


def _replay(case: Case, known: Histories) -> None:
    entries = known[case["history"]].entries
    replay = Replay(network=case["network"])
    if case["held"]:
        replay.extend(note_for(entries[: case["held"]]), entries[: case["held"]])
    given = [unb64(each) for each in case["entries"]]
    if case["finding"] is None:
        grown = replay.extend(case["note"], given)
        assert [{"index": each.index, "reason": each.reason} for each in grown.rejected] == case["rejected"]
    else:
        with pytest.raises(RegisterBroken) as caught:
            replay.extend(case["note"], given)
        assert caught.value.finding == case["finding"]


def _sequence(case: Case, known: Histories) -> None:
    world = known[case["history"]]
    register = register_of(world)
    conversation = Conversation(world.network, case["conversation"])
    for place, each in enumerate(case["items"], 1):
        item = items.parse(unb64(each["body"]), unb64(each["signature"]))
        table = None if each["table"] is None else unb64(each["table"])
        outcome = conversation.accept(item, register, table=table)
        refused = outcome.refusal is not None
        seen = (item.hash, outcome.head, item.kind, refused)
        assert seen == (each["hash"], each["head"], each["kind"], each["refused"]), f"item {place}"


def _epoch_key(case: Case, _: Histories) -> None:
    key = bytes.fromhex(case["key"])
    assert epochs.commitment(case["previous"], case["number"], key) == case["commitment"]


def _epoch_box(case: Case, _: Histories) -> None:
    wanted = case["key"]
    bound = {
        name: case[name]
        for name in ("network", "conversation", "number", "account", "generation", "previous")
    }
    try:
        key = epochs.open_key(
            unb64(case["box"]),
            reading_seed=bytes.fromhex(case["reading_seed"]),
            expected=case["commitment"],
            **bound,
        )
    except Refused:
        assert wanted is None
    else:
        assert key.hex() == wanted


def _message(case: Case, _: Histories) -> None:
    key, header, content = bytes.fromhex(case["epoch_key"]), unb64(case["header"]), unb64(case["content"])
    try:
        opened = messages.open_message(key, device=case["device"], header=header, content=content)
    except messages.Unreadable:
        assert case["plaintext"] is None
    else:
        assert opened == case["plaintext"]


def _message_key(case: Case, _: Histories) -> None:
    assert messages.key(bytes.fromhex(case["epoch_key"]), case["device"]).hex() == case["key"]


def _draft(case: Case, _: Histories) -> None:
    whose = {"network": case["network"], "account": case["account"], "slot": case["slot"]}
    assert drafts.key(bytes.fromhex(case["reading_seed"]), **whose).hex() == case["key"]
    assert opened(case) == case["draft"]


def _padme(case: Case, _: Histories) -> None:
    assert messages.padme(case["length"]) == case["padded"]


def _header_accepted(case: Case, _: Histories) -> None:
    items.check_header(case)


def _header_refused(case: Case, _: Histories) -> None:
    with refusing(Malformed):
        items.check_header(case["header"])


def _readers(case: Case, known: Histories) -> None:
    state = known[case["history"]].states[case["after"]]
    assert sorted(epochs.readers(state, case["participants"])) == case["readers"]


def _due(case: Case, known: Histories) -> None:
    state = known[case["history"]].states[case["after"]]
    rows = epochs.parse_table(unb64(case["table"]))
    assert (epochs.due(rows, state, case["participants"]) is not None) is case["due"]


JUDGES: Final[dict[str, dict[str, Judge]]] = {
    "canonical": {"accepted": _canonical_accepted, "refused": _canonical_refused},
    "signatures": {"pae": _pae, "made": _signed, "judged": _judged, "keys": _signing_key},
    "boxes": {"key_pairs": _key_pair, "boxes": _box, "refused": _box_refused, "keys": _box_key},
    "seal": {"derived": _derived, "sealed": _sealed, "refused": _seal_refused},
    "recovery": {"written": _code_written, "read": _code_read, "refused": _code_refused, "unlock": _unlock},
    "passkeys": {"unlock": _passkey, "bookmark_keys": _bookmark_key},
    "person": {
        "commitments": _commitment,
        "compare": _compare,
        "macs": _mac,
        "boxes": _box,
        "vault": _vault,
        "sessions": _session,
        "bookmarks": _bookmark,
        "bookmark_keys": _bookmark_key,
    },
    "merkle": {"trees": _tree, "inclusion": _inclusion, "consistency": _consistency},
    "checkpoints": {
        "accepted": _note_accepted,
        "refused": _note_refused,
        "made": _note_made,
        "cosigned": _note_cosigned,
        "freshness": _freshness,
    },
    "sightings": {"made": _sighting_made, "judged": _sighting_judged},
    "applications": {"digests": _application_digest},
    "directory": {
        "made": _entry_made,
        "judged": _entry_judged,
        "followed": _entry_followed,
        "signers": _entry_signer,
    },
    "charter": {"versions": _charter_version, "made": _acceptance_made, "judged": _acceptance_judged},
    "tiles": {
        "paths": _path,
        "refused_paths": _path_refused,
        "tiles": _tile,
        "bundles": _bundle,
        "refused_bundles": _bundle_refused,
    },
    "refusals": {"cases": _refusal},
    "replays": {"cases": _replay},
    "conversations": {
        "sequences": _sequence,
        "epoch_keys": _epoch_key,
        "boxes": _epoch_box,
        "messages": _message,
        "message_keys": _message_key,
        "padme": _padme,
        "readers": _readers,
        "due": _due,
        "headers.accepted": _header_accepted,
        "headers.refused": _header_refused,
    },
    "drafts": {"drafts": _draft},
}


def history(listed: list[Case]) -> World:
    """The history that a list of entries is; asserts every hash and state on the way."""
    world = World()
    for place, case in enumerate(listed):
        assert world.add(unb64(case["entry"])) == case["hash"], f"entry {place}"
        assert state_hash(world.state) == case["state_hash"], f"entry {place}"
        if "state" in case:
            assert world.state.to_json() == case["state"], f"entry {place}"
            assert State.from_json(case["state"]) == world.state
    return world
