"""Every list takes as many queries in a network of many as in one of few."""

from __future__ import annotations

from typing import Final

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.protocol import statements
from members.register import ledger, proposals
from network.bench.people import Made, Member, open_session
from network.client.register import envelope_of
from network.demo.growth import Growth, Sizes
from tests import charter

pytestmark = pytest.mark.django_db(transaction=True)

MANY: Final = Sizes(authorities=30, people=60, entries=300, audit_rows=500)
OF_OFFICERS: Final = {
    "/api/directory": 6,
    "/api/charter": 5,
    "/api/invitations": 4,
    "/api/sign-in-resets": 5,
    "/api/register/proposals": 6,
    "/api/audit": 4,
    "/api/audit?limit=200": 4,
    "/api/audit/own": 3,
    "/api/sessions": 3,
    "/api/devices": 4,
}
OF_LEADS: Final = {
    "/api/directory": 6,
    "/api/charter": 5,
    "/api/invitations": 4,
    "/api/sign-in-resets": 6,
    "/api/account/keys": 6,
    "/api/audit/own": 3,
    "/api/sessions": 3,
    "/api/devices": 4,
    "/api/register/checkpoint": 3,
    "/api/register/tile/entries/000.p/6": 3,
    "/api/register/tile/0/000.p/6": 3,
    "/api/register/proof/consistency?first=3&second=6": 3,
    "/api/register/proof/inclusion?index=3&size=6": 3,
    "/api/register/times?first=0&last=5": 3,
}


class Place:
    """A network that grows, an officer and the lead of one of its authorities, each before a browser."""

    def __init__(self) -> None:
        self.made = Made()
        self.officer = self.made.officers[0]
        self.made.settle(self.officer)
        self.lead = self.made.admit("Integrity Commission", "XE")

        charter.publish([one.account for one in self.made.officers])
        self._propose_suspension(self.made.admit("Court of Audit", "XF").authority)

    def grow(self) -> None:
        """People and authorities come, their leads accept the charter, and more suspensions are proposed."""
        growth = Growth(self.made.officers, MANY, clock.now())
        growth.happen(lambda done, total: None)
        growth.agree("1.0")
        state = ledger.current().state
        for authority in [name for name, one in state.authorities.items() if one.status == "active"][-9:]:
            self._propose_suspension(authority)

    def _propose_suspension(self, authority: str) -> None:
        entry = self.made.statement(
            "authority.suspended",
            statements.standing(authority),
            self.officer.identity,
            authority=authority,
            reason="No answer since the last plenary.",
        )
        proposals.propose(account=self.officer.account, envelope=envelope_of(entry), invitation_id=None)

    @staticmethod
    def browser_of(one: Member) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = open_session(one)
        return client

    def queries(self, one: Member, paths: dict[str, int]) -> dict[str, int]:
        client = self.browser_of(one)
        found = {}
        for path in paths:
            client.get(path)  # what is done once, as confirming the head of the Register, is done
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.content)
            found[path] = len(queries)
        return found


def test_a_list_takes_as_many_queries_of_many_as_of_few() -> None:
    place = Place()
    for large in (False, True):
        if large:
            place.grow()
        assert place.queries(place.officer, OF_OFFICERS) == OF_OFFICERS
        assert place.queries(place.lead, OF_LEADS) == OF_LEADS
    listed = place.browser_of(place.officer)
    assert len(listed.get("/api/directory").json()["people"]) >= MANY.people - len(place.made.officers)
    assert len(listed.get("/api/register/proposals").json()) == 10
    (version,) = listed.get("/api/charter").json()["versions"]
    assert len(version["acceptances"]) > 20
