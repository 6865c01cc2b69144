"""Takes sightings: only what agrees with the server's own history, so that no member can accuse an honest server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn

from django.db import transaction

from members import clock
from members.accounts.models import Account
from members.accounts.permissions import Caller
from members.problems import Problem, Refused, SlowDown
from messaging.conversations import access, due
from messaging.conversations.heads import is_own_history
from messaging.protocol import sightings
from messaging.protocol.sightings import NotASighting
from messaging.sightings.models import Sighting

MOST_A_MINUTE: Final = 30

_SENTENCES: Final = {
    "bad_item": "This is no sighting of the device that hands it in.",
    "bad_signature": "The signature does not hold.",
    "bad_checkpoint": "The sighting names a Register that is not this server's.",
    "bad_history": "The sighting names a history that is not this server's.",
}


class Stale(Problem):
    """A later sighting of this device is here already."""

    def __init__(self) -> None:
        super().__init__("stale", 409, "A later sighting of this device is here already.")


def take(*, caller: Caller, body: bytes, signature: bytes) -> None:
    """Keep a sighting in the place of the device's last one.

    It is compared before anything is locked: what it names never changes, and thousands of places take their time.
    """
    _keep(_checked(caller, body, signature))


@transaction.atomic
def _keep(given: sightings.Sighting) -> None:
    Account.objects.select_for_update(no_key=True).get(pk=given.account)  # one at a time
    now = clock.now()
    present = Sighting.objects.filter(device=given.device).first()
    began, handed_in = now, 1
    if present is not None:
        if given.time <= present.time:
            raise Stale
        if 0 <= now - present.minute_began < clock.MINUTE:
            began, handed_in = present.minute_began, present.handed_in + 1
            if handed_in > MOST_A_MINUTE:
                raise SlowDown(60)
    Sighting(
        device=given.device,
        account=given.account,
        body=given.body,
        signature=given.signature,
        time=given.time,
        received_at=now,
        minute_began=began,
        handed_in=handed_in,
    ).save()


def _checked(caller: Caller, body: bytes, signature: bytes) -> sightings.Sighting:
    try:
        given = sightings.parse(body, signature)
    except NotASighting:
        _refuse("bad_item")
    roster = due.settled_roster()
    if (given.account, given.device, given.network) != (caller.id, caller.device, roster.network):
        _refuse("bad_item")
    device = roster.active_device(given.device, given.account)
    if device is None or not given.signed_by(device.key):
        _refuse("bad_signature")
    if not roster.is_own_checkpoint(*given.checkpoint):
        _refuse("bad_checkpoint")
    _check_places(given.account, given.device, given.conversations)
    return given


def _check_places(account: str, device: str, stated: Mapping[str, tuple[int, str]]) -> None:
    places = {sightings.tag(one.identifier, device): one for one in access.places(account)}
    for tag, (sequence, head) in stated.items():
        place = places.get(tag)
        if place is None or sequence > place.sequence:
            _refuse("bad_history")
        if sequence == place.sequence:
            same = head == place.head
        else:
            same = is_own_history(place.identifier, place.row, sequence, head)
        if not same:
            _refuse("bad_history")


def _refuse(reason: str) -> NoReturn:
    raise Refused("refused", _SENTENCES[reason], reason=reason)
