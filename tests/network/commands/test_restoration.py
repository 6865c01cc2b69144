"""What an operator does after an older copy was put back, at the command line."""

from __future__ import annotations

import argparse

import pytest

from members.register import restoration
from members.register.models import Head
from network.cli import CommandError
from network.commands import restoration as command
from tests import kit

pytestmark = pytest.mark.django_db


def run(what: str, *, without_the_rest: bool = False) -> int:
    return command.run(argparse.Namespace(what=what, without_the_rest=without_the_rest))


@pytest.fixture(autouse=True)
def django_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "start_django", lambda: None)


def test_it_is_begun_and_ended_once(capsys: pytest.CaptureFixture[str]) -> None:
    network = kit.found_network()
    kit.admit(network, "Integrity Commission", "XE")
    assert run("status") == 0
    assert "not being restored" in capsys.readouterr().out
    assert run("begin") == 0
    with pytest.raises(CommandError, match="already"):
        run("begin")
    assert run("status") == 0
    assert "Nothing is known to be missing" in capsys.readouterr().out
    assert run("end") == 0
    assert "open to writing again" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nothing is missing"):
        run("end")


def test_it_is_not_ended_while_something_is_known_to_be_missing(capsys: pytest.CaptureFixture[str]) -> None:
    network = kit.found_network()
    kit.admit(network, "Integrity Commission", "XE")
    run("begin")
    Head.objects.update(known=99)
    assert run("status") == 1
    with pytest.raises(CommandError, match="still missing"):
        run("end")
    assert "of 99 that are known to have been" in capsys.readouterr().out
    assert restoration.standing().restoring
    assert run("end", without_the_rest=True) == 0
    assert not restoration.standing().restoring


def test_an_empty_portal_has_nothing_that_could_be_missing() -> None:
    with pytest.raises(CommandError):
        run("begin")
