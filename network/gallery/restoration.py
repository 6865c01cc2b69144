"""Scenes of a portal whose database was put back to an older copy, while browsers hand back what it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from network.gallery.stage import Stage
from network.gallery.waiting import open_first, say

Operate = Callable[[str], None]
"""Runs `entente restoration` with a word: `begin` or `end`."""


def restoration(stage: Stage, operate: Operate) -> None:
    """A member who writes meanwhile, an officer, and a browser without keys."""
    page = stage.open_keys(stage.sign_in("belmara_duty"))
    officer = stage.people["officer_operations"].pages[0]
    officer.goto(f"{stage.address}/secretariat")
    operate("begin")
    for one in (page, officer):
        expect(one.get_by_text("is being completed").first).to_be_visible()
    open_first(page, "Sable Quay")
    say(page, "El banco ha confirmado la orden.")
    expect(page.get_by_text(re.compile("^Waiting until")).first).to_be_visible()
    stage.photograph_as_it_stands(page, "restoration", "The portal is being completed after an older copy")
    stage.photograph_as_it_stands(officer, "restoration-office", "How far the portal is complete")
    operate("end")
    expect(page.locator(".state--pending")).to_have_count(0)
    page.context.close()
