"""The kit of the tests makes a network as the services allow it."""

from __future__ import annotations

import pytest

from members.register import verification
from members.register.models import Entry, RegisterAccount
from tests import kit

pytestmark = pytest.mark.django_db


def test_a_network_with_authorities_is_whole() -> None:
    network = kit.found_network()
    authority = kit.admit(network, "Integrity Commission", "XE")
    kit.appoint(authority, "deputy")

    assert verification.findings() == []
    assert Entry.objects.count() == 1 + 3 * 2 + 3 + 3
    assert RegisterAccount.objects.filter(active=True, generation=1).count() == 5
    assert kit.client_on_device(authority.lead).get("/api/devices").json()[0]["current"]
