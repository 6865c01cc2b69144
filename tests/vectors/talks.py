"""Vectors of conversations: items right and wrong, epochs, messages, late boxes, readers and what is due."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from members.protocol import seal, signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64, unb64
from messaging.protocol import epochs, items, messages
from messaging.protocol.items import Item
from tests.members.protocol.world import World, hash_of, identifier, secret, small_network
from tests.messaging.protocol.talk import Talk
from tests.vectors.forms import Vectors
from tests.vectors.store import KeptBoxes, read

PARTICIPANTS = ["North", "South"]


@cache
def _kept() -> KeptBoxes:
    present = read("conversations")
    return KeptBoxes([*present.get("boxes", []), *present.get("kept", [])])


def _box(seed: bytes, info: bytes, plaintext: bytes) -> bytes:
    return unb64(_kept().box(seed, info, plaintext))


def _talk(world: World) -> Talk:
    return Talk(world, PARTICIPANTS, ["North"], box=_box)


def story() -> Talk:
    """A conversation in which people come, go, lose devices and hand over, all as it should be."""
    talk = _talk(small_network())
    w = talk.world
    ana, ben, sol = (w.person(each) for each in ("Ana", "Ben", "Sol"))
    talk.create(ana)
    talk.epoch(ana, "created")
    talk.say(ana, "Extradition of R. v. Novak", "subject")
    talk.say(ana, "Good morning. Could you preserve the records?")
    talk.say(sol, "We can. Until when? 🕊️ مرحبا")
    w.add(w.act("removed", "North", "Cleo", ana.device_seed()))
    talk.epoch(sol)
    talk.say(sol, "x" * 5000)
    w.add(w.enrolment("Ben", "tablet", revokes=("laptop",)))
    talk.epoch(ana, "keys")
    talk.say(ana, "Ben, can you read this?")
    w.add(w.keys("Ben", generation=2))
    talk.hand_over(ana, ben, [3])
    talk.say(ben, "Yes, now.", device="tablet")
    talk.epoch(ben, "renewed", device="tablet")
    w.add(w.appointment("South", "Uma", by="Sol"))
    w.settle("Uma")
    talk.epoch(ana)
    talk.hand_over(sol, w.person("Uma"), [1, 2, 3, 4])
    talk.say(w.person("Uma"), "Thank you.")
    return talk


def _tampered(item: Item, **changes: Any) -> Item:
    header = canonical({**item.header, **changes})
    return Item(
        items.make_body(header, item.content), item.signature, header, json.loads(header), item.content
    )


def wrong() -> Talk:
    """A conversation in which nearly everything is tried that must be refused, between things that are right."""
    talk = _talk(small_network())
    w = talk.world
    ana, ben, cleo, sol, tam = (w.person(each) for each in ("Ana", "Ben", "Cleo", "Sol", "Tam"))
    olga = w.person("Olga")
    talk.create(ana)
    talk.say(ana, "before any epoch", epoch=1)
    talk.epoch(ana, "created", number=2)
    talk.epoch(ana, "created", previous=hash_of("previous"))
    talk.epoch(ana, "created", administrators=sorted([identifier("North"), identifier("South")]))
    talk.epoch(ana, "created", participants=[identifier("North")])
    talk.epoch(ana, "created", table=_table_without(w, "Tam"))
    talk.epoch(ana, "created", table=_table_with(w, "Olga"))
    talk.epoch(ana, "created", table=_table_with_generation(w, "Tam", 2))
    talk.epoch(olga, "created")
    talk.epoch(ana, "created")
    talk.say(ana, "Subject", "subject")
    talk.say(olga, "an officer speaks")
    talk.say(ana, "another epoch", epoch=2)
    talk.say(ana, "another network", network=hash_of("network"))
    talk.say(ana, "another conversation", conversation=hash_of("conversation x"))
    talk.say(ana, "another history", seen=(1, hash_of("head")))
    talk.say(ana, "a history to come", seen=(99, hash_of("head")))
    good = talk.message(sol, "good")
    talk.take(good)
    talk.take(good)
    talk.take(talk.message(sol, "the client id again", client_id=good.header["client_id"]))
    talk.take(talk.message(ana, "the client id of somebody else", client_id=good.header["client_id"]))
    talk.take(_tampered(talk.message(sol, "the time changed"), time=1))
    talk.take(_resigned(talk.message(sol, "signed by a colleague"), tam.device_seed()))
    talk.take(talk.message(sol, "the device of somebody else", account=tam.account))
    talk.take(talk.message(sol, "an unknown device", device="toaster"))
    talk.take(talk.message(sol, "an unknown account", account=identifier("Nobody")))
    talk.take(_signed_as_statement(talk.message(sol, "signed as a statement"), sol.device_seed()))
    talk.create_again(ana)
    w.add(w.act("removed", "North", "Cleo", ana.device_seed()))
    talk.say(cleo, "I was removed")
    talk.epoch(cleo)
    epoch, table = talk.make_epoch(ana)
    talk.take(epoch, table)
    late, late_table = talk.make_epoch(sol, number=2, previous=epoch.header["previous"])
    talk.take(late, late_table)
    talk.say(sol, "an old epoch", epoch=1)
    w.add(w.enrolment("Ben", "tablet", revokes=("laptop",)))
    talk.say(ben, "from a revoked device")
    talk.hand_over(ana, ben, [1])
    w.add(w.keys("Ben", generation=2))
    old = talk.register.history.roots[w.state.size - 3]
    talk.epoch(ana, "keys", checkpoint=(w.state.size - 3, old), table=talk_table(w, w.state.size - 3))
    talk.hand_over(ana, cleo, [1])
    talk.hand_over(ana, ben, [1], generation=1)
    talk.hand_over(ana, ben, [7])
    talk.hand_over(olga, ben, [1])
    talk.hand_over(ana, ben, [1, 2])
    talk.hand_over(sol, ben, [2])
    talk.say(ben, "after all this", device="tablet")
    return talk


def talk_table(world: World, size: int) -> bytes:
    """The member table of an earlier size."""
    rows = [
        epochs.Row(account, None if each.tainted else hash_of(account), each.generation)
        for account, each in epochs.readers(
            world.states[size], sorted(identifier(each) for each in PARTICIPANTS)
        ).items()
    ]
    return epochs.make_table(rows)


def _rows(world: World) -> dict[str, epochs.Row]:
    return epochs.parse_table(talk_table(world, world.state.size))


def _table_without(world: World, name: str) -> bytes:
    return epochs.make_table(row for account, row in _rows(world).items() if account != identifier(name))


def _table_with(world: World, name: str) -> bytes:
    return epochs.make_table([*_rows(world).values(), epochs.Row(identifier(name), hash_of(name), 1)])


def _table_with_generation(world: World, name: str, generation: int) -> bytes:
    rows = _rows(world)
    rows[identifier(name)] = epochs.Row(identifier(name), hash_of(name), generation)
    return epochs.make_table(rows.values())


def _resigned(item: Item, seed: bytes) -> Item:
    return items.parse(item.body, signing.sign(seed, signing.ITEM, item.body))


def _signed_as_statement(item: Item, seed: bytes) -> Item:
    return items.parse(item.body, signing.sign(seed, signing.STATEMENT, item.body))


def replayed(talk: Talk) -> list[dict[str, Any]]:
    """Every item with its place and whether it is refused, judged anew from the start."""
    conversation = type(talk.conversation)(talk.world.network, talk.conversation.id)
    listed = []
    for item, table in talk.made:
        outcome = conversation.accept(item, talk.register, table=table)
        listed.append(
            {
                "body": b64(item.body),
                "signature": b64(item.signature),
                "table": None if table is None else b64(table),
                "hash": item.hash,
                "head": outcome.head,
                "kind": item.kind,
                "refused": outcome.refusal is not None,
                "code": None if outcome.refusal is None else outcome.refusal.code,
            }
        )
    return listed


def _headers(talk: Talk) -> Vectors:
    """Headers to accept, and changes of them to refuse."""
    by_kind = {item.kind: item.header for item, _ in talk.made}
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("a field more", "message", {"note": 1}),
        ("a field of another kind", "message", {"number": 1}),
        ("epoch zero", "message", {"epoch": 0}),
        ("a negative epoch", "message", {"epoch": -1}),
        ("an unknown kind", "message", {"kind": "reaction"}),
        ("a kind of the prototype", "message", {"kind": "constructor"}),
        ("a client id in capitals", "message", {"client_id": by_kind["message"]["client_id"].upper()}),
        ("a client id of version 4", "message", {"client_id": "019a0000-0000-4000-8000-000000000001"}),
        ("a client id of another variant", "message", {"client_id": "019a0000-0000-7000-c000-000000000001"}),
        ("an account in capitals", "message", {"account": "A" * 32}),
        ("a device that is too short", "message", {"device": "ab"}),
        ("sequence zero was seen", "message", {"seen": {"head": items.START, "sequence": 0}}),
        ("seen with a field more", "message", {"seen": {"head": items.START, "sequence": 1, "x": 1}}),
        ("a checkpoint without root", "message", {"checkpoint": {"size": 1}}),
        ("a negative size", "message", {"checkpoint": {"size": -1, "root": items.START}}),
        ("a time that is text", "message", {"time": "now"}),
        ("no participants", "conversation.created", {"participants": [], "administrators": []}),
        ("no administrators", "conversation.created", {"administrators": []}),
        ("a stranger as an administrator", "conversation.created", {"administrators": ["00" * 16]}),
        (
            "participants not sorted",
            "conversation.created",
            {"participants": ["ff" * 16, "00" * 16], "administrators": ["ff" * 16]},
        ),
        (
            "a participant twice",
            "conversation.created",
            {"participants": ["00" * 16, "00" * 16], "administrators": ["00" * 16]},
        ),
        (
            "51 participants",
            "conversation.created",
            {"participants": [f"{number:032x}" for number in range(51)], "administrators": [f"{0:032x}"]},
        ),
        (
            "a creation that has seen something",
            "conversation.created",
            {"seen": {"head": items.START, "sequence": 1}},
        ),
        ("an unknown reason", "epoch", {"reason": "because"}),
        ("number zero", "epoch", {"number": 0}),
        ("a late box for nothing", "late_box", {"boxes": []}),
        (
            "late boxes not sorted",
            "late_box",
            {"boxes": [{"box": "00" * 32, "epoch": 2}, {"box": "00" * 32, "epoch": 1}]},
        ),
        ("two late boxes for one epoch", "late_box", {"boxes": [{"box": "00" * 32, "epoch": 1}] * 2}),
        ("generation zero", "late_box", {"generation": 0}),
    ]
    refused = [{"name": name, "header": {**by_kind[kind], **change}} for name, kind, change in changes]
    refused += [
        {
            "name": f"{kind} without {field}",
            "header": {key: value for key, value in header.items() if key != field},
        }
        for kind, header in by_kind.items()
        for field in ("network", "seen" if kind != "conversation.created" else "nonce")
    ]
    return {"accepted": list(by_kind.values()), "refused": refused}


def _boxes(talk: Talk) -> list[dict[str, Any]]:
    """Epoch boxes and late boxes to open; and some that do not open to the commitment."""
    listed: list[dict[str, Any]] = []
    for (number, receiver), box in talk.boxes.items():
        account, _, generation = receiver.partition(" ")
        epoch = talk.conversation.epochs[number]
        named = int(generation) if generation else epoch.members[account].generation
        listed.append(_box_case(talk, number, account, named, box, talk.keys[number]))
    first = listed[0]
    other = {**first, "account": identifier("Somebody"), "key": None}
    shifted = {**first, "number": 2, "key": None}
    ana = talk.world.person("Ana")
    info = epochs.box_info(talk.world.network, talk.conversation.id, 1, ana.account, 1)
    wrong_key = _box_case(
        talk, 1, ana.account, 1, _box(ana.reading(1).seed, info, secret("another key")), None
    )
    short = _box_case(talk, 1, ana.account, 1, _box(ana.reading(1).seed, info, b"short"), None)
    return [*listed, other, shifted, wrong_key, short]


def _box_case(
    talk: Talk, number: int, account: str, generation: int, box: bytes, key: bytes | None
) -> dict[str, Any]:
    epoch = talk.conversation.epochs[number]
    return {
        "network": talk.world.network,
        "conversation": talk.conversation.id,
        "number": number,
        "account": account,
        "generation": generation,
        "previous": epoch.previous,
        "commitment": epoch.commitment,
        "reading_seed": talk.reading_seed(account, generation).hex(),
        "box": b64(box),
        "key": None if key is None else key.hex(),
    }


def _messages(talk: Talk) -> list[dict[str, Any]]:
    listed = [
        _message_case(talk.keys[item.header["epoch"]], item.header["device"], item.header_bytes, item.content)
        for item, _ in talk.made
        if item.kind == "message"
    ]
    item = next(item for item, _ in talk.made if item.kind == "message")
    key, device, header = talk.keys[1], item.header["device"], item.header_bytes

    def sealed(padded: bytes) -> bytes:
        return seal.seal(messages.key(key, device), padded, header, nonce=secret("nonce")[:12])

    plain = messages.make_plaintext("hello")
    good = messages.pad(plain)
    broken = [
        item.content[:-1],
        sealed(good[:-1]),
        sealed(good + b"\x00"),
        sealed(good[:-1] + b"\x01"),
        sealed(b"\xff\xff\xff\xff" + good[4:]),
        sealed(plain),
        sealed(messages.pad(b"not json")),
        sealed(messages.pad(b'{"kind":"text"}')),
        sealed(messages.pad(b'{"kind":"file","text":"x"}')),
        sealed(messages.pad(b'{"kind":"text","text":1}')),
        sealed(messages.pad(b'{"kind":"text", "text":"x"}')),
        sealed(messages.pad(b'{"kind":"text","more":1,"text":"x"}')),
    ]
    listed += [_message_case(key, device, header, content) for content in broken]
    listed.append(_message_case(key, hash_of("another device"), header, item.content))
    listed.append(_message_case(key, device, header + b" ", item.content))
    listed.append(_message_case(secret("another key"), device, header, item.content))
    return listed


def _message_case(key: bytes, device: str, header: bytes, content: bytes) -> dict[str, Any]:
    try:
        plaintext: dict[str, Any] | None = messages.open_message(
            key, device=device, header=header, content=content
        )
    except messages.Unreadable:
        plaintext = None
    return {
        "epoch_key": key.hex(),
        "device": device,
        "header": b64(header),
        "content": b64(content),
        "plaintext": plaintext,
    }


def _readers(name: str, world: World) -> list[dict[str, Any]]:
    both = sorted(identifier(each) for each in (*PARTICIPANTS, "Observatory"))
    return [
        {
            "history": name,
            "after": size,
            "participants": both,
            "readers": sorted(epochs.readers(world.states[size], both)),
        }
        for size in range(0, len(world.states), 3)
    ]


def _due(name: str, talk: Talk) -> list[dict[str, Any]]:
    listed = []
    for item, table in talk.made:
        if item.kind != "epoch" or table is None:
            continue
        rows = epochs.parse_table(table)
        for size in range(item.header["checkpoint"]["size"], len(talk.world.states), 2):
            due = epochs.due(rows, talk.world.states[size], talk.participants) is not None
            listed.append(
                {
                    "name": f"epoch {item.header['number']} at {size}",
                    "table": b64(table),
                    "participants": talk.participants,
                    "history": name,
                    "after": size,
                    "due": due,
                }
            )
    return listed


@cache
def both() -> tuple[Talk, Talk]:
    """The right conversation and the wrong one."""
    return story(), wrong()


def conversations() -> Vectors:
    """Everything about conversations."""
    right, bad = both()
    lengths = [*range(4, 70), 255, 256, 257, 300, 1000, 4095, 4096, 4097, 65_000, 65_536]
    epoch_keys = [
        {
            "previous": epoch.previous,
            "number": number,
            "key": right.keys[number].hex(),
            "commitment": epoch.commitment,
        }
        for number, epoch in right.conversation.epochs.items()
    ]
    return {
        "sequences": [
            {
                "name": "as it should be",
                "history": "story",
                "conversation": right.conversation.id,
                "items": replayed(right),
            },
            {
                "name": "what must be refused",
                "history": "wrong",
                "conversation": bad.conversation.id,
                "items": replayed(bad),
            },
        ],
        "epoch_keys": epoch_keys,
        "boxes": _boxes(right),
        "messages": _messages(right),
        "message_keys": [
            {
                "epoch_key": secret(device).hex(),
                "device": hash_of(device),
                "key": messages.key(secret(device), hash_of(device)).hex(),
            }
            for device in ("one", "two")
        ],
        "padme": [{"length": length, "padded": messages.padme(length)} for length in lengths],
        "headers": _headers(right),
        "readers": [*_readers("story", right.world), *_readers("wrong", bad.world)],
        "due": _due("story", right),
        "kept": [{"box": box} for box in sorted({b64(each) for each in bad.every_box})],
    }
