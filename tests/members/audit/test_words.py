"""The pages know every kind of act; that each then has its words in all languages, the compiler and vitest check."""

from __future__ import annotations

import re

from members.audit.actions import Action
from network.environment import BASE

KNOWN_TO_THE_PAGES = BASE / "frontend" / "src" / "features" / "audit" / "actions.ts"


def test_the_pages_know_every_act_and_no_other() -> None:
    listed = re.findall(r'"(\w+:\w+:\w+)"', KNOWN_TO_THE_PAGES.read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(Action)
