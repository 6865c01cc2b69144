"""Writes items as a member's browser would: epochs with their boxes, messages sealed and signed, late boxes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from members import clock
from members.protocol.boxes import BoxKeyPair
from members.register import ledger
from messaging.conversations.services import Author, Given, append_items, create_conversation
from messaging.protocol import epochs, items, late_boxes
from messaging.protocol import messages as sealing
from messaging.protocol.items import Item
from network.bench.clientid import new_client_id
from network.bench.people import Made, Member


@dataclass
class Thread:
    """A conversation as its writers know it: the keys of its epochs, and where it stands."""

    made: Made
    id: str = ""
    participants: list[str] = field(default_factory=list)
    administrators: list[str] = field(default_factory=list)
    keys: dict[int, bytes] = field(default_factory=dict)
    epoch: int = 0
    previous: str = ""
    sequence: int = 0
    head: str = items.START

    def header(self, kind: str, by: Member, **fields: Any) -> bytes:
        """A header of this member, at the newest checkpoint and head, unless the fields say otherwise."""
        now = ledger.current()
        values: dict[str, Any] = {
            "network": self.made.network,
            "account": by.account,
            "device": by.device,
            "checkpoint": (now.size, now.root),
            "client_id": new_client_id(),
            "time": clock.now(),
        }
        if kind != "conversation.created":
            values |= {"conversation": self.id, "seen": (self.sequence, self.head)}
        return items.make_header(kind, **{**values, **fields})

    def message(self, by: Member, text: str = "text", *, kind: str = "text", **fields: Any) -> Item:
        """A sealed and signed message under the newest epoch."""
        header = self.header("message", by, **{"epoch": self.epoch, **fields})
        key = self.keys.get(self.epoch, bytes(32))
        content = sealing.seal_message(
            key, device=by.device, header=header, plaintext=sealing.make_plaintext(text, kind)
        )
        return items.sign(by.device_seed, header, content)

    def epoch_item(
        self, by: Member, reason: str = "members", **fields: Any
    ) -> tuple[Item, bytes, dict[str, bytes]]:
        """The next epoch by the newest Register: the item, its member table and the boxes."""
        state = ledger.current().state
        number, key = self.epoch + 1, epochs.new_key()
        known = epochs.readers(state, self.participants)
        reading = self._reading_keys()
        sealed = epochs.seal_key(
            key,
            network=self.made.network,
            conversation=self.id,
            number=number,
            members=known,
            reading_keys={one.hash: one.public for one in reading},
        )
        values: dict[str, Any] = {
            "administrators": self.administrators,
            "commitment": epochs.commitment(self.previous, number, key),
            "members": epochs.table_hash(sealed.table),
            "number": number,
            "participants": self.participants,
            "previous": self.previous,
            "reason": reason,
            **fields,
        }
        self.keys[number] = key
        return items.sign(by.device_seed, self.header("epoch", by, **values)), sealed.table, sealed.boxes

    def late_box_item(
        self, by: Member, receiver: Member, numbers: list[int]
    ) -> tuple[Item, dict[str, bytes]]:
        """Epoch keys boxed to the present reading key of a colleague."""
        known = ledger.current().state.accounts[receiver.account]
        made = late_boxes.make(
            {number: self.keys[number] for number in numbers},
            network=self.made.network,
            conversation=self.id,
            account_for=receiver.account,
            member=known,
            reading_key=receiver.reading[known.generation].public,
        )
        item = items.sign(by.device_seed, self.header("late_box", by, **made.fields))
        return item, {str(number): box for number, box in made.boxes.items()}

    def grow(self, item: Item) -> None:
        """Note that the server has taken this item."""
        self.sequence += 1
        self.head = items.next_head(self.head, item.hash)
        if item.kind == "epoch":
            self.epoch, self.previous = item.header["number"], item.hash

    def _reading_keys(self) -> list[BoxKeyPair]:
        return [pair for one in self.made.members.values() for pair in one.reading.values()]


def given(item: Item, members: bytes | None = None, boxes: Mapping[str, bytes] | None = None) -> Given:
    return Given(item.body, item.signature, members, boxes or {})


def author(one: Member) -> Author:
    return Author(one.account, one.device)


def begin(made: Made, by: Member, participants: list[str]) -> Thread:
    """A conversation of these authorities with its first epoch and its subject."""
    thread, parts = first_items(made, by, participants)
    create_conversation(author=author(by), given=parts)
    return thread


def first_items(made: Made, by: Member, participants: list[str]) -> tuple[Thread, list[Given]]:
    """The items that a conversation begins with; the thread is as it will be once they are taken."""
    thread = Thread(made, participants=sorted(participants), administrators=[by.authority])
    created = items.sign(
        by.device_seed,
        thread.header(
            "conversation.created",
            by,
            administrators=thread.administrators,
            nonce=secrets.token_hex(32),
            participants=thread.participants,
        ),
    )
    thread.id = thread.previous = created.hash
    thread.grow(created)
    epoch, table, boxes = thread.epoch_item(by, "created")
    thread.grow(epoch)
    subject = thread.message(by, "A case", kind="subject")
    thread.grow(subject)
    return thread, [given(created), given(epoch, table, boxes), given(subject)]


def renew(thread: Thread, by: Member, reason: str = "members") -> None:
    """Make the next epoch."""
    epoch, table, boxes = thread.epoch_item(by, reason)
    append_items(author=author(by), conversation=thread.id, given=[given(epoch, table, boxes)])
    thread.grow(epoch)


def say(thread: Thread, by: Member, text: str = "text") -> Item:
    """Send a message over HTTP's way."""
    item = thread.message(by, text)
    append_items(author=author(by), conversation=thread.id, given=[given(item)])
    thread.grow(item)
    return item
