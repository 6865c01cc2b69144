"""Vectors of a person: commitments, codes to compare, macs, boxes, vault keys, sessions and bookmarks."""

from __future__ import annotations

from typing import Any

from members.protocol import bookmark, boxes, merkle, person, recovery, seal, session, signing
from members.protocol.bookmark import BookmarkBroken
from members.protocol.canonical import canonical, parse
from members.protocol.encoding import b64, unb64
from members.protocol.register import Replay
from tests.members.protocol.world import hash_of, secret, small_network
from tests.vectors.forms import Vectors
from tests.vectors.logs import note_for
from tests.vectors.store import KeptBoxes, read

_PEOPLE = [
    ("Ana Álvarez", "Duty officer"),
    ("", ""),
    ("مها", "ضابطة اتصال"),
    ('"quoted" \\ and\ttabbed', "世界 🕊️"),
]


def _macs() -> list[dict[str, Any]]:
    key = secret("invitation")[:16]
    network, account = hash_of("network"), hash_of("account")[:32]
    public = signing.public_key(secret("invitee"))
    inviter = {"checkpoint": {"root": hash_of("root"), "size": 7}, "network": network}
    invitee = {"account": account, "identity_key": b64(public), "network": network}
    return [
        {
            "secret": key.hex(),
            "kind": "inviter",
            "covered": inviter,
            "mac": b64(person.inviter_mac(key, network=network, size=7, root=hash_of("root"))),
        },
        {
            "secret": key.hex(),
            "kind": "invitee",
            "covered": invitee,
            "mac": b64(person.invitee_mac(key, network=network, account=account, identity_key=public)),
        },
    ]


def _boxes() -> list[dict[str, Any]]:
    present = read("person")
    kept = KeptBoxes(present.get("boxes", []))
    network, account = hash_of("network"), hash_of("account")[:32]
    unlock = recovery.unlock_key(secret("code")[:20], network, account)
    device, first, second = (
        boxes.key_pair(secret(each)) for each in ("device box", "reading 1", "reading 2")
    )
    wanted = [
        ("identity", unlock, person.identity_info(network, account, unlock.hash), secret("identity")),
        ("reading", device, person.reading_info(network, account, 2, device.hash), second.seed),
        ("reading", unlock, person.reading_info(network, account, 2, unlock.hash), second.seed),
        ("previous", second, person.previous_info(network, account, 1, second.hash), first.seed),
        (
            "invitation",
            second,
            person.invitation_info(network, account, hash_of("i")[:32]),
            secret("link")[:16],
        ),
    ]
    return [
        {
            "purpose": purpose,
            "seed": pair.seed.hex(),
            "info": info.decode(),
            "box": kept.box(pair.seed, info, plaintext),
            "plaintext": b64(plaintext),
        }
        for purpose, pair, info, plaintext in wanted
    ]


def _sessions() -> list[dict[str, Any]]:
    seed = secret("device")
    fields = {
        "account": hash_of("account")[:32],
        "challenge": secret("challenge"),
        "device": signing.device_id(signing.public_key(seed)),
        "network": hash_of("network"),
    }
    payload = session.bind_payload(**fields)  # type: ignore[arg-type] # the values have their own types
    return [
        {
            **fields,
            "challenge": b64(secret("challenge")),
            "payload": b64(payload),
            "seed": seed.hex(),
            "signature": b64(session.sign_binding(seed, payload)),
        }
    ]


def _vault() -> list[dict[str, Any]]:
    fields = {"network": hash_of("network"), "account": hash_of("account")[:32], "device": hash_of("device")}
    local, half = secret("local"), secret("half")
    key = session.vault_key(local=local, half=half, **fields)
    return [{"local": local.hex(), "half": half.hex(), **fields, "key": key.hex()}]


def _bookmarks() -> list[dict[str, Any]]:
    world = small_network()
    replay = Replay()
    replay.extend(note_for(world.entries), world.entries)
    account, key = world.person("Ana").account, secret("bookmark key")
    sealing = bookmark.sealing_key(key, world.network, account)
    made = bookmark.make(replay, bookmark_key=key, account=account)
    content = parse(seal.open_sealed(sealing, made))
    sealed = seal.seal(sealing, canonical(content), nonce=secret("bookmark")[:12])
    return [
        {
            "bookmark_key": key.hex(),
            "network": world.network,
            "account": account,
            "key": sealing.hex(),
            "sealed": b64(sealed),
            "content": content,
        }
    ]


def _bookmark_keys() -> list[dict[str, Any]]:
    code, network, account = secret("code")[:20], hash_of("network"), hash_of("account")[:32]
    key = bookmark.code_key(code, network, account)
    return [
        {
            "secret": code.hex(),
            "network": network,
            "account": account,
            "key": key.hex(),
            "sealed": b64(seal.seal(key, secret("bookmark key"), nonce=secret("bookmark key box")[:12])),
            "bookmark_key": secret("bookmark key").hex(),
        }
    ]


def check_bookmark_key(case: dict[str, Any]) -> bool:
    """Whether a bookmark key opens with its recovery code."""
    whose = {"network": case["network"], "account": case["account"]}
    secret_of_code = bytes.fromhex(case["secret"])
    derived = bookmark.code_key(secret_of_code, **whose).hex() == case["key"]
    opened = bookmark.open_key(unb64(case["sealed"]), secret=secret_of_code, **whose)
    return derived and bool(opened.hex() == case["bookmark_key"])


def check_bookmark(case: dict[str, Any]) -> bool:
    """Whether a bookmark opens to its content and leads on."""
    whose = {"network": case["network"], "account": case["account"]}
    key = bytes.fromhex(case["bookmark_key"])
    if bookmark.sealing_key(key, **whose).hex() != case["key"]:
        return False
    try:
        opened = bookmark.open_bookmark(unb64(case["sealed"]), bookmark_key=key, **whose)
    except BookmarkBroken:
        return False
    content = case["content"]
    same = opened.state.to_json() == content["state"] and opened.range.size == content["size"]
    compact = merkle.CompactRange(content["size"], [unb64(each) for each in content["range"]])
    return bool(same and compact.root().hex() == content["root"])


def people() -> Vectors:
    """Everything about one person."""
    return {
        "commitments": [
            {
                "salt": b64(secret(name)),
                "person": {"name": name, "function": function},
                "commitment": person.commitment(secret(name), name=name, function=function),
            }
            for name, function in _PEOPLE
        ],
        "compare": [
            {
                "network": hash_of(str(number)),
                "identity_key": b64(signing.public_key(secret(str(number)))),
                "numbers": list(
                    person.compare_code(hash_of(str(number)), signing.public_key(secret(str(number))))
                ),
            }
            for number in range(6)
        ],
        "macs": _macs(),
        "boxes": _boxes(),
        "vault": _vault(),
        "sessions": _sessions(),
        "bookmarks": _bookmarks(),
        "bookmark_keys": _bookmark_keys(),
    }
