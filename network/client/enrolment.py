"""How a person joins: by a link from somebody who may bring them in, or as an officer who founds the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from members import clock
from members.protocol import person, recovery, statements
from members.protocol.encoding import EncodingError, b64, unb64, unb64url
from members.protocol.person import INVITATION_SECRET_LENGTH, Unlock, new_seed
from members.protocol.schema import Malformed
from network.client.http import Http
from network.client.memory import Keys, Memory
from network.client.register import Register, envelope_of
from network.client.totp import next_code


class EnrolmentRefused(Exception):
    """Something does not match what was attested or compared; nothing was signed."""


@dataclass(frozen=True)
class RecoveryCode:
    """A code to be printed once, with what stands beside it on the sheet."""

    code: str
    serial: int
    date: int
    network: str


@dataclass(frozen=True)
class Link:
    """The two halves of an invitation link; the secret never reaches the server."""

    token: str
    secret: bytes | None

    @classmethod
    def parse(cls, link: str) -> Link:
        """The halves in the fragment of an address, or in the bare `token.secret`."""
        fragment = urlsplit(link).fragment or link
        token, dot, secret = fragment.partition(".")
        try:
            return cls(token, unb64url(secret, INVITATION_SECRET_LENGTH) if dot else None)
        except EncodingError as error:
            raise EnrolmentRefused("the link is damaged") from error


class Enrolment:
    """The steps of one person's enrolment, in their order."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register
        self._link: Link | None = None

    async def begin(self, link: str, password: str) -> dict[str, Any]:
        """Open the link, choose the password, prove the authenticator; returns the invitation as it was shown."""
        self._link = Link.parse(link)
        shown: dict[str, Any] = await self._http.post("/api/enrolment/open", {"token": self._link.token})
        sign_in = self._memory.sign_in
        sign_in.email, sign_in.password = shown["email"], password
        chosen = await self._http.post("/api/enrolment/password", {"password": password})
        sign_in.totp_secret = chosen["totp_secret"]
        proved = await self._http.post("/api/enrolment/second-factor", {"code": await next_code(sign_in)})
        sign_in.backup_codes = proved["backup_codes"]
        await self._http.session()
        keys = self._memory.keys
        keys.account = shown["account"]
        keys.identity_seed = new_seed()
        return shown

    async def begin_new_keys(self, link: str) -> dict[str, Any]:
        """Open a link to new keys; nothing of the former ones is used any more. The person signs in as ever."""
        self._link = Link.parse(link)
        shown: dict[str, Any] = await self._http.post("/api/enrolment/open", {"token": self._link.token})
        if shown["kind"] != "rekey":
            raise EnrolmentRefused("this link does not lead to new keys")
        self._memory.sign_in.email = shown["email"]
        self._memory.keys = Keys(account=shown["account"], identity_seed=new_seed())
        return shown

    async def choose_new_sign_in(self, link: str, password: str) -> dict[str, Any]:
        """Follow the link of a sign-in reset to its end: new password and authenticator, signed in; no key changes."""
        shown: dict[str, Any] = await self._http.post(
            "/api/sign-in-reset/open", {"token": Link.parse(link).token}
        )
        sign_in = self._memory.sign_in
        chosen = await self._http.post("/api/sign-in-reset/password", {"password": password})
        sign_in.email, sign_in.password = shown["email"], password
        sign_in.totp_secret, sign_in.last_step = chosen["totp_secret"], -1
        proved = await self._http.post("/api/sign-in-reset/second-factor", {"code": await next_code(sign_in)})
        sign_in.backup_codes = proved["backup_codes"]
        await self._http.session()
        return shown

    async def give_keys(self, *, compared_network: str | None = None) -> RecoveryCode:
        """Check who invites into what, make all keys, and let the statements wait for a signature.

        Where no secret came with the link, the network id must have been compared with the inviter by other means.
        """
        shown = await self._http.get("/api/enrolment")
        attested = await self._check_attestation(shown, compared_network)
        keys = self._memory.keys
        if keys.identity_seed is None or keys.identity_key is None:
            raise EnrolmentRefused("the identity key is not here")
        known = self._register.state.accounts.get(keys.account)
        generation, serial = 1, 1
        if known is not None:  # somebody who is given new keys
            generation = known.generation + 1
            codes = [each.serial for each in known.unlock_keys if each.kind == "recovery_code"]
            serial = 1 + max(codes, default=0)
        code, unlock = new_code(attested, keys.account, serial=serial)
        keys.reading_seeds[generation] = new_seed()
        waiting = person.first_statements(
            network=attested,
            account=keys.account,
            identity_seed=keys.identity_seed,
            device_seed=keys.device_seed,
            device_box_seed=keys.device_box_seed,
            reading_seed=keys.reading_seeds[generation],
            unlocks=[unlock],
            time=now(),
            generation=generation,
        )
        mac = None
        if self._link is not None and self._link.secret is not None:
            mac = b64(
                person.invitee_mac(
                    self._link.secret, network=attested, account=keys.account, identity_key=keys.identity_key
                )
            )
        body = {
            "identity_key": b64(keys.identity_key),
            "mac": mac,
            "statements": [envelope_of(waiting.device_enrolled), envelope_of(waiting.account_keys)],
            "attachments": {name: b64(data) for name, data in waiting.attachments.items()},
        }
        await self._http.post("/api/enrolment/keys", body)
        self._memory.holdings.keep_attachments(waiting.attachments)
        self._register.seal_bookmark_key(recovery.read(code.code), attested, code.serial)
        return code

    async def _check_attestation(self, shown: dict[str, Any], compared: str | None) -> str:
        """The network that the inviter attests (or was compared with), after its Register was replayed."""
        keys, attestation = self._memory.keys, shown["attestation"]
        secret = None if self._link is None else self._link.secret
        if secret is None or attestation is None:
            if compared is None:
                raise EnrolmentRefused(
                    "the link has no secret: compare the network id with the inviter first"
                )
            keys.network = compared
            await self._register.catch_up()
            return compared
        network, at = attestation["network"], attestation["checkpoint"]
        expected = person.inviter_mac(secret, network=network, size=at["size"], root=at["root"])
        if not person.mac_matches(expected, unb64(attestation["mac"], 32)) or compared not in (None, network):
            raise EnrolmentRefused("the network is not the one that the inviter attests")
        keys.network = str(network)
        await self._register.catch_up()
        await self._register.check_prefix(at["size"], at["root"])
        return str(network)

    # founding

    async def give_founding_key(self) -> None:
        """Name this officer's identity key for the founding statement."""
        key = self._memory.keys.identity_key
        if key is None:
            raise EnrolmentRefused("the identity key is not here")
        await self._http.post("/api/founding/key", {"identity_key": b64(key)})

    async def sign_founding(self, *, officers: int) -> str | None:
        """Sign the founding statement if it names this officer's key and this many officers; the id, once it stands."""
        keys = self._memory.keys
        shown = await self._http.get("/api/founding")
        if shown["payload"] is None or keys.identity_seed is None or keys.identity_key is None:
            raise EnrolmentRefused("there is nothing to sign yet")
        payload = unb64(shown["payload"])
        named = _founders(payload)
        if named.get(keys.account) != b64(keys.identity_key) or len(named) != officers:
            raise EnrolmentRefused("the founding statement does not name this officer, or not these officers")
        signature = statements.sign_payload(payload, keys.identity_seed)
        body = {"keyid": signature.keyid, "sig": b64(signature.signature)}
        network: str | None = (await self._http.post("/api/founding/sign", body))["network"]
        return network

    async def finish_founding(self, network: str) -> RecoveryCode:
        """After the officers have compared the network id in person: enter this officer's own device and keys."""
        keys = self._memory.keys
        if keys.identity_seed is None:
            raise EnrolmentRefused("the identity key is not here")
        keys.network = network
        await self._register.catch_up()
        check_own_identity(self._memory, self._register)
        code, unlock = new_code(network, keys.account, serial=1)
        keys.reading_seeds[1] = new_seed()
        made = person.first_statements(
            network=network,
            account=keys.account,
            identity_seed=keys.identity_seed,
            device_seed=keys.device_seed,
            device_box_seed=keys.device_box_seed,
            reading_seed=keys.reading_seeds[1],
            unlocks=[unlock],
            time=now(),
        )
        await self._register.append([made.device_enrolled, made.account_keys], made.attachments)
        self._register.seal_bookmark_key(recovery.read(code.code), network, code.serial)
        return code


