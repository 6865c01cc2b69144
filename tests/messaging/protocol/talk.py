"""A made-up conversation for tests and vectors: items whose bytes follow from their words; only boxes are random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from members.protocol import boxes, merkle
from members.protocol.history import History, Standing, Step
from members.protocol.state import State
from messaging.protocol import epochs, items, messages
from messaging.protocol.conversation import Conversation, Outcome
from messaging.protocol.items import Item
from tests.members.protocol.world import TIME, Person, World, hash_of, identifier, secret

Box = Callable[[bytes, bytes, bytes], bytes]
"""Makes a box to the public key of a seed: (seed, info, plaintext)."""


def random_box(seed: bytes, info: bytes, plaintext: bytes) -> bytes:
    return boxes.seal_box(boxes.key_pair(seed).public, info, plaintext)


def register_of(world: World) -> KnownRegister:
    """The world's Register with its whole past."""
    grown = merkle.CompactRange()
    history = History.of(State(), merkle.EMPTY_ROOT.hex())
    for entry, state in zip(world.entries, world.states[1:], strict=True):
        grown.append(merkle.leaf_hash(entry))
        history.record(Step(state.size, grown.root().hex(), dict(state.accounts), dict(state.authorities)))
    return KnownRegister(world.state, history, grown.root().hex())


@dataclass
class KnownRegister:
    """A Register whose every size is known."""

    state: State
    history: History
    root: str

    def now(self) -> State:
        return self.state

    def at(self, size: int) -> Standing | None:
        return self.history.at(size)

    @property
    def size(self) -> int:
        return self.state.size

    def root_at(self, size: int) -> str | None:
        return self.history.roots.get(size)

    @property
    def checkpoint(self) -> tuple[int, str]:
        return self.state.size, self.root


@dataclass
class Talk:
    """A conversation between authorities, as its members write it."""

    world: World
    participants: list[str]
    administrators: list[str]
    made: list[tuple[Item, bytes | None]] = field(default_factory=list)
    keys: dict[int, bytes] = field(default_factory=dict)
    boxes: dict[tuple[int, str], bytes] = field(default_factory=dict)
    every_box: list[bytes] = field(default_factory=list)
    conversation: Conversation = field(init=False)
    box: Box = random_box
    counter: int = 0

    def __post_init__(self) -> None:
        self.participants = sorted(identifier(each) for each in self.participants)
        self.administrators = sorted(identifier(each) for each in self.administrators)

    @property
    def register(self) -> KnownRegister:
        return register_of(self.world)

    def client_id(self) -> str:
        self.counter += 1
        return f"019a0000-0000-7000-8000-{self.counter:012x}"

    def header(self, kind: str, author: Person, device: str = "laptop", **fields: Any) -> bytes:
        """A header that fits the conversation as it is, unless the fields say otherwise."""
        defaults: dict[str, Any] = {
            "network": self.world.network,
            "account": author.account,
            "device": author.device_id(device),
            "checkpoint": self.register.checkpoint,
            "client_id": self.client_id(),
            "time": TIME + self.counter,
        }
        if kind != "conversation.created":
            defaults["conversation"] = self.conversation.id
            defaults["seen"] = (self.conversation.sequence, self.conversation.head)
        return items.make_header(kind, **{**defaults, **fields})

    def sign(self, author: Person, header: bytes, content: bytes = b"", *, device: str = "laptop") -> Item:
        return items.sign(author.device_seed(device), header, content)

    def take(self, item: Item, table: bytes | None = None) -> Outcome:
        """What everybody makes of an item that comes next."""
        self.made.append((item, table))
        return self.conversation.accept(item, self.register, table=table)

    # what people do

    def create(self, author: Person) -> Outcome:
        header = self.header(
            "conversation.created",
            author,
            administrators=self.administrators,
            nonce=hash_of("conversation"),
            participants=self.participants,
        )
        item = self.sign(author, header)
        self.conversation = Conversation(self.world.network, item.hash)
        return self.take(item)

    def create_again(self, author: Person) -> Outcome:
        header = self.header(
            "conversation.created",
            author,
            administrators=self.administrators,
            nonce=hash_of("another conversation"),
            participants=self.participants,
        )
        return self.take(self.sign(author, header))

    def epoch(self, author: Person, reason: str = "members", **fields: Any) -> Outcome:
        item, table = self.make_epoch(author, reason, **fields)
        return self.take(item, table)

    def make_epoch(
        self, author: Person, reason: str = "members", *, device: str = "laptop", **fields: Any
    ) -> tuple[Item, bytes]:
        newest = self.conversation.epoch
        number = 1 if newest is None else newest.number + 1
        previous = self.conversation.id if newest is None else newest.hash
        key = self.keys[number] = secret(f"epoch key {number}")
        rows = []
        for account, member in epochs.readers(self.world.state, self.participants).items():
            named = None
            if not member.tainted:
                info = epochs.box_info(
                    self.world.network, self.conversation.id, number, account, member.generation
                )
                box = self.box(self.reading_seed(account, member.generation), info, key)
                self.boxes[number, account] = box
                self.every_box.append(box)
                named = epochs.table_hash(box)
            rows.append(epochs.Row(account, named, member.generation))
        table = fields.pop("table", None) or epochs.make_table(rows)
        defaults: dict[str, Any] = {
            "administrators": self.administrators,
            "commitment": epochs.commitment(previous, number, key),
            "members": epochs.table_hash(table),
            "number": number,
            "participants": self.participants,
            "previous": previous,
            "reason": reason,
        }
        header = self.header("epoch", author, device, **{**defaults, **fields})
        return self.sign(author, header, device=device), table

    def reading_seed(self, account: str, generation: int) -> bytes:
        person = next(each for each in self.world.people.values() if each.account == account)
        return person.reading(generation).seed

    def say(self, author: Person, text: str, kind: str = "text", **fields: Any) -> Outcome:
        return self.take(self.message(author, text, kind, **fields))

    def message(
        self, author: Person, text: str, kind: str = "text", *, device: str = "laptop", **fields: Any
    ) -> Item:
        newest = self.conversation.epoch
        number = fields.pop("epoch", newest.number if newest else 1)
        header = self.header("message", author, device, epoch=number, **fields)
        content = messages.seal_message(
            self.keys.get(number, secret("no key")),
            device=author.device_id(device),
            header=header,
            plaintext=messages.make_plaintext(text, kind),
            nonce=secret(f"nonce {self.counter}")[:12],
        )
        return self.sign(author, header, content, device=device)

    def hand_over(self, author: Person, to: Person, numbers: list[int], **fields: Any) -> Outcome:
        member = self.world.state.accounts[to.account]
        generation = fields.pop("generation", member.generation)
        device = fields.pop("device", "laptop")
        listed = []
        for number in numbers:
            info = epochs.box_info(self.world.network, self.conversation.id, number, to.account, generation)
            box = self.box(to.reading(generation).seed, info, self.keys.get(number, secret("no key")))
            self.boxes[number, f"{to.account} {generation}"] = box
            self.every_box.append(box)
            listed.append({"box": epochs.table_hash(box), "epoch": number})
        header = self.header(
            "late_box",
            author,
            device,
            **{"account_for": to.account, "boxes": listed, "generation": generation, **fields},
        )
        return self.take(self.sign(author, header, device=device))
