"""The Register key says in time that the head is the newest, also while nobody is connected."""

from __future__ import annotations

from members import clock
from members.background.registry import TaskFailed, task
from members.register import freshness, signer


@task("register.confirm", every=clock.MINUTE)
def confirm() -> None:
    """Cosign the checkpoint where that is due; where it was done just now, nothing is.

    Whoever asks for a checkpoint does the same, so that it is no older than an hour even where no worker runs.
    """
    try:
        freshness.renew_when_due()
    except signer.RegisterKeyMissing as error:
        raise TaskFailed(str(error)) from error