def check_own_identity(memory: Memory, register: Register) -> None:
    """Raise EnrolmentRefused unless the Register names this person with this very identity key."""
    keys = memory.keys
    known = register.state.accounts.get(keys.account)
    if known is None:
        raise EnrolmentRefused("nobody has signed for this person yet")
    if keys.identity_key is not None and known.identity_hex != keys.identity_key.hex():
        raise EnrolmentRefused("the Register names another identity key for this person")


def new_code(network: str, account: str, *, serial: int) -> tuple[RecoveryCode, Unlock]:
    """A fresh recovery code and the unlock key that follows from it."""
    secret, date = recovery.new_secret(), now()
    unlock = recovery.unlock_key(secret, network, account)
    code = RecoveryCode(recovery.write(secret), serial, date, network)
    return code, Unlock(public=unlock.public, serial=serial, date=date)


def now() -> int:
    """Milliseconds since 1970."""
    return clock.now()


def _founders(payload: bytes) -> dict[str, str]:
    """Identity keys by account in a founding statement; raises EnrolmentRefused for anything else."""
    try:
        fields = statements.parse_payload(payload)
    except Malformed as error:
        raise EnrolmentRefused("the founding statement breaks its form") from error
    if fields["type"] != "network.founded":
        raise EnrolmentRefused("this is not a founding statement")
    return {officer["account"]: officer["identity_key"] for officer in fields["officers"]}
