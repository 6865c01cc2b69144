"""Other servers as they were measured once, on two cores of the same kind and with every commit on disk.

Seconds of the processor for a thousand messages (server and database), by the number of members with four of them
sending. Absolute times wander with the machine; whoever measures on a much faster or slower one bears it in mind.
"""

from __future__ import annotations

from typing import Final

SYNAPSE: Final = {10: 60.9, 50: 60.9 * 49 / 9}
"""With fifty members not published beside the others: as if its cost grew with the copies alone."""
SYNAPSE_SHARE: Final = {10: 1 / 100, 50: 1 / 200}
EJABBERD: Final = {10: 0.73, 50: 1.59}
EJABBERD_SHARE: Final = {"daphne": 1.0, "uvicorn": 0.6}
EJABBERD_P99_MS: Final = 3.5
