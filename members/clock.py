"""The one clock of the server: milliseconds since 1970, as in every signed thing (docs/protocol.md, section 1)."""

from __future__ import annotations

import time
from collections.abc import Callable

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def of_the_machine() -> int:
    return time.time_ns() // 1_000_000


# Tests and the seeding of the demonstration put another one here; nothing else does.
source: Callable[[], int] = of_the_machine


def now() -> int:
    """The present time in milliseconds since 1970-01-01T00:00:00Z."""
    return source()
