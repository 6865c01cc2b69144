"""The rules refuse each of these entries, for exactly this reason, and leave the state as it was."""

from __future__ import annotations

from collections import Counter

import pytest

from members.protocol.refusal import REASONS, Rejected
from members.protocol.rules import apply, apply_in_place
from tests.members.protocol.refused import REFUSALS, Refusal


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_it_is_refused_for_its_reason(refusal: Refusal) -> None:
    world, _, entry = refusal.prepared()
    before = world.state.to_json()
    with pytest.raises(Rejected) as caught:
        apply(world.state, entry)
    assert caught.value.reason == refusal.reason, caught.value.detail
    assert world.state.to_json() == before
    with pytest.raises(Rejected):
        apply_in_place(world.state, entry)
    assert world.state.to_json() == {**before, "size": before["size"] + 1}


def test_every_reason_has_cases_and_every_case_a_name_of_its_own() -> None:
    assert {refusal.reason for refusal in REFUSALS} == set(REASONS)
    assert [name for name, count in Counter(refusal.name for refusal in REFUSALS).items() if count > 1] == []
