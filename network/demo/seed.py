"""Fills an empty demonstration network: every person enrols, every signature is made, every message is sealed.

It is the client of `network/client` over the real HTTP API, inside one process and without a socket. Only the clock is
the demonstration's own: while something of the story happens, it shows the story's time, so that history lies in the
two weeks before now.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from asgiref.typing import ASGIApplication
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts import first_officers
from members.accounts.first_officers import FirstOfficer
from members.directory.services import list_institutions
from members.protocol import statements
from members.protocol.register import Replay
from network.bench.people import Member
from network.client import Client
from network.client.holdings import Holdings
from network.demo import applications, charter, directory, growth, personas
from network.demo.growth import Growth, Sizes
from network.demo.personas import Persona
from network.demo.story import (
    AUTHORITIES,
    CONVERSATIONS,
    PEOPLE,
    DemoAuthority,
    DemoConversation,
    DemoMessage,
    DemoPerson,
)

FOUNDED_DAYS_AGO = 16
CHARTER_DAYS_AGO = 16
AWAY_DAYS = 12
DESK = "International cooperation"
UNREAD_FOR = {
    "qasrain_duty": ("sable_quay", 3),
    "arvenia_lead": ("harbour", 2),
    "norvik_deputy": ("corran", 2),
}
"""Who has not read how many of the last messages, so that something waits for whoever tries the demonstration."""

Progress = Callable[[str, int, int], None]


@dataclass
class Player:
    """One persona while the story is being written: the client that acts for them, and their secrets."""

    person: DemoPerson
    client: Client
    email: str
    password: str
    account: str = ""
    recovery_code: str = ""


class Story:
    """The network while it comes to life; `origin` is what the browser will type.

    With `sizes` it is the story of a few in a large network that was founded years ago.
    """

    def __init__(
        self,
        origin: str,
        application: ASGIApplication,
        progress: Progress,
        sizes: Sizes | None = None,
    ) -> None:
        self._origin = origin
        self._sizes = sizes
        self._founded = FOUNDED_DAYS_AGO if sizes is None else growth.FOUNDED_DAYS_AGO
        self._growth: Growth | None = None
        self._application = application
        self._progress = progress
        self._people = {person.key: person for person in PEOPLE}
        self._players: dict[str, Player] = {}
        self._authorities: dict[str, str] = {}
        self._conversations: dict[str, str] = {}
        self._today = _last_day_that_is_over()

    async def write(self) -> None:
        """Everything, in the order in which it happened."""
        steps = len(PEOPLE) + sum(len(one.messages) for one in CONVERSATIONS)
        self._steps = iter(range(1, steps + 1)), steps
        await self._found()
        for authority in AUTHORITIES:
            await self._admit(authority)
        await asyncio.to_thread(applications.others, self._at, self._deciders)
        for person in PEOPLE:
            if person.role in ("deputy", "member"):
                await self._appoint(person)
        if self._sizes is not None:
            await self._grow(self._sizes)
        await self._agree()
        await self._describe()
        await self._away()
        await self._converse()
        await self._read()
        await asyncio.to_thread(self._keep)
        if self._sizes is not None:
            await self._leave_much_to_do()
        for player in self._players.values():
            await player.client.sign_out()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Story]:
        """Closes every client at the end."""
        try:
            yield self
        finally:
            for player in self._players.values():
                await player.client.close()

    # people

    async def _found(self) -> None:
        officers = [person for person in PEOPLE if person.role == "officer"]
        invited = await asyncio.to_thread(
            first_officers.invite, [FirstOfficer(one.name, _email(one)) for one in officers]
        )
        players = []
        for person, (_, token) in zip(officers, invited, strict=True):
            player = self._player(person)
            await player.client.enrolment.begin(token, player.password)
            with self._at(self._founded, "08:45"):  # the last one writes the statement that all sign
                await player.client.enrolment.give_founding_key()
            players.append(player)
        network = ""
        with self._at(self._founded, "09:00"):
            for player in players:
                network = await player.client.enrolment.sign_founding(officers=len(players)) or network
            for player in players:
                code = await player.client.enrolment.finish_founding(network)
                await self._arrive(player, code.code)

    async def _admit(self, authority: DemoAuthority) -> None:
        """Invited by one officer, signed by two; the applicant's admission is left for the second."""
        person = next(one for one in PEOPLE if one.authority == authority.key and one.role == "lead")
        first, second = self._players["officer_operations"].client, self._players["officer_membership"].client
        application = digest = None
        if not authority.admitted:
            application, digest = await asyncio.to_thread(self._apply, authority, person)
        invitation = await first.membership.invite(
            "lead",
            application=application,
            email=_email(person),
            name=person.name,
            function=DESK,
            language=person.language,
            authority={"name": authority.name, "state": authority.state, "kind": "member"},
        )
        self._authorities[authority.key] = invitation.authority or ""
        player, code = await self._enrol(person, invitation.link)
        waiting = next(one for one in await first.membership.waiting() if one["id"] == invitation.id)
        with self._at(self._founded - 1 if authority.admitted else 1, "10:30"):
            proposal_id = await first.membership.propose_admission(
                waiting, application=digest, why="" if digest is None else applications.WHY_ADMITTED
            )
            if authority.admitted:
                proposals = await second.membership.proposals()
                proposal = next(one for one in proposals if one["id"] == proposal_id)
                compared = second.membership.code_to_compare(proposal)
                await second.membership.sign_proposal(proposal, compared=compared)
        if authority.admitted:
            await self._arrive(player, code)
        else:
            self._finish(player, code)

    def _apply(self, authority: DemoAuthority, lead: DemoPerson) -> tuple[str, str]:
        """The application on which the last authority is to be admitted, and its digest."""
        return applications.to_be_admitted(
            self._at, self._deciders, name=authority.name, lead=lead.name, lead_email=_email(lead)
        )

    @property
    def _deciders(self) -> applications.Officers:
        return applications.Officers(
            membership=self._players["officer_membership"].account,
            operations=self._players["officer_operations"].account,
        )

    async def _appoint(self, person: DemoPerson) -> None:
        authority = person.authority or ""
        lead = next(
            player
            for player in self._players.values()
            if player.person.authority == authority and player.person.role == "lead"
        ).client
        invitation = await lead.membership.invite(
            "focal_point",
            email=_email(person),
            name=person.name,
            function=DESK,
            language=person.language,
            role=person.role,
        )
        player, code = await self._enrol(person, invitation.link)
        waiting = next(one for one in await lead.membership.waiting() if one["id"] == invitation.id)
        with self._at(self._founded - 1, "14:00"):
            await lead.membership.sign_appointment(waiting)
        await self._arrive(player, code)

    async def _enrol(self, person: DemoPerson, link: str) -> tuple[Player, str]:
        player = self._player(person)
        await player.client.enrolment.begin(link, player.password)
        with self._at(self._founded - 1, "09:30"):
            code = await player.client.enrolment.give_keys()
        return player, code.code

    async def _arrive(self, player: Player, code: str) -> None:
        await player.client.arrive()
        self._finish(player, code)

    def _finish(self, player: Player, code: str) -> None:
        player.account = player.client.account
        player.recovery_code = code
        self._step("people")

    def _player(self, person: DemoPerson) -> Player:
        transport = httpx.ASGITransport(app=self._application)  # type: ignore[arg-type]  # asgiref and httpx name ASGI apart
        player = Player(
            person=person,
            client=Client(self._origin, transport=transport),
            email=_email(person),
            password=secrets.token_urlsafe(12),
        )
        self._players[person.key] = player
        return player

    # the large network

    async def _grow(self, sizes: Sizes) -> None:
        """The years between the founding and the story; all clients then know the Register that came of them."""
        officers = [one for one in self._players.values() if one.person.role == "officer"]
        seeds = [_member(player.client) for player in officers]
        self._growth = Growth(seeds, sizes, int(self._today.timestamp() * 1000))
        await asyncio.to_thread(
            self._growth.happen, lambda done, total: self._progress("statements", done, total)
        )
        # one of them verifies all of it, and the others begin where that one stands, as they would from a bookmark
        first, *others = self._players.values()
        await first.client.register.catch_up()
        verified = first.client.register.replay
        for player in others:
            player.client.memory.replay = Replay.resume(
                first.client.register.network, verified.state.copy(), verified.range.copy()
            )
            player.client.memory.holdings = Holdings()

    async def _leave_much_to_do(self) -> None:
        """Officers have invited more authorities, and some statements wait for a second signature."""
        first, growing = self._players["officer_operations"].client, self._growth
        assert growing is not None, "only a large network has so much to do"
        for number, authority in enumerate(growing.suspended_next(4)):
            with self._at(3, f"1{number}:20"):
                await first.membership.propose(
                    "authority.suspended",
                    statements.standing(authority),
                    authority=authority,
                    reason="No answer since the last plenary.",
                )
        for number in range(12):
            with self._at(2, f"09:{10 + number}"):
                await first.membership.invite(
                    "lead",
                    email=f"applicant.{number + 1}@demo.example",
                    name="Head of desk",
                    function=DESK,
                    authority={
                        "name": f"Regional Integrity Office {number + 1}",
                        "state": "XN",
                        "kind": "member",
                    },
                )

    # the charter

    async def _agree(self) -> None:
        """One version that all have accepted, and the next, for which the acceptance of two is still waited."""
        leads = [player for player in self._players.values() if player.person.role == "lead"]
        members = [player for player in leads if player.person.authority in self._members()]
        await self._publish(
            charter.BEFORE, charter.texts_before(), days=CHARTER_DAYS_AGO, from_day=1 - CHARTER_DAYS_AGO
        )
        with self._at(CHARTER_DAYS_AGO - 1, "15:00"):
            for player in members:
                await player.client.charter.accept(charter.BEFORE)
            if self._growth is not None:
                await asyncio.to_thread(self._growth.agree, charter.BEFORE)
        await self._publish(charter.NEXT, charter.next_texts(), days=4, from_day=charter.DAYS_UNTIL_NEXT)
        agreed = [player for player in members if player.person.authority not in charter.NOT_YET]
        for number, player in enumerate(agreed):
            with self._at(3 - number // 2, "09:20"):
                await player.client.charter.accept(charter.NEXT)
        if self._growth is not None:
            with self._at(2, "11:00"):
                await asyncio.to_thread(self._growth.agree, charter.NEXT, share=growth.AGREED)

    async def _publish(self, number: str, texts: dict[str, str], *, days: int, from_day: int) -> None:
        """Written by one officer and published by another, `days` ago; in force `from_day` days from now."""
        first, second = self._players["officer_operations"].client, self._players["officer_membership"].client
        applies = self._milliseconds(-from_day, "00:00")
        with self._at(days, "15:00"):
            await first.charter.write(number=number, effective=applies, texts=texts)
        with self._at(days, "16:10"):
            await second.charter.publish()

    @staticmethod
    def _members() -> set[str]:
        return {one.key for one in AUTHORITIES if one.admitted}

    # the directory

    async def _describe(self) -> None:
        """Leads sign the entries of their authorities, an officer that of a central authority, and people profiles."""
        for number, (key, entry) in enumerate(directory.ENTRIES.items()):
            lead = next(
                player
                for player in self._players.values()
                if player.person.authority == key and player.person.role == "lead"
            )
            with self._at(FOUNDED_DAYS_AGO - 2 - number, "10:40"):
                await lead.client.directory.sign(f"authority/{self._authorities[key]}", entry)
        with self._at(9, "14:20"):
            officer = self._players["officer_membership"].client
            await officer.directory.sign(f"state/{directory.CENTRAL_STATE}", directory.CENTRAL_AUTHORITY)
        for key, profile in directory.PROFILES.items():
            player = self._players[key]
            with self._at(8, "11:00"):
                await player.client.directory.sign(f"account/{player.account}", profile)
        await asyncio.to_thread(list_institutions, directory.institutions())

    # who is away

    async def _away(self) -> None:
        """One lead is away, and their deputy stands in: so it is said where others write to them."""
        away, deputy = self._players["norvik_lead"].client, self._players["norvik_deputy"].client
        first, last = (self._today + timedelta(days=days) for days in (0, AWAY_DAYS))
        body = {"account": away.account, "first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
        await away.http.post("/api/absences", {**body, "zone": "Europe/Vienna", "stand_in": deputy.account})

    # words

    async def _converse(self) -> None:
        spoken = [
            (message, conversation) for conversation in CONVERSATIONS for message in conversation.messages
        ]
        for message, conversation in sorted(spoken, key=lambda one: self._moment(one[0])):
            client = self._players[message.sender].client
            with self._at(message.days, message.clock):
                if conversation.key in self._conversations:
                    await client.conversations.send(self._conversations[conversation.key], message.text)
                else:
                    await self._begin(conversation, message, client)
            self._step("messages")

    async def _begin(self, conversation: DemoConversation, message: DemoMessage, client: Client) -> None:
        opener = self._authorities[self._people[message.sender].authority or ""]
        self._conversations[conversation.key] = await client.conversations.create(
            [self._authorities[one] for one in conversation.participants],
            [opener],
            subject=conversation.subject,
            text=message.text,
        )

    async def _read(self) -> None:
        """Everybody has read everything, except what is left to be found unread."""
        admitted = self._members()
        for player in self._players.values():
            if player.person.authority not in admitted:
                continue
            await player.client.conversations.sync()
            held = player.client.conversations.held
            for key, identifier in self._conversations.items():
                if identifier in held:
                    left = UNREAD_FOR.get(player.person.key, ("", 0))
                    unread = left[1] if left[0] == key else 0
                    await player.client.conversations.mark_read(identifier, held[identifier] - unread)

    # what the sign-in page offers

    def _keep(self) -> None:
        personas.keep([self._persona(self._players[person.key]) for person in PEOPLE])

    def _persona(self, player: Player) -> Persona:
        person = player.person
        authority = next((one for one in AUTHORITIES if one.key == person.authority), None)
        return Persona(
            id=person.key,
            title=person.title,
            authority=None if authority is None else self._authorities[authority.key],
            authority_name="" if authority is None else authority.name,
            state="" if authority is None else authority.state,
            language=person.language,
            role=person.role,
            story=person.story,
            email=player.email,
            password=player.password,
            recovery_code=player.recovery_code,
        )

    # time

    @contextmanager
    def _at(self, days: int, time: str) -> Iterator[None]:
        moment = self._milliseconds(days, time)
        before, clock.source = clock.source, lambda: moment
        try:
            yield
        finally:
            clock.source = before

    def _moment(self, message: DemoMessage) -> int:
        return self._milliseconds(message.days, message.clock)

    def _milliseconds(self, days: int, time: str) -> int:
        hour, minute = time.split(":")
        moment = self._today - timedelta(days=days) + timedelta(hours=int(hour), minutes=int(minute))
        return int(moment.timestamp() * 1000)

    def _step(self, what: str) -> None:
        numbers, steps = self._steps
        self._progress(what, next(numbers), steps)


def _last_day_that_is_over() -> datetime:
    """When the day begins, UTC, on which the story ends: today if its last words lie in the past, else yesterday."""
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(one.clock for talk in CONVERSATIONS for one in talk.messages if one.days == 0)
    return today if now.strftime("%H:%M") > last else today - timedelta(days=1)


def _email(person: DemoPerson) -> str:
    return f"{person.key.replace('_', '.')}@demo.example"


def _member(client: Client) -> Member:
    """An officer of the story as whoever makes the years before it acts for them."""
    keys = client.memory.keys
    assert keys.identity_seed is not None, "officers of the demonstration keep their identity key at hand"
    return Member(keys.account, identity=keys.identity_seed, device_seed=keys.device_seed)


async def fill(
    origin: str, application: ASGIApplication, progress: Progress, sizes: Sizes | None = None
) -> None:
    """Write the whole story into an empty demonstration database; with `sizes` that of a large network."""
    async with Story(origin, application, progress, sizes).open() as story:
        await story.write()


def forget_used_codes() -> None:
    """Enrolment used up time steps of every authenticator; whoever tries the demonstration now starts afresh."""
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
