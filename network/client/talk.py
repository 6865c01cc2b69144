"""One conversation as this client holds it: what was verified, the keys that opened, and what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from messaging.protocol import epochs, messages
from messaging.protocol.conversation import Conversation, Outcome
from messaging.protocol.items import Item
from messaging.protocol.messages import Unreadable
from messaging.protocol.refusal import Refused


@dataclass(frozen=True)
class Said:
    """A message at its place; `text` is None while the key of its epoch is not here, or when it does not open."""

    sequence: int
    received_at: int
    account: str
    device: str
    client_id: str
    kind: str | None
    text: str | None
    why_not: str | None = None


@dataclass(frozen=True)
class Alarm:
    """Something that somebody did and that was refused or does not open: who signed it, and what it is."""

    sequence: int
    account: str
    code: str
    detail: str


@dataclass(frozen=True)
class LateBox:
    """A box that somebody handed over: by which item, of which epoch, to whom and which generation."""

    sequence: int
    author: str
    epoch: int
    account: str
    generation: int
    box: str


@dataclass
class Talk:
    """A conversation that is being followed."""

    conversation: Conversation
    keys: dict[int, bytes] = field(default_factory=dict)
    items: dict[int, tuple[Item, int]] = field(default_factory=dict)
    """Accepted messages and when the server received them, by sequence."""
    alarms: list[Alarm] = field(default_factory=list)
    authors: dict[int, str] = field(default_factory=dict)
    """Who made each epoch, and with it its boxes."""
    late: list[LateBox] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.conversation.id

    def note(self, outcome: Outcome, received_at: int) -> None:
        """Remember an item that was taken."""
        item = outcome.item
        if outcome.refusal is not None:
            alarm = Alarm(
                outcome.sequence, item.header["account"], outcome.refusal.code, outcome.refusal.detail
            )
            self.alarms.append(alarm)
        elif item.kind == "message":
            self.items[outcome.sequence] = (item, received_at)
        elif item.kind == "epoch":
            self.authors[item.header["number"]] = item.header["account"]
        elif item.kind == "late_box":
            header = item.header
            whose = (header["account_for"], header["generation"])
            self.late += [
                LateBox(outcome.sequence, header["account"], each["epoch"], *whose, each["box"])
                for each in header["boxes"]
            ]

    def refuse(self, sequence: int, code: str) -> None:
        """An item that was accepted for the time being is refused, by what was found below it."""
        found = self.items.pop(sequence, None)
        if found is not None:
            item, _ = found
            self.alarms.append(Alarm(sequence, item.header["account"], code, "by what stands below it"))

    def reaches_back_further(self, account: str) -> bool:
        """Whether this person was handed a key of an epoch before the place where this client began to read."""
        conversation = self.conversation
        if conversation.anchored_at == 0:
            return False
        first = min(conversation.epochs, default=0)
        return any(receiver == account and number < first for number, receiver, _ in conversation.late)

    def missing_keys(self) -> list[int]:
        """Epochs whose key is not here."""
        return sorted(self.conversation.epochs.keys() - self.keys.keys())

    def open_boxes(
        self, number: int, boxes: list[bytes], *, account: str, reading_seeds: dict[int, bytes]
    ) -> bool:
        """Whether one of these boxes opens, with some generation of one's own, to the key that was committed to."""
        epoch = self.conversation.epochs[number]
        for box in boxes:
            for generation, seed in sorted(reading_seeds.items(), reverse=True):
                try:
                    self.keys[number] = epochs.open_key(
                        box,
                        reading_seed=seed,
                        network=self.conversation.network,
                        conversation=self.id,
                        number=number,
                        account=account,
                        generation=generation,
                        previous=epoch.previous,
                        expected=epoch.commitment,
                    )
                except Refused:
                    continue
                return True
        return False

    def messages(self) -> list[Said]:
        """Everything that was said, in the order of the sequence."""
        return [self._said(sequence, *self.items[sequence]) for sequence in sorted(self.items)]

    def texts(self) -> list[str]:
        """The readable texts but the subject, in order."""
        return [each.text for each in self.messages() if each.kind == "text" and each.text is not None]

    @property
    def subject(self) -> str | None:
        """The newest subject."""
        subjects = [each.text for each in self.messages() if each.kind == "subject"]
        return subjects[-1] if subjects else None

    def _said(self, sequence: int, item: Item, received_at: int) -> Said:
        header = item.header
        key = self.keys.get(header["epoch"])
        opened: dict[str, Any] = {"kind": None, "text": None}
        why_not = None if key is not None else "no_key"
        if key is not None:
            try:
                opened = messages.open_message(
                    key, device=header["device"], header=item.header_bytes, content=item.content
                )
            except Unreadable as error:
                why_not = str(error)
        return Said(
            sequence,
            received_at,
            header["account"],
            header["device"],
            header["client_id"],
            opened["kind"],
            opened["text"],
            why_not,
        )
