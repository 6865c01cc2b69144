"""Three years in the life of a large network, in signed statements that enter through the services.

Nobody of these people signs in, so that there is no password to be hashed: everything that the Register says of them is
what their own browsers would have signed. Who comes when and what happens to them is the same in every large
demonstration; their keys are not.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from django.db import transaction

from members import clock
from members.audit.actions import Action
from members.audit.models import AuditRow
from members.audit.services import record
from members.audit.tasks import seal_rows
from members.background.models import Task
from members.charter import access as charters
from members.charter.services import accept
from members.directory.services import know_person
from members.protocol import charter, person, signing
from members.register import ledger
from network.bench.people import Made, Member
from network.demo.places import FUNCTIONS, further_authorities

AUTHORITIES: Final = 250
PEOPLE: Final = 1_000
ENTRIES: Final = 5_000
AUDIT_ROWS: Final = 20_000
FOUNDED_DAYS_AGO: Final = 1_120
GROWN_DAYS_AGO: Final = 17
"""From then on the story goes on."""

LANGUAGES: Final = ("en", "fr", "es", "ar", "ru", "zh")
ROLES: Final = {"lead": "Head of desk", "deputy": "Deputy head", "member": "Focal point"}
EVERY_OBSERVER: Final = 40
SUSPENDED, WITHDRAWN = 3, 2
MOST_AT_ONCE: Final = 6
ROOM_FOR_THE_LAST: Final = 60
"""Entries and rows that are left over until the last authority comes in, so that there are no more than was asked."""
AGREED: Final = 0.7
"""The share of authorities that have accepted the newest charter."""


@dataclass(frozen=True)
class Sizes:
    """How large the network becomes, with what the story has brought into it."""

    authorities: int = AUTHORITIES
    people: int = PEOPLE
    entries: int = ENTRIES
    audit_rows: int = AUDIT_ROWS


class Named(Made):
    """People whose name and function are committed to, and stand in the directory."""

    def __init__(self, officers: list[Member]) -> None:
        super().__init__(officers)
        self._languages = cycle(LANGUAGES)
        self._functions = cycle(FUNCTIONS)
        self.role = "member"

    def commitment_to(self, one: Member) -> str:
        name, function, salt = ROLES[self.role], next(self._functions), secrets.token_bytes(32)
        know_person(
            account=one.account, salt=salt.hex(), name=name, function=function, language=next(self._languages)
        )
        return person.commitment(salt, name=name, function=function)


class Growth:
    """The years after the founding; `officers` with their seeds, `story_people` already in the Register."""

    def __init__(self, officers: list[Member], sizes: Sizes, today: int) -> None:
        self._made = Named(officers)
        self._sizes = sizes
        self._today = today
        self._chance = random.Random(2026)  # noqa: S311 - it deals out events, no keys
        self._groups: list[list[Member]] = []
        self._gone = 0
        self._now = self._days_ago(FOUNDED_DAYS_AGO - 2)

    def happen(self, progress: Callable[[int, int], None]) -> None:
        """Authority after authority comes in, and meanwhile people change devices, codes, roles and posts."""
        known = ledger.current()
        places = list(further_authorities(self._sizes.authorities - len(known.state.authorities)))
        people = self._sizes.people - sum(one.active for one in known.state.accounts.values())
        until = self._days_ago(GROWN_DAYS_AGO)
        first, begun, rows = known.size, self._now, AuditRow.objects.count()
        for number, (name, state) in enumerate(places, start=1):
            done = number / len(places)
            with self._clock():
                self._admit(name, state, self._size(round(people * done), last=done == 1, place=number))
                room = 0 if done == 1 else ROOM_FOR_THE_LAST
                while ledger.current().size < first + (self._sizes.entries - room - first) * done:
                    self._something_happens(self._sizes.entries - ledger.current().size)
                self._now = max(self._now, begun + int((until - begun) * done))
                self._sign_ins(round(rows + (self._sizes.audit_rows - room - rows) * done))
                if number == len(places) - 1:
                    self._some_end()
            progress(ledger.current().size, self._sizes.entries)

    # who comes

    def _size(self, people: int, *, last: bool, place: int) -> int:
        """How many people the next authority has, so that there are `people` about now, and exactly at the end."""
        if not last and place % EVERY_OBSERVER == 0:
            return 0
        there = sum(map(len, self._groups)) + self._gone
        uneven = 0 if last else self._chance.randint(-2, 3)
        return max(1, people - there + uneven)

    def _admit(self, name: str, state: str, size: int) -> None:
        """An authority with so many people; with none of them it only looks on."""
        with self._as("lead"):
            if size < 1:
                self._made.admit_observer(name, state)
                return
            lead = self._made.admit(name, state)
        group = [lead]
        for place in range(1, size):
            self._pass(clock.HOUR * self._chance.randint(2, 90))
            with self._as("deputy" if place == 1 else "member") as role:
                group.append(self._made.appoint(lead, role))
        self._groups.append(group)

    # what happens to them

    def _something_happens(self, room: int) -> None:
        """One event in somebody's life, of at most so many entries."""
        self._pass(clock.MINUTE * self._chance.randint(5, 200))
        group = self._chance.choice(self._groups)
        one = self._chance.choice(group)
        lead = group[0]
        chance = self._chance.random()
        if room < MOST_AT_ONCE or chance < 0.3:
            self._made.change_code(one)
        elif chance < 0.65 and len(one.further_boxes) < 3:
            self._made.enrol_further(one)
        elif chance < 0.8:
            self._made.enrol_again(one)
        elif chance < 0.9 and one is not lead:
            self._leave(group, one)
        elif chance < 0.94 and one is not lead:
            self._made.rekey(one, by=lead)
        elif chance < 0.97 and len(group) > 2 and one is not lead:
            self._made.change_role(one, self._chance.choice(("deputy", "member")), by=lead)
        elif chance < 0.985 and len(group) > 1:
            self._new_lead(group)
        else:
            self._made.suspend(lead.authority)
            self._pass(clock.DAY)
            self._made.suspend(lead.authority, "authority.reinstated")

    def _some_end(self) -> None:
        """A few authorities are suspended, and some have left the network: nothing more happens to their people."""
        for kind, number in (("authority.suspended", SUSPENDED), ("authority.withdrawn", WITHDRAWN)):
            for _ in range(number):
                group = self._groups.pop(self._chance.randrange(len(self._groups)))
                self._made.suspend(group[0].authority, kind)
                self._gone += len(group)

    def _leave(self, group: list[Member], one: Member) -> None:
        """Somebody goes, and somebody else comes in their place."""
        self._made.remove(one, by=group[0])
        self._pass(clock.DAY)
        with self._as("member") as role:
            group[group.index(one)] = self._made.appoint(group[0], role)

    def _new_lead(self, group: list[Member]) -> None:
        """The officers bring in another lead, a colleague confirms them, and the one before leaves."""
        former, colleague = group[0], group[1]
        with self._as("lead"):
            lead = self._made.replace_lead(former.authority)
        self._pass(clock.HOUR)
        self._made.confirm(lead, by=colleague)
        self._made.remove(former, by=lead)
        group[0] = lead

    # what leaves no trace but in the log

    @transaction.atomic
    def _sign_ins(self, rows: int) -> None:
        """People sign in and out until the log has so many rows."""
        missing = rows - AuditRow.objects.count()
        everybody = [one for group in self._groups for one in group]
        while missing > 0:
            one, session = self._chance.choice(everybody), secrets.token_hex(16)
            if missing < 3:
                record(Action.SECOND_FACTOR_REFUSED, about=one.account)
                missing -= 1
                continue
            record(Action.SESSION_OPENED, actor=one.account, session=session)
            record(Action.SESSION_BOUND, actor=one.account, session=session, device=one.device)
            record(Action.SESSION_ENDED, actor=one.account, session=session)
            missing -= 3

    def agree(self, number: str, *, share: float = 1.0) -> None:
        """The leads of this share of the authorities accept a version of the charter."""
        version = next(one for one in charters.published() if one.number == number)
        network = self._made.network
        for group in self._groups[: round(share * len(self._groups))]:
            lead = group[0]
            body = charter.make(
                account=lead.account,
                authority=lead.authority,
                charter=version.hash,
                device=lead.device,
                network=network,
                number=number,
                time=clock.now(),
            )
            signature = signing.sign(lead.device_seed, signing.CHARTER, body)
            accept(account=lead.account, device=lead.device, body=body, signature=signature)

    def suspended_next(self, number: int) -> list[str]:
        """So many authorities whose suspension is due; these are the ones that came last."""
        return [group[0].authority for group in self._groups[-number:]]

    # time

    def _days_ago(self, days: int) -> int:
        return self._today - days * clock.DAY

    def _pass(self, milliseconds: int) -> None:
        """Time goes on, but not into that of the story."""
        self._now = min(self._now + milliseconds, self._days_ago(GROWN_DAYS_AGO))

    @contextmanager
    def _clock(self) -> Iterator[None]:
        before, clock.source = clock.source, lambda: self._now
        try:
            yield
        finally:
            clock.source = before

    @contextmanager
    def _as(self, role: str) -> Iterator[str]:
        """Whoever comes in meanwhile has this role, and is called by it."""
        self._made.role = role
        yield role


def chain_everything() -> None:
    """Chain the log, and forget the tasks that would find nothing left to chain."""
    seal_rows.function()
    Task.objects.filter(name=seal_rows.name, worker="").delete()
