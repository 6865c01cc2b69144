"""The further States and authorities of the large demonstration: fictional like those of the story.

The codes are those that ISO 3166 leaves to its users, so that none can be a real State's. Six belong to the story. Of
the others XA and XB stand for made-up languages in CLDR, XI and XK are used for real places, QO, QU and ZZ have a
meaning in CLDR: what is left makes 35 States with those of the story. So seven authorities or so share a State.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from network.demo.story import AUTHORITIES

STORY_STATES: Final = ("XC", "XD", "XE", "XF", "XG", "XH")
FURTHER_STATES: Final = (
    "AA",
    *(f"Q{letter}" for letter in "MNPQRSTVWXYZ"),
    *(f"X{letter}" for letter in "JLMNOPQRSTUVWXYZ"),
)
NAMES: Final = (
    "Anti-Corruption Bureau",
    "Integrity Commission",
    "Financial Investigations Service",
    "Special Anti-Graft Prosecutor",
    "Economic Crime Authority",
    "Office of Public Integrity",
    "Asset Recovery Office",
    "Court of Audit",
)
FUNCTIONS: Final = (
    "International cooperation",
    "Financial analysis",
    "Duty desk",
    "Asset tracing",
    "Digital evidence",
    "Legal affairs",
)


def further_authorities(number: int) -> Iterator[tuple[str, str]]:
    """So many pairs of name and State; none that the story has, and no State with two of one name."""
    taken = {(one.name, one.state) for one in AUTHORITIES}
    pairs = [(name, state) for name in NAMES for state in (*FURTHER_STATES, *STORY_STATES)]
    free = [pair for pair in pairs if pair not in taken]
    if number > len(free):
        raise ValueError(f"there are names for {len(free)} further authorities")
    yield from free[:number]
