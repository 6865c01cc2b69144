"""How large, for how long and on what everything is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

SERVERS: Final = ("daphne", "uvicorn")
KILLED: Final = 10
"""Members of the conversation in which everything is killed."""
PORTALS: Final = ("embedded", "postgresql", "several")


@dataclass(frozen=True)
class Sizes:
    """The sizes of the bars; `TINY` only shows that everything runs."""

    servers: Sequence[str] = SERVERS
    portals: Sequence[str] = PORTALS
    seconds: float = 3.0
    warm_up: float = 1.0
    shapes: Sequence[tuple[int, int]] = ((10, 1), (10, 4), (10, 8), (50, 4))  # members, and how many send
    pairs: int = 64
    clients: Sequence[int] = (8, 64)
    idle: int = 5_000
    receivers: int = 1_000
    rounds: int = 20
    checks: int = 2_000
    conversations: Sequence[int] = (10, 100, 1_000, 10_000)
    stored: Sequence[int] = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
    members: Sequence[int] = (2, 10, 50, 200, 1_000)
    connections: Sequence[int] = (0, 100, 1_000, 5_000)

    def single(self) -> list[str]:
        """The portals with one process."""
        return [kind for kind in self.portals if kind != "several"]

    def crowd(self) -> dict[str, Any]:
        """Whom the scenarios of the standard set need."""
        circles = {*(members for members, _ in self.shapes), KILLED, self.receivers}
        return {"circles": sorted(circles), "pairs": self.pairs, "idle": self.idle}


TINY = Sizes(
    seconds=0.8,
    warm_up=0.3,
    shapes=((10, 4),),
    pairs=3,
    clients=(2,),
    idle=20,
    receivers=12,
    rounds=6,
    checks=20,
    conversations=(4,),
    stored=(100, 300),
    members=(2, 4),
    connections=(10,),
)
