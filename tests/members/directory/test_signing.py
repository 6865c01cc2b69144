"""Whoever speaks for an authority signs its entry on a device of theirs; nothing else is taken, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from members import clock
from members.audit.models import AuditRow
from members.directory import access, services
from members.directory.models import Revision
from members.directory.services import DirectoryChanged
from members.problems import NotFound, Refused, Restoring, SlowDown
from members.protocol import directory, signing
from members.protocol.encoding import unb64
from members.register import restoration
from tests import kit
from tests.members.directory.conftest import Scene


def reason(scene: Scene, by: kit.Person, given: dict[str, bytes], **more: Any) -> str:
    """Why this is not taken; and that nothing of it stays."""
    with pytest.raises(Refused) as problem:
        scene.hand_in(by, given, **more)
    assert not Revision.objects.exists()
    return str(problem.value.extra["reason"])


def test_what_the_lead_signed_is_kept_as_it_was_signed_and_shown_to_everybody(scene: Scene) -> None:
    scene.sign(scene.qasrain.lead, scene.subject, entry={"switchboard": "+000 555 0101"})
    for reader in (scene.norvik.lead, scene.member, scene.officer):
        (row,) = access.changes(reader.id, profiles=False, after=0)["rows"]
        given = directory.parse(row["body"].encode(), unb64(row["signature"]))
        assert given.signed_by(scene.qasrain.lead.device_key)
        assert given.entry["switchboard"] == "+000 555 0101"


def test_a_deputy_signs_for_the_authority_too(scene: Scene) -> None:
    scene.sign(scene.deputy, scene.subject)
    assert Revision.objects.get().account == scene.deputy.id


def test_nobody_else_signs_for_a_member_authority(scene: Scene) -> None:
    for person in (scene.member, scene.norvik.lead, scene.officer):
        with pytest.raises(NotFound):
            scene.sign(person, scene.subject)
    assert not Revision.objects.exists()


def test_officers_alone_sign_for_a_central_authority_and_for_an_observer(scene: Scene) -> None:
    for subject in ("state/XD", f"authority/{scene.observer}"):
        for person in (scene.qasrain.lead, scene.deputy, scene.member):
            with pytest.raises(NotFound):
                scene.sign(person, subject)
        scene.sign(scene.officer, subject)
    assert Revision.objects.count() == 2


def test_nobody_signs_for_an_authority_that_is_not_there(scene: Scene) -> None:
    for person in (scene.officer, scene.qasrain.lead):
        with pytest.raises(NotFound):
            scene.sign(person, f"authority/{'ab' * 16}")


def test_everybody_signs_their_own_profile_and_nobody_elses(scene: Scene) -> None:
    for person in (scene.member, scene.qasrain.lead, scene.officer):
        scene.sign(person, f"account/{person.id}")
    for person in (scene.qasrain.lead, scene.officer):
        with pytest.raises(NotFound):
            scene.sign(person, f"account/{scene.member.id}")
    assert Revision.objects.count() == 3


def test_whoever_was_removed_or_is_of_a_suspended_authority_signs_nothing_and_what_they_signed_stays(
    scene: Scene,
) -> None:
    scene.sign(scene.deputy, scene.subject)
    kit.remove(scene.qasrain, scene.deputy)
    with pytest.raises(NotFound):
        scene.sign(scene.deputy, scene.subject)
    authority = scene.qasrain
    scene.network.act("authority.suspended", authority.standing, authority=authority.id, reason="")
    with pytest.raises(NotFound):
        scene.sign(authority.lead, scene.subject)
    (row,) = access.changes(scene.norvik.lead.id, profiles=False, after=0)["rows"]
    assert directory.parse(row["body"].encode(), unb64(row["signature"])).account == scene.deputy.id


@pytest.mark.parametrize(
    "changed",
    [{"account": "ab" * 16}, {"device": "ab" * 32}, {"network": "ab" * 32}, {"size": 10_000}],
    ids=lambda changed: next(iter(changed)),
)
def test_an_entry_of_somebody_or_something_else_is_refused(scene: Scene, changed: Any) -> None:
    lead = scene.qasrain.lead
    assert reason(scene, lead, scene.signed(lead, scene.subject, **changed)) == "bad_item"


def test_an_entry_of_another_form_is_refused(scene: Scene) -> None:
    lead = scene.qasrain.lead
    for entry in ({"zone": "no zone"}, {"hours": {"days": [9], "from": 0, "until": 1}}, {"fax": ""}):
        assert reason(scene, lead, scene.signed(lead, scene.subject, entry=entry)) == "bad_item"


def test_an_entry_is_not_taken_as_a_profile_nor_a_profile_as_an_entry(scene: Scene) -> None:
    lead = scene.qasrain.lead
    assert reason(scene, lead, scene.signed(lead, scene.subject), profile=True) == "bad_item"
    assert reason(scene, lead, scene.signed(lead, f"account/{lead.id}"), profile=False) == "bad_item"


def test_a_signature_by_another_key_or_for_another_purpose_is_refused(scene: Scene) -> None:
    lead = scene.qasrain.lead
    given = scene.signed(lead, scene.subject)
    for signature in (
        signing.sign(scene.norvik.lead.device_seed, signing.DIRECTORY, given["body"]),
        signing.sign(lead.device_seed, signing.CHARTER, given["body"]),
    ):
        assert reason(scene, lead, {**given, "signature": signature}) == "bad_signature"


def test_each_revision_names_the_one_before_and_every_one_is_kept(scene: Scene) -> None:
    for place, person in enumerate((scene.qasrain.lead, scene.deputy, scene.qasrain.lead)):
        scene.sign(person, scene.subject, entry={"note": f"{place}"})
    rows = access.history(scene.norvik.lead.id, scene.subject)
    before = None
    for row in rows:
        given = directory.parse(row["body"].encode(), unb64(row["signature"]))
        assert given.follows(before)
        before = given
    assert len(rows) == 3
    assert [row["place"] for row in access.changes(scene.member.id, profiles=False, after=0)["rows"]] == [
        rows[-1]["place"]
    ]
    assert len(access.history(scene.norvik.lead.id, scene.subject, after=2)) == 1


def test_whoever_edited_what_another_has_changed_meanwhile_is_told(scene: Scene) -> None:
    mine = scene.signed(scene.qasrain.lead, scene.subject, entry={"note": "mine"})
    scene.sign(scene.deputy, scene.subject, entry={"note": "theirs"})
    with pytest.raises(DirectoryChanged):
        scene.hand_in(scene.qasrain.lead, mine)
    assert Revision.objects.count() == 1


def test_handed_in_again_it_is_kept_once(scene: Scene) -> None:
    given = scene.signed(scene.qasrain.lead, scene.subject)
    assert scene.hand_in(scene.qasrain.lead, given) == scene.hand_in(scene.qasrain.lead, given)
    assert Revision.objects.count() == 1


def test_nobody_signs_without_end(scene: Scene, monkeypatch: pytest.MonkeyPatch, time: kit.Time) -> None:
    monkeypatch.setattr(services, "MOST_A_DAY", 2)
    for _ in range(2):
        scene.sign(scene.qasrain.lead, scene.subject)
    with pytest.raises(SlowDown):
        scene.sign(scene.deputy, scene.subject)
    time.pass_by(clock.DAY)
    scene.sign(scene.deputy, scene.subject)


def test_while_the_portal_is_completed_from_a_copy_nothing_is_signed(scene: Scene) -> None:
    restoration.begin("a test")
    with pytest.raises(Restoring):
        scene.sign(scene.qasrain.lead, scene.subject)


def test_who_signed_what_is_in_the_log(scene: Scene) -> None:
    AuditRow.objects.all().delete()
    scene.sign(scene.qasrain.lead, scene.subject)
    scene.sign(scene.officer, "state/XD")
    scene.sign(scene.member, f"account/{scene.member.id}")
    rows = AuditRow.objects.order_by("pk").values_list("action", "actor", "authority", "details")
    assert list(rows) == [
        ("authority:directory:signed", scene.qasrain.lead.id, scene.qasrain.id, {"revision": 1}),
        ("officer:directory:signed", scene.officer.id, "", {"state": "XD", "revision": 1}),
        ("person:profile:signed", scene.member.id, scene.qasrain.id, {"revision": 1}),
    ]


def test_whoever_is_forgotten_leaves_no_profile(scene: Scene, time: kit.Time) -> None:
    subject = f"account/{scene.member.id}"
    scene.sign(scene.member, subject)
    time.pass_by(clock.HOUR)
    scene.sign(scene.member, subject, entry={"title": "Auditor"})
    services.forget_person(scene.member.id)
    assert not Revision.objects.exists()
