"""Conversations over HTTP: shapes, levels of access, and one way of saying no."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from members.accounts.models import SignedInSession
from members.protocol.encoding import b64, unb64
from messaging.conversations.services import Given
from messaging.protocol import items
from network.bench.people import Member, open_session
from network.bench.writing import first_items, given, say
from tests.messaging.case import Case

ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/api/conversations", None),
    ("POST", "/api/conversations", {"items": [{"body": "", "signature": "AA=="}]}),
    ("POST", "/api/conversations/sync", {"held": {}}),
    ("GET", "/api/conversations/{id}/items", None),
    ("POST", "/api/conversations/{id}/items", {"items": [{"body": "", "signature": "AA=="}]}),
    ("GET", "/api/conversations/{id}/epochs", None),
    ("GET", "/api/conversations/{id}/missing", None),
    ("GET", "/api/conversations/{id}/skeleton", None),
    ("POST", "/api/conversations/{id}/read", {"sequence": 1}),
]


def client_of(who: Member) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = open_session(who)
    return client


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    data = "" if body is None else json.dumps(body)
    return client.generic(method, path, data, content_type="application/json")


def as_json(parts: list[Given]) -> dict[str, Any]:
    listed = []
    for one in parts:
        entry: dict[str, Any] = {"body": b64(one.body), "signature": b64(one.signature)}
        if one.members is not None:
            entry["members"] = b64(one.members)
        if one.boxes:
            entry["boxes"] = {key: b64(box) for key, box in one.boxes.items()}
        listed.append(entry)
    return {"items": listed}


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_route_needs_a_session_on_an_active_device(
    case: Case, method: str, path: str, body: Any
) -> None:
    path = path.format(id=case.id)
    assert call(Client(), method, path, body).status_code == 401
    without_device = client_of(case.ana)
    SignedInSession.objects.update(device="")
    answer = call(without_device, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "device_needed")


@pytest.mark.parametrize(("method", "path", "body"), [route for route in ROUTES if "{id}" in route[1]])
def test_strangers_are_told_that_there_is_nothing(case: Case, method: str, path: str, body: Any) -> None:
    case.made.settle(case.olga)
    if path.endswith("/items") and method == "POST":
        body = as_json([given(case.thread.message(case.ana))])
    for stranger in (case.eva, case.olga):
        client = client_of(stranger)
        answer = call(client, method, path.format(id=case.id), body)
        absent = call(client, method, path.format(id="ab" * 32), body)
        if path.endswith("/read"):  # silent, whatever there is
            assert (answer.status_code, absent.status_code) == (204, 204)
        else:
            assert (answer.status_code, answer.json()) == (absent.status_code, absent.json())
            assert answer.json()["code"] == "not_found"


def test_a_conversation_from_its_beginning_to_its_list(case: Case) -> None:
    client = client_of(case.ana)
    thread, parts = first_items(case.made, case.ana, [case.ana.authority, case.eva.authority])
    made = call(client, "POST", "/api/conversations", as_json(parts))
    assert made.json() == {"id": thread.id, "sequence": 3, "head": thread.head}
    (listed,) = call(client_of(case.eva), "GET", "/api/conversations").json()
    assert listed["id"] == thread.id
    assert listed == {
        "id": thread.id,
        "sequence": 3,
        "head": thread.head,
        "epoch": 1,
        "epoch_hash": thread.previous,
        "epoch_size": listed["epoch_size"],
        "due": False,
        "administrators": [case.ana.authority],
        "participants": thread.participants,
        "created": listed["created"],
        "last_at": listed["last_at"],
        "received": {},
        "read": {},
        "first_sequence": 1,
    }


def test_items_go_in_and_come_out_unchanged(case: Case) -> None:
    client, path = client_of(case.sol), f"/api/conversations/{case.id}/items"
    message = case.thread.message(case.sol)
    answer = call(client, "POST", path, as_json([given(message)])).json()
    (result,) = answer["results"]
    assert (result["client_id"], result["sequence"]) == (message.header["client_id"], 4)
    assert (answer["sequence"], answer["head"]) == (4, result["head"])
    again = call(client, "POST", path, as_json([given(message)])).json()
    assert again["results"] == answer["results"]
    page = call(client, "GET", f"{path}?after=3&limit=10").json()
    assert page["before_head"] == case.thread.head
    assert page["items"] == [
        {
            "sequence": 4,
            "received_at": result["received_at"],
            "body": b64(message.body),
            "signature": b64(message.signature),
        }
    ]
    assert [one["sequence"] for one in call(client, "GET", f"{path}?before=4&limit=2").json()["items"]] == [
        2,
        3,
    ]


def test_sync_answers_for_every_conversation_at_once(case: Case) -> None:
    body = {"held": {case.id: 1}, "limit": 1}
    answer = call(client_of(case.ben), "POST", "/api/conversations/sync", body).json()
    (one,) = answer["conversations"]
    assert (one["id"], one["more"], [item["sequence"] for item in one["items"]]) == (case.id, True, [2])
    assert one["before_head"] == items.next_head(items.START, case.id), (
        "the conversation is named by its first item"
    )
    assert one["head"] == case.thread.head


def test_epochs_come_with_the_table_and_ones_own_box(case: Case) -> None:
    (epoch,) = call(client_of(case.ben), "GET", f"/api/conversations/{case.id}/epochs?first=1&last=5").json()
    assert (epoch["number"], epoch["late"], epoch["other_boxes"]) == (1, False, [])
    assert case.ben.account.encode() in unb64(epoch["members"])
    assert len(epoch["box"]) == 1560


def test_losing_a_race_is_told_with_the_winner(case: Case) -> None:
    path = f"/api/conversations/{case.id}/items"
    first, second = case.thread.epoch_item(case.ana, "renewed"), case.thread.epoch_item(case.sol, "renewed")
    assert call(client_of(case.ana), "POST", path, as_json([given(*first)])).status_code == 200
    answer = call(client_of(case.sol), "POST", path, as_json([given(*second)]))
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["epoch"]) == ("epoch_exists", 2)


def test_reading_is_noted(case: Case) -> None:
    client = client_of(case.ben)
    answer = call(client, "POST", f"/api/conversations/{case.id}/read", {"sequence": 3})
    assert (answer.status_code, answer.content) == (204, b"")
    (listed,) = call(client, "GET", "/api/conversations").json()
    assert listed["read"] == listed["received"] == {case.ben.account: 3}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{}]},
        {"items": [{"body": "AA==", "signature": "AA=="}]},
        {"items": [{"body": "A===", "signature": "A" * 86 + "=="}]},
        {"items": [{"body": "AB==", "signature": "A" * 86 + "=="}]},
        {"items": [{"body": "AA==", "signature": "A" * 86 + "==", "boxes": {"x": "y" * 2_000}}]},
        {"items": [{"body": "AA==", "signature": "A" * 86 + "=="}] * 51},
    ],
)
def test_what_has_another_form_is_refused(case: Case, body: Any) -> None:
    for path in ("/api/conversations", f"/api/conversations/{case.id}/items"):
        assert call(client_of(case.ana), "POST", path, body).status_code == 422


@pytest.mark.parametrize("query", ["?after=-1", "?limit=0", "?limit=501", "?before=x", f"?after={2**53}"])
def test_numbers_in_the_address_are_bounded(case: Case, query: str) -> None:
    client = client_of(case.ana)
    assert call(client, "GET", f"/api/conversations/{case.id}/items{query}").status_code == 422


def test_an_address_with_another_identifier_is_refused(case: Case) -> None:
    client = client_of(case.ana)
    for identifier in ("AB" * 32, "ab", "..%2f" * 4):
        assert call(client, "GET", f"/api/conversations/{identifier}/items").status_code in (404, 422)


def test_items_are_compressed_where_the_reader_takes_it_and_nothing_of_an_account_is(case: Case) -> None:
    client = client_of(case.sol)
    for _ in range(20):
        say(case.thread, case.ana)
    asked: dict[str, Any] = {"data": {"held": {}, "newest": True}, "content_type": "application/json"}
    plain = client.post("/api/conversations/sync", **asked)
    packed = client.post("/api/conversations/sync", **asked, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert len(plain.content) > 2 * len(packed.content)
    for own in ("/api/session", "/api/sessions", "/api/directory"):
        answer = client.get(own, headers={"Accept-Encoding": "gzip"})
        assert (answer.status_code, "Content-Encoding" in answer.headers) == (200, False), own
