"""The lead of an active member authority accepts what a version says, and nothing else is taken for that."""

from __future__ import annotations

from typing import Any

import pytest

from members import clock
from members.charter import access, services
from members.charter.models import Acceptance, CharterVersion
from members.charter.services import Replaced
from members.problems import NotFound, Refused
from members.protocol import charter as protocol
from members.protocol import signing
from members.protocol.encoding import unb64
from tests import charter, kit
from tests.members.charter.conftest import Scene


def reason(scene: Scene, version: CharterVersion, by: kit.Person, given: dict[str, bytes]) -> str:
    """Why this is not taken; and that nothing of it stays."""
    with pytest.raises(Refused) as problem:
        services.accept(account=by.id, device=by.device, **given)
    assert not Acceptance.objects.exists()
    return str(problem.value.extra["reason"])


def test_what_the_lead_signed_is_kept_as_it_was_signed_and_shown_to_every_member(scene: Scene) -> None:
    version = scene.publish()
    scene.accept(version, scene.qasrain)
    (shown,) = access.overview(scene.norvik.lead.id)["versions"]
    (one,) = shown["acceptances"]
    given = protocol.parse(unb64(one["body"]), unb64(one["signature"]))
    assert given.signed_by(scene.qasrain.lead.device_key)
    assert (given.authority, given.number, given.charter) == (scene.qasrain.id, "1.0", version.hash)
    texts = access.texts(scene.norvik.lead.id, "1.0")
    stated = protocol.charter_hash(number="1.0", effective=shown["effective"], texts=texts)
    assert stated == given.charter


def test_a_signature_over_another_text_is_refused(scene: Scene) -> None:
    version = scene.publish()
    lead = scene.qasrain.lead
    other = protocol.charter_hash(
        number="1.0", effective=version.effective or 0, texts={**charter.TEXTS, "en": "Something else."}
    )
    assert reason(scene, version, lead, scene.signed(version, lead, charter=other)) == "other_text"
    assert reason(scene, version, lead, scene.signed(version, lead, number="1.1")) == "other_text"


@pytest.mark.parametrize(
    "changed",
    [{"account": "ab" * 16}, {"authority": "ab" * 16}, {"device": "ab" * 32}, {"network": "ab" * 32}],
    ids=lambda changed: next(iter(changed)),
)
def test_an_acceptance_for_somebody_or_something_else_is_refused(scene: Scene, changed: Any) -> None:
    version, lead = scene.publish(), scene.qasrain.lead
    assert reason(scene, version, lead, scene.signed(version, lead, **changed)) == "bad_item"


def test_a_signature_by_another_key_or_for_another_purpose_is_refused(scene: Scene) -> None:
    version, lead = scene.publish(), scene.qasrain.lead
    given = scene.signed(version, lead)
    for signature in (
        signing.sign(scene.norvik.lead.device_seed, signing.CHARTER, given["body"]),
        signing.sign(lead.device_seed, signing.SIGHTING, given["body"]),
    ):
        assert reason(scene, version, lead, {**given, "signature": signature}) == "bad_signature"


def test_nobody_accepts_but_the_lead(scene: Scene) -> None:
    version = scene.publish()
    for person in (scene.deputy, scene.member, scene.network.officers[0]):
        with pytest.raises(NotFound):
            services.accept(account=person.id, device=person.device, **scene.signed(version, person))


def test_the_lead_of_a_suspended_authority_does_not_accept(scene: Scene) -> None:
    version, lead = scene.publish(), scene.qasrain.lead
    authority = scene.qasrain
    scene.network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    with pytest.raises(NotFound):
        services.accept(account=lead.id, device=lead.device, **scene.signed(version, lead))


def test_handed_in_again_the_first_one_stays(scene: Scene, time: kit.Time) -> None:
    version = scene.publish()
    scene.accept(version, scene.qasrain)
    first = bytes(Acceptance.objects.get().body)
    time.pass_by(clock.HOUR)
    scene.accept(version, scene.qasrain)
    assert bytes(Acceptance.objects.get().body) == first


def test_a_version_that_a_later_one_has_replaced_is_not_accepted_any_more(
    scene: Scene, time: kit.Time
) -> None:
    before = scene.publish("1.0")
    after = scene.publish("1.1", effective=(before.effective or 0) + clock.DAY)
    time.at = after.effective or 0
    with pytest.raises(Replaced):
        scene.accept(before, scene.qasrain)
    scene.accept(after, scene.qasrain)
