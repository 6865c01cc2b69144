"""Drafts over HTTP: everybody's own alone, and never one over another that was not seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.protocol.encoding import b64
from messaging.drafts.models import Draft
from messaging.protocol import drafts
from tests.members.test_concurrency import at_once
from tests.messaging.case import Case, make_case
from tests.messaging.conversations.test_api import call, client_of

SEALED = b64(bytes(284))
OTHER = b64(bytes(283) + b"\x01")


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


def put(client: Client, slot: str, sealed: str = SEALED, *, base: int = 0, generation: int = 1) -> Any:
    body = {"generation": generation, "sealed": sealed, "base": base}
    return call(client, "PUT", f"/api/drafts/{slot}", body)


def read(client: Client, since: int = 0) -> Any:
    return call(client, "GET", f"/api/drafts?since={since}").json()


def test_a_draft_lies_in_its_slot_with_a_revision_that_grows(case: Case) -> None:
    client = client_of(case.ana)
    first = put(client, case.id).json()["revision"]
    assert read(client) == {
        "drafts": [{"slot": case.id, "generation": 1, "sealed": SEALED, "revision": first}],
        "present": {case.id: first},
    }
    second = put(client, case.id, OTHER, base=first, generation=2).json()["revision"]
    third = put(client, "new").json()["revision"]
    assert first < second < third
    assert [each["slot"] for each in read(client, since=second)["drafts"]] == ["new"]
    assert read(client, since=third) == {"drafts": [], "present": {case.id: second, "new": third}}


def test_who_has_not_seen_the_present_draft_changes_nothing(case: Case) -> None:
    client = client_of(case.ana)
    first = put(client, case.id).json()["revision"]
    second = put(client, case.id, OTHER, base=first).json()["revision"]
    for base in (0, first, second + 1):
        answer = put(client, case.id, base=base)
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_changed")
        assert (answer.json()["sealed"], answer.json()["revision"]) == (OTHER, second)
        refused = call(client, "DELETE", f"/api/drafts/{case.id}?base={base}")
        assert (refused.status_code, refused.json()["revision"]) == (409, second)
    assert call(client, "DELETE", f"/api/drafts/{case.id}?base={second}").status_code == 204
    assert call(client, "DELETE", f"/api/drafts/{case.id}?base={second}").status_code == 204
    answer = put(client, case.id, base=second)
    assert (answer.status_code, answer.json()["sealed"], answer.json()["revision"]) == (409, None, 0)
    assert put(client, case.id).json()["revision"] > second, "no revision comes twice"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["PUT", "DELETE"])
def test_of_two_browsers_at_once_one_is_told_what_the_other_did(second: str) -> None:
    ana = make_case().ana
    clients = [client_of(ana), client_of(ana)]
    base = 0 if second == "PUT" else put(clients[0], "new").json()["revision"]
    answers = at_once(
        lambda: put(clients[0], "new", OTHER, base=base),
        lambda: (
            put(clients[1], "new", base=base)
            if second == "PUT"
            else call(clients[1], "DELETE", f"/api/drafts/new?base={base}")
        ),
    )
    (told,) = [each for each in answers if each.status_code not in (200, 204)]
    assert (told.status_code, told.json()["code"]) == (409, "draft_changed")
    assert told.json()["revision"] == read(clients[0])["present"].get("new", 0)


@pytest.mark.django_db(transaction=True)
def test_drafts_that_are_kept_at_once_are_all_kept_but_no_more_than_fit() -> None:
    ana = make_case().ana
    Draft.objects.bulk_create(
        Draft(account=ana.account, slot=f"{number:064x}", generation=1, sealed=b"")
        for number in range(drafts.MAX_DRAFTS - 1)
    )
    clients = [(client_of(ana), slot * 64) for slot in "abcd"]
    answers = at_once(*(lambda client=client, slot=slot: put(client, slot) for client, slot in clients))
    assert sorted(each.status_code for each in answers) == [200, 422, 422, 422]


def test_nobody_meets_the_drafts_of_another(case: Case) -> None:
    own, colleague = client_of(case.ana), client_of(case.ben)
    revision = put(own, case.id).json()["revision"]
    assert read(colleague) == {"drafts": [], "present": {}}
    assert call(colleague, "DELETE", f"/api/drafts/{case.id}?base={revision}").status_code == 204
    assert put(colleague, case.id, OTHER).status_code == 200
    assert read(own)["drafts"][0]["sealed"] == SEALED


@pytest.mark.parametrize(
    ("slot", "sealed", "code"),
    [
        ("new", b64(bytes(283)), "invalid"),
        ("new", "not base64!", "invalid"),
        ("new", b64(bytes(drafts.MAX_SEALED + 1)), "too_large"),
        ("other", SEALED, "invalid"),
        ("ab" * 31, SEALED, "invalid"),
    ],
)
def test_what_is_no_sealed_draft_of_a_slot_is_refused(case: Case, slot: str, sealed: str, code: str) -> None:
    answer = put(client_of(case.ana), slot, sealed)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Draft.objects.exists()


def test_the_longest_draft_fits_and_there_is_a_last_one(case: Case) -> None:
    client = client_of(case.ana)
    assert put(client, "new", b64(bytes(drafts.MAX_SEALED))).status_code == 200
    Draft.objects.bulk_create(
        Draft(account=case.ana.account, slot=f"{number:064x}", generation=1, sealed=b"")
        for number in range(drafts.MAX_DRAFTS - 1)
    )
    assert put(client, case.id).json()["code"] == "too_many_drafts"
    revision = read(client)["present"]["new"]
    assert put(client, "new", base=revision).status_code == 200, "what is there can still be changed"
