"""The directory: what authorities and people sign of themselves, and what of it holds for this client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from members.protocol import directory, signing
from members.protocol.directory import NotAnEntry, Signed
from members.protocol.encoding import b64, unb64
from network.client.enrolment import now
from network.client.http import Http
from network.client.memory import Memory
from network.client.register import Register


class Directory:
    """Acts of whoever speaks for an authority, and reading with proof."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register

    async def sign(self, subject: str, entry: Mapping[str, Any]) -> Signed:
        """Sign the next revision of an entry, or of the own profile where the subject is this account."""
        await self._register.catch_up()  # at least as far as whoever signed before
        keys = self._memory.keys
        before = await self._newest(subject)
        body = directory.make(
            account=keys.account,
            device=keys.device,
            entry=entry,
            network=self._register.network,
            previous=None if before is None else before.hash,
            revision=1 if before is None else before.revision + 1,
            size=self._register.state.size,
            subject=subject,
            time=now(),
        )
        signature = signing.sign(keys.device_seed, signing.DIRECTORY, body)
        where = "profiles" if subject.startswith("account/") else "entries"
        await self._http.post(f"/api/directory/{where}", {"body": body.decode(), "signature": b64(signature)})
        return directory.parse(body, signature)

    async def entries(self) -> dict[str, Signed]:
        """By subject: the newest entry of each that holds."""
        return await self._all("entries")

    async def profiles(self) -> dict[str, Signed]:
        """By subject: the newest profile of each person that holds."""
        return await self._all("profiles")

    async def _all(self, what: str) -> dict[str, Signed]:
        found: dict[str, Signed] = {}
        after, more = 0, True
        while more:
            answer = await self._http.get(f"/api/directory/{what}?after={after}")
            for row in answer["rows"]:
                after = row["place"]
                given = self._judge(row)
                if given is not None:
                    found[given.subject] = given
            more = answer["more"]
        return found

    async def _newest(self, subject: str) -> Signed | None:
        """Of all revisions, which must be a chain; whoever signed them."""
        answer = await self._http.get(f"/api/directory/history?subject={subject}")
        before: Signed | None = None
        for row in answer["rows"]:
            given = _read(row)
            if given is None or not given.follows(before):
                raise NotAnEntry("the revisions that the server shows do not follow each other")
            before = given
        return before

    def _judge(self, row: Mapping[str, Any]) -> Signed | None:
        given = _read(row)
        if given is None or given.network != self._register.network:
            return None
        state = self._register.state
        signer = state.accounts.get(given.account)
        device = None if signer is None else signer.devices.get(given.device)
        if signer is None or device is None or not given.signed_by(unb64(device.key)):
            return None
        about = state.authorities.get(given.about)
        may = directory.may_sign(
            kind=given.kind,
            about=given.about,
            account=given.account,
            role=signer.role,
            authority=signer.authority,
            authority_kind=None if about is None else about.kind,
        )
        return given if may else None


def _read(row: Mapping[str, Any]) -> Signed | None:
    try:
        return directory.parse(row["body"].encode(), unb64(row["signature"], 64))
    except NotAnEntry:
        return None
