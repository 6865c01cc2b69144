"""What a database that was put back to an older copy lacks is taken again from whoever holds it."""

from __future__ import annotations

import pytest

from members.directory import access, services
from members.directory.models import Revision
from members.problems import NotFound, Refused
from members.register import restoration
from tests import kit
from tests.members.directory.conftest import Scene


def hand_back(scene: Scene, given: dict[str, bytes], by: kit.Person | None = None) -> Revision | None:
    return services.hand_back(reader=(by or scene.norvik.lead).id, **given)


def refusal(scene: Scene, given: dict[str, bytes]) -> str:
    with pytest.raises(Refused) as problem:
        hand_back(scene, given)
    return problem.value.code


def lost(scene: Scene, revisions: int = 1) -> dict[str, bytes]:
    """The newest of so many revisions, none of which the database has any more."""
    given: dict[str, bytes] = {}
    for place in range(revisions):
        given = scene.signed(scene.qasrain.lead, scene.subject, entry={"note": f"{place}"})
        scene.hand_in(scene.qasrain.lead, given)
    Revision.objects.all().delete()
    return given


def test_a_counterpart_hands_back_what_they_hold_also_where_several_revisions_are_missing(
    scene: Scene,
) -> None:
    given = lost(scene, 3)
    restoration.begin("a test")
    made = hand_back(scene, given)
    assert made is not None
    assert made.revision == 3
    assert hand_back(scene, given) is None
    restoration.end()
    scene.sign(scene.deputy, scene.subject)
    assert access.changes(scene.member.id, profiles=False, after=0)["restored"] is not None


def test_an_older_revision_takes_the_place_of_none(scene: Scene) -> None:
    first = scene.signed(scene.qasrain.lead, scene.subject)
    scene.hand_in(scene.qasrain.lead, first)
    second = scene.sign(scene.deputy, scene.subject)
    restoration.begin("a test")
    assert hand_back(scene, first) is None
    assert Revision.objects.get(present=True) == second


def test_where_nothing_was_put_back_nothing_is_taken(scene: Scene) -> None:
    assert refusal(scene, lost(scene)) == "not_restoring"


def test_what_its_author_could_not_sign_any_more_is_not_taken(scene: Scene) -> None:
    given = scene.signed(scene.deputy, scene.subject)
    kit.remove(scene.qasrain, scene.deputy)
    restoration.begin("a test")
    with pytest.raises(NotFound):
        hand_back(scene, given)
    assert not Revision.objects.exists()


def test_what_nobody_signed_is_not_taken_nor_from_who_has_no_place_here(scene: Scene) -> None:
    given = lost(scene)
    kit.remove(scene.qasrain, scene.member)
    restoration.begin("a test")
    assert refusal(scene, {**given, "signature": bytes(64)}) == "refused"
    with pytest.raises(NotFound):
        hand_back(scene, given, by=scene.member)
    assert not Revision.objects.exists()


def test_a_number_that_no_revision_reached_is_not_taken(scene: Scene) -> None:
    restoration.begin("a test")
    for revision in (services.MOST_LOST + 1, 2**40):
        given = scene.signed(scene.deputy, scene.subject, revision=revision, previous="ab" * 32)
        assert refusal(scene, given) == "refused"
