"""Who has not accepted what is in force may only read, where the network asks for it, and writes again afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from members import clock
from members.charter import access
from members.protocol.encoding import b64
from members.register.models import Head
from tests import kit
from tests.members.charter.conftest import Scene


@pytest.fixture
def required(settings: Settings) -> None:
    settings.CHARTER_REQUIRED = True


def code(answer: Any) -> str:
    return "done" if answer.status_code < 300 else str(answer.json()["code"])


def invite(scene: Scene) -> str:
    client = kit.client_on_device(scene.qasrain.lead)
    return code(kit.post(client, "/api/invitations", kit.invitation_body("focal_point", role="member")[0]))


@pytest.mark.usefixtures("required")
def test_it_begins_with_the_day_from_which_the_version_applies_and_ends_with_the_acceptance(
    scene: Scene, time: kit.Time
) -> None:
    version = scene.publish()
    scene.accept(version, scene.norvik)
    assert not access.may_only_read(scene.qasrain.id)
    time.at = version.effective or 0
    assert access.may_only_read(scene.qasrain.id)
    assert not access.may_only_read(scene.norvik.id)
    scene.accept(version, scene.qasrain)
    assert not access.may_only_read(scene.qasrain.id)


def test_a_network_that_does_not_ask_for_it_lets_everybody_write(scene: Scene, time: kit.Time) -> None:
    time.at = scene.publish().effective or 0
    assert not access.may_only_read(scene.qasrain.id)


@pytest.mark.usefixtures("required")
def test_whoever_accepted_a_later_version_need_not_accept_the_one_before(
    scene: Scene, time: kit.Time
) -> None:
    first = scene.publish("1.0")
    second = scene.publish("1.1", effective=(first.effective or 0) + clock.DAY)
    scene.accept(second, scene.qasrain)
    time.at = first.effective or 0
    assert not access.may_only_read(scene.qasrain.id)
    assert access.may_only_read(scene.norvik.id)


@pytest.mark.usefixtures("required")
def test_an_authority_that_is_admitted_later_accepts_the_version_in_force(
    scene: Scene, time: kit.Time
) -> None:
    first = scene.publish("1.0")
    second = scene.publish("1.1", effective=(first.effective or 0) + clock.DAY)
    time.at = second.effective or 0
    later = kit.admit(scene.network, "Office of Public Integrity", "XF")
    assert access.may_only_read(later.id)
    scene.accept(second, later)
    assert not access.may_only_read(later.id)


@pytest.mark.usefixtures("required")
def test_nobody_is_invited_or_appointed_meanwhile_and_somebody_can_still_be_removed(
    scene: Scene, time: kit.Time
) -> None:
    version, lead = scene.publish(), scene.qasrain.lead
    client = kit.client_on_device(lead)
    invited = kit.invite(client, "focal_point", role="member")
    _, person = kit.enrol(invited, role="member")

    def appointment() -> bytes:
        fields = {
            "account": person.id,
            "authority": scene.qasrain.id,
            "commitment": invited.commitment,
            "identity_key": b64(person.identity_key),
            "role": "member",
            "verification": "invitation_secret",
        }
        return kit.sign("focal_point.appointed", scene.qasrain.subject, [lead.identity_seed], fields)

    def removal() -> bytes:
        fields = {"account": scene.member.id, "authority": scene.qasrain.id}
        return lead.sign_by_device("focal_point.removed", scene.qasrain.subject, fields)

    time.at = version.effective or 0
    client = kit.client_on_device(lead)
    assert code(kit.append(client, [appointment()], invitation=invited.id)) == "charter_not_accepted"
    assert invite(scene) == "charter_not_accepted"
    assert code(kit.append(client, [removal()])) == "done"
    scene.accept(version, scene.qasrain)
    assert invite(scene) == "done"
    assert code(kit.append(client, [appointment()], invitation=invited.id)) == "done"


def test_every_process_is_told_by_the_row_that_it_looks_at_anyway(scene: Scene) -> None:
    def moved() -> int:
        return Head.objects.get(pk=1).charter

    start = moved()
    version = scene.publish()
    assert moved() == start + 1
    scene.accept(version, scene.qasrain)
    assert moved() == start + 2
    scene.accept(version, scene.qasrain)
    assert moved() == start + 2
