"""One worker: does what is due, one task after the other, and shows that it lives.

Whether another worker is dead is judged by its counter, which has stood still for as long as this worker's own
stopwatch says. So no clock that is wrong or jumps can make a living worker look dead or a dead one alive.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
import uuid
from pathlib import Path
from types import TracebackType

from django.db import connections

from members import events
from members.background import services
from members.background.registry import TaskFailed
from members.background.services import Claim

BEAT_SECONDS = 5.0
DEAD_SECONDS = 30.0
POLL_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Worker:
    """Two threads: one works, one beats while the other may be busy for long."""

    def __init__(
        self, *, beat: float = BEAT_SECONDS, dead: float = DEAD_SECONDS, poll: float = POLL_SECONDS
    ) -> None:
        self.id = uuid.uuid4().hex
        self._beat_seconds, self._dead_seconds, self._poll_seconds = beat, dead, poll
        self._stopping = threading.Event()
        self._worked = threading.Event()  # the working thread has put its last task away
        self._wake = threading.Event()
        self._troubles: set[str] = set()
        self._watched: dict[str, tuple[int, float]] = {}
        self._threads = [
            threading.Thread(target=self._work, name="worker"),
            threading.Thread(target=self._live, name="heartbeat"),
        ]

    def start(self) -> None:
        events.on(events.TASK_WAITING, self.wake)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing more up; what is in hand is finished."""
        events.off(events.TASK_WAITING, self.wake)
        self._stopping.set()
        self._wake.set()

    def join(self) -> None:
        """Return once nothing is in hand."""
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.join()

    # --- working ---

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                if not self._do_one():
                    self._wake.wait(self._poll_seconds)
        finally:
            connections.close_all()
            self._worked.set()

    def _do_one(self) -> bool:
        """Whether something was due."""
        try:
            if "asked for tasks" in self._troubles:
                services.free(self.id)  # the answer may have been lost when the task was given already
            claim = services.claim(self.id)
        except Exception as error:
            self._in_trouble("asked for tasks", error)
            return False
        self._well("asked for tasks")
        if claim is None:
            return False
        failure = attempt(claim)
        if failure is not None:
            connections.close_all()  # it may have been the connection
        self._put_away(claim, failure)
        return True

    def _put_away(self, claim: Claim, failure: str | None) -> None:
        """Until the database has taken it: nobody else runs this task while this worker lives."""
        while True:
            try:
                if failure is None:
                    services.complete(claim)
                else:
                    services.fail(claim, failure)
            except Exception as error:
                self._in_trouble("told what came of a task", error)
                if self._stopping.wait(self._poll_seconds):
                    return  # another worker finds this one dead and runs the task again
            else:
                self._well("told what came of a task")
                return

    def _in_trouble(self, what: str, error: Exception) -> None:
        """Say once that the database cannot be reached, not each second; the next try begins with a new connection."""
        if what not in self._troubles:
            _log.error("The database could not be %s: %s", what, where(error))
        self._troubles.add(what)
        connections.close_all()

    def _well(self, what: str) -> None:
        if what in self._troubles:
            self._troubles.discard(what)
            _log.info("The database can be %s again.", what)

    # --- living ---

    def _live(self) -> None:
        begun = False
        while not self._worked.is_set():
            try:
                if not begun:
                    services.forget_former()
                begun = True
                services.beat(self.id)
                services.arrange()
                self._bury_the_dead()
            except Exception as error:
                self._in_trouble("told that a worker lives", error)
            else:
                self._well("told that a worker lives")
            connections.close_all()  # of a pool others have use for it meanwhile
            self._worked.wait(self._beat_seconds)
        try:
            services.leave(self.id)
        except Exception as error:
            self._in_trouble("told that a worker ends", error)
        connections.close_all()

    def _bury_the_dead(self) -> None:
        seen = services.heartbeats()
        at = time.monotonic()
        for worker, beats in seen.items():
            if worker == self.id:
                continue
            known, since = self._watched.get(worker, (None, at))
            if known != beats:
                self._watched[worker] = (beats, at)
            elif at - since >= self._dead_seconds:
                services.bury(worker, beats)
                _log.warning("A worker ended without a word; what it had in hand is done by others.")
                self.wake()
        self._watched = {worker: self._watched[worker] for worker in seen if worker in self._watched}


def attempt(claim: Claim) -> str | None:
    """Run a task once; returns what went wrong, in one sentence that names no person, or None."""
    try:
        claim.definition.function(**claim.arguments)
    except TaskFailed as error:
        failure = str(error)
        _log.warning("The task %s failed: %s", claim.definition.name, failure)
    except Exception as error:
        failure = where(error)
        _log.exception("The task %s failed.", claim.definition.name)
    else:
        return None
    if claim.definition.gives_up_after(claim.attempt):
        _log.error("The task %s is given up after %d attempts.", claim.definition.name, claim.attempt)
    return failure


def where(error: Exception) -> str:
    """The kind of an error and its place; its words may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}."
