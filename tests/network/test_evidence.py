"""A saved file that is no evidence is said to be none, whatever is in it."""

from __future__ import annotations

import json

import pytest

from members.protocol.register import Replay
from network.evidence import Evidence, NotEvidence, check

NETWORK = "ab" * 32


def saved(more: str) -> str:
    named = json.dumps({"finding": "forked", "found": "2026-01-01", "network": NETWORK})
    return f'Somebody has stopped.\n\n{named[:-1]}, "more": {more}}}'


def test_a_finding_may_come_with_nothing_that_is_signed() -> None:
    found = check(saved("null"), Replay(network=NETWORK))
    assert found == Evidence("forked", "2026-01-01", NETWORK, [])


@pytest.mark.parametrize("depth", [3_000, 100_000])
def test_what_is_nested_too_deeply_is_no_evidence(depth: int) -> None:
    with pytest.raises(NotEvidence):
        check(saved("[" * depth + "]" * depth), Replay(network=NETWORK))
