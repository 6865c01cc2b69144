"""What a client could hand back to a portal whose database was put back to an older copy, as raw as it came.

All of it is signed by somebody or hashed into something that is, and was verified when it was taken. It is bounded: by
days, by number, and all items together by their bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from members import clock
from members.protocol import statements
from members.protocol.encoding import b64, unb64
from members.protocol.schema import Malformed
from messaging.protocol import items
from messaging.protocol.items import Item
from network.client.talk import Talk

KEPT_FOR: Final = 14 * clock.DAY
"""Milliseconds, by the time at which the server received an item."""
MOST_BYTES: int = 32 * 1024 * 1024
MOST_ENTRIES: Final = 200
MOST_ATTACHMENTS: Final = 200
MOST_ITEMS_AT_ONCE: Final = 200
MOST_TEXT_AT_ONCE: Final = 3 * 1024 * 1024
"""Characters of base64 in one request; a table of members may come on top of it, and 4 MiB are taken."""


@dataclass
class Piece:
    """An item at its place: the head before it, the member table of an epoch, and own boxes that it names."""

    sequence: int
    before_head: str
    received_at: int
    item: Item
    members: bytes | None = None
    boxes: dict[str, bytes] = field(default_factory=dict)
    """By account in an epoch, and by the number of the epoch in a late box."""

    @property
    def length(self) -> int:
        """Bytes."""
        boxes = sum(map(len, self.boxes.values()))
        return len(self.item.body) + len(self.item.signature) + len(self.members or b"") + boxes

    def to_json(self) -> dict[str, Any]:
        """The shape in which the portal takes it."""
        given: dict[str, Any] = {
            "sequence": self.sequence,
            "received_at": self.received_at,
            "body": b64(self.item.body),
            "signature": b64(self.item.signature),
        }
        if self.members is not None:
            given["members"] = b64(self.members)
        if self.boxes:
            given["boxes"] = {whose: b64(box) for whose, box in self.boxes.items()}
        return given

    @classmethod
    def from_json(cls, value: Mapping[str, Any], before_head: str) -> Piece:
        """What `to_json` gave."""
        members = value.get("members")
        return cls(
            value["sequence"],
            before_head,
            value["received_at"],
            items.parse(unb64(value["body"]), unb64(value["signature"])),
            None if members is None else unb64(members),
            {whose: unb64(box) for whose, box in value.get("boxes", {}).items()},
        )


@dataclass
class Holdings:
    """The newest entries of the Register with their note, own attachments, and the items of the last fourteen days."""

    note: str | None = None
    """Under the newest entries, as the Register key signed it."""
    first: int = 0
    """The index of the first entry that is held."""
    entries: list[bytes] = field(default_factory=list)
    attachments: dict[str, bytes] = field(default_factory=dict)
    """Own keys and boxes by their hash, the oldest first."""
    public: dict[str, bytes] = field(default_factory=dict)
    """Public keys of anybody by their hash, as far as they were needed since the client was begun."""
    pieces: dict[str, dict[int, Piece]] = field(default_factory=dict)
    """By conversation and sequence."""
    _bytes: int = 0
    _aged: int = 0

    # the Register

    def keep_register(self, before: int, entries: Sequence[bytes], note: str) -> None:
        """Keep entries that follow on `before` others, and the note that was accepted for all of them."""
        if before != self.first + len(self.entries):
            self.first, self.entries = before, []
        self.entries += entries
        too_many = len(self.entries) - MOST_ENTRIES
        if too_many > 0:
            self.first += too_many
            del self.entries[:too_many]
        self.note = note

    @property
    def size(self) -> int:
        """The size that the note names."""
        return self.first + len(self.entries)

    def entries_from(self, index: int) -> list[bytes]:
        """The entries from this index on; none where some of them are not held."""
        return self.entries[index - self.first :] if index >= self.first else []

    def beside(self) -> dict[str, bytes]:
        """Own keys and boxes, and the public keys of others that the entries name."""
        named: set[str] = set()
        for entry in self.entries:
            with suppress(Malformed):
                named |= _public_keys_of(statements.parse_entry(entry).fields)
        return {name: key for name, key in self.public.items() if name in named} | self.attachments

    def keep_attachments(self, attachments: Mapping[str, bytes]) -> None:
        """Keep what own statements name; the newest last."""
        for name, data in attachments.items():
            self.attachments.pop(name, None)
            self.attachments[name] = data
        for name in list(self.attachments)[:-MOST_ATTACHMENTS]:
            del self.attachments[name]

    # conversations

    def keep(
        self,
        conversation: str,
        sequence: int,
        item: Item,
        *,
        received_at: int,
        before_head: str,
        members: bytes | None = None,
    ) -> None:
        """Keep an item that was taken at its place, with the member table of an epoch, unless it is too old."""
        now = clock.now()
        if received_at < now - KEPT_FOR or sequence in self.pieces.get(conversation, {}):
            return
        piece = Piece(sequence, before_head, received_at, item, members)
        self.pieces.setdefault(conversation, {})[sequence] = piece
        self._bytes += piece.length
        if now - self._aged > clock.HOUR or self._bytes > MOST_BYTES:
            self.age()

    def keep_boxes(self, talk: Talk, number: int, account: str, boxes: Iterable[bytes]) -> None:
        """Keep those of one's own boxes of an epoch that its table or a late box names."""
        epoch = talk.conversation.epochs[number]
        row = epoch.members.get(account)
        for box in boxes:
            name = hashlib.sha256(box).hexdigest()
            if row is not None and row.box == name:
                self._keep_box(talk.id, epoch.sequence, account, box)
            for late in talk.late:
                if (late.epoch, late.account, late.box) == (number, account, name):
                    self._keep_box(talk.id, late.sequence, str(number), box)

    def _keep_box(self, conversation: str, sequence: int, whose: str, box: bytes) -> None:
        piece = self.pieces.get(conversation, {}).get(sequence)
        if piece is not None and whose not in piece.boxes:
            piece.boxes[whose] = box
            self._bytes += len(box)

    def age(self) -> None:
        """Drop what is older than fourteen days, and the oldest where there is too much."""
        self._aged = clock.now()
        listed = sorted(
            (
                (piece.received_at, name, piece)
                for name, held in self.pieces.items()
                for piece in held.values()
            ),
            key=lambda each: (each[0], each[2].sequence),
        )
        for received_at, name, piece in listed:
            if received_at >= self._aged - KEPT_FOR and self._bytes <= MOST_BYTES:
                break
            self._bytes -= piece.length
            del self.pieces[name][piece.sequence]
            if not self.pieces[name]:
                del self.pieces[name]

    def newest(self, conversation: str) -> int:
        """The newest sequence that is held; 0 where nothing is."""
        return max(self.pieces.get(conversation, {}), default=0)

    def above(self, conversation: str, sequence: int) -> Iterator[list[Piece]]:
        """What is held above a sequence number, from the lowest on: as much as one request takes, without a hole."""
        run: list[Piece] = []
        text = 0
        held = self.pieces.get(conversation, {})
        for place in sorted(each for each in held if each > sequence):
            piece = held[place]
            length = piece.length * 4 // 3
            follows = not run or place == run[-1].sequence + 1
            if not follows or len(run) == MOST_ITEMS_AT_ONCE or (run and text + length > MOST_TEXT_AT_ONCE):
                yield run
                run, text = [], 0
            run.append(piece)
            text += length
        if run:
            yield run

    # remembering

    def to_json(self) -> dict[str, Any]:
        """A JSON object with everything."""
        self.age()
        return {
            "note": self.note,
            "first": self.first,
            "entries": [b64(each) for each in self.entries],
            "attachments": [b64(each) for each in self.attachments.values()],
            "items": {
                name: [[held[place].before_head, held[place].to_json()] for place in sorted(held)]
                for name, held in self.pieces.items()
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Holdings:
        """What `to_json` gave."""
        attachments = [unb64(each) for each in value["attachments"]]
        made = cls(
            value["note"],
            value["first"],
            [unb64(each) for each in value["entries"]],
            {hashlib.sha256(each).hexdigest(): each for each in attachments},
        )
        for name, listed in value["items"].items():
            pieces = [Piece.from_json(given, before_head) for before_head, given in listed]
            made.pieces[name] = {piece.sequence: piece for piece in pieces}
            made._bytes += sum(piece.length for piece in pieces)
        return made


def _public_keys_of(fields: Mapping[str, Any]) -> set[str]:
    """The hashes of the public keys that a statement names."""
    if fields["type"] == "device.enrolled":
        return {fields["device_box_key"]}
    if fields["type"] != "account.keys":
        return set()
    listed = [*fields["reading_boxes"], *fields["unlock_keys"]]
    return {fields["reading_key"], *(each["key"] for each in listed)}
