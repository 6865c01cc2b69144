"""Leads who have not accepted get mail as the day comes nearer: each once, with nothing of the text."""

from __future__ import annotations

import pytest

from members import clock
from members.background.models import Task
from members.charter import reminding
from members.charter.words import WORDS
from members.problems import NotFound
from tests import kit
from tests.members.charter.conftest import Scene


def sent() -> list[str]:
    """To whom mail was queued since the last look."""
    waiting = Task.objects.filter(name="mail.deliver")
    found = sorted(one.arguments["to"] for one in waiting)
    waiting.delete()
    return found


def lead(authority: kit.Authority) -> str:
    return str(authority.lead.account.email)


def test_mail_goes_out_fourteen_seven_and_one_days_before_and_on_the_day(
    scene: Scene, time: kit.Time
) -> None:
    effective = scene.publish().effective or 0
    both = sorted([lead(scene.qasrain), lead(scene.norvik)])
    outcome = {}
    for days in (15, 14, 13, 7, 6, 2, 1, 0, -1, -2):
        time.at = effective - days * clock.DAY + clock.HOUR
        reminding.remind_where_due()
        reminding.remind_where_due()
        outcome[days] = sent()
    # at 15 days and an hour less it is still more than fourteen
    assert {days for days, people in outcome.items() if people == both} == {14, 7, 1, 0}
    assert all(people in ([], both) for people in outcome.values())


def test_whoever_has_accepted_gets_none(scene: Scene, time: kit.Time) -> None:
    version = scene.publish()
    scene.accept(version, scene.qasrain)
    time.at = (version.effective or 0) - clock.DAY
    reminding.remind_where_due()
    assert sent() == [lead(scene.norvik)]


def test_what_was_missed_is_made_up_for_by_one_mail(scene: Scene, time: kit.Time) -> None:
    scene.publish(effective=clock.now() + 3 * clock.DAY)
    reminding.remind_where_due()
    assert len(sent()) == 2
    time.pass_by(clock.DAY)
    reminding.remind_where_due()
    assert sent() == []


def test_an_officer_reminds_at_most_once_a_day(scene: Scene, time: kit.Time) -> None:
    officer = scene.officers[0]
    version = scene.publish()
    scene.accept(version, scene.qasrain)
    assert reminding.remind_now(officer=officer, number="1.0") == 1
    assert reminding.remind_now(officer=officer, number="1.0") == 0
    time.pass_by(clock.DAY)
    assert reminding.remind_now(officer=officer, number="1.0") == 1
    assert sent() == [lead(scene.norvik)] * 2
    for who, number in ((scene.qasrain.lead.id, "1.0"), (officer, "2.0")):
        with pytest.raises(NotFound):
            reminding.remind_now(officer=who, number=number)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_mail_says_by_when_and_where_and_names_nobody(
    scene: Scene, time: kit.Time, language: str
) -> None:
    account = scene.qasrain.lead.account
    account.language = language
    account.save()
    scene.accept(scene.publish(effective=clock.now() + clock.DAY), scene.norvik)
    reminding.remind_where_due()
    mail = Task.objects.get(name="mail.deliver").arguments
    assert mail["subject"] == WORDS[language][0]
    assert "/charter\n" in mail["text"]
    assert "Integrity Commission" not in mail["text"] + mail["subject"]
    assert "work together" not in mail["text"]
