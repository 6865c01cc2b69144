"""Whoever may accept or publish is decided while nobody changes it, and no two wait for each other for ever."""

from __future__ import annotations

from functools import partial

import pytest

from members.charter import services
from members.charter.models import Acceptance, CharterVersion
from members.register.services import append
from tests import charter, kit
from tests.overlap import overlap

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def authority(network: kit.Network) -> kit.Authority:
    return kit.admit(network, "Integrity Commission", "XE")


def accepting(version: CharterVersion, authority: kit.Authority) -> partial[None]:
    lead = authority.lead
    return partial(
        charter.accept,
        version,
        account=lead.id,
        authority=authority.id,
        device_seed=lead.device_seed,
        network=authority.network.id,
    )


def test_the_lead_of_an_authority_that_is_being_suspended_does_not_accept(
    network: kit.Network, authority: kit.Authority
) -> None:
    version = charter.publish([one.id for one in network.officers])
    fields = {"authority": authority.id, "reason": ""}
    suspended = network.sign("authority.suspended", authority.standing, fields)
    _, answer = overlap(
        partial(append, entries=[suspended], sent={}, by=network.officers[0].id),
        accepting(version, authority),
    )
    assert answer == "not_found"
    assert not Acceptance.objects.exists()


def test_the_same_acceptance_at_once_is_kept_once(network: kit.Network, authority: kit.Authority) -> None:
    version = charter.publish([one.id for one in network.officers])
    accept = accepting(version, authority)
    overlap(accept, accept)
    assert Acceptance.objects.count() == 1


def test_a_draft_that_is_being_changed_is_not_published_as_it_was(network: kit.Network) -> None:
    first, second, third = (one.id for one in network.officers)
    read = charter.prepare(first)
    change = partial(charter.prepare, third, texts={**charter.TEXTS, "en": "Something else."})
    publish = partial(services.publish, officer=second, stated=read.hash)
    assert overlap(change, publish)[1] == "charter_changed"
    assert not CharterVersion.objects.filter(published_at__isnull=False).exists()
