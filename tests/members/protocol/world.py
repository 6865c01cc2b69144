"""A made-up network for tests and vectors: people with keys that follow from their names, and the statements they sign.

Nothing here is random: the same scenes give the same bytes. Boxes are not made, statements name hashes of words.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from members.protocol import boxes, signing, statements
from members.protocol.encoding import b64
from members.protocol.rules import apply
from members.protocol.state import State

TIME = 1_790_000_000_000


def secret(label: str) -> bytes:
    """32 bytes that follow from a label."""
    return hashlib.sha256(b"entente test\n" + label.encode()).digest()


def hash_of(label: str) -> str:
    """A hash of something that is not needed."""
    return secret("hash of " + label).hex()


def identifier(label: str) -> str:
    """The identifier of a person or an authority."""
    return secret("id of " + label)[:16].hex()


@dataclass
class Person:
    """Somebody with an identity key (`version` counts re-keyings), devices and reading keys."""

    name: str
    version: int = 1
    devices: list[str] = field(default_factory=lambda: ["laptop"])
    unlocks: list[str] = field(default_factory=lambda: ["code 1"])

    @property
    def account(self) -> str:
        return identifier(self.name)

    @property
    def identity_seed(self) -> bytes:
        return secret(f"identity {self.version} of {self.name}")

    @property
    def identity_key(self) -> bytes:
        return signing.public_key(self.identity_seed)

    @property
    def subject(self) -> str:
        return statements.own(self.account, self.identity_key)

    def device_seed(self, device: str = "laptop") -> bytes:
        return secret(f"device {device} {self.version} of {self.name}")

    def device_key(self, device: str = "laptop") -> bytes:
        return signing.public_key(self.device_seed(device))

    def device_id(self, device: str = "laptop") -> str:
        return signing.device_id(self.device_key(device))

    def device_box(self, device: str = "laptop") -> boxes.BoxKeyPair:
        return boxes.key_pair(secret(f"box of device {device} {self.version} of {self.name}"))

    def reading(self, generation: int) -> boxes.BoxKeyPair:
        return boxes.key_pair(secret(f"reading {generation} of {self.name}"))

    def unlock_key(self, unlock: str, serial: int = 1) -> dict[str, Any]:
        return {
            "date": TIME,
            "identity_box": hash_of(f"identity box {unlock} of {self.name}"),
            "key": hash_of(f"{unlock} {self.version} of {self.name}"),
            "kind": "recovery_code",
            "serial": serial,
        }

    def commitment(self) -> str:
        return hash_of(f"commitment to {self.name}")


@dataclass
class World:
    """A Register being written: every entry that applied, and the states in between."""

    entries: list[bytes] = field(default_factory=list)
    states: list[State] = field(default_factory=lambda: [State()])
    people: dict[str, Person] = field(default_factory=dict)
    clock: int = TIME

    @property
    def state(self) -> State:
        return self.states[-1]

    @property
    def network(self) -> str:
        assert self.state.network is not None
        return self.state.network

    @property
    def register_seed(self) -> bytes:
        return secret("register")

    def person(self, name: str) -> Person:
        return self.people.setdefault(name, Person(name))

    def add(self, entry: bytes) -> str:
        """Apply an entry and remember it; the entry hash comes back."""
        self.states.append(apply(self.state, entry))
        self.entries.append(entry)
        return statements.entry_hash(entry)

    def statement(self, kind: str, subject: str, /, *seeds: bytes, **fields: Any) -> bytes:
        """An entry with the right network, previous and time, unless the fields say otherwise."""
        self.clock += 1000
        defaults: dict[str, Any] = {
            "network": self.state.network,
            "previous": self.state.heads.get(subject),
            "time": self.clock,
        }
        return statements.sign_entry(
            statements.make_payload(kind, subject=subject, **{**defaults, **fields}), *seeds
        )

    def founding(self, *names: str, threshold: int = 2, **fields: Any) -> bytes:
        officers = [self.person(name) for name in names]
        self.clock += 1000
        payload = statements.make_payload(
            "network.founded",
            **{
                "network": None,
                "subject": statements.NETWORK,
                "previous": None,
                "time": self.clock,
                "demo": False,
                "name": "Réseau d’essai",
                "nonce": hash_of("nonce"),
                "officers": sorted(
                    ({"account": each.account, "identity_key": b64(each.identity_key)} for each in officers),
                    key=lambda each: each["account"],
                ),
                "register_key": b64(signing.public_key(self.register_seed)),
                "threshold": threshold,
                **fields,
            },
        )
        return statements.sign_entry(payload, *(each.identity_seed for each in officers))

    def founding_signed_by(self, *names: str) -> bytes:
        """The founding by Olga, Omar and Ottilie, but signed by these."""
        payload = statements.parse_entry(self.founding("Olga", "Omar", "Ottilie")).payload
        return statements.sign_entry(payload, *(self.person(name).identity_seed for name in names))

    def found(self, *names: str, threshold: int = 2) -> None:
        self.add(self.founding(*names, threshold=threshold))

    def officers_seeds(self) -> list[bytes]:
        """The identity seeds of as many officers in office as the threshold asks for."""
        in_office = [each for each in self.people.values() if each.account in self.state.officers]
        return [each.identity_seed for each in in_office[: self.state.threshold]]

    def admission(self, authority: str, lead: str | None, **fields: Any) -> bytes:
        person = None if lead is None else self.person(lead)
        named = None
        if person is not None:
            named = {
                "account": person.account,
                "commitment": person.commitment(),
                "identity_key": b64(person.identity_key),
            }
        defaults: dict[str, Any] = {
            "application": None,
            "authority": identifier(authority),
            "kind": "observer" if lead is None else "member",
            "lead": named,
            "name": authority,
            "state": "XA",
            "verification": "code_compared",
        }
        merged = {**defaults, **fields}
        seeds = merged.pop("seeds", None) or self.officers_seeds()
        subject = merged.pop("subject", statements.standing(identifier(authority)))
        return self.statement("authority.admitted", subject, *seeds, **merged)

    def appointment(
        self, authority: str, name: str, *, by: str | None, role: str = "member", **fields: Any
    ) -> bytes:
        """Appointed by a lead (named) on people, or by officers (None) on standing."""
        person = self.person(name)
        subject = (statements.standing if by is None else statements.people)(identifier(authority))
        seeds = self.officers_seeds() if by is None else [self.person(by).identity_seed]
        defaults: dict[str, Any] = {
            "account": person.account,
            "authority": identifier(authority),
            "commitment": person.commitment(),
            "identity_key": b64(person.identity_key),
            "role": role,
            "verification": "invitation_secret",
        }
        return self.statement("focal_point.appointed", subject, *seeds, **{**defaults, **fields})

    def enrolment(
        self,
        name: str,
        device: str = "laptop",
        *,
        revokes: tuple[str, ...] = (),
        revoked_ids: list[str] | None = None,
        **fields: Any,
    ) -> bytes:
        person = self.person(name)
        defaults: dict[str, Any] = {
            "account": person.account,
            "device_box_key": person.device_box(device).hash,
            "device_key": b64(person.device_key(device)),
            "revokes": revoked_ids or sorted(person.device_id(each) for each in revokes),
        }
        seeds = fields.pop("seeds", [person.identity_seed, person.device_seed(device)])
        return self.statement("device.enrolled", person.subject, *seeds, **{**defaults, **fields})

    def keys(
        self,
        name: str,
        *,
        generation: int = 1,
        unlocks: tuple[str, ...] = ("code 1",),
        by: bytes | None = None,
        **fields: Any,
    ) -> bytes:
        """An `account.keys` that fits the present devices."""
        person = self.person(name)
        account = self.state.accounts[person.account]
        unlock_keys = sorted((person.unlock_key(each) for each in unlocks), key=lambda each: str(each["key"]))
        devices = {each.box_key for each in account.active_devices().values()}
        receivers = sorted(devices | {str(each["key"]) for each in unlock_keys})
        hand_on = generation > account.generation and account.reading_key is not None
        previous_box = hash_of(f"previous {generation} of {name}") if hand_on else None
        if generation == account.generation:
            previous_box = account.previous_box
        defaults: dict[str, Any] = {
            "account": person.account,
            "generation": generation,
            "previous_box": previous_box,
            "reading_boxes": [{"box": hash_of(f"{generation} to {key}"), "key": key} for key in receivers],
            "reading_key": person.reading(generation).hash,
            "unlock_keys": unlock_keys,
        }
        subject = fields.pop("subject", person.subject)
        return self.statement("account.keys", subject, by or person.identity_seed, **{**defaults, **fields})

    def settle(self, name: str) -> None:
        """The person's first device and keys."""
        self.add(self.enrolment(name))
        self.add(self.keys(name))

    def act(
        self, kind: str, authority: str, name: str, *seeds: bytes, on: str = "people", **fields: Any
    ) -> bytes:
        """A `focal_point.*` statement about a person of an authority."""
        subject = f"authority/{identifier(authority)}/{on}"
        defaults = {"account": self.person(name).account, "authority": identifier(authority)}
        return self.statement(f"focal_point.{kind}", subject, *seeds, **{**defaults, **fields})

    def about_authority(self, kind: str, authority: str, **fields: Any) -> bytes:
        subject = statements.standing(identifier(authority))
        seeds = fields.pop("seeds", None) or self.officers_seeds()
        defaults = {"authority": identifier(authority), "reason": "Because the treaty says so."}
        return self.statement(f"authority.{kind}", subject, *seeds, **{**defaults, **fields})

    def about_officer(self, kind: str, name: str, **fields: Any) -> bytes:
        person = self.person(name)
        seeds = fields.pop("seeds", None) or self.officers_seeds()
        if kind != "removed":
            fields.setdefault("identity_key", b64(person.identity_key))
        return self.statement(
            f"officer.{kind}", statements.NETWORK, *seeds, **{"account": person.account, **fields}
        )

    def revocation(self, name: str, device: str, subject: str, /, *seeds: bytes, **fields: Any) -> bytes:
        person = self.person(name)
        defaults = {"account": person.account, "device": person.device_id(device)}
        return self.statement("device.revoked", subject, *seeds, **{**defaults, **fields})


def small_network() -> World:
    """A small network of one's own, which may be changed."""
    return copy.deepcopy(_small_network())


@cache
def _small_network() -> World:
    """Three officers; North with Ana (lead), Ben (deputy), Cleo; South with Sol (lead) and Tam; everybody settled."""
    world = World()
    world.found("Olga", "Omar", "Ottilie")
    for officer in ("Olga", "Omar", "Ottilie"):
        world.settle(officer)
    world.add(world.admission("North", "Ana"))
    world.add(world.admission("South", "Sol", state="XB"))
    world.add(world.admission("Observatory", None, state="XC"))
    for lead in ("Ana", "Sol"):
        world.settle(lead)
    world.add(world.appointment("North", "Ben", by="Ana", role="deputy"))
    world.add(world.appointment("North", "Cleo", by="Ana"))
    world.add(world.appointment("South", "Tam", by="Sol"))
    for member in ("Ben", "Cleo", "Tam"):
        world.settle(member)
    return world
