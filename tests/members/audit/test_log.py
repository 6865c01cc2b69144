"""What is noted of each act, who sees it, and how a change is found."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.accounts import factors, sessions
from members.audit import access, sealing
from members.audit.actions import OF_STATEMENTS, Action
from members.audit.models import AuditHead, AuditRow
from members.audit.services import record
from members.background.models import Task
from members.protocol import statements
from members.register.services import append
from network.cli import CommandError
from network.commands import audit as command
from tests import kit
from tests.members.devices.test_binding import bind, challenge

pytestmark = pytest.mark.django_db


def noted(action: Action) -> list[dict[str, Any]]:
    return [sealing.as_object(row) for row in AuditRow.objects.filter(action=action).order_by("id")]


def last(action: Action) -> dict[str, Any]:
    return noted(action)[-1]


def test_signing_in_and_out_is_noted() -> None:
    account = kit.make_account()
    client = kit.sign_in(Client(), account)
    opened = last(Action.SESSION_OPENED)
    assert (opened["actor"], opened["about"]) == (account.pk, "")
    assert client.delete("/api/session").status_code == 204
    ended = last(Action.SESSION_ENDED)
    assert (ended["actor"], ended["about"], ended["details"]) == (account.pk, "", opened["details"])


def test_a_wrong_code_after_the_right_password_is_noted() -> None:
    account = kit.make_account()
    client = Client()
    kit.post(client, "/api/session/password", {"email": account.email, "password": kit.PASSWORD})
    kit.post(client, "/api/session/second-factor", {"code": "000000"})
    assert last(Action.SECOND_FACTOR_REFUSED)["about"] == account.pk


def test_backup_codes_that_are_made_and_used_are_noted() -> None:
    account = kit.make_account()
    made = factors.make_backup_codes(account)
    client = Client()
    kit.post(client, "/api/session/password", {"email": account.email, "password": kit.PASSWORD})
    kit.post(client, "/api/session/second-factor", {"backup_code": made[0]})
    assert last(Action.BACKUP_CODES_MADE)["actor"] == account.pk
    assert last(Action.BACKUP_CODE_USED)["actor"] == account.pk


def test_every_type_of_statement_has_an_action_of_its_own() -> None:
    assert OF_STATEMENTS.keys() == statements.FIELDS.keys()
    assert len(set(OF_STATEMENTS.values())) == len(OF_STATEMENTS)


def test_statements_are_noted_with_their_place_and_the_officers_who_signed() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    admitted = last(Action.AUTHORITY_ADMITTED)
    assert authority.lead.id in (admitted["actor"], admitted["about"])
    assert admitted["authority"] == authority.id
    assert len(admitted["details"]["signers"]) == 2
    assert set(admitted["details"]["signers"]) <= {one.id for one in network.officers}
    person = kit.appoint(authority)
    appointed = last(Action.FOCAL_POINT_APPOINTED)
    assert (appointed["about"], appointed["authority"]) == (person.id, authority.id)
    assert appointed["details"]["signers"] == []
    kit.remove(authority, person)
    assert last(Action.FOCAL_POINT_REMOVED)["about"] == person.id


def test_keys_that_are_opened_are_noted_once_in_a_session() -> None:
    authority = kit.admit(kit.found_network(), "Integrity Commission", "XE")
    client = kit.quick_client(authority.lead.account)
    for _ in range(2):  # a page that is loaded anew proves its device again
        assert bind(client, authority.lead, challenge(client)).status_code == 200
    (bound,) = noted(Action.SESSION_BOUND)
    assert (bound["actor"], bound["details"]["device"]) == (authority.lead.id, authority.lead.device)


def test_a_device_that_comes_or_goes_is_named() -> None:
    authority = kit.admit(kit.found_network(), "Integrity Commission", "XE")
    person = kit.appoint(authority)
    assert last(Action.DEVICE_ENROLLED)["details"]["device"] == person.device
    revoked = person.sign_own("device.revoked", {"account": person.id, "device": person.device})
    append(entries=[revoked], sent={}, by=person.id)
    assert last(Action.DEVICE_REVOKED)["details"]["device"] == person.device


def test_what_is_not_done_is_not_noted() -> None:
    copy = transaction.savepoint()
    record(Action.INVITED, actor="ab" * 16)
    assert AuditRow.objects.exists()
    transaction.savepoint_rollback(copy)
    assert not AuditRow.objects.exists()
    assert not Task.objects.filter(name="audit.seal").exists()


def test_no_row_names_a_person_or_an_address() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    person = kit.appoint(authority)
    kit.sign_in(Client(), person.account)
    text = json.dumps([sealing.as_object(row) for row in AuditRow.objects.all()])
    for secret in (person.account.email, "Integrity", "127.0.0.1", "XE", kit.FUNCTION):
        assert secret not in text


# --- the chain ---


def some_rows(number: int, *, by: str = "ab" * 16) -> None:
    for _ in range(number):
        record(Action.INVITED, actor=by)


def test_rows_are_chained_afterwards_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 4)
    some_rows(10)
    assert not AuditRow.objects.exclude(sequence=None).exists()
    assert [sealing.seal() for _ in range(4)] == [4, 4, 2, 0]
    assert list(AuditRow.objects.order_by("id").values_list("sequence", flat=True)) == list(range(1, 11))
    assert access.check().whole


def test_what_was_changed_or_taken_away_is_found() -> None:
    some_rows(5)
    sealing.seal()
    AuditRow.objects.filter(sequence=3).update(actor="")
    broken = access.check().verified.broken
    assert broken is not None
    assert broken.sequence == 3
    AuditRow.objects.filter(sequence=3).update(actor="ab" * 16)
    assert access.check().whole
    AuditRow.objects.filter(sequence=5).delete()
    assert not access.check().whole
    AuditHead.objects.all().delete()
    AuditRow.objects.all().delete()
    assert access.check().verified.rows == 0


def test_rows_that_nobody_chains_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    some_rows(2)
    assert access.check().late == 0
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 2 * clock.MINUTE)
    assert access.check().late == 2


# --- who sees what ---


def rows_of(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return list(answer.json()["rows"])


def test_everybody_sees_what_they_did_and_what_was_done_to_them_and_nothing_else() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    person, other = kit.appoint(authority), kit.appoint(authority)
    rows = rows_of(kit.client_on_device(person).get("/api/audit/own"))
    assert "authority:focal_point:appointed" in [row["action"] for row in rows]
    assert all(person.id in (row["actor"], row["about"]) for row in rows)
    assert not any(other.id in (row["actor"], row["about"]) for row in rows)


def test_officers_look_for_rows_by_act_person_authority_and_time() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    person = kit.appoint(authority)
    client = kit.client_on_device(network.officers[0])
    asked: dict[str, Callable[[dict[str, Any]], bool]] = {
        f"action={Action.FOCAL_POINT_APPOINTED}": lambda row: row["action"] == Action.FOCAL_POINT_APPOINTED,
        f"person={person.id}": lambda row: person.id in (row["actor"], row["about"]),
        f"authority={authority.id}": lambda row: row["authority"] == authority.id,
        f"since={clock.now() + clock.HOUR}": lambda row: False,
    }
    everything = rows_of(client.get("/api/audit?limit=200"))
    for query, wanted in asked.items():
        assert rows_of(client.get(f"/api/audit?limit=200&{query}")) == [
            row for row in everything if wanted(row)
        ]
    assert client.get("/api/audit?action=no:such:act").status_code == 422


def test_pages_follow_each_other_without_a_gap() -> None:
    network = kit.found_network()
    kit.admit(network, "Integrity Commission", "XE")
    client = kit.client_on_device(network.officers[0])
    whole = rows_of(client.get("/api/audit?limit=200"))
    seen: list[dict[str, Any]] = []
    query = ""
    while True:
        page = client.get(f"/api/audit?limit=3{query}").json()
        seen += page["rows"]
        if page["next"] is None:
            break
        query = f"&before={page['next']}"
    assert seen == whole


def test_a_page_takes_as_many_queries_of_a_long_log_as_of_a_short_one() -> None:
    network = kit.found_network()
    officer = network.officers[0]
    client = kit.client_on_device(officer)
    paths = ("/api/audit/own", "/api/audit", f"/api/audit?person={officer.id}")

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert rows_of(client.get(path))
        return len(found)

    before = [queries(path) for path in paths]
    some_rows(300, by=officer.id)
    assert (
        [queries(path) for path in paths] == before == [3, 4, 4]
    )  # session, account, for officers their standing


def test_an_officer_exports_what_can_be_verified_without_the_server(tmp_path: Path) -> None:
    network = kit.found_network()
    kit.admit(network, "Integrity Commission", "XE")
    sealing.seal()
    client = kit.client_on_device(network.officers[0])
    answer = client.get("/api/audit/export")
    assert answer.status_code == 200
    file = tmp_path / "audit.ndjson"
    file.write_bytes(b"".join(answer))
    assert last(Action.AUDIT_EXPORTED)["actor"] == network.officers[0].id
    assert command.run(argparse.Namespace(what="verify", file=file)) == 0
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], *lines[3:]]))
    assert command.run(argparse.Namespace(what="verify", file=file)) == 1
    file.write_text("no row")
    assert command.run(argparse.Namespace(what="verify", file=file)) == 1
    with pytest.raises(CommandError):
        command.run(argparse.Namespace(what="verify", file=tmp_path / "nothing"))


def test_the_log_of_this_server_is_verified_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "start_django", lambda: None)
    some_rows(3)
    sealing.seal()
    assert command.run(argparse.Namespace(what="verify", file=None)) == 0
    assert "3 rows follow each other" in capsys.readouterr().out
    file = tmp_path / "out.ndjson"
    assert command.run(argparse.Namespace(what="export", file=file)) == 0
    assert command.run(argparse.Namespace(what="verify", file=file)) == 0
    AuditRow.objects.filter(sequence=2).update(at=1)
    assert command.run(argparse.Namespace(what="verify", file=None)) == 1
    assert "Row 2" in capsys.readouterr().out


def test_a_session_that_its_person_ends_elsewhere_is_theirs() -> None:
    account = kit.make_account()
    here, elsewhere = kit.sign_in(Client(), account), kit.sign_in(Client(), account)
    (other,) = [one["id"] for one in here.get("/api/sessions").json() if not one["current"]]
    assert here.delete(f"/api/sessions/{other}").status_code == 204
    assert elsewhere.get("/api/audit/own").status_code == 401
    ended = rows_of(here.get("/api/audit/own"))[0]
    assert (ended["action"], ended["actor"]) == (Action.SESSION_ENDED, account.pk)
    assert ended["details"] == {"session": other}


def test_a_session_that_somebody_else_ends_is_told_to_its_person() -> None:
    account = kit.make_account()
    client = kit.sign_in(Client(), account)
    sessions.end_all(account.pk)
    assert last(Action.SESSION_ENDED)["about"] == account.pk
    assert client.get("/api/audit/own").status_code == 401
    again = kit.sign_in(Client(), account)
    assert "person:session:ended" in [row["action"] for row in rows_of(again.get("/api/audit/own"))]
