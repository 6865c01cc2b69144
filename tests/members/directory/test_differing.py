"""A code that differs is noted for the secretariat, of whoever is in the Register or waits for a signature."""

from __future__ import annotations

import pytest

from members.audit.models import AuditRow
from members.directory import differing
from members.problems import NotFound, SlowDown
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


def noted() -> list[tuple[str, str, str]]:
    rows = AuditRow.objects.filter(action="person:code:differed").order_by("id")
    return [(row.actor, row.about, row.authority) for row in rows]


def test_of_a_colleague_and_of_somebody_who_waits_for_a_signature(authority: kit.Authority) -> None:
    member = kit.appoint(authority)
    differing.report(by=member.id, about=authority.lead.id)
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    with pytest.raises(NotFound):
        differing.report(by=authority.lead.id, about=invited.account)
    kit.enrol(invited, role="member")
    differing.report(by=authority.lead.id, about=invited.account)
    assert noted() == [
        (member.id, authority.lead.id, authority.id),
        (authority.lead.id, invited.account, authority.id),
    ]


def test_of_nobody_of_oneself_and_without_end_it_is_not_noted(authority: kit.Authority) -> None:
    lead, officer = authority.lead, authority.network.officers[0]
    for about in ("ab" * 16, lead.id):
        with pytest.raises(NotFound):
            differing.report(by=lead.id, about=about)
    for _ in range(differing.MOST_A_DAY):
        differing.report(by=lead.id, about=officer.id)
    with pytest.raises(SlowDown):
        differing.report(by=lead.id, about=officer.id)
    differing.report(by=officer.id, about=lead.id)
    assert len(noted()) == differing.MOST_A_DAY + 1
