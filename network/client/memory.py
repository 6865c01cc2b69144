"""What a client remembers between two runs: how it signs in, its keys, and what it last verified.

One file of mode 0600. Whoever reads it is this person on this device, as with a browser's profile; an installation that
holds it elsewhere (a hardware module, a secret store) needs `to_json` and `from_json` only.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from members.protocol import bookmark, boxes, merkle, signing
from members.protocol.boxes import BoxKeyPair
from members.protocol.encoding import b64, unb64
from members.protocol.person import new_seed
from members.protocol.register import Replay
from members.protocol.state import State
from network.client.holdings import Holdings

FORM = 2


@dataclass
class SignIn:
    """The password and the authenticator; `last_step` is the newest time step that was used."""

    email: str = ""
    password: str = ""
    totp_secret: str = ""
    last_step: int = -1
    backup_codes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SealedBookmarkKey:
    """The bookmark key under a recovery code, until the server has it; it is for the code of this unlock key alone."""

    unlock_key: str
    serial: int
    sealed: bytes


@dataclass
class Keys:
    """The keys of one person on one device.

    The identity seed is here only while it is needed: between enrolment and the first appointment by others, and for
    acts that bring people in. `forget_identity` drops it; the recovery code brings it back.
    """

    account: str = ""
    network: str | None = None
    identity_seed: bytes | None = None
    device_seed: bytes = field(default_factory=new_seed)
    device_box_seed: bytes = field(default_factory=new_seed)
    reading_seeds: dict[int, bytes] = field(default_factory=dict)
    bookmark_key: bytes = field(default_factory=bookmark.new_key)
    bookmark_key_to_give: SealedBookmarkKey | None = None

    @property
    def identity_key(self) -> bytes | None:
        """The public identity key, while the seed is here."""
        return None if self.identity_seed is None else signing.public_key(self.identity_seed)

    @property
    def device_key(self) -> bytes:
        """The public device key."""
        return signing.public_key(self.device_seed)

    @property
    def device(self) -> str:
        """The device id."""
        return signing.device_id(self.device_key)

    @property
    def device_box(self) -> BoxKeyPair:
        """The device box key pair."""
        return boxes.key_pair(self.device_box_seed)

    @property
    def generation(self) -> int:
        """The newest generation whose reading seed is here; 0 when there is none."""
        return max(self.reading_seeds, default=0)

    def reading(self, generation: int | None = None) -> BoxKeyPair:
        """The reading key pair of a generation, by default the newest."""
        return boxes.key_pair(self.reading_seeds[self.generation if generation is None else generation])

    def forget_identity(self) -> None:
        """Drop the identity seed."""
        self.identity_seed = None


@dataclass
class Memory:
    """Everything that outlives a run."""

    sign_in: SignIn = field(default_factory=SignIn)
    keys: Keys = field(default_factory=Keys)
    replay: Replay | None = None
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The last (sequence, head) that was verified of each conversation: no server can take it back unnoticed."""
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was asked for with each invitation that this client made and that was not settled yet."""
    holdings: Holdings = field(default_factory=Holdings)
    """What a portal could be given that has lost it."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object with everything."""
        keys = self.keys
        register = None if self.replay is None else _register_to_json(self.replay)
        return {
            "form": FORM,
            "sign_in": vars(self.sign_in),
            "keys": {
                "account": keys.account,
                "network": keys.network,
                "identity_seed": None if keys.identity_seed is None else b64(keys.identity_seed),
                "device_seed": b64(keys.device_seed),
                "device_box_seed": b64(keys.device_box_seed),
                "reading_seeds": {str(each): b64(seed) for each, seed in keys.reading_seeds.items()},
                "bookmark_key": b64(keys.bookmark_key),
                "bookmark_key_to_give": _to_give_to_json(keys.bookmark_key_to_give),
            },
            "register": register,
            "heads": {conversation: list(head) for conversation, head in self.heads.items()},
            "asked": self.asked,
            "holdings": None if register is None else self.holdings.to_json(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Memory:
        """What `to_json` gave."""
        if value.get("form") != FORM:
            raise ValueError("this file was written by another version of the client")
        keys, register, holdings = value["keys"], value["register"], value.get("holdings")
        identity = keys["identity_seed"]
        return cls(
            sign_in=SignIn(**value["sign_in"]),
            keys=Keys(
                account=keys["account"],
                network=keys["network"],
                identity_seed=None if identity is None else unb64(identity),
                device_seed=unb64(keys["device_seed"]),
                device_box_seed=unb64(keys["device_box_seed"]),
                reading_seeds={int(each): unb64(seed) for each, seed in keys["reading_seeds"].items()},
                bookmark_key=unb64(keys["bookmark_key"]),
                bookmark_key_to_give=_to_give_from_json(keys["bookmark_key_to_give"]),
            ),
            replay=None if register is None else _register_from_json(register),
            heads={conversation: (head[0], head[1]) for conversation, head in value["heads"].items()},
            asked=value.get("asked", {}),
            holdings=Holdings() if holdings is None else Holdings.from_json(holdings),
        )

    def save(self, path: Path) -> None:
        """Write the file, readable by nobody else; either wholly or not at all."""
        fresh = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.to_json(), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path) -> Memory:
        """Read what `save` wrote."""
        return cls.from_json(json.loads(path.read_text("utf-8")))


def _to_give_to_json(value: SealedBookmarkKey | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"unlock_key": value.unlock_key, "serial": value.serial, "sealed": b64(value.sealed)}


def _to_give_from_json(value: dict[str, Any] | None) -> SealedBookmarkKey | None:
    if value is None:
        return None
    return SealedBookmarkKey(value["unlock_key"], value["serial"], unb64(value["sealed"]))


def _register_to_json(replay: Replay) -> dict[str, Any] | None:
    if replay.network is None:
        return None
    return {
        "network": replay.network,
        "range": [b64(each) for each in replay.range.hashes],
        "state": replay.state.to_json(),
        "confirmed": replay.confirmed,
    }


def _register_from_json(value: dict[str, Any]) -> Replay:
    state = State.from_json(value["state"])
    compact = merkle.CompactRange(state.size, [unb64(each, 32) for each in value["range"]])
    replay = Replay.resume(value["network"], state, compact)
    replay.confirmed = value.get("confirmed")
    return replay
