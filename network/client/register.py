"""Follows the Register of a portal: every entry is replayed here, and what was verified once is never given up."""

from __future__ import annotations

import asyncio
from typing import Any

from members.protocol import bookmark, boxes, checkpoint, statements, tiles
from members.protocol.encoding import b64, unb64
from members.protocol.register import FORKED, ROLLED_BACK, Growth, RegisterBroken, Replay
from members.protocol.state import Account, State
from network.client.http import Http, Problem
from network.client.memory import Memory

MOST_HASHES = 1000


class Register:
    """The verified Register of one network, and the public keys that it names."""

    def __init__(self, http: Http, memory: Memory) -> None:
        self._http = http
        self._memory = memory
        self._public: dict[str, bytes] = {}
        self._lock = asyncio.Lock()
        self.broken: RegisterBroken | None = None
        self.rejected: list[Any] = []

    @property
    def replay(self) -> Replay:
        """What was verified so far; nothing, before the first `catch_up`."""
        if self._memory.replay is None:
            self._memory.replay = Replay(network=self._memory.keys.network)
        return self._memory.replay

    @property
    def state(self) -> State:
        """The newest verified state."""
        return self.replay.state

    @property
    def network(self) -> str:
        """The network id, once it is known."""
        network = self.replay.network
        if network is None:
            raise ValueError("no Register was read yet")
        return network

    @property
    def checkpoint(self) -> tuple[int, str]:
        """Size and root, as items state them."""
        return self.replay.size, self.replay.root

    def account(self, account: str) -> Account:
        """A person as the Register knows them; raises KeyError for strangers."""
        return self.state.accounts[account]

    async def catch_up(self) -> Growth | None:
        """Read and verify what is new; None when nothing is. Raises RegisterBroken, and from then on always."""
        async with self._lock:
            if self.broken is not None:
                raise self.broken
            try:
                return await self._catch_up()
            except RegisterBroken as error:
                self.broken = error
                raise

    async def _catch_up(self) -> Growth | None:
        note = await self._http.get_text("/api/register/checkpoint")
        try:
            stated = checkpoint.parse(note)
        except checkpoint.CheckpointRefused as error:
            raise RegisterBroken("bad_signature", str(error)) from error
        replay = self.replay
        if replay.checkpoint is not None and (stated.size, stated.root) == (replay.size, replay.root):
            return None
        entries = await self._entries(replay.size, stated.size)
        growth = replay.extend(note, entries)
        self.rejected += growth.rejected
        return growth

    async def _entries(self, first: int, last: int) -> list[bytes]:
        """The entries from index `first` up to and without `last`."""
        found: list[bytes] = []
        while first + len(found) < last:
            place = first + len(found)
            index, start = divmod(place, tiles.WIDTH)
            width = min(tiles.WIDTH, last - index * tiles.WIDTH)
            path = tiles.Tile("entries", index, width).path()
            try:
                bundle = tiles.parse_bundle(await self._http.get_bytes(f"/api/register/tile/{path}"))
            except tiles.TileRefused as error:
                raise RegisterBroken(FORKED, "an entry bundle breaks its form") from error
            if len(bundle) != width:
                raise RegisterBroken(FORKED, "an entry bundle does not have its width")
            found += bundle[start:]
        return found

    async def check_prefix(self, size: int, root: str) -> None:
        """Raise RegisterBroken unless somebody else's (size, root) is a prefix of what was verified here.

        What lies before the bookmark is proved by the server, once for each size.
        """
        if size > self.replay.size:
            await self.catch_up()
        try:
            if size > self.replay.size:
                raise RegisterBroken(ROLLED_BACK, "somebody was shown a longer Register")
            proof: list[bytes] = []
            if self.replay.root_at(size) is None:
                path = "/api/register/proof/consistency"
                answer = await self._http.get(path, first=size, second=self.replay.size)
                proof = [bytes.fromhex(each) for each in answer["proof"]]
            self.replay.check_prefix(size, root, proof)
        except RegisterBroken as error:
            self.broken = error
            raise

    async def public_keys(self, hashes: list[str]) -> dict[str, bytes]:
        """Public keys by their hash, each checked against it; raises KeyError when the server lacks one."""
        wanted = sorted(set(hashes) - self._public.keys())
        for start in range(0, len(wanted), MOST_HASHES):
            body = {"hashes": wanted[start : start + MOST_HASHES]}
            answer = await self._http.post("/api/register/attachments", body)
            for name, text in answer["attachments"].items():
                public = unb64(text)
                if boxes.key_hash(public) == name:
                    self._public[name] = public
        return {name: self._public[name] for name in hashes}

    async def append(
        self,
        entries: list[bytes],
        attachments: dict[str, bytes] | None = None,
        *,
        invitation: str | None = None,
    ) -> None:
        """Append own statements, all or none, and read the Register up to them."""
        envelopes = [envelope_of(entry) for entry in entries]
        sent = {name: b64(data) for name, data in (attachments or {}).items()}
        body = {"entries": envelopes, "attachments": sent, "invitation": invitation}
        await self._http.post("/api/register/append", body)
        await self.catch_up()

    def payload(self, kind: str, subject: str, time: int, /, **fields: Any) -> bytes:
        """A statement that follows on its subject."""
        previous = fields.pop("previous", self.state.heads.get(subject))
        return statements.make_payload(
            kind, network=self.network, subject=subject, previous=previous, time=time, **fields
        )

    # the bookmark

    async def keep_bookmark(self) -> None:
        """Seal what was verified for this person's next device."""
        keys = self._memory.keys
        sealed = bookmark.make(
            self.replay,
            generation=keys.generation,
            reading_seed=keys.reading_seeds[keys.generation],
            account=keys.account,
        )
        await self._http.put("/api/bookmark", {"generation": keys.generation, "sealed": b64(sealed)})

    async def resume_from_bookmark(self, network: str) -> bool:
        """Begin where this person's devices have verified before; False when there is no bookmark."""
        keys = self._memory.keys
        try:
            kept = await self._http.get("/api/bookmark")
        except Problem as problem:
            if problem.status == 404:
                return False
            raise
        generation = kept["generation"]
        if generation not in keys.reading_seeds:
            return False
        opened = bookmark.open_bookmark(
            unb64(kept["sealed"]),
            generation=generation,
            reading_seed=keys.reading_seeds[generation],
            network=network,
            account=keys.account,
        )
        self._memory.replay = opened.resume(network)
        return True


def envelope_of(entry: bytes) -> dict[str, Any]:
    """An entry as the JSON object that the HTTP API carries."""
    parsed = statements.parse_entry(entry)
    return statements.envelope(parsed.payload, {each.keyid: each.signature for each in parsed.signatures})
