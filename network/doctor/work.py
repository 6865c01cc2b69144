"""Whether somebody does the background tasks, and whether they succeed."""

from __future__ import annotations

from collections.abc import Iterator

from network.doctor.findings import Case, Check, Finding, failed, ok, warning


def _done(case: Case) -> Iterator[Finding]:
    from members.background import access

    running, overdue, failing = access.workers(), access.overdue(), access.failing().count()
    if not running:
        yield failed(
            "work.workers",
            "No worker has been heard of for a minute.",
            "Start the portal, which brings one along."
            if case.environment.worker_inside
            else "Start `entente work`: ENTENTE_WORKER says that background tasks are done there.",
        )
    else:
        yield ok(
            "work.workers", f"{running} of the workers are at it." if running > 1 else "A worker is at it."
        )
    if overdue:
        yield failed(
            "work.overdue",
            f"Tasks that have been due for ten minutes, and that nobody has taken: {overdue}.",
            "Look at the log of the worker; a further one may be started at any time.",
        )
    else:
        yield ok("work.overdue", "No task is overdue.")
    if failing:
        yield warning(
            "work.failing",
            f"Tasks whose last attempt failed: {failing}.",
            "`entente work --failed` lists them, with the reason.",
        )
    else:
        yield ok("work.failing", "No task has failed.")


CHECKS = (Check("work.done", _done, needs=("database.shape",)),)
