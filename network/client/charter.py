"""The charter of the network: what officers do to it, and how a lead accepts what they have read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from members.protocol import charter, signing
from members.protocol.encoding import b64
from network.client.enrolment import now
from network.client.http import Http
from network.client.memory import Memory
from network.client.register import Register


class OtherText(Exception):
    """The texts that the server gives are not those that it says the version has."""


class Charter:
    """Acts of officers and leads on the charter."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register

    async def write(self, *, number: str, effective: int, texts: Mapping[str, str]) -> None:
        """As an officer: write the next version, in the place of what is prepared."""
        present = (await self._http.get("/api/charter/draft"))["draft"]
        body = {"number": number, "effective": effective, "texts": dict(texts)}
        seen = 0 if present is None else present["changed_at"]
        await self._http.put("/api/charter/draft", body | {"seen": seen})

    async def publish(self) -> str:
        """As another officer: publish what is prepared, as it has been read; returns its number."""
        draft = (await self._http.get("/api/charter/draft"))["draft"]
        stated = charter.charter_hash(
            number=draft["number"], effective=draft["effective"], texts=draft["texts"]
        )
        await self._http.post("/api/charter/draft/publish", {"hash": stated})
        return str(draft["number"])

    async def versions(self) -> list[dict[str, Any]]:
        """All published versions with what was signed for them."""
        listed: list[dict[str, Any]] = (await self._http.get("/api/charter"))["versions"]
        return listed

    async def accept(self, number: str) -> None:
        """As a lead: sign a version whose six texts were read. Raises OtherText."""
        version = next(one for one in await self.versions() if one["number"] == number)
        texts = (await self._http.get(f"/api/charter/versions/{number}"))["texts"]
        stated = charter.charter_hash(number=number, effective=version["effective"], texts=texts)
        if stated != version["hash"]:
            raise OtherText
        keys = self._memory.keys
        authority = self._register.account(keys.account).authority
        assert authority is not None, "a lead has an authority"
        body = charter.make(
            account=keys.account,
            authority=authority,
            charter=stated,
            device=keys.device,
            network=self._register.network,
            number=number,
            time=now(),
        )
        signature = signing.sign(keys.device_seed, signing.CHARTER, body)
        await self._http.post("/api/charter/acceptances", {"body": b64(body), "signature": b64(signature)})
