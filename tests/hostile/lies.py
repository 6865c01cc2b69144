"""What a hostile server can say instead of the truth, made from the truth itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from members.protocol import checkpoint, merkle, tiles
from members.protocol.checkpoint import Checkpoint
from members.protocol.encoding import b64, unb64
from messaging.protocol.items import Item, item_hash, next_head
from tests.browser.settled import Settled
from tests.hostile.proxy import Change

Page = dict[str, Any]
ChangePage = Callable[[Page], None]


def in_json(change: Callable[[Any], None]) -> Change:
    """Changes an answer in place; one that needs no change is passed on as it is, and was no lie."""

    def changed(content: bytes) -> bytes:
        answer = json.loads(content)
        change(answer)
        return content if answer == json.loads(content) else json.dumps(answer).encode()

    return changed


def in_pages(conversation: str, change: ChangePage) -> Change:
    """Changes what is told of one conversation, whenever something is told of it."""

    def changed(answer: Any) -> None:
        for page in answer["conversations"]:
            if page["id"] == conversation and page["items"]:
                change(page)

    return in_json(changed)


def flip(text: str) -> str:
    """Base64 of bytes whose last one is another."""
    data = bytearray(unb64(text))
    data[-1] ^= 1
    return b64(bytes(data))


# the Register


def with_false_signature(note: bytes) -> bytes:
    """A checkpoint whose signature fails."""
    text, space, signature = note.decode().rstrip("\n").rpartition(" ")
    return f"{text}{space}{flip(signature)}\n".encode()


def with_other_root(data: Path) -> Change:
    """A checkpoint of the same size over something else, well signed: the server has the key for that."""

    def changed(note: bytes) -> bytes:
        stated = checkpoint.parse(note.decode())
        return sign(Checkpoint(stated.network, stated.size, "ab" * 32), data)

    return changed


def sign(stated: Checkpoint, data: Path) -> bytes:
    """A checkpoint under the key of the server that keeps its data here."""
    seed = bytes.fromhex((data / "register_key").read_text("ascii").strip())
    return checkpoint.sign(stated, seed).encode()


def with_last_entry_again(stage: Settled) -> tuple[bytes, bytes]:
    """A checkpoint, well signed, and the bundle of a Register whose last entry was appended once more."""
    client = stage["Ana"]
    stage.run(client.register.catch_up())
    entries = stage.run(client.register._entries(0, client.register.checkpoint[0]))
    return with_one_more_entry(stage, entries[-1])


def with_one_more_entry(stage: Settled, entry: bytes) -> tuple[bytes, bytes]:
    """A checkpoint, well signed, and the bundle of a Register with an entry that the server itself would refuse."""
    client = stage["Ana"]
    stage.run(client.register.catch_up())
    size, network = client.register.checkpoint[0], client.register.network
    assert size < tiles.WIDTH, "one bundle holds everything in a network as small as this"
    longer = [*stage.run(client.register._entries(0, size)), entry]
    root = merkle.root([merkle.leaf_hash(entry) for entry in longer]).hex()
    return sign(Checkpoint(network, len(longer), root), stage.data), tiles.bundle(longer)


# conversations


def altered(page: Page) -> None:
    page["items"][-1]["body"] = flip(page["items"][-1]["body"])


def with_false_author(page: Page) -> None:
    page["items"][-1]["signature"] = flip(page["items"][-1]["signature"])


def dropped(page: Page) -> None:
    """One is left out, and the numbers are closed over it."""
    left_out = page["items"].pop(-2)
    page["items"][-1]["sequence"] = left_out["sequence"]
    page["sequence"] = left_out["sequence"]


def reordered(page: Page) -> None:
    """The last two change places."""
    first, second = page["items"][-2:]
    first["sequence"], second["sequence"] = second["sequence"], first["sequence"]
    page["items"][-2:] = [second, first]


def repeated(page: Page) -> None:
    """What was said once is said again."""
    again = dict(page["items"][-2])
    again["sequence"] = page["items"][-1]["sequence"]
    page["items"][-1] = again


def with_other_head(page: Page) -> None:
    page["head"] = "cd" * 32


IN_PAGES: dict[str, ChangePage] = {
    "altered": altered,
    "false author": with_false_author,
    "dropped": dropped,
    "reordered": reordered,
    "repeated": repeated,
    "a head that does not fit": with_other_head,
}


# how old the Register is


def with_time(data: Path, *, hours: float) -> Change:
    """A checkpoint whose time lies so many hours back (or, where negative, ahead): the server has the key for that."""

    def changed(note: bytes) -> bytes:
        seed = bytes.fromhex((data / "register_key").read_text("ascii").strip())
        return checkpoint.cosign(note.decode(), seed, int(time.time() - hours * 3600)).encode()

    return changed


def without_time(note: bytes) -> bytes:
    """A checkpoint that says nothing about when it was so."""
    stated, _, lines = note.decode().partition("\n\n")
    first, *_ = lines.splitlines()
    return f"{stated}\n\n{first}\n".encode()


def with_false_time(note: bytes) -> bytes:
    """A checkpoint whose time nobody has signed."""
    return with_false_signature(note)


# what is withheld


def without(conversation: str) -> Change:
    """Says nothing new of one conversation."""

    def changed(answer: Any) -> None:
        answer["conversations"] = [one for one in answer["conversations"] if one["id"] != conversation]

    return in_json(changed)


def in_other_order(conversation: str) -> ChangePage:
    """The last two items change places, with heads that fit: each of two writers wrote before they saw the other."""

    def changed(page: Page) -> None:
        head = page["before_head"]
        first, second = page["items"][-2:]
        page["items"][-2:] = [
            {**second, "sequence": first["sequence"]},
            {**first, "sequence": second["sequence"]},
        ]
        for each in page["items"]:
            head = next_head(head, item_hash(unb64(each["body"]), unb64(each["signature"])))
        page["head"] = head

    return changed


def with_one_more(item: Item) -> ChangePage:
    """An item that the server itself would refuse stands at the end, with a head that fits."""

    def changed(page: Page) -> None:
        page["items"].append(
            {
                "sequence": page["sequence"] + 1,
                "received_at": page["items"][-1]["received_at"],
                "body": b64(item.body),
                "signature": b64(item.signature),
            }
        )
        page["sequence"] += 1
        page["head"] = next_head(page["head"], item.hash)

    return changed
