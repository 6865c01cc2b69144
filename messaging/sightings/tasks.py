"""Sightings of devices that are no longer in force are removed: nobody is given them any more."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from members import clock
from members.background.deleting import delete_in_parts
from members.background.registry import task
from members.register.models import RegisterDevice
from messaging.sightings.models import Sighting


@task("sightings.former", every=clock.DAY)
def remove_those_of_former_devices() -> None:
    """Done twice, the second time finds none. A device that was revoked never comes back, nor does its key.

    Of a device in force there is one sighting, the newest, and it stays however old it is: what it says still binds.
    """
    active = RegisterDevice.objects.filter(pk=OuterRef("device"), active=True)
    delete_in_parts(Sighting.objects.filter(~Exists(active)))
