"""Follows the Register of a portal: every entry is replayed here, and what was verified once is never given up."""

from __future__ import annotations

import asyncio
from typing import Any

from members import clock
from members.protocol import bookmark, boxes, checkpoint, recovery, statements, tiles
from members.protocol.bookmark import BookmarkBroken
from members.protocol.checkpoint import Freshness
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.register import FORKED, ROLLED_BACK, Growth, RegisterBroken, Replay
from members.protocol.state import Account, State
from network.client.http import Http, Problem
from network.client.memory import Memory, SealedBookmarkKey
from network.client.restoration import Restoration

MOST_HASHES = 1000


class RegisterStopped(Exception):
    """Nobody has confirmed the Register for a week, or this computer's clock is wrong: nothing is sealed."""


class Register:
    """The verified Register of one network, and the public keys that it names."""

    def __init__(self, http: Http, memory: Memory, restoration: Restoration) -> None:
        self._http = http
        self._memory = memory
        self._restoration = restoration
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
        """Read and verify what is new; None when nothing is. Raises RegisterBroken, and from then on always.

        While the portal is being restored it may show less than was verified: that is no news, and no finding.
        """
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
            return await self._take(note)
        except RegisterBroken as error:
            if error.finding != ROLLED_BACK:
                raise
        if not await self._restoration.excuses_register():
            return await self._take(await self._http.get_text("/api/register/checkpoint"))
        shown = checkpoint.parse(note)
        if self.replay.root_at(shown.size) not in (None, shown.root):
            raise RegisterBroken(FORKED, "what is shown is no older state of the Register")
        return None

    async def _take(self, note: str) -> Growth | None:
        try:
            stated = checkpoint.parse(note)
        except checkpoint.CheckpointRefused as error:
            raise RegisterBroken("bad_signature", str(error)) from error
        replay, before = self.replay, self.replay.size
        entries = await self._entries(before, stated.size) if stated.size > before else []
        growth = replay.extend(note, entries)
        replay.confirm(note, clock.now())
        self._memory.holdings.keep_register(before, entries, note)
        self.rejected += growth.rejected
        return growth if replay.size > before else None

    @property
    def freshness(self) -> Freshness:
        """Whether somebody who holds the Register key has spoken lately, by this computer's clock."""
        return checkpoint.freshness(self.replay.confirmed, clock.now())

    def require_fresh(self) -> None:
        """Raise RegisterStopped when the Register may be a week old: nothing is sealed by what it says."""
        if self.freshness == "stopped":
            raise RegisterStopped

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

    async def follow(self, size: int, root: str) -> None:
        """Read the Register that the server names in passing: it must be the one that it then shows.

        It is asked for even where it is the one that is held: the checkpoint may carry a newer time.
        """
        await self.catch_up()
        less = self._restoration.restoring and size < self.replay.size
        if (size, root) != self.checkpoint and not (less and self.replay.root_at(size) is None):
            await self.check_prefix(size, root)

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
        known = self._memory.holdings.public
        wanted = sorted(set(hashes) - known.keys())
        for start in range(0, len(wanted), MOST_HASHES):
            body = {"hashes": wanted[start : start + MOST_HASHES]}
            answer = await self._http.post("/api/register/attachments", body)
            for name, text in answer["attachments"].items():
                public = unb64(text)
                if boxes.key_hash(public) == name:
                    known[name] = public
        return {name: known[name] for name in hashes}

    async def append(
        self,
        entries: list[bytes],
        attachments: dict[str, bytes] | None = None,
        *,
        invitation: str | None = None,
    ) -> None:
        """Append own statements, all or none, and read the Register up to them.

        Raises Problem `restoring` while the portal is being restored.
        """
        await self._restoration.require_over()
        envelopes = [envelope_of(entry) for entry in entries]
        sent = {name: b64(data) for name, data in (attachments or {}).items()}
        body = {"entries": envelopes, "attachments": sent, "invitation": invitation}
        await self._http.post("/api/register/append", body)
        self._memory.holdings.keep_attachments(attachments or {})
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
        await self.give_bookmark_key()
        sealed = bookmark.make(self.replay, bookmark_key=keys.bookmark_key, account=keys.account)
        await self._http.put("/api/bookmark", {"sealed": b64(sealed)})

    def seal_bookmark_key(self, secret: bytes, network: str, serial: int) -> None:
        """Seal the bookmark key under a recovery code, to be given to the server once the Register names that code."""
        keys = self._memory.keys
        keys.bookmark_key_to_give = SealedBookmarkKey(
            recovery.unlock_key(secret, network, keys.account).hash,
            serial,
            bookmark.seal_key(keys.bookmark_key, secret=secret, network=network, account=keys.account),
        )

    async def give_bookmark_key(self) -> None:
        """Give the server the sealed bookmark key that waits for it, if the Register names its recovery code."""
        keys = self._memory.keys
        waiting = keys.bookmark_key_to_give
        if waiting is None:
            return
        account = self.state.accounts.get(keys.account)
        if account is None or all(each.key != waiting.unlock_key for each in account.unlock_keys):
            return
        await self._http.put("/api/bookmark/key", {"serial": waiting.serial, "sealed": b64(waiting.sealed)})
        keys.bookmark_key_to_give = None

    async def resume_from_bookmark(self, network: str, secret: bytes, serial: int) -> None:
        """Begin where this person's devices have verified before; from the first entry where no bookmark opens."""
        keys = self._memory.keys
        self._memory.replay = None
        try:
            kept = await self._http.get("/api/bookmark")
        except Problem as problem:
            if problem.status != 404:
                raise
            self.seal_bookmark_key(secret, network, serial)
            return
        whose = {"network": network, "account": keys.account}
        try:
            keys.bookmark_key = bookmark.open_key(unb64(kept["key"]["sealed"]), secret=secret, **whose)
        except (BookmarkBroken, EncodingError):
            self.seal_bookmark_key(secret, network, serial)
            return
        try:
            opened = bookmark.open_bookmark(unb64(kept["sealed"]), bookmark_key=keys.bookmark_key, **whose)
        except (BookmarkBroken, EncodingError):
            return
        self._memory.replay = opened.resume(network)


def envelope_of(entry: bytes) -> dict[str, Any]:
    """An entry as the JSON object that the HTTP API carries."""
    parsed = statements.parse_entry(entry)
    return statements.envelope(parsed.payload, {each.keyid: each.signature for each in parsed.signatures})
