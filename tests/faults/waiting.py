"""Waits end by a state; how long they may take at most is for a computer that has much else to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

GOES_ON: Final = 180.0
"""Seconds after a fault is over within which all goes on by itself.

A client that was turned away pauses for as long as the portal was gone, and for at most 30 s, before it tries again;
on a computer that is four times as slow a process needs as long to start.
"""

MOMENT: Final = 0.02


async def until(
    holds: Callable[[], bool | Awaitable[bool]], what: str, told: Callable[[], object] = lambda: ""
) -> None:
    """Wait until this holds; `what` says what it is, and `told` what else there is to know, where it never does."""
    try:
        async with asyncio.timeout(GOES_ON):
            while True:
                answer = holds()
                if answer if isinstance(answer, bool) else await answer:
                    return
                await asyncio.sleep(MOMENT)
    except TimeoutError:
        raise AssertionError(f"Not within {GOES_ON:.0f} s: {what}. {told()}") from None
