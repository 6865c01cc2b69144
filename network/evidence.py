"""Checks what a browser saved when it stopped: which of it is signed, by whom, and whether the signatures hold.

docs/protocol.md, section 6.3. It needs no server: only the saved file, and a Register that was verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from members.protocol import checkpoint
from members.protocol.checkpoint import CheckpointRefused
from members.protocol.encoding import EncodingError, unb64
from members.protocol.register import Replay
from members.protocol.signing import ITEM, SIGHTING, verify
from messaging.protocol import items, sightings
from messaging.protocol.sightings import NotASighting

NOTE: Final = re.compile(r"entente/[0-9a-f]{64}\n[0-9]+\n[A-Za-z0-9+/=]+\n\n(?:— [^\n]+\n)+")


class NotEvidence(ValueError):
    """The file is not what a browser saves."""


@dataclass(frozen=True)
class Piece:
    """One signed thing of the evidence; `by` is the network for a checkpoint, the account otherwise."""

    kind: Literal["checkpoint", "item", "sighting"]
    says: str
    by: str
    holds: bool


@dataclass(frozen=True)
class Evidence:
    """What a browser found, and when by its clock; and everything in it that somebody signed."""

    finding: str
    found: str
    network: str
    pieces: list[Piece]


def check(text: str, register: Replay) -> Evidence:
    """Look through a saved file; raises NotEvidence when it is none, or of another network than this Register."""
    value = _json_of(text)
    finding, found = value.get("finding"), value.get("found")
    if not isinstance(finding, str) or not isinstance(found, str):
        raise NotEvidence("no finding is named")
    network = register.network or ""
    if value.get("network") != network:
        raise NotEvidence("it is about another network than this Register")
    pieces: list[Piece] = []
    try:
        for piece in _pieces(value, register):
            if piece not in pieces:
                pieces.append(piece)
    except RecursionError as error:
        raise NotEvidence("it is nested too deeply") from error
    return Evidence(finding, found, network, pieces)


def _json_of(text: str) -> dict[str, Any]:
    """The object in the file: before it stand lines for people, in their language."""
    place = text.find("{")
    try:
        value, _ = json.JSONDecoder().raw_decode(text[place:] if place >= 0 else "")
    except (ValueError, RecursionError) as error:
        raise NotEvidence("there is no JSON in it") from error
    return value if isinstance(value, dict) else {}


def _pieces(value: Any, register: Replay) -> Iterator[Piece]:
    """Everything signed in it, at whatever depth it stands."""
    if isinstance(value, str):
        for note in NOTE.findall(value):
            yield _checkpoint(note, register)
    elif isinstance(value, list):
        for each in value:
            yield from _pieces(each, register)
    elif isinstance(value, dict):
        if isinstance(value.get("body"), str) and isinstance(value.get("signature"), str):
            yield _signed(value["body"], value["signature"], register)
        for each in value.values():
            yield from _pieces(each, register)


def _checkpoint(note: str, register: Replay) -> Piece:
    _, size, root = note.split("\n")[:3]
    says = f"size {size}, root {root}"
    network, key = register.network or "", unb64(register.state.register_key or "")
    try:
        checkpoint.verify(note, network, key)
    except CheckpointRefused:
        return Piece("checkpoint", says, network, False)
    seconds = checkpoint.cosigned_at(note, key)
    return Piece("checkpoint", says if seconds is None else f"{says}, confirmed at {seconds}", network, True)


def _signed(body_text: str, signature_text: str, register: Replay) -> Piece:
    try:
        body, signature = unb64(body_text), unb64(signature_text)
    except EncodingError:
        return Piece("item", "no item", "", False)
    try:
        sighting = sightings.parse(body, signature)
    except NotASighting:
        return _item(body, signature, register)
    size, root = sighting.checkpoint
    says = f"{len(sighting.conversations)} conversations, and of the Register size {size}, root {root}"
    holds = _holds(sighting.account, sighting.device, SIGHTING, body, signature, register)
    return Piece("sighting", says, sighting.account, holds)


def _item(body: bytes, signature: bytes, register: Replay) -> Piece:
    try:
        item = items.parse(body, signature)
    except ValueError:
        return Piece("item", "no item", "", False)
    header = item.header
    seen = header.get("seen")
    after = "first" if seen is None else f"after {seen['sequence']} with head {seen['head']}"
    says = f"{item.kind} of conversation {header.get('conversation', item.hash)}, {after}"
    holds = _holds(header["account"], header["device"], ITEM, body, signature, register)
    return Piece("item", says, header["account"], holds)


def _holds(account: str, device: str, kind: str, body: bytes, signature: bytes, register: Replay) -> bool:
    """Also of a device that is not active any more: it was signed all the same."""
    known = register.state.accounts.get(account)
    found = None if known is None else known.devices.get(device)
    return found is not None and verify(unb64(found.key), kind, body, signature)
