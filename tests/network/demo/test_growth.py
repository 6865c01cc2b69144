"""The large demonstration is a network like any other: all of it holds, and it is as large as was asked."""

from __future__ import annotations

import pytest

from members import clock
from members.audit import access as audit
from members.audit.models import AuditRow
from members.background.models import Task
from members.directory.models import Person
from members.protocol import person
from members.register import ledger, verification
from members.register.models import Entry, RegisterAuthority
from network.bench.people import Made
from network.demo.growth import FOUNDED_DAYS_AGO, Growth, Sizes, chain_everything
from network.demo.places import FURTHER_STATES, NAMES, further_authorities

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = Sizes(authorities=45, people=110, entries=480, audit_rows=700)


@pytest.fixture
def grown() -> Growth:
    growth = Growth(Made().officers, SIZES, clock.now())
    growth.happen(lambda done, total: None)
    chain_everything()
    return growth


def test_it_becomes_as_large_as_was_asked_and_everything_in_it_holds(grown: Growth) -> None:
    state = ledger.current().state
    assert len(state.authorities) == SIZES.authorities
    assert sum(one.active for one in state.accounts.values()) == SIZES.people
    assert state.size == SIZES.entries
    assert verification.findings() == []
    assert AuditRow.objects.count() == SIZES.audit_rows
    assert audit.check().whole
    assert not Task.objects.filter(name="audit.seal").exists()


def test_its_years_lie_behind_and_follow_each_other(grown: Growth) -> None:
    times = list(Entry.objects.order_by("index").values_list("added_at", flat=True))[1:]
    assert times == sorted(times)
    assert clock.now() - times[0] > (FOUNDED_DAYS_AGO - 60) * clock.DAY
    rows = list(AuditRow.objects.order_by("id").values_list("at", flat=True))[1:]
    assert rows == sorted(rows)


def test_people_have_the_names_that_were_signed_and_authorities_differ_in_their_standing(
    grown: Growth,
) -> None:
    state = ledger.current().state
    rows = Person.objects.in_bulk()
    for account, known in state.accounts.items():
        if known.commitment is not None:
            row = rows[account]
            salt = bytes.fromhex(row.salt)
            assert known.commitment == person.commitment(salt, name=row.name, function=row.function)
    assert set(RegisterAuthority.objects.values_list("kind", flat=True)) == {"member", "observer"}
    standings = set(RegisterAuthority.objects.values_list("status", flat=True))
    assert standings == {"active", "suspended", "withdrawn"}


def test_no_state_is_real_and_none_has_two_authorities_of_one_name() -> None:
    # ISO 3166 leaves these to its users: AA, QM to QZ, XA to XZ and ZZ
    assert all(code == "AA" or "QM" <= code <= "QZ" or "XA" <= code <= "XZ" for code in FURTHER_STATES)
    places = list(further_authorities(244))
    assert len(set(places)) == 244
    with pytest.raises(ValueError, match="there are names for"):
        list(further_authorities(len(NAMES) * 35))
