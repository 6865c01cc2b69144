"""How far two clocks may be apart before people notice."""

from __future__ import annotations

from network.doctor.findings import Finding, failed, ok, warning

NOTICED, TOO_FAR = 2.0, 30.0


def judge(place: str, apart: float, shown: str) -> Finding:
    """What this many seconds between that clock and the one of this computer mean."""
    if abs(apart) <= NOTICED:
        return ok(place, f"It agrees with the clock of this computer ({shown}).")
    saw = f"It is {abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} the clock of this computer ({shown})."
    do = (
        "Let both keep time from the same source (NTP): one-time codes are valid for half a minute, "
        "and sessions and checkpoints end by the clock."
    )
    return failed(place, saw, do) if abs(apart) > TOO_FAR else warning(place, saw, do)
