"""What the tests of the charter share: a network of two authorities, one with a deputy and a member."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from members.charter.models import CharterVersion
from tests import charter, kit


@dataclass
class Scene:
    """The network with its officers, and Qasrain and Norvik in it."""

    network: kit.Network
    qasrain: kit.Authority
    norvik: kit.Authority
    deputy: kit.Person
    member: kit.Person

    @property
    def officers(self) -> list[str]:
        return [one.id for one in self.network.officers]

    def publish(self, number: str = "1.0", **changed: object) -> CharterVersion:
        return charter.publish(self.officers, number, **changed)

    def signed(self, version: CharterVersion, by: kit.Person, **changed: object) -> dict[str, bytes]:
        whose = {"account": by.id, "authority": by.authority or "ab" * 16, "network": self.network.id}
        return charter.signed(version, device_seed=by.device_seed, **{**whose, **changed})

    def accept(self, version: CharterVersion, authority: kit.Authority) -> None:
        lead = authority.lead
        charter.accept(
            version,
            account=lead.id,
            authority=authority.id,
            device_seed=lead.device_seed,
            network=self.network.id,
        )


@pytest.fixture
def scene(db: None, time: kit.Time) -> Scene:
    network = kit.found_network()
    qasrain = kit.admit(network, "Integrity Commission", "XE")
    norvik = kit.admit(network, "Economic Crime Authority", "XG")
    return Scene(network, qasrain, norvik, kit.appoint(qasrain, "deputy"), kit.appoint(qasrain))
