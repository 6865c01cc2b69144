"""Conversations over HTTP: creating, sending, making epochs when they are due, handing over, catching up."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from members.protocol.encoding import b64, unb64
from messaging.protocol import below, epochs, items, messages
from messaging.protocol.below import Placed
from messaging.protocol.conversation import Conversation, ConversationBroken, NotYet
from messaging.protocol.epochs import Sealed
from messaging.protocol.items import Item
from network.client.boxes import LateBoxes
from network.client.enrolment import now
from network.client.http import Http, Problem
from network.client.memory import Memory
from network.client.register import Register
from network.client.restoration import RESTORING, Restoration
from network.client.talk import Talk

PAGE: Final = 500
ATTEMPTS: Final = 8
RACES: Final = frozenset({"epoch_exists", "epoch_due", "members_changed", "late_box_exists"})
LOST_REASONS: Final = frozenset({"old_epoch"})
SERVERS_DOING: Final = frozenset({"bad_checkpoint", "bad_history"})
"""Servers refuse an item that names another log or past than theirs: one that gives it showed its author another."""
TAKEN_BACK: Final = "the server has taken back what it gave before"

Answer = TypeVar("Answer")


class Conversations:
    """All conversations of one person on one device."""

    def __init__(self, http: Http, memory: Memory, register: Register, restoration: Restoration) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._restoration = restoration
        self._lock = asyncio.Lock()
        self.talks: dict[str, Talk] = {}
        self.broken: dict[str, str] = {}
        """Conversations whose server's story does not hold; the others go on."""
        self.kept: dict[str, Talk] = {}
        """What was held of these before: to read, and nothing more is taken into it."""
        self.before_sealing: Callable[[], Awaitable[None]] | None = None
        """What has to be done before something is sealed."""
        self.late = LateBoxes(http, memory, register, self._item)
        self._handed: dict[str, int] = {}
        """How many late boxes there were when a conversation was last read further down."""
        self._unfinished: set[str] = set()
        """Conversations whose items were taken while the portal failed to give what is fetched after them."""

    def __getitem__(self, conversation: str) -> Talk:
        return self.talks[conversation]

    @property
    def held(self) -> dict[str, int]:
        """The newest sequence that is held of each conversation."""
        return {identifier: talk.conversation.sequence for identifier, talk in self.talks.items()}

    @property
    def verified(self) -> dict[str, int]:
        """The newest sequence that was ever verified of each conversation, also before the client was begun anew."""
        held, heads = self.held, self._memory.heads
        return {
            each: max(held.get(each, 0), heads.get(each, (0, ""))[0]) for each in held.keys() | heads.keys()
        }

    # taking in

    async def sync(self) -> None:
        """Take in everything that the server has and this client lacks."""
        async with self._lock:
            await self._sync()

    async def _sync(self) -> None:
        for identifier in sorted(self._unfinished & self.talks.keys()):
            await self._finish_or_end(self.talks[identifier])
        while True:
            body = {"held": {**self.held, **dict.fromkeys(self.broken, 2**53 - 1)}, "limit": PAGE}
            answer = await self._http.post("/api/conversations/sync", body)
            progress = more = False
            for page in answer["conversations"]:
                progress |= await self._take_page(page)
                more |= page["more"] or self.held.get(page["id"], page["sequence"]) < page["sequence"]
            if not progress or not more:
                return

    async def _take_page(self, page: dict[str, Any]) -> bool:
        """Whether the page moved anything; a story that does not hold ends its conversation and no other."""
        identifier = page["id"]
        if identifier in self.broken or not page["items"]:
            return False
        try:
            talk = self.talks.get(identifier) or self._begin(identifier, page)
            before = talk.conversation.sequence
            for each in page["items"]:
                if each["sequence"] > talk.conversation.sequence:
                    await self._take(talk, each["sequence"], _item(each), each["received_at"])
            await self._compare(talk, page)
            self.talks[identifier] = talk
            await self._finish(talk)
        except (ConversationBroken, NotYet) as error:
            self._end(identifier, error)
            return False
        return talk.conversation.sequence > before

    async def _finish(self, talk: Talk) -> None:
        """Fetch what is needed beside the items that were taken; done again by the next sync where that fails."""
        self._unfinished.add(talk.id)
        self._remember(talk)
        await self._open_keys(talk)
        await self._read_down(talk)
        self._unfinished.discard(talk.id)

    async def _finish_or_end(self, talk: Talk) -> None:
        try:
            await self._finish(talk)
        except (ConversationBroken, NotYet) as error:
            self._end(talk.id, error)
        except Problem as problem:
            if problem.status != 404:
                raise
            self._unfinished.discard(talk.id)  # it may not be read any more; the others go on

    def _end(self, identifier: str, error: Exception) -> None:
        self.broken[identifier] = str(error)
        talk = self.talks.pop(identifier, None)
        if talk is not None:
            self.kept[identifier] = talk

    async def _read_down(self, talk: Talk) -> None:
        """Where this person was handed older keys: take what lies under them, from the newest down."""
        conversation, path = talk.conversation, f"/api/conversations/{talk.id}"
        handed = len(conversation.late)
        further = talk.reaches_back_further(self._memory.keys.account)
        if further and self._handed.get(talk.id) != handed:
            given = await self._http.get(f"{path}/skeleton")
            first, last = given["first"], conversation.ground - 1
            if first <= last:
                listed = [each for each in given["items"] if each["sequence"] <= last]
                placed = await self._placed(talk, listed)
                below.take_skeleton(conversation, placed, first, last, self._register.replay)
            self._handed[talk.id] = handed
        elif conversation.anchored_at < conversation.ground:
            return
        while conversation.anchored_at >= conversation.ground:
            most = min(PAGE, conversation.anchored_at - conversation.ground + 1)
            page = await self._http.get(f"{path}/items", before=conversation.anchored_at + 1, limit=most)
            placed = await self._placed(talk, page["items"])
            older = below.accept_below(conversation, page["before_head"], placed, self._register.replay)
            times = {each["sequence"]: each["received_at"] for each in page["items"]}
            for each, outcome in zip(placed, older.outcomes, strict=True):
                _refuse_server(None if outcome.refusal is None else outcome.refusal.code)
                talk.note(outcome, times[outcome.sequence])
                self._memory.holdings.keep(
                    talk.id,
                    each.sequence,
                    each.item,
                    received_at=times[each.sequence],
                    before_head=conversation.heads[each.sequence - 1],
                    members=each.table,
                )
            for overturned in older.overturned:
                _refuse_server(overturned.code)
                talk.refuse(overturned.sequence, overturned.code)
        await self._open_keys(talk)

    async def _placed(self, talk: Talk, listed: list[dict[str, Any]]) -> list[Placed]:
        """Items with the member tables of epochs, when the Register is read as far as they need."""
        placed = [Placed(each["sequence"], _item(each)) for each in listed]
        numbers = [each.item.header["number"] for each in placed if each.item.kind == "epoch"]
        tables: dict[int, bytes] = {}
        if numbers:
            for row in await self._epochs(talk.id, min(numbers), max(numbers)):
                tables[row["number"]] = unb64(row["members"])
        for each in placed:
            await self._know_checkpoint(each.item)
        return [
            replace(each, table=tables.get(each.item.header["number"])) if each.item.kind == "epoch" else each
            for each in placed
        ]

    def _begin(self, identifier: str, page: dict[str, Any]) -> Talk:
        """From the very first item, or from the first that this person may read."""
        first = page["items"][0]["sequence"]
        if first == 1:
            return Talk(Conversation(self._register.network, identifier))
        return Talk(Conversation.anchored(self._register.network, identifier, first - 1, page["before_head"]))

    async def _compare(self, talk: Talk, page: dict[str, Any]) -> None:
        conversation = talk.conversation
        if conversation.sequence == page["sequence"] and conversation.head != page["head"]:
            raise ConversationBroken("the head does not follow from the items")
        remembered = self._memory.heads.get(talk.id)
        if remembered is not None:
            sequence, head = remembered
            if conversation.heads.get(sequence, head) != head:
                raise ConversationBroken("the server tells another story than before")
            if page["sequence"] < sequence:
                places = await self._restoration.places({talk.id: page["sequence"]})
                if places is not None:
                    page |= places.get(talk.id, {})
                    if page["sequence"] < sequence:
                        raise ConversationBroken(TAKEN_BACK)

    async def check_heads(self, stated: Mapping[str, dict[str, Any]], before: Mapping[str, int]) -> None:
        """Whatever head the server states, in passing too, must be the one that follows from the items.

        What was held `before` it was asked is there, unless it has taken back what it gave: that is no finding while
        the portal is being restored, nor where it takes after that what it is given once more.
        """
        lacking = {
            identifier: stated[identifier]["sequence"] if identifier in stated else 0
            for identifier, sequence in before.items()
            if identifier not in self.broken
            and (
                stated[identifier]["sequence"] < sequence
                if identifier in stated
                else self._memory.holdings.newest(identifier) > 0
            )
        }
        if lacking:
            places = await self._restoration.places(lacking)
            if places is None:
                return
            stated = {**stated, **places}
        for identifier, place in stated.items():
            talk = self.talks.get(identifier)
            if talk is None:
                continue
            if place["sequence"] < before.get(identifier, 0):
                self._end(identifier, ConversationBroken(TAKEN_BACK))
            elif talk.conversation.heads.get(place["sequence"], place["head"]) != place["head"]:
                self._end(
                    identifier,
                    ConversationBroken("the server states another head than follows from the items"),
                )

    def judge_anew(self) -> None:
        """What the server has taken back it may now be given again: that was found before anybody knew why."""
        for identifier in [each for each, why in self.broken.items() if why == TAKEN_BACK]:
            del self.broken[identifier]
            if identifier in self.kept:
                self.talks[identifier] = self.kept.pop(identifier)

    def _remember(self, talk: Talk) -> None:
        known = self._memory.heads.get(talk.id, (0, ""))
        if talk.conversation.sequence > known[0]:
            self._memory.heads[talk.id] = (talk.conversation.sequence, talk.conversation.head)

    async def _take(
        self, talk: Talk, sequence: int, item: Item, received_at: int, head: str | None = None
    ) -> None:
        """Judge the next item, fetching what is needed for it first."""
        if sequence != talk.conversation.sequence + 1:
            raise ConversationBroken("the server leaves an item out")
        table: bytes | None = None
        await self._know_checkpoint(item)
        before_head = talk.conversation.head
        for _ in range(3):
            try:
                outcome = talk.conversation.accept(item, self._register.replay, table=table, head=head)
            except NotYet as waiting:
                if waiting.size is not None:
                    await self._register.catch_up()
                else:
                    table = await self._table(talk.id, item.header["number"])
                continue
            _refuse_server(None if outcome.refusal is None else outcome.refusal.code)
            talk.note(outcome, received_at)
            self._memory.holdings.keep(
                talk.id, sequence, item, received_at=received_at, before_head=before_head, members=table
            )
            return
        raise ConversationBroken("the server withholds what an item needs")

    async def _know_checkpoint(self, item: Item) -> None:
        stated = item.header["checkpoint"]
        if stated["size"] < self._register.replay.history.first:
            await self._register.check_prefix(stated["size"], stated["root"])
        elif stated["size"] > self._register.replay.size:
            await self._register.catch_up()

    async def _table(self, conversation: str, number: int) -> bytes | None:
        found = await self._epochs(conversation, number, number)
        return unb64(found[0]["members"]) if found else None

    async def _epochs(self, conversation: str, first: int, last: int) -> list[dict[str, Any]]:
        """The epochs of these numbers; one answer has at most so many, and more are asked for until all are there."""
        path, listed = f"/api/conversations/{conversation}/epochs", list[dict[str, Any]]()
        while first <= last:
            given = await self._http.get(path, first=first, last=last)
            listed += given
            following = max((each["number"] for each in given), default=0) + 1
            if following <= first:
                break
            first = following
        return listed

    async def _open_keys(self, talk: Talk) -> None:
        """Open the keys of epochs that are still closed, from the boxes that the server has for this person."""
        missing = talk.missing_keys()
        if not missing:
            return
        keys = self._memory.keys
        mine = self._register.state.accounts.get(keys.account)
        if self.late.fetch_seeds is not None and mine and mine.generation not in keys.reading_seeds:
            await self.late.fetch_seeds()
        for each in await self._epochs(talk.id, missing[0], missing[-1]):
            if (number := each["number"]) not in missing:
                continue
            listed = [each["box"], *each.get("other_boxes", [])]
            boxes = [unb64(box) for box in listed if box is not None]
            self._memory.holdings.keep_boxes(talk, number, keys.account, boxes)
            if not talk.open_boxes(number, boxes, account=keys.account, reading_seeds=keys.reading_seeds):
                await self.late.report(talk, number, boxes)

    async def take_frame(self, frame: dict[str, Any]) -> bool:
        """An item from the socket, if it is the next one; False when something is missing before it."""
        async with self._lock:
            talk = self.talks.get(frame["conversation"])
            if talk is None:
                return frame["conversation"] in self.broken
            if frame["sequence"] <= talk.conversation.sequence:
                return True
            if frame["sequence"] != talk.conversation.sequence + 1:
                return False
            try:
                await self._take(talk, frame["sequence"], _item(frame), frame["received_at"], frame["head"])
                await self._finish(talk)
            except (ConversationBroken, NotYet) as error:
                self._end(talk.id, error)
            return True

    # writing

    async def create(
        self,
        participants: Iterable[str],
        administrators: Iterable[str],
        *,
        subject: str,
        text: str | None = None,
    ) -> str:
        """Begin a conversation between authorities; returns its id."""
        wanted, leading = sorted(set(participants)), sorted(set(administrators))
        return await self._racing(lambda: self._create(wanted, leading, subject, text))

    async def _create(
        self, participants: list[str], administrators: list[str], subject: str, text: str | None
    ) -> str:
        header = self._header(
            "conversation.created",
            administrators=administrators,
            nonce=os.urandom(32).hex(),
            participants=participants,
        )
        created = self._sign(header)
        conversation = Conversation(self._register.network, created.hash)
        conversation.accept(created, self._register.replay)
        seen = (1, conversation.head)
        key = epochs.new_key()
        epoch, sealed = await self._make_epoch(
            conversation.id,
            number=1,
            previous=conversation.id,
            participants=participants,
            administrators=administrators,
            key=key,
            seen=seen,
            reason="created",
        )
        given = [_given(created), _given(epoch, sealed)]
        for kind, words in (("subject", subject), ("text", text)):
            if words is not None:
                given.append(_given(self._message(conversation.id, 1, key, words, kind, seen)))
        await self._http.post("/api/conversations", {"items": given})
        await self._sync()
        return conversation.id

    async def send(self, conversation: str, text: str, kind: str = "text") -> int:
        """Say something, making the epoch first if one is due; returns the sequence number."""
        return await self._racing(lambda: self._send(self.talks[conversation], text, kind))

    async def _send(self, talk: Talk, text: str, kind: str) -> int:
        conversation = talk.conversation
        seen = (conversation.sequence, conversation.head)
        given: list[dict[str, Any]] = []
        newest, reason = conversation.epoch, conversation.due(self._register.replay)
        number = 0 if newest is None else newest.number
        key = talk.keys.get(number)
        if reason is not None or key is None:
            number, key = number + 1, epochs.new_key()
            epoch, sealed = await self._make_epoch(
                talk.id,
                number=number,
                previous=talk.id if newest is None else newest.hash,
                participants=list(conversation.participants),
                administrators=list(conversation.administrators),
                key=key,
                seen=seen,
                reason=reason or "renewed",
            )
            given.append(_given(epoch, sealed))
        given.append(_given(self._message(talk.id, number, key, text, kind, seen)))
        answer = await self._http.post(f"/api/conversations/{talk.id}/items", {"items": given})
        await self._sync()
        return int(answer["results"][-1]["sequence"])

    async def frame_for(self, conversation: str, text: str, kind: str = "text") -> dict[str, Any] | None:
        """A message ready for the socket, or None when an epoch has to be made with it (then use `send`)."""
        await self._restoration.require_over()
        async with self._lock:
            if self._register.freshness == "stopped":
                await self._register.catch_up()
                self._register.require_fresh()
            talk = self.talks[conversation]
            newest = talk.conversation.epoch
            if newest is None or talk.conversation.due(self._register.replay) is not None:
                return None
            key = talk.keys.get(newest.number)
            if key is None:
                return None
            seen = (talk.conversation.sequence, talk.conversation.head)
            item = self._message(talk.id, newest.number, key, text, kind, seen)
            return {"type": "send", "conversation": talk.id, **_given(item)}

    async def hand_over(self, conversation: str, account: str | None = None, *, since: int = 1) -> int:
        """Give colleagues the keys that are due to them; returns how many boxes were made.

        To `account` alone, when one is named, and then everything that was said from `since` on.
        """
        return await self._racing(lambda: self._hand_over(self.talks[conversation], account, since))

    async def _hand_over(self, talk: Talk, account: str | None, since: int) -> int:
        if account is None:
            made = await self.late.pass_on(talk)
        else:
            made = await self.late.hand_down(talk, account, since)
        if made:
            await self._sync()
        return made

    async def give(self, talk: Talk, account: str, numbers: list[int]) -> int:
        """Box the keys of these epochs to the present reading key of a reader."""
        return await self.late.give(talk, account, numbers)

    async def pass_on(self, reported: Iterable[str] = ()) -> None:
        """Give keys that are due, wherever somebody was left out or says that no box opens; others may be quicker."""
        for talk in list(self.talks.values()):
            empty = any(
                row.box is None for each in talk.conversation.epochs.values() for row in each.members.values()
            )
            if empty or talk.id in reported:
                try:
                    await self.hand_over(talk.id)
                except Problem as problem:
                    if problem.code not in RACES:
                        raise

    async def mark_read(self, conversation: str, sequence: int) -> None:
        """Tell the others how far this person has read."""
        await self._http.post(f"/api/conversations/{conversation}/read", {"sequence": sequence})

    async def _racing(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Try again, by the newest Register and history, as long as others are quicker.

        Raises Problem `restoring` while the portal is being restored.
        """
        await self._restoration.require_over()
        if self.before_sealing is not None:
            await self.before_sealing()
        async with self._lock:
            for turn in range(ATTEMPTS):
                await self._register.catch_up()
                await self._sync()
                self._register.require_fresh()
                try:
                    return await attempt()
                except Problem as problem:
                    if problem.code == RESTORING:
                        self._restoration.told(restoring=True)
                    lost = problem.code in RACES or problem.reason in LOST_REASONS
                    if not lost or turn == ATTEMPTS - 1:
                        raise
                    await asyncio.sleep(0.02 * turn)
            raise AssertionError("the last attempt returns or raises")

    # making items

    async def _make_epoch(
        self,
        conversation: str,
        *,
        number: int,
        previous: str,
        participants: list[str],
        administrators: list[str],
        key: bytes,
        seen: tuple[int, str],
        reason: str,
    ) -> tuple[Item, Sealed]:
        """An epoch for exactly those whom the newest verified Register derives."""
        members = epochs.readers(self._register.state, participants)
        wanted = [str(each.reading_key) for each in members.values() if not each.tainted]
        public = await self._register.public_keys(wanted)
        sealed = epochs.seal_key(
            key,
            network=self._register.network,
            conversation=conversation,
            number=number,
            members=members,
            reading_keys=public,
        )
        header = self._header(
            "epoch",
            conversation=conversation,
            seen=seen,
            administrators=administrators,
            commitment=epochs.commitment(previous, number, key),
            members=epochs.table_hash(sealed.table),
            number=number,
            participants=participants,
            previous=previous,
            reason=reason,
        )
        return self._sign(header), sealed

    def _message(
        self, conversation: str, epoch: int, key: bytes, text: str, kind: str, seen: tuple[int, str]
    ) -> Item:
        header = self._header("message", conversation=conversation, seen=seen, epoch=epoch)
        content = messages.seal_message(
            key,
            device=self._memory.keys.device,
            header=header,
            plaintext=messages.make_plaintext(text, kind),
        )
        return self._sign(header, content)

    def _header(self, kind: str, **fields: Any) -> bytes:
        keys = self._memory.keys
        return items.make_header(
            kind,
            network=self._register.network,
            account=keys.account,
            device=keys.device,
            checkpoint=self._register.checkpoint,
            client_id=new_client_id(),
            time=now(),
            **fields,
        )

    def _item(self, kind: str, **fields: Any) -> Item:
        return self._sign(self._header(kind, **fields))

    def _sign(self, header: bytes, content: bytes = b"") -> Item:
        return items.sign(self._memory.keys.device_seed, header, content)


def new_client_id() -> str:
    """A UUID of version 7: 48 bits of milliseconds, and 74 random ones."""
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 64 & 0xFFF, random & (1 << 62) - 1
    milliseconds = time.time_ns() // 1_000_000
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))


def _refuse_server(code: str | None) -> None:
    if code in SERVERS_DOING:
        raise ConversationBroken(f"the server gives an item that it must refuse: {code}")


def _item(given: dict[str, Any]) -> Item:
    try:
        return items.parse(unb64(given["body"]), unb64(given["signature"]))
    except ValueError as error:
        raise ConversationBroken("the server gives what is no item") from error


def _given(item: Item, sealed: Sealed | None = None) -> dict[str, Any]:
    given: dict[str, Any] = {"body": b64(item.body), "signature": b64(item.signature)}
    if sealed is not None:
        given["members"] = b64(sealed.table)
        given["boxes"] = {account: b64(box) for account, box in sealed.boxes.items()}
    return given
