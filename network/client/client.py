"""One person at one portal: everything a browser can do, from one object."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import httpx

from members.protocol import session as binding
from members.protocol.encoding import b64, unb64
from members.protocol.state import State
from network.client.charter import Charter
from network.client.conversations import Conversations
from network.client.directory import Directory
from network.client.drafts import Drafts
from network.client.enrolment import Enrolment, RecoveryCode, check_own_identity
from network.client.http import Http
from network.client.membership import Membership
from network.client.memory import Memory
from network.client.own_keys import OwnKeys
from network.client.register import Register
from network.client.rescue import Rescue
from network.client.restoration import Restoration
from network.client.sightings import Sightings
from network.client.socket import Socket
from network.client.totp import next_code


class Client:
    """A client of the portal at `origin`, with what it remembers."""

    def __init__(
        self, origin: str, memory: Memory | None = None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.memory = memory or Memory()
        self.http = Http(origin, transport=transport)
        self.http.give_fresh_code = self.confirm
        self.restoration = Restoration(self.http, self.memory)
        self.register = Register(self.http, self.memory, self.restoration)
        self.enrolment = Enrolment(self.http, self.memory, self.register)
        self.own_keys = OwnKeys(self.http, self.memory, self.register)
        self.membership = Membership(self.http, self.memory, self.register)
        self.rescue = Rescue(self.http, self.memory, self.register, self.membership)
        self.conversations = Conversations(self.http, self.memory, self.register, self.restoration)
        self.charter = Charter(self.http, self.memory, self.register)
        self.directory = Directory(self.http, self.memory, self.register)
        self.drafts = Drafts(self.http, self.memory, self.register)
        self.sightings = Sightings(
            self.http, self.memory, self.register, self.conversations, self.restoration
        )
        self.conversations.before_sealing = self.sightings.level
        self.conversations.late.fetch_seeds = self.own_keys.read_new_generations
        self.socket = Socket(self.http, self.register, self.conversations, self.restoration)
        self.socket.beside = self.sightings.keep_up

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the socket and give the connections back; the session stays."""
        await self.socket.stop()
        await self.http.close()

    @property
    def account(self) -> str:
        """This person's account."""
        return self.memory.keys.account

    @property
    def state(self) -> State:
        """The newest verified state of the Register."""
        return self.register.state

    # signing in

    async def sign_in(self) -> dict[str, Any]:
        """Give password and one-time code (or, without an authenticator, a backup code); returns the session."""
        sign_in = self.memory.sign_in
        await self.http.session()
        body = {"email": sign_in.email, "password": sign_in.password}
        await self.http.post("/api/session/password", body)
        await self.http.session()
        if sign_in.totp_secret:
            second = {"code": await next_code(sign_in)}
        else:
            second = {"backup_code": sign_in.backup_codes.pop()}
        session: dict[str, Any] = await self.http.post("/api/session/second-factor", second)
        self.http.remember_token(session["csrf_token"])
        if session["account"] is not None:
            self.memory.keys.account = session["account"]["id"]
        return session

    async def sign_out(self) -> None:
        """End the session."""
        await self.socket.stop()
        await self.http.delete("/api/session")

    async def confirm(self) -> int:
        """Give a fresh one-time code for acts that ask for it; returns until when it holds."""
        answer = await self.http.post("/api/session/confirm", {"code": await next_code(self.memory.sign_in)})
        return int(answer["confirmed_until"])

    async def bind_device(self) -> bytes:
        """Prove this device to the session; returns the half of the vault key that the server keeps."""
        keys = self.memory.keys
        challenge = (await self.http.post("/api/device/challenge"))["challenge"]
        payload = binding.bind_payload(
            account=keys.account,
            challenge=unb64(challenge, binding.CHALLENGE_LENGTH),
            device=keys.device,
            network=self.register.network,
        )
        signature = binding.sign_binding(keys.device_seed, payload)
        body = {"device": keys.device, "signature": b64(signature)}
        answer = await self.http.post("/api/device/bind", body)
        await self.register.give_bookmark_key()
        return unb64(answer["vault_half"], 32)

    async def arrive(self) -> None:
        """When somebody has signed for this person: verify it in the Register, and bind the session to the device."""
        await self.register.catch_up()
        check_own_identity(self.memory, self.register)
        await self.bind_device()

    async def make_new_keys(self, link: str) -> RecoveryCode:
        """Follow a link to new keys: sign in, and let new keys wait for a signature; then `arrive`."""
        await self.enrolment.begin_new_keys(link)
        await self.sign_in()
        return await self.enrolment.give_keys()

    async def start(self) -> None:
        """Sign in on a device that is enrolled: session, Register, device, new generations, conversations."""
        await self.sign_in()
        await self.register.catch_up()
        await self.bind_device()
        await self.own_keys.read_new_generations()
        await self.conversations.sync()
        if await self.restoration.hand_back():
            await self.conversations.sync()

    async def start_on_new_device(self, recovery_code: str, network: str) -> None:
        """Sign in where this person has never been, with the recovery code and the network id of its sheet."""
        await self.sign_in()
        await self.own_keys.open_with_code(recovery_code, network)
        await self.own_keys.enrol_device()
        await self.bind_device()
        await self.register.keep_bookmark()
        await self.conversations.sync()
