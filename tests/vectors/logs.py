"""Vectors of the Register as a log: trees, proofs, checkpoints, tiles, states, refusals and whole replays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

from members.protocol import checkpoint, merkle, signing, statements, tiles
from members.protocol.canonical import canonical
from members.protocol.checkpoint import Checkpoint
from members.protocol.encoding import b64, unb64
from members.protocol.register import RegisterBroken, Replay
from members.protocol.state import State
from tests.members.protocol.refused import REFUSALS
from tests.members.protocol.world import World, identifier, secret, small_network
from tests.vectors.forms import Vectors, point

_SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 31, 255, 256, 257, 1000]


def leaves(size: int) -> list[bytes]:
    """Leaf i is the leaf hash of the decimal text of i."""
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def _range(size: int) -> merkle.CompactRange:
    grown = merkle.CompactRange()
    for leaf in leaves(size):
        grown.append(leaf)
    return grown


def _hex(hashes: list[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def _inclusion(index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes) -> Vectors:
    return {
        "index": index,
        "size": size,
        "leaf": leaf.hex(),
        "root": root.hex(),
        "proof": _hex(proof),
        "holds": merkle.verify_inclusion(leaf, index, size, proof, root),
    }


def _consistency(first: int, second: int, old: bytes, new: bytes, proof: list[bytes]) -> Vectors:
    return {
        "first": first,
        "second": second,
        "first_root": old.hex(),
        "second_root": new.hex(),
        "proof": _hex(proof),
        "holds": merkle.verify_consistency(first, second, old, new, proof),
    }


def trees() -> Vectors:
    """Roots, compact ranges and proofs, right and wrong."""
    inclusion, consistency = [], []
    for index, size in [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
        (4, 5),
        (0, 7),
        (6, 7),
        (5, 8),
        (8, 9),
        (300, 1000),
        (999, 1000),
    ]:
        tree = leaves(size)
        proof, root = merkle.inclusion_proof(tree, index), merkle.root(tree)
        inclusion.append(_inclusion(index, size, tree[index], proof, root))
        inclusion.append(_inclusion(index + 1, size, tree[index], proof, root))
        inclusion.append(_inclusion(index, size + 1, tree[index], proof, root))
        inclusion.append(_inclusion(index, size, secret("leaf"), proof, root))
        inclusion.append(_inclusion(index, size, tree[index], [*proof, secret("more")], root))
        if proof:
            inclusion.append(_inclusion(index, size, tree[index], proof[:-1], root))
    for first, second in [
        (0, 0),
        (0, 5),
        (1, 1),
        (1, 2),
        (2, 3),
        (3, 7),
        (4, 7),
        (4, 8),
        (6, 8),
        (7, 7),
        (256, 1000),
        (257, 1000),
    ]:
        tree = leaves(second)
        proof = merkle.consistency_proof(tree, first)
        old, new = merkle.root(tree[:first]), merkle.root(tree)
        consistency.append(_consistency(first, second, old, new, proof))
        consistency.append(_consistency(first, second, secret("root"), new, proof))
        consistency.append(_consistency(first, second, old, secret("root"), proof))
        consistency.append(_consistency(first, second, old, new, [*proof, secret("more")]))
        consistency.append(_consistency(first, second + 1, old, new, proof))
        if proof:
            consistency.append(_consistency(first, second, old, new, proof[:-1]))
            consistency.append(_consistency(second, first, new, old, proof))
    return {
        "trees": [
            {"size": size, "root": _range(size).root().hex(), "range": _hex(_range(size).hashes)}
            for size in _SIZES
        ],
        "inclusion": inclusion,
        "consistency": consistency,
    }


def checkpoints() -> Vectors:
    """Signed notes to accept and to refuse."""
    seed, other = secret("register"), secret("witness")
    network, foreign = secret("network").hex(), secret("foreign network").hex()
    public = signing.public_key(seed)
    stated = Checkpoint(network, 42, secret("root").hex())
    note = checkpoint.sign(stated, seed)
    ours = note.split("\n\n")[1]
    witness = f"— witness.example/w {b64(secret('kid')[:4] + bytes(72))}\n"
    impostor_line = checkpoint.sign(stated, other).split("\n\n")[1]
    forged = signing.sign_raw(other, stated.text.encode())
    same_id = f"— entente/{network} {b64(checkpoint.key_id(network, public) + forged)}\n"
    small = f"— entente/{network} {b64(checkpoint.key_id(network, public) + point(1) + bytes(32))}\n"
    typed = signing.sign(seed, signing.STATEMENT, stated.text.encode())
    as_statement = f"— entente/{network} {b64(checkpoint.key_id(network, public) + typed)}\n"

    cosigned = checkpoint.cosign(note, seed, 1_790_000_000)
    earlier = checkpoint.cosign(note, seed, 1_780_000_000).removeprefix(note)
    impostor_time = checkpoint.cosign(note, other, 1_790_000_000).removeprefix(note)
    time_id = checkpoint.cosigner_id(network, public)
    time_line = unb64(cosigned.removeprefix(note).split(" ")[2].strip())
    other_note = checkpoint.sign(Checkpoint(network, 43, secret("root").hex()), seed)

    def with_time(data: bytes) -> str:
        return f"{note}— entente/{network} {b64(data)}\n"

    def with_text(text: str) -> str:
        signature = checkpoint.key_id(network, public) + signing.sign_raw(seed, text.encode())
        return f"{text}\n— entente/{network} {b64(signature)}\n"

    root = b64(secret("root"))
    accepted = [
        ("plain", note),
        ("with a witness after", note + witness),
        ("with a witness before", f"{stated.text}\n{witness}{ours}"),
        ("with somebody of the same name", note + impostor_line),
        ("empty", checkpoint.sign(Checkpoint(network, 0, merkle.EMPTY_ROOT.hex()), seed)),
        ("large", checkpoint.sign(Checkpoint(network, 10**12, secret("root").hex()), seed)),
        ("with a time", cosigned),
        ("with two times", cosigned + earlier),
        ("with the time of another key", note + impostor_time),
        ("with a time before the signature", f"{stated.text}\n{earlier}{ours}"),
        ("with the beginning of time", checkpoint.cosign(note, seed, 0)),
    ]
    refused = [
        ("nothing", ""),
        ("no signature", f"{stated.text}\n"),
        ("only a witness", f"{stated.text}\n{witness}"),
        ("another key", checkpoint.sign(stated, other)),
        ("another key under the key id", f"{stated.text}\n{same_id}"),
        ("a good and a bad line of the Register key", note + same_id),
        ("a signature of small order", f"{stated.text}\n{small}"),
        ("signed as a statement", f"{stated.text}\n{as_statement}"),
        ("another size", note.replace("\n42\n", "\n43\n")),
        ("another network", checkpoint.sign(Checkpoint(foreign, 42, secret("root").hex()), seed)),
        ("no newline at the end", note[:-1]),
        ("a hyphen for the dash", note.replace("— ", "- ")),
        ("a line that is no signature", note + "hello\n"),
        ("an empty line more", note + "\n"),
        ("carriage returns", note.replace("\n", "\r\n")),
        ("an extension line", with_text(f"{stated.text}extension\n")),
        ("a size with a zero before", with_text(f"entente/{network}\n042\n{root}\n")),
        ("a size that is negative", with_text(f"entente/{network}\n-1\n{root}\n")),
        ("a size in other digits", with_text(f"entente/{network}\n٤٢\n{root}\n")),
        ("a root of 31 bytes", with_text(f"entente/{network}\n42\n{b64(bytes(31))}\n")),
        ("a root that is not canonical", with_text(f"entente/{network}\n42\n{root.rstrip('=')}\n")),
        ("a name in capitals", with_text(f"entente/{network.upper()}\n42\n{root}\n")),
        ("another name", with_text(f"accord/{network}\n42\n{root}\n")),
        ("only a time", f"{stated.text}\n{earlier}"),
        ("a time moved on", with_time(time_id + (1_790_000_001).to_bytes(8, "big") + time_line[12:])),
        ("a time of another head", note + checkpoint.cosign(other_note, seed, 7).removeprefix(other_note)),
        ("a time and half a signature", with_time(time_line[:50])),
        ("a time and more", with_time(time_line + b"\x00")),
        ("a time without an end", with_time(time_id + b"\xff" * 8 + time_line[12:])),
        (
            "a time signed as a checkpoint",
            with_time(time_id + time_line[4:12] + signing.sign_raw(seed, stated.text.encode())),
        ),
        ("a good and a bad time", cosigned + with_time(time_id + bytes(72)).removeprefix(note)),
    ]
    return {
        "accepted": [
            {
                "name": name,
                "note": text,
                "network": network,
                "register_key": b64(public),
                "size": checkpoint.verify(text, network, public).size,
                "root": checkpoint.verify(text, network, public).root,
                "time": checkpoint.cosigned_at(text, public),
            }
            for name, text in accepted
        ],
        "refused": [
            {"name": name, "note": text, "network": network, "register_key": b64(public)}
            for name, text in refused
        ],
        "made": [
            {"seed": seed.hex(), "network": network, "size": size, "root": root_, "note": made}
            for size, root_ in [(0, merkle.EMPTY_ROOT.hex()), (42, secret("root").hex())]
            for made in [checkpoint.sign(Checkpoint(network, size, root_), seed)]
        ],
        "freshness": [
            {"time": time, "now": now, "freshness": checkpoint.freshness(time, now)}
            for now in (1_790_000_000_000,)
            for time in (
                None,
                *(
                    now // 1000 + seconds
                    for seconds in (0, 129_600, 129_601, -86_400, -86_401, -604_800, -604_801)
                ),
            )
        ],
        "cosigned": [
            {"seed": seed.hex(), "note": note, "time": time, "cosigned": checkpoint.cosign(note, seed, time)}
            for time in (0, 1_790_000_000, 2**53 - 1)
        ],
    }


def tile_vectors() -> Vectors:
    """Paths, hash tiles and entry bundles."""
    places = [
        tiles.Tile(0, 0),
        tiles.Tile(0, 0, 1),
        tiles.Tile(1, 999),
        tiles.Tile(1, 1000, 255),
        tiles.Tile("entries", 1234067),
        tiles.Tile("entries", 67, 17),
        tiles.Tile(5, 123456789),
    ]
    refused_paths = [
        "",
        "0/0",
        "0/00",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "00/000",
        "-1/000",
        "64/000",
        "0/x000/001",
        "0/001/067",
        "0/x001/x067",
        "0/x01/067",
        "entries/000.p",
        "0/000/",
        "/0/000",
        "1/٠٠٠",
        "data/000",
    ]
    log = leaves(1000)
    cut = [tiles.Tile(0, 0), tiles.Tile(0, 3, 232), tiles.Tile(1, 0, 3)]
    contents = [[], [b"{}"], [b"a", b"", b"bc" * 200], [bytes(65_535)]]
    bundle = tiles.bundle([b"abc", b"d"])
    return {
        "paths": [
            {"level": each.level, "index": each.index, "width": each.width, "path": each.path()}
            for each in places
        ],
        "refused_paths": refused_paths,
        "tiles": [
            {
                "size": 1000,
                "level": each.level,
                "index": each.index,
                "width": each.width,
                "bytes": b64(tiles.hash_tile(log, each)),
            }
            for each in cut
        ],
        "bundles": [
            {"entries": [b64(one) for one in each], "bytes": b64(tiles.bundle(each))} for each in contents
        ],
        "refused_bundles": [
            {"name": "cut off", "bytes": b64(bundle[:-1])},
            {"name": "half a length", "bytes": b64(bundle + b"\x00")},
            {"name": "a length beyond the end", "bytes": b64(b"\x00\x05abc")},
        ],
    }


@cache
def long_history() -> World:
    """A history in which every type of statement applies at least once."""
    w = small_network()
    ana, ben, cleo = w.person("Ana"), w.person("Ben"), w.person("Cleo")
    w.add(w.about_officer("appointed", "Otto"))
    w.settle("Otto")
    w.person("Olga").version = 2
    w.add(
        w.about_officer(
            "rekeyed", "Olga", seeds=[w.person(each).identity_seed for each in ("Omar", "Ottilie")]
        )
    )
    w.add(w.enrolment("Olga"))
    w.add(w.keys("Olga", generation=2))
    w.add(w.about_officer("removed", "Otto"))
    w.add(w.act("role_changed", "North", "Cleo", ana.identity_seed, role="deputy"))
    w.add(w.enrolment("Ana", "tablet"))
    w.add(w.keys("Ana", unlocks=("code 1",), by=ana.device_seed("tablet")))
    w.add(w.enrolment("Ana", "phone", revokes=("tablet",)))
    w.add(w.keys("Ana", generation=2, unlocks=("code 1",), by=ana.device_seed("phone")))
    w.add(w.keys("Ana", generation=2, unlocks=("code 1", "code 2")))
    w.add(w.keys("Ana", generation=2, unlocks=("code 2",)))
    w.add(w.revocation("Ana", "laptop", ana.subject, ana.device_seed("phone")))
    w.add(w.keys("Ana", generation=3, unlocks=("code 2",)))
    w.add(w.revocation("Cleo", "laptop", statements.people(identifier("North")), ben.device_seed()))
    w.add(w.revocation("Tam", "laptop", statements.standing(identifier("South")), *w.officers_seeds()))
    w.add(w.revocation("Omar", "laptop", statements.NETWORK, *w.officers_seeds()))
    cleo.version = 2
    w.add(
        w.act(
            "rekeyed",
            "North",
            "Cleo",
            ana.identity_seed,
            identity_key=b64(cleo.identity_key),
            verification="in_person",
        )
    )
    w.add(w.enrolment("Cleo"))
    w.add(w.keys("Cleo", generation=2))
    w.add(w.appointment("North", "Dora", by=None, role="lead"))
    w.settle("Dora")
    w.add(w.appointment("North", "Emil", by="Dora"))
    w.settle("Emil")
    w.add(w.act("confirmed", "North", "Dora", ben.device_seed()))
    w.add(w.act("confirmed", "North", "Emil", w.person("Dora").device_seed()))
    w.add(w.act("role_changed", "North", "Ben", *w.officers_seeds(), on="standing", role="lead"))
    w.add(w.act("removed", "North", "Dora", ben.device_seed()))
    w.add(w.act("removed", "North", "Cleo", cleo.device_seed()))
    ben.version = 2
    w.add(
        w.act(
            "rekeyed",
            "North",
            "Ben",
            *w.officers_seeds(),
            on="standing",
            identity_key=b64(ben.identity_key),
            verification="code_compared",
        )
    )
    w.add(w.enrolment("Ben"))
    w.add(w.keys("Ben", generation=2))
    w.add(w.act("confirmed", "North", "Ben", w.person("Emil").device_seed()))
    w.add(w.about_authority("suspended", "South"))
    w.add(w.enrolment("Tam", "tablet"))
    w.add(w.keys("Tam", generation=2, by=w.person("Tam").device_seed("tablet"), unlocks=("code 1",)))
    w.add(w.about_authority("reinstated", "South", reason=""))
    w.add(w.act("removed", "South", "Tam", *w.officers_seeds(), on="standing"))
    w.add(w.about_authority("withdrawn", "South"))
    w.add(w.admission("East ‏شرق", "Elif", state="XD", name="East ‏شرق", verification="in_person"))
    return w


def state_hash(state: State) -> str:
    """SHA-256 of the canonical JSON of a state."""
    return hashlib.sha256(canonical(state.to_json())).hexdigest()


def _history(world: World) -> list[Vectors]:
    listed = []
    for place, entry in enumerate(world.entries):
        state = world.states[place + 1]
        case: Vectors = {
            "entry": b64(entry),
            "hash": statements.entry_hash(entry),
            "type": statements.parse_entry(entry).type,
            "state_hash": state_hash(state),
        }
        if (place + 1) % 10 == 0 or place + 1 == len(world.entries):
            case["state"] = state.to_json()
        listed.append(case)
    return listed


def histories(**more: World) -> Vectors:
    """Entries that all apply, with the states between them; `more` are the Registers of conversations."""
    return {
        "histories": {
            "empty": [],
            "small": _history(small_network()),
            "long": _history(long_history()),
            **{name: _history(world) for name, world in more.items()},
        }
    }


def refusals() -> Vectors:
    """Entries that must not apply, with their reasons."""
    cases = []
    for refusal in REFUSALS:
        world, before, entry = refusal.prepared()
        cases.append(
            {
                "name": refusal.name,
                "history": "empty" if refusal.empty else "small",
                "after": before,
                "then": [b64(each) for each in world.entries[before:]],
                "entry": b64(entry),
                "reason": refusal.reason,
            }
        )
    return {"cases": cases}


def note_for(entries: list[bytes], *, network: str | None = None, seed: bytes | None = None) -> str:
    """The checkpoint of a log of these entries."""
    hashes = [merkle.leaf_hash(each) for each in entries]
    named = network or hashes[0].hex()
    return checkpoint.sign(
        Checkpoint(named, len(entries), merkle.root(hashes).hex()), seed or World().register_seed
    )


def _replay_case(name: str, held: int, network: str | None, note: str, given: list[bytes]) -> Vectors:
    entries = long_history().entries
    replay = Replay(network=network)
    if held:
        replay.extend(note_for(entries[:held]), entries[:held])
    finding, rejected = None, []
    try:
        grown = replay.extend(note, given)
        rejected = [{"index": each.index, "reason": each.reason} for each in grown.rejected]
    except RegisterBroken as error:
        finding = error.finding
    return {
        "name": name,
        "history": "long",
        "held": held,
        "network": network,
        "note": note,
        "entries": [b64(each) for each in given],
        "finding": finding,
        "rejected": rejected,
    }


def replays() -> Vectors:
    """What a client finds when a server extends, cuts or forks the log."""
    e = long_history().entries
    network = statements.entry_hash(e[0])
    stranger = World()
    stranger.clock += 5
    stranger.found("Olga", "Omar", "Ottilie")
    other = stranger.entries[0]
    junk = b'{"not":"an entry"}'
    good = note_for(e[:12])
    make: Callable[..., Vectors] = _replay_case
    return {
        "cases": [
            make("a new client", 0, None, good, e[:12]),
            make("a new client that knows the network", 0, network, good, e[:12]),
            make("one entry only", 0, network, note_for(e[:1]), e[:1]),
            make("growth", 5, network, good, e[5:12]),
            make("nothing new", 12, network, good, []),
            make(
                "growth with an entry that does not apply",
                5,
                network,
                note_for([*e[:12], junk]),
                [*e[5:12], junk],
            ),
            make(
                "growth with a statement twice",
                5,
                network,
                note_for([*e[:8], e[3], *e[8:12]]),
                [*e[5:8], e[3], *e[8:12]],
            ),
            make("rolled back", 12, network, note_for(e[:5]), []),
            make("rolled back to nothing", 12, network, note_for([], network=network), []),
            make("same size, other root", 12, network, note_for([*e[:11], junk]), []),
            make("an entry left out", 5, network, note_for([*e[:6], *e[7:12]]), e[5:12]),
            make("an entry exchanged", 5, network, good, [*e[5:11], junk]),
            make("entries in another order", 5, network, good, [e[6], e[5], *e[7:12]]),
            make("too few entries", 5, network, good, e[5:11]),
            make("too many entries", 5, network, good, e[5:13]),
            make("no entries", 5, network, good, []),
            make("the past rewritten", 5, network, note_for([*e[:4], junk, *e[5:12]]), e[5:12]),
            make("signed by another key", 5, network, note_for(e[:12], seed=secret("x")), e[5:12]),
            make("no signature", 5, network, good.split("\n\n")[0] + "\n\n", e[5:12]),
            make("not a note", 5, network, "hello", e[5:12]),
            make(
                "the checkpoint of another network",
                5,
                network,
                note_for(e[:12], network=secret("n").hex()),
                e[5:12],
            ),
            make("another network", 0, network, note_for([other]), [other]),
            make("a log that does not begin with a founding", 0, None, note_for(e[1:4]), e[1:4]),
        ]
    }
