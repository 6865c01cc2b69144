"""Late boxes: what is passed on unasked, what somebody decides to hand over, and the word that a box does not open."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from members.protocol import statements
from members.protocol.encoding import b64
from messaging.protocol import epochs, late_boxes
from messaging.protocol.items import Item
from network.client.http import Http, Problem
from network.client.memory import Memory
from network.client.register import Register
from network.client.talk import Alarm, Talk

LATE_BOXES_AT_ONCE: Final = 100
MOST_TURNS: Final = 4
"""Late boxes of one epoch to one generation, whatever the server asks for: one, and three that put a bad one right."""


class LateBoxes:
    """The boxes that one person makes for colleagues, and reports about those that they have got."""

    def __init__(
        self, http: Http, memory: Memory, register: Register, make_item: Callable[..., Item]
    ) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._make_item = make_item
        self._reported: set[tuple[str, int, int]] = set()
        self.fetch_seeds: Callable[[], Awaitable[None]] | None = None
        """Opens the reading keys that another device of this person has made."""

    # for others

    async def pass_on(self, talk: Talk) -> int:
        """Give colleagues the keys that are due to them; returns how many boxes were made."""
        made = 0
        for each in await self._http.get(f"/api/conversations/{talk.id}/missing"):
            if each["account"] != self._memory.keys.account:
                numbers = [number for number in each["epochs"] if self._is_due(talk, each["account"], number)]
                made += await self.give(talk, each["account"], numbers)
        return made

    def _is_due(self, talk: Talk, account: str, number: int) -> bool:
        """Whether what the server asks for is also what the conversation shows: left out, or with a bad box."""
        conversation = talk.conversation
        epoch, member = conversation.epochs.get(number), self._register.state.accounts.get(account)
        if epoch is None or member is None or number not in talk.keys:
            return False
        row = epoch.members.get(account)
        turns = sum(
            (given.epoch, given.account, given.generation) == (number, account, member.generation)
            for given in talk.late
        )
        if row is not None and row.box is None and turns == 0:
            return True
        return turns < MOST_TURNS and self._has(talk, account, number)

    async def hand_down(self, talk: Talk, account: str, since: int) -> int:
        """Give somebody everything that was said from a sequence number on and that they cannot read yet."""
        numbers = [each for each in said_from(talk, since) if not self._has(talk, account, each)]
        return await self.give(talk, account, numbers)

    def _has(self, talk: Talk, account: str, number: int) -> bool:
        return any(
            each >= first_generation(self._register, account) for each in boxed_to(talk, account, number)
        )

    async def give(self, talk: Talk, account: str, numbers: list[int]) -> int:
        """Box the keys of these epochs to the present reading key of a reader; returns how many boxes were made.

        None for whoever may not read by the Register that is held, whatever the server says: so for those who are held.
        """
        member = epochs.readers(self._register.state, talk.conversation.participants).get(account)
        if member is None or member.tainted or member.reading_key is None:
            return 0
        public = await self._register.public_keys([member.reading_key])
        for start in range(0, len(numbers), LATE_BOXES_AT_ONCE):
            late = late_boxes.make(
                {number: talk.keys[number] for number in numbers[start : start + LATE_BOXES_AT_ONCE]},
                network=self._register.network,
                conversation=talk.id,
                account_for=account,
                member=member,
                reading_key=public[member.reading_key],
            )
            seen = (talk.conversation.sequence, talk.conversation.head)
            item = self._make_item("late_box", conversation=talk.id, seen=seen, **late.fields)
            given = {
                "body": b64(item.body),
                "signature": b64(item.signature),
                "boxes": {str(number): b64(box) for number, box in late.boxes.items()},
            }
            await self._http.post(f"/api/conversations/{talk.id}/items", {"items": [given]})
        return len(numbers)

    # one's own

    async def report(self, talk: Talk, number: int, boxes: list[bytes]) -> None:
        """Name who made a box that does not open, and ask for another; nothing where none was made for these keys."""
        keys = self._memory.keys
        makers = [
            maker
            for box in boxes
            if (maker := self._maker(talk, number, hashlib.sha256(box).hexdigest())) is not None
        ]
        bad = (talk.id, number, len(boxes))
        if not makers or bad in self._reported:
            return
        self._reported.add(bad)
        for sequence, account in makers:
            alarm = Alarm(sequence, account, "bad_box", f"the box of epoch {number} does not open")
            if alarm not in talk.alarms:
                talk.alarms.append(alarm)
        generation = self._register.account(keys.account).generation
        try:
            body = {"epoch": number, "generation": generation}
            await self._http.post(f"/api/conversations/{talk.id}/bad-boxes", body)
        except Problem as problem:
            if problem.status not in (409, 422):
                self._reported.discard(bad)
                raise

    def _maker(self, talk: Talk, number: int, box: str) -> tuple[int, str] | None:
        """The place and author of the item that names this box for one of one's own keys."""
        keys, epoch = self._memory.keys, talk.conversation.epochs[number]
        row = epoch.members.get(keys.account)
        if row is not None and row.box == box and row.generation in keys.reading_seeds:
            return epoch.sequence, talk.authors.get(number, "")
        for given in talk.late:
            whose = (given.epoch, given.account, given.box) == (number, keys.account, box)
            if whose and given.generation in keys.reading_seeds:
                return given.sequence, given.author
        return None


def first_generation(register: Register, account: str) -> int:
    """The first generation whose key a person holds: what was boxed before they lost their keys opens for nobody."""
    subjects = [each for each in register.state.heads if each.startswith(f"account/{account}/")]
    known = register.state.accounts[account]
    present = statements.own(account, bytes.fromhex(known.identity_hex))
    rekeyed = any(each != present for each in subjects)
    return known.tainted_through + 1 if rekeyed else 1


def boxed_to(talk: Talk, account: str, number: int) -> list[int]:
    """The generations of an account to which the key of an epoch was boxed, in its table or late."""
    row = talk.conversation.epochs[number].members.get(account)
    late = [given.generation for given in talk.late if (given.epoch, given.account) == (number, account)]
    return late if row is None or row.box is None else [row.generation, *late]


def said_from(talk: Talk, since: int) -> list[int]:
    """The epochs under which everything from a sequence number on was said, as far as their keys are here."""
    listed = sorted(talk.conversation.epochs.values(), key=lambda each: each.number)
    following = [*(each.sequence for each in listed[1:]), None]
    return [
        each.number
        for each, end in zip(listed, following, strict=True)
        if (end is None or end > since) and each.number in talk.keys
    ]
