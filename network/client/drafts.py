"""What this person has begun to write, read and written as their browsers do (docs/protocol.md, 5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from members.protocol.encoding import b64, unb64
from messaging.protocol import drafts
from messaging.protocol.messages import Unreadable
from network.client.http import Http, Problem
from network.client.memory import Memory
from network.client.register import Register

ATTEMPTS: Final = 5


class DraftTainted(Exception):
    """The newest reading key is tainted: nothing is sealed under it. Renew it first."""


@dataclass(frozen=True)
class Kept:
    """A draft as it lies at the server; `value` is None where it does not open here."""

    value: dict[str, Any] | None
    revision: int
    generation: int


class Drafts:
    """The drafts of one person."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._seen: dict[str, Kept] = {}

    async def read(self) -> dict[str, Kept]:
        """Every draft by its slot, as the server has it now."""
        answer = await self._http.get("/api/drafts")
        self._seen = {each["slot"]: self._opened(each["slot"], each) for each in answer["drafts"]}
        return dict(self._seen)

    async def write(self, slot: str, value: dict[str, Any]) -> dict[str, Any]:
        """Keep a draft; returns what lies there now, which has what another device wrote meanwhile in it."""
        generation = self._generation()
        begun_from = self._seen.get(slot)
        for _ in range(ATTEMPTS):
            seen = self._seen.get(slot)
            sealed = drafts.seal_draft(
                self._memory.keys.reading_seeds[generation],
                network=self._register.network,
                account=self._memory.keys.account,
                slot=slot,
                draft=value,
            )
            body = {
                "generation": generation,
                "sealed": b64(sealed),
                "base": 0 if seen is None else seen.revision,
            }
            try:
                answer = await self._http.put(f"/api/drafts/{slot}", body)
            except Problem as problem:
                if problem.code != "draft_changed":
                    raise
                theirs = self._heard(slot, problem)
                base = None if begun_from is None else begun_from.value
                value = drafts.merge(base, value, None if theirs is None else theirs.value)
                begun_from = theirs
                continue
            self._seen[slot] = Kept(value, answer["revision"], generation)
            return value
        raise RuntimeError("other devices are always faster")

    async def delete(self, slot: str) -> None:
        """Forget the draft that was read last; raises Problem `draft_changed` where there is another by now."""
        seen = self._seen.get(slot)
        try:
            await self._http.delete(f"/api/drafts/{slot}?base={0 if seen is None else seen.revision}")
        except Problem as problem:
            if problem.code == "draft_changed":
                self._heard(slot, problem)
            raise
        self._seen.pop(slot, None)

    async def reseal(self) -> list[str]:
        """Seal what lies under an earlier generation under the newest one; returns the slots."""
        await self.read()
        newest = self._generation()
        old = [
            slot for slot, kept in self._seen.items() if kept.value is not None and kept.generation < newest
        ]
        for slot in old:
            await self.write(slot, self._seen[slot].value or {})
        return old

    def _heard(self, slot: str, problem: Problem) -> Kept | None:
        """What the server says lies there instead."""
        if problem.extra["sealed"] is None:
            self._seen.pop(slot, None)
            return None
        self._seen[slot] = self._opened(slot, problem.extra)
        return self._seen[slot]

    def _opened(self, slot: str, given: dict[str, Any]) -> Kept:
        generation = given["generation"]
        seed = self._memory.keys.reading_seeds.get(generation)
        value: dict[str, Any] | None = None
        if seed is not None:
            try:
                value = drafts.open_draft(
                    seed,
                    network=self._register.network,
                    account=self._memory.keys.account,
                    slot=slot,
                    sealed=unb64(given["sealed"]),
                )
            except Unreadable:
                value = None
        return Kept(value, given["revision"], generation)

    def _generation(self) -> int:
        account = self._register.account(self._memory.keys.account)
        if account.tainted:
            raise DraftTainted
        return account.generation
