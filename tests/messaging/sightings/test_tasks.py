"""Sightings of devices that are no longer in force are removed, and no other."""

from __future__ import annotations

import pytest

from members.register.models import RegisterDevice
from messaging.sightings.models import Sighting
from messaging.sightings.tasks import remove_those_of_former_devices
from tests import kit

pytestmark = pytest.mark.django_db


def sighting_of(device: str, account: str) -> None:
    Sighting.objects.create(
        device=device,
        account=account,
        body=b"",
        signature=b"",
        time=0,
        received_at=0,
        minute_began=0,
        handed_in=1,
    )


def test_the_sightings_of_former_devices_go_and_old_ones_of_others_stay() -> None:
    authority = kit.admit(kit.found_network(), "Integrity Commission")
    gone = kit.appoint(authority)
    for one in RegisterDevice.objects.all():
        sighting_of(one.id, one.account)
    sighting_of("ab" * 32, gone.account.pk)
    kit.remove(authority, gone)
    remove_those_of_former_devices.function()
    left = set(Sighting.objects.values_list("device", flat=True))
    assert left == set(RegisterDevice.objects.filter(active=True).values_list("id", flat=True))
    assert left
    assert RegisterDevice.objects.filter(account=gone.account.pk, active=False).exists()
