"""Putting tasks down, taking them up and putting away what came of them; each a short transaction of its own.

A task belongs to the worker whose name stands in its row, until that worker puts the outcome down or is found dead.
An outcome counts only while the row still names that worker and that attempt: one who was taken for dead, and whose
task is run by another by now, changes nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from members import events
from members.background import moments, registry
from members.background.models import Task, Worker
from members.background.registry import Definition

LONGEST_FAILURE = 300
WORKER_ENDED = "The worker ended in the middle of it."


@dataclass(frozen=True)
class Claim:
    """One attempt at one task by one worker."""

    task: int
    definition: Definition
    arguments: dict[str, Any]
    worker: str
    attempt: int


def enqueue(task: Definition, *, at: int | None = None, **arguments: Any) -> int:
    """Have a task done once the present transaction is committed, or at that time; returns its number.

    Arguments are JSON values. A rolled-back transaction leaves no task.
    """
    if task.every is not None:
        raise ValueError(f"{task.name} is periodic: it comes by itself.")
    now = moments.now()
    made = Task.objects.create(
        name=task.name, arguments=arguments, due_at=now if at is None else at, delay=0 if at is None else None
    )
    events.emit(events.TASK_WAITING)
    return made.pk


# --- one attempt ---


@transaction.atomic
def _take(worker: str, waiting: QuerySet[Task]) -> Claim | None:
    found = waiting.select_for_update(skip_locked=True).first()
    if found is None:
        return None
    found.worker = worker
    found.attempts += 1
    found.save(update_fields=["worker", "attempts"])
    return Claim(found.pk, registry.definition(found.name), found.arguments, worker, found.attempts)


def claim(worker: str) -> Claim | None:
    """The task that is due for the longest time and that nobody has, now this worker's; None when nothing is due.

    What only a newer version of the program knows is left to it.
    """
    waiting = Task.objects.filter(
        worker="", given_up=False, name__in=registry.names(), due_at__lte=moments.now()
    ).order_by("due_at", "id")
    # asked first without a lock: most of the time nothing is due, and SQLite has one lock for everybody
    return _take(worker, waiting) if waiting.exists() else None


def complete(done: Claim) -> None:
    """The task is done: its row goes, or waits for the next time."""
    mine = _of(done)
    if done.definition.every is None:
        mine.delete()
        return
    every = done.definition.every
    mine.update(worker="", attempts=0, due_at=moments.now() + every, delay=every, failure="", failed_at=None)


def fail(tried: Claim, failure: str) -> None:
    """The task could not be done: it waits longer each time, and is kept when it is given up."""
    _put_off(
        _of(tried), tried.definition, tried.attempt, failure, tried.definition.delay_after(tried.attempt)
    )


def _of(tried: Claim) -> QuerySet[Task]:
    return Task.objects.filter(pk=tried.task, worker=tried.worker, attempts=tried.attempt)


def _put_off(rows: QuerySet[Task], task: Definition, attempts: int, failure: str, delay: int) -> None:
    now = moments.now()
    rows.update(
        worker="",
        due_at=now + delay,
        delay=delay,
        failed_at=now,
        failure=failure[:LONGEST_FAILURE],
        given_up=task.gives_up_after(attempts),
    )


# --- workers ---


def beat(worker: str) -> None:
    """This worker lives."""
    now = moments.now()
    if not Worker.objects.filter(pk=worker).update(beats=F("beats") + 1, seen_at=now):
        Worker.objects.create(pk=worker, beats=1, seen_at=now)


def leave(worker: str) -> None:
    """This worker ends, and holds nothing."""
    Worker.objects.filter(pk=worker).delete()


def heartbeats() -> dict[str, int]:
    """The beats of every worker that is known, and 0 for one that holds a task and has no row."""
    holding = Task.objects.exclude(worker="").values_list("worker", flat=True)
    return dict.fromkeys(holding, 0) | dict(Worker.objects.values_list("pk", "beats"))


@transaction.atomic
def bury(worker: str, beats: int) -> None:
    """Free what a dead worker held; nothing happens when it has beaten since."""
    Worker.objects.filter(pk=worker, beats=beats).delete()
    if not Worker.objects.filter(pk=worker).exists():
        free(worker)


@transaction.atomic
def free(worker: str) -> None:
    """Whatever names this worker waits again: it ended, or it never heard that the task was given to it."""
    for held in Task.objects.select_for_update().filter(worker=worker, name__in=registry.names()):
        task = registry.definition(held.name)
        # the first time at once; one that kills its workers must not kill them in a row
        delay = task.delay_after(held.attempts - 1)
        rows = Task.objects.filter(pk=held.pk)
        _put_off(rows, task, held.attempts, WORKER_ENDED, delay)


# --- time ---


def arrange() -> None:
    """Every periodic task stands once, and none waits longer than it was told to, whatever the clock did.

    A clock that was ahead leaves tasks that are due in a far future: they wait their delay once more from now on.
    """
    now = moments.now()
    standing = dict(Task.objects.filter(periodic__isnull=False).values_list("periodic", "delay"))
    missing = [one for one in registry.periodic() if one.name not in standing]
    if missing:
        Task.objects.bulk_create(
            [Task(name=one.name, periodic=one.name, due_at=now, delay=one.every) for one in missing],
            ignore_conflicts=True,
        )
    for one in registry.periodic():
        if one.name in standing and (standing[one.name] or 0) > (one.every or 0):
            Task.objects.filter(periodic=one.name, worker="").update(delay=one.every)
    too_late = Task.objects.filter(worker="", given_up=False, due_at__gt=now + F("delay"))
    if too_late.exists():
        too_late.update(due_at=now + F("delay"))


def forget_former() -> None:
    """Remove the periodic tasks that the code has no more."""
    kept = [one.name for one in registry.periodic()]
    Task.objects.filter(periodic__isnull=False, worker="").exclude(periodic__in=kept).delete()


# --- what failed ---


def try_again(numbers: list[int]) -> int:
    """Tasks that were given up begin anew: these, or all of them where none is named; returns how many."""
    now = moments.now()
    chosen = Task.objects.filter(given_up=True)
    if numbers:
        chosen = chosen.filter(pk__in=numbers)
    return chosen.update(given_up=False, attempts=0, due_at=now, delay=0)


def forget(numbers: list[int]) -> int:
    """Remove tasks that were given up; returns how many."""
    return Task.objects.filter(pk__in=numbers, given_up=True).delete()[0]
