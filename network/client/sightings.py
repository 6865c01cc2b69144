"""Says, signed, what this client holds, and compares what the devices of colleagues say that they hold."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import httpx

from members import clock
from members.protocol import signing
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.register import FORKED, RegisterBroken
from messaging.protocol import epochs, sightings
from messaging.protocol.sightings import MOST_CONVERSATIONS, WARN_AFTER, NotASighting, Sighting
from network.client.conversations import Conversations
from network.client.http import Http, Problem
from network.client.memory import Memory
from network.client.register import Register
from network.client.restoration import Restoration

EVERY: Final = clock.HOUR
TICK_SECONDS: float = 60
WITHHELD: Final = "withheld"
BAD_HISTORY: Final = "bad_history"


class Sightings:
    """What a server keeps from one of two clients that share a conversation, the other one has said that it holds."""

    def __init__(
        self,
        http: Http,
        memory: Memory,
        register: Register,
        conversations: Conversations,
        restoration: Restoration,
    ) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._conversations = conversations
        self._restoration = restoration
        self._told = 0
        self._told_of: tuple[tuple[int, str], dict[str, tuple[int, str]]] | None = None
        self._unheard_until: int | None = None
        """Where the last word did not get through: from when on it is to be said again."""
        self._asked = 0
        self._began = clock.now()
        self._read = 0
        self._times: dict[str, int] = {}

    async def level(self) -> None:
        """Say and compare where an hour has passed; call it before anything is sealed.

        What the server did not take is said again as soon as it will hear it. While it is being restored nothing is
        said, and nothing that others say is compared with what it shows.
        """
        now = clock.now()
        if self._register.replay.network is None or not self._memory.keys.account:
            return
        if not self._restoration.over.is_set():
            return
        unheard = self._unheard_until
        if now - self._told >= EVERY if unheard is None else now >= unheard:
            with suppress(Problem):
                await self.tell()
        if now - self._asked >= EVERY:
            await self.compare()

    async def tick(self) -> None:
        """What time alone, or what has come in, makes due; call it each minute while there is a line."""
        await self.level()
        if not self._restoration.over.is_set():
            return
        changed = self._told_of != (self._register.checkpoint, self._held())
        if changed and self._unheard_until is None and clock.now() - self._told >= clock.MINUTE:
            with suppress(Problem):
                await self.tell()

    async def keep_up(self) -> None:
        """Do so as long as it is let; what is found out then meets whoever uses the client next."""
        while self._register.broken is None:
            await asyncio.sleep(TICK_SECONDS)
            with suppress(Problem, RegisterBroken, OSError, httpx.TransportError):
                await self.tick()

    async def tell(self) -> None:
        """Hand in what is held."""
        keys = self._memory.keys
        self._told = clock.now()
        self._told_of = (self._register.checkpoint, self._held())
        newest = sorted(self._held().items(), key=lambda one: -one[1][0])[:MOST_CONVERSATIONS]
        body = sightings.make(
            account=keys.account,
            device=keys.device,
            network=self._register.network,
            checkpoint=self._register.checkpoint,
            held=dict(newest),
            time=self._told,
        )
        signature = signing.sign(keys.device_seed, signing.SIGHTING, body)
        try:
            await self._http.post("/api/sightings", {"body": b64(body), "signature": b64(signature)})
        except Problem as problem:
            if problem.status == 429 or problem.status >= 500:
                wait = problem.extra.get("retry_after")
                asked = wait * clock.SECOND if isinstance(wait, int) else 0
                # nobody makes a client silent for longer than it would be anyway
                self._unheard_until = self._told + min(max(clock.MINUTE, asked), EVERY)
            raise
        self._unheard_until = None

    async def compare(self, *, everything: bool = False) -> None:
        """Take what others say; raises RegisterBroken, and is silent from then on, when something is kept from here."""
        since, asked = 0 if everything else self._read, clock.now()
        while True:
            page = await self._http.get("/api/sightings", since=since)
            for each in page["sightings"]:
                await self._judge(each)
                since = max(since, each["received_at"])
            if not page["more"] or not page["sightings"]:
                break
        self._asked, self._read = asked, max(self._read, since)

    def quiet(self) -> set[str]:
        """Accounts one of whose devices has signed something of late, while its own word is hours older."""
        newest: dict[tuple[str, str], int] = {}
        for talk in self._conversations.talks.values():
            for item, _ in talk.items.values():
                author = (item.header["account"], item.header["device"])
                newest[author] = max(newest.get(author, 0), item.header["time"])
        return {
            account
            for (account, device), time in newest.items()
            if device != self._memory.keys.device
            and time > self._began
            and time - self._times.get(device, 0) > WARN_AFTER
            and self._device_key(account, device) is not None
        }

    async def _judge(self, given: dict[str, Any]) -> None:
        try:
            sighting = sightings.parse(unb64(given["body"]), unb64(given["signature"]))
        except (EncodingError, NotASighting):
            return
        keys = self._memory.keys
        if sighting.network != self._register.network or sighting.device == keys.device:
            return
        if sighting.time <= self._times.get(sighting.device, 0):
            return
        if sighting.checkpoint[0] > self._register.replay.size:
            await self._register.catch_up()
        device_key = self._device_key(sighting.account, sighting.device)
        if device_key is None or not sighting.signed_by(device_key):
            return
        await self._judge_register(sighting)
        await self._judge_conversations(sighting)
        self._times[sighting.device] = sighting.time

    async def _judge_register(self, sighting: Sighting) -> None:
        size, root = sighting.checkpoint
        if size > self._register.replay.size:
            raise self._found(WITHHELD, "somebody holds a longer Register")
        try:
            await self._register.check_prefix(size, root)
        except RegisterBroken as error:
            raise self._found(FORKED, "somebody holds another Register") from error

    async def _judge_conversations(self, sighting: Sighting) -> None:
        stated = {
            identifier: sighting.conversations[name]
            for identifier in self._held()
            if (name := sightings.tag(identifier, sighting.device)) in sighting.conversations
        }
        if self._lacks(stated):
            await self._conversations.sync()
        if self._lacks(stated):
            # it may be that this person may not read it any more, and does not know that yet
            await self._register.catch_up()
            await self._conversations.sync()
        held = self._held()
        for identifier, (sequence, head) in stated.items():
            if identifier not in held:
                continue
            if held[identifier][0] < sequence:
                raise self._found(WITHHELD, "somebody holds more of a conversation")
            own = self._conversations[identifier].conversation.heads.get(sequence)
            if own is not None and own != head:
                raise self._found(BAD_HISTORY, "somebody holds another history of a conversation")

    def _held(self) -> dict[str, tuple[int, str]]:
        """Sequence and head of each conversation that this person may read by the Register that is held."""
        state, account = self._register.state, self._memory.keys.account
        return {
            identifier: (talk.conversation.sequence, talk.conversation.head)
            for identifier, talk in self._conversations.talks.items()
            if talk.conversation.sequence > 0
            and account in epochs.readers(state, talk.conversation.participants)
        }

    def _lacks(self, stated: dict[str, tuple[int, str]]) -> bool:
        held = self._held()
        return any(
            identifier in held and held[identifier][0] < place[0] for identifier, place in stated.items()
        )

    def _device_key(self, account: str, device: str) -> bytes | None:
        person = self._register.state.accounts.get(account)
        found = None if person is None else person.devices.get(device)
        return unb64(found.key) if found is not None and found.active else None

    def _found(self, finding: str, detail: str) -> RegisterBroken:
        self._register.broken = RegisterBroken(finding, detail)
        return self._register.broken
