"""Writes the shared test vectors; run it after a change of the protocol: `python -m tests.vectors.make`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.vectors import (
    applications,
    charters,
    directories,
    drafts,
    forms,
    logs,
    passkeys,
    people,
    seen,
    talks,
)
from tests.vectors.forms import Vectors
from tests.vectors.store import HERE, text_of


def _histories() -> Vectors:
    right, bad = talks.both()
    return logs.histories(story=right.world, wrong=bad.world)


FILES: Final[dict[str, Callable[[], Vectors]]] = {
    "canonical": forms.canonical_json,
    "signatures": forms.signatures,
    "boxes": forms.box_vectors,
    "seal": forms.seals,
    "recovery": forms.recovery_codes,
    "passkeys": passkeys.passkey_vectors,
    "person": people.people,
    "merkle": logs.trees,
    "checkpoints": logs.checkpoints,
    "tiles": logs.tile_vectors,
    "register": _histories,
    "refusals": logs.refusals,
    "replays": logs.replays,
    "conversations": talks.conversations,
    "drafts": drafts.draft_vectors,
    "sightings": seen.sighting_vectors,
    "charter": charters.charter_vectors,
    "applications": applications.application_vectors,
    "directory": directories.directory_vectors,
}


def main() -> None:
    """Write every file."""
    for name, make in FILES.items():
        (HERE / f"{name}.json").write_text(text_of(make()), "utf-8")


if __name__ == "__main__":
    main()
