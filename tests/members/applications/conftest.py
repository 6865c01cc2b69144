"""What the tests of vetting share: a network with three officers and two member authorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from members.applications.models import Application
from tests import applications, kit


@dataclass
class Desk:
    """The officers with their browsers, and what they may do in them."""

    network: kit.Network
    qasrain: kit.Authority
    norvik: kit.Authority
    deputy: kit.Person

    @property
    def clients(self) -> list[Client]:
        """A fresh browser of each officer: sessions end, and some of these tests take weeks."""
        return [kit.client_on_device(one) for one in self.network.officers]

    @property
    def officers(self) -> list[str]:
        return [one.id for one in self.network.officers]

    def at(self, step: str, *, passed_by: int = 2, **changed: Any) -> Application:
        """An application at this step, to which one of the officers has brought it."""
        one = self.officers[passed_by]
        return applications.bring_to(applications.submitted(**changed), step, [one])

    def read(self, application: Application, officer: int = 0) -> dict[str, Any]:
        return dict(self.clients[officer].get(f"/api/vetting/{application.pk}").json())

    def listed(self, application: Application, officer: int = 0) -> dict[str, Any]:
        rows = self.clients[officer].get("/api/vetting").json()["applications"]
        return next(dict(row) for row in rows if row["id"] == application.pk)

    def act(self, application: Application, act: str, officer: int = 0, **body: Any) -> Any:
        return kit.post(self.clients[officer], f"/api/vetting/{application.pk}/{act}", body)

    def pass_step(self, application: Application, officer: int = 0, **changed: Any) -> Any:
        found = applications.again(application)
        body = {"step": found.step, "revision": found.revision, "text": "In order.", **changed}
        return self.act(application, "pass", officer, **body)


@pytest.fixture
def desk(db: None) -> Desk:
    network = kit.found_network()
    qasrain = kit.admit(network, "Integrity Commission", "XE")
    return Desk(
        network,
        qasrain,
        kit.admit(network, "Economic Crime Authority", "XG"),
        kit.appoint(qasrain, "deputy"),
    )
