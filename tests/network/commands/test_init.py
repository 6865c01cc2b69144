"""`entente init` hands out one link for each first officer; `entente register verify` checks the whole log."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import Any

import pytest
from django.test import Client

from members.accounts.models import Invitation
from members.register import signer
from members.register.models import Entry
from network.cli import CommandError
from network.commands import init, register
from tests import kit

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://localhost:\d+/enrol#([A-Za-z0-9_-]{22})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have loaded Django and made the database already."""
    for module in (init, register):
        monkeypatch.setattr(module, "start_django", lambda: None)
    monkeypatch.setattr("network.serve.bring_database_into_shape", lambda: None)


def run(*words: str) -> int:
    parser = ArgumentParser()
    init.add_arguments(parser)
    return init.run(parser.parse_args(words))


def links(capsys: Any) -> list[str]:
    return LINK.findall(capsys.readouterr().out)


def test_three_officers_get_a_link_each_that_opens_their_enrolment(capsys: Any) -> None:
    assert run("--officer", "Ada <ada@example.org>", "--officer", "Bo <bo@example.org>",
               "--officer", "Chi <chi@example.org>") == 0  # fmt: skip
    tokens = links(capsys)
    assert len(tokens) == 3
    opened = kit.post(Client(), "/api/enrolment/open", {"token": tokens[0]}).json()
    assert (opened["name"], opened["email"], opened["founding"]) == ("Ada", "ada@example.org", True)
    assert opened["network"]["id"] is None
    assert signer.key_file().exists()


def test_without_names_there_are_three_officers(capsys: Any) -> None:
    assert run() == 0
    assert len(links(capsys)) == 3


def test_a_second_time_nothing_is_made_unless_it_is_asked_for_again(capsys: Any) -> None:
    run()
    first = links(capsys)
    with pytest.raises(CommandError, match="--again"):
        run()
    assert run("--again") == 0
    second = links(capsys)
    assert len(second) == 3
    assert (
        kit.post(Client(), "/api/enrolment/open", {"token": first[0]}).json()["code"] == "invitation_unknown"
    )
    assert kit.post(Client(), "/api/enrolment/open", {"token": second[0]}).status_code == 200
    assert Invitation.objects.count() == 3


@pytest.mark.parametrize(
    "words",
    [
        ["--officer", "Ada <ada@example.org>"],
        ["--officer", "no address", "--officer", "B <b@x.org>", "--officer", "C <c@x.org>"],
        ["--officer", "A <a@x.org>", "--officer", "B <a@x.org>", "--officer", "C <c@x.org>"],
    ],
)
def test_fewer_than_three_or_unclear_officers_are_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*words)


def test_an_empty_and_a_whole_register_are_verified(capsys: Any) -> None:
    assert register.run(Namespace(what="verify", directory=None)) == 0
    assert "empty" in capsys.readouterr().out
    network = kit.found_network()
    assert register.run(Namespace(what="verify", directory=None)) == 0
    assert f"7 entries verified. Network {network.id}" in capsys.readouterr().out


def test_a_register_that_was_changed_is_told_with_a_failure(capsys: Any) -> None:
    kit.found_network()
    Entry.objects.filter(index=3).update(root="00" * 32)
    assert register.run(Namespace(what="verify", directory=None)) == 1
    assert "Entry 3 does not have the hash" in capsys.readouterr().out
