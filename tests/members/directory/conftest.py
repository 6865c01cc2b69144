"""What the tests of the directory share: a network of two authorities and an observer, and what is signed for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from members import clock
from members.accounts.models import fresh_id
from members.directory import services
from members.directory.models import Revision
from members.protocol import directory, signing, statements
from members.register import ledger
from members.register.services import append
from tests import kit


@dataclass
class Scene:
    """The network with its officers, Qasrain with a deputy and a member, Norvik, and an observer."""

    network: kit.Network
    qasrain: kit.Authority
    norvik: kit.Authority
    deputy: kit.Person
    member: kit.Person
    observer: str

    @property
    def officer(self) -> kit.Person:
        return self.network.officers[0]

    @property
    def subject(self) -> str:
        return f"authority/{self.qasrain.id}"

    def signed(self, by: kit.Person, subject: str, **changed: Any) -> dict[str, bytes]:
        """Body and signature of the next revision as a browser makes them; `changed` is what stands there instead."""
        present = Revision.objects.filter(subject=subject, present=True).first()
        before = None if present is None else directory.parse(bytes(present.body), bytes(present.signature))
        entry: dict[str, Any] = directory.empty_entry() | {"names": {"en": "Ministry"}, "central": True}
        if subject.startswith("account/"):
            entry = {"competences": [], "hours": None, "languages": [], "title": "Analyst", "zone": None}
        said: dict[str, Any] = {
            "account": by.id,
            "device": by.device,
            "network": self.network.id,
            "previous": None if before is None else before.hash,
            "revision": 1 if before is None else before.revision + 1,
            "size": ledger.current().state.size,
            "subject": subject,
            "time": clock.now(),
            **changed,
            "entry": entry | changed.get("entry", {}),
        }
        body = directory.make(**said)
        return {"body": body, "signature": signing.sign(by.device_seed, signing.DIRECTORY, body)}

    def sign(self, by: kit.Person, subject: str, **changed: Any) -> Revision:
        return self.hand_in(by, self.signed(by, subject, **changed))

    def hand_in(self, by: kit.Person, given: dict[str, bytes], *, profile: bool | None = None) -> Revision:
        about_account = b'"subject":"account/' in given["body"]
        return services.sign(
            account=by.id, device=by.device, profile=about_account if profile is None else profile, **given
        )


def make_scene() -> Scene:
    network = kit.found_network()
    qasrain = kit.admit(network, "Integrity Commission", "XE")
    norvik = kit.admit(network, "Economic Crime Authority", "XG")
    observer = fresh_id()
    fields = {
        "application": None,
        "authority": observer,
        "kind": "observer",
        "lead": None,
        "name": "Audit Court",
        "state": "XF",
        "verification": "in_person",
    }
    admitted = network.sign("authority.admitted", statements.standing(observer), fields)
    append(entries=[admitted], sent={}, by=network.officers[0].id)
    return Scene(network, qasrain, norvik, kit.appoint(qasrain, "deputy"), kit.appoint(qasrain), observer)


@pytest.fixture
def scene(db: None, time: kit.Time) -> Scene:
    return make_scene()
