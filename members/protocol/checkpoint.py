"""Checkpoints of the Register: C2SP tlog-checkpoint in a signed note, under the Register key, and when it was so."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from members.protocol.encoding import EncodingError, b64, is_hash, unb64
from members.protocol.signing import SIGNATURE_LENGTH, public_key, sign_raw, verify_raw

_MAX_LENGTH: Final = 1_000_000
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_SIGNATURE_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_ED25519: Final = b"\x01"
_COSIGNATURE: Final = b"\x04"
_KEY_ID_LENGTH: Final = 4
_TIME_LENGTH: Final = 8
_LATEST: Final = 2**53 - 1
_HOUR: Final = 60 * 60 * 1000
STALE_AFTER: Final = 24 * _HOUR
STOPPED_AFTER: Final = 7 * 24 * _HOUR
AHEAD: Final = 36 * _HOUR
"""How far (in milliseconds) a time may lie before one's own clock and still count: a clock may be a day late."""

Freshness: TypeAlias = Literal["fresh", "stale", "stopped"]


class CheckpointRefused(ValueError):
    """A checkpoint breaks the format, or no signature by the Register key stands under it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose it is, how many entries, and the root over them (hexadecimal)."""

    network: str
    size: int
    root: str

    @property
    def text(self) -> str:
        """The three lines that a signature covers, each with its newline."""
        return f"{name(self.network)}\n{self.size}\n{b64(bytes.fromhex(self.root))}\n"


def name(network: str) -> str:
    """The name of a network's log in notes."""
    return f"entente/{network}"


def key_id(network: str, register_key: bytes) -> bytes:
    """The four bytes by which a note names the Register key."""
    return hashlib.sha256(name(network).encode() + b"\n" + _ED25519 + register_key).digest()[:_KEY_ID_LENGTH]


def cosigner_id(network: str, register_key: bytes) -> bytes:
    """The four bytes by which a note names the Register key as that of a cosignature with a time."""
    return hashlib.sha256(name(network).encode() + b"\n" + _COSIGNATURE + register_key).digest()[
        :_KEY_ID_LENGTH
    ]


def sign(checkpoint: Checkpoint, seed: bytes) -> str:
    """The signed note of a checkpoint under the Register key of `seed`."""
    signature = sign_raw(seed, checkpoint.text.encode())
    identified = key_id(checkpoint.network, public_key(seed)) + signature
    return f"{checkpoint.text}\n— {name(checkpoint.network)} {b64(identified)}\n"


def cosign(note: str, seed: bytes, seconds: int) -> str:
    """The note with the word of the Register key that at this time the log had this head; earlier such words go."""
    checkpoint, lines = _split(note)
    public = public_key(seed)
    theirs, ours = name(checkpoint.network), cosigner_id(checkpoint.network, public)
    kept = [line for line in lines if not (line[0] == theirs and line[1][:_KEY_ID_LENGTH] == ours)]
    signature = sign_raw(seed, _cosigned_text(checkpoint, seconds))
    kept.append((theirs, ours + seconds.to_bytes(_TIME_LENGTH, "big") + signature))
    return f"{checkpoint.text}\n" + "".join(f"— {signer} {b64(identified)}\n" for signer, identified in kept)


def cosigned_at(note: str, register_key: bytes) -> int | None:
    """The newest time, in seconds, at which the Register key cosigned this note; None when it did not.

    Raises CheckpointRefused when a cosignature breaks its form or fails.
    """
    checkpoint, lines = _split(note)
    return _cosigned_at(checkpoint, lines, register_key)


def _cosigned_text(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def _cosigned_at(checkpoint: Checkpoint, lines: list[tuple[str, bytes]], register_key: bytes) -> int | None:
    wanted = cosigner_id(checkpoint.network, register_key)
    times: list[int] = []
    for signer, identified in lines:
        if signer != name(checkpoint.network) or identified[:_KEY_ID_LENGTH] != wanted:
            continue
        stated = identified[_KEY_ID_LENGTH:]
        seconds = int.from_bytes(stated[:_TIME_LENGTH], "big")
        if len(stated) != _TIME_LENGTH + SIGNATURE_LENGTH or seconds > _LATEST:
            raise CheckpointRefused("a cosignature breaks its form")
        if not verify_raw(register_key, _cosigned_text(checkpoint, seconds), stated[_TIME_LENGTH:]):
            raise CheckpointRefused("a cosignature on the checkpoint fails")
        times.append(seconds)
    return max(times, default=None)


def counts(seconds: int, now: int) -> bool:
    """Whether a cosigned time counts by a clock (in milliseconds): none that was given in advance does."""
    return seconds * 1000 <= now + AHEAD


def freshness(confirmed: int | None, now: int) -> Freshness:
    """How long ago it was that somebody who holds the Register key spoke; nothing is sealed once it is `stopped`."""
    if confirmed is None or not counts(confirmed, now) or now - confirmed * 1000 > STOPPED_AFTER:
        return "stopped"
    return "stale" if now - confirmed * 1000 > STALE_AFTER else "fresh"


def verify(note: str, network: str, register_key: bytes) -> Checkpoint:
    """The checkpoint of a note that the Register key signed; raises CheckpointRefused otherwise.

    Lines of other signers are ignored, whatever they hold.
    """
    checkpoint, lines = _split(note)
    if checkpoint.network != network:
        raise CheckpointRefused("the checkpoint is of another log")
    ours = [identified for signer, identified in lines if signer == name(network)]
    wanted = key_id(network, register_key)
    signatures = [each[_KEY_ID_LENGTH:] for each in ours if each[:_KEY_ID_LENGTH] == wanted]
    if not signatures:
        raise CheckpointRefused("the Register key did not sign the checkpoint")
    if not all(verify_raw(register_key, checkpoint.text.encode(), each) for each in signatures):
        raise CheckpointRefused("a signature on the checkpoint fails")
    _cosigned_at(checkpoint, lines, register_key)
    return checkpoint


def parse(note: str) -> Checkpoint:
    """The checkpoint that a note states, without any check of its signatures."""
    return _split(note)[0]


def _split(note: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    if len(note) > _MAX_LENGTH:
        raise CheckpointRefused("the note is too long")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise CheckpointRefused("not a signed note")
    lines = []
    for line in signatures[:-1].split("\n"):
        match = _SIGNATURE_LINE.fullmatch(line)
        if match is None:
            raise CheckpointRefused("a signature line breaks the format")
        try:
            lines.append((match[1], unb64(match[2])))
        except EncodingError as error:
            raise CheckpointRefused("a signature line breaks the format") from error
    return _parse_text(text), lines


def _parse_text(text: str) -> Checkpoint:
    parts = text.split("\n")
    if len(parts) != 3:
        raise CheckpointRefused("a checkpoint has three lines")
    origin, size, root = parts
    network = origin.removeprefix("entente/")
    if network == origin or not is_hash(network) or _SIZE.fullmatch(size) is None:
        raise CheckpointRefused("a line of the checkpoint breaks the format")
    try:
        return Checkpoint(network, int(size), unb64(root, 32).hex())
    except EncodingError as error:
        raise CheckpointRefused("the root breaks the format") from error
