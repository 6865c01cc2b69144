"""Whoever has a place in the Register reads who is who, and checks it against the commitments there."""

from __future__ import annotations

from typing import Any

import pytest

from members.directory import services
from members.protocol import person
from members.register import ledger
from tests import kit
from tests.kit import FUNCTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


def test_names_fit_the_commitments(authority: kit.Authority) -> None:
    deputy = kit.appoint(authority, "deputy")
    people = {one["account"]: one for one in directory(deputy)["people"]}
    for one in (authority.lead, deputy):
        told = people[one.id]
        committed = person.commitment(
            bytes.fromhex(told["salt"]), name=told["name"], function=told["function"]
        )
        assert committed == ledger.current().state.accounts[one.id].commitment
    assert people[authority.network.officers[0].id]["salt"] is None


def test_authorities_have_names_in_further_languages(authority: kit.Authority) -> None:
    services.name_authority(authority.id, {"ar": "هيئة النزاهة", "xx": "no such language"})
    services.name_authority(authority.id, {"ar": "لجنة النزاهة"})
    assert directory(authority.lead)["authorities"] == [
        {"id": authority.id, "name_translations": {"ar": "لجنة النزاهة"}}
    ]


def test_who_is_forgotten_is_a_random_number_from_then_on(authority: kit.Authority) -> None:
    services.forget_person(authority.lead.id)
    assert authority.lead.id not in {one["account"] for one in directory(authority.lead)["people"]}


def test_the_directory_takes_a_fixed_number_of_queries(
    authority: kit.Authority, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        kit.appoint(authority)
    client = kit.quick_client(authority.lead.account)
    with django_assert_num_queries(6):
        client.get("/api/directory")


def test_an_invited_person_is_told_nobodys_name_before_their_inviter_has_signed(
    authority: kit.Authority,
) -> None:
    invited = kit.invite(kit.client_on_device(authority.lead), "focal_point", role="member")
    client, _ = kit.enrol(invited, role="member")
    answer = client.get("/api/directory")
    assert answer.status_code == 404
    assert FUNCTION.encode() not in answer.content


def directory(one: kit.Person) -> Any:
    return kit.quick_client(one.account).get("/api/directory").json()
