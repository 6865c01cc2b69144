"""What happened: everybody reads their own part of the log; officers find in it, and take a file to verify."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from network.commands import audit
from tests.browser.settled import Settled


def test_a_person_reads_what_happened_and_an_officer_takes_what_can_be_verified(
    stage: Settled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.appoint("Sol", "Lio")
    office, cafe = stage.arrive("Lio"), stage.arrive("Lio")
    office.go_to("/account/sessions").press(re.compile("^End the session in Chrome"))
    cafe.sees_at_once("Your session has ended")

    office.go("What happened").sees_heading("What happened")
    newest = office.page.locator("main li").first
    expect(newest).to_contain_text("You ended a session")
    office.sees(re.compile("^Sol appointed you a focal point of South"))
    expect(office.page.locator("main li.happened--warns").first).to_contain_text("You used a backup code")
    office.check()
    office.speak("ar").sees_heading("ما الذي حدث")
    expect(newest).to_contain_text("أنهيتم جلسة دخول")
    office.check()

    officer = stage.arrive_at("officer 1", "Secretariat")
    officer.page.get_by_role("link", name="Audit log").click()
    officer.sees_heading("Audit log").type("Person", "lio")
    officer.page.get_by_role("option", name=re.compile("^Lio")).click()
    rows = officer.page.get_by_role("table", name="Audit log").locator("tbody tr")
    expect(rows.filter(has_not_text="Lio")).to_have_count(0)
    expect(rows.filter(has_text="Session ended").first).to_contain_text("Lio")
    officer.check()
    officer.press("Clear the filters")
    expect(rows.filter(has_not_text="Lio").first).to_be_visible()
    with officer.page.expect_download() as taken:
        officer.press("Export")
    file = tmp_path / taken.value.suggested_filename
    taken.value.save_as(file)
    expect(rows.first).to_contain_text("Audit log exported")
    assert audit.run(argparse.Namespace(what="verify", file=file)) == 0
    assert "rows follow each other without a gap" in capsys.readouterr().out
    officer.check()
    officer.speak("ar").sees_heading("سجل التدقيق")
    officer.check()
