"""Of two who sign at once each knows what the other said, and nobody signs for an authority that is being suspended."""

from __future__ import annotations

from functools import partial

import pytest

from members.directory.models import Revision
from members.register.services import append
from tests.members.directory.conftest import Scene, make_scene
from tests.overlap import overlap

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_of_two_who_sign_the_same_revision_one_is_told(scene: Scene) -> None:
    lead, deputy = scene.qasrain.lead, scene.deputy
    mine = scene.signed(lead, scene.subject, entry={"note": "mine"})
    theirs = scene.signed(deputy, scene.subject, entry={"note": "theirs"})
    _, answer = overlap(partial(scene.hand_in, lead, mine), partial(scene.hand_in, deputy, theirs))
    assert answer == "directory_changed"
    assert Revision.objects.count() == 1


def test_whose_authority_is_being_suspended_signs_nothing(scene: Scene) -> None:
    authority = scene.qasrain
    fields = {"authority": authority.id, "reason": ""}
    suspended = scene.network.sign("authority.suspended", authority.standing, fields)
    given = scene.signed(authority.lead, scene.subject)
    _, answer = overlap(
        partial(append, entries=[suspended], sent={}, by=scene.officer.id),
        partial(scene.hand_in, authority.lead, given),
    )
    assert answer == "not_found"
    assert not Revision.objects.exists()
