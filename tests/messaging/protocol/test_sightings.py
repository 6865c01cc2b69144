"""A sighting holds no more than it may, and names a conversation only to those who are in it."""

from __future__ import annotations

import pytest

from members.protocol import signing
from messaging.protocol import sightings
from messaging.protocol.sightings import MOST_CONVERSATIONS, NotASighting
from tests.members.protocol.world import hash_of, secret

SEED = secret("device")
DEVICE = signing.device_id(signing.public_key(SEED))


def made(number: int) -> bytes:
    return sightings.make(
        account="ab" * 16,
        device=DEVICE,
        network=hash_of("network"),
        checkpoint=(7, hash_of("root")),
        held={hash_of(f"conversation {index}"): (index + 1, hash_of("head")) for index in range(number)},
        time=1,
    )


def test_as_many_conversations_as_there_may_be_and_not_one_more() -> None:
    full, too_many = made(MOST_CONVERSATIONS), made(MOST_CONVERSATIONS + 1)
    read = sightings.parse(full, signing.sign(SEED, signing.SIGHTING, full))
    assert read.signed_by(signing.public_key(SEED))
    assert read.conversations[sightings.tag(hash_of("conversation 9"), DEVICE)] == (10, hash_of("head"))
    with pytest.raises(NotASighting):
        sightings.parse(too_many, signing.sign(SEED, signing.SIGHTING, too_many))


def test_two_devices_name_a_conversation_differently() -> None:
    other = signing.device_id(signing.public_key(secret("another")))
    conversation = hash_of("conversation")
    assert sightings.tag(conversation, DEVICE) != sightings.tag(conversation, other)
    assert conversation not in made(3).decode()
