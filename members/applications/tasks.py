"""What happens to applications by itself: windows close, and what nobody submitted or what is long over goes."""

from __future__ import annotations

from members import clock
from members.applications import expiry, objections
from members.background.registry import task


@task("applications.close_windows", every=5 * clock.MINUTE)
def close_windows() -> None:
    """Each window is closed in a transaction that finds it open; a second run finds none."""
    objections.close_ended()


@task("applications.expire", every=6 * clock.HOUR)
def expire() -> None:
    """Rows that are gone are not found again by a second run."""
    expiry.forget_old()
