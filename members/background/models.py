"""Tasks that wait, run or have failed, and the workers that live. A task that is done leaves no row.

Times are by the clock of the database (moments.py) and say only when a task is due. Who has a task, and whether that
worker still lives, is told by rows and counters: no clock can be wrong about them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

WORKER_LENGTH = 32


class Task(models.Model):
    """One call of a function that `registry.task` knows by this name.

    `worker` is empty, or who runs it now. `delay` is how long it waits since it was put off; without one it waits for
    a moment that somebody chose. `periodic` is the name once more where it comes again and again, and otherwise null.
    """

    name = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    periodic = models.CharField(max_length=60, null=True, unique=True)
    due_at = models.BigIntegerField()
    delay = models.BigIntegerField(null=True)
    worker = models.CharField(max_length=WORKER_LENGTH, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    failed_at = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=300, blank=True, default="")
    given_up = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(worker="", given_up=False), name="tasks_that_wait"
            ),
            models.Index(fields=["worker"], condition=~models.Q(worker=""), name="tasks_that_run"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Worker(models.Model):
    """One worker. `beats` grows while it lives: whoever sees it stand still for long enough frees what it held."""

    id = models.CharField(primary_key=True, max_length=WORKER_LENGTH)
    beats = models.BigIntegerField(default=0)
    seen_at = models.BigIntegerField()

    def __str__(self) -> str:
        return self.id
