"""The one writer of this process: takes whatever was sent while the last COMMIT ran, and writes it in one transaction.

There is no timer. A lone message is written at once; under load a group is as large as one COMMIT lets it
become, at most 256. Whoever sent is answered after the COMMIT and after everybody else's copy has been
queued, in the order of the sequence. The writer works in a thread of its own and starts with the first thing
it is given.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, Final, TypeAlias, TypeVar

from django.db import DatabaseError, OperationalError, connections

from messaging.conversations import messages
from messaging.conversations.messages import Accepted, Incoming, Mark, Noted, Refusal
from messaging.live import metrics
from messaging.live.metrics import counts

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendWork:
    """A message to write; `done` gets the answer, or None when the database failed."""

    message: Incoming
    done: Callable[[Accepted | Refusal | None], None]


@dataclass(frozen=True, slots=True)
class MarkWork:
    """Marks to note; `done` gets what came of each, or None when the database failed."""

    marks: Sequence[Mark]
    done: Callable[[Sequence[Noted | None] | None], None]


@dataclass(frozen=True, slots=True)
class JobWork:
    """Something else that writes to conversations, with a transaction of its own."""

    job: Callable[[], Any]
    result: Future[Any]


Work: TypeAlias = SendWork | MarkWork | JobWork
Answers: TypeAlias = list[Callable[[], None]]

MOST_AT_ONCE: Final = messages.MOST_AT_ONCE


class Committer:
    """Groups writes. `submit` is called on the loop's thread, `run` on any other."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Work] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="conversations-writer")
        self._busy = False
        self._began = 0.0
        self._closed = False
        metrics.writers.add(self)
        self.groups = 0

    @property
    def waiting(self) -> int:
        """How much has been given and not yet been begun."""
        return len(self._waiting)

    def busy_seconds(self) -> float:
        """For how long the present group has been in the writer's hands."""
        return self._loop.time() - self._began if self._busy else 0.0

    @property
    def busy(self) -> bool:
        """Whether something is being written, or has been and those who wait for it do not know."""
        return self._busy

    def submit(self, work: Work) -> None:
        """Take something to write, and begin at once unless a COMMIT is running."""
        if self._closed:
            _drop(work)
            return
        self._waiting.append(work)
        if not self._busy:
            self._begin()

    def run(self, job: Callable[[], T]) -> T:
        """Run a job in the writer's thread in its turn; returns or raises what the job does."""
        if threading.current_thread().name.startswith("conversations-writer"):
            return job()
        work = JobWork(job, Future())
        self._loop.call_soon_threadsafe(self.submit, work)
        result: T = work.result.result()
        return result

    def close(self) -> None:
        """Finish what has begun and take nothing more."""
        self._closed = True
        metrics.writers.discard(self)
        while self._waiting:
            _drop(self._waiting.popleft())
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=True)

    def _begin(self) -> None:
        waiting = self._waiting
        group: list[Work] = []
        while waiting and len(group) < MOST_AT_ONCE:
            # a job has a transaction of its own, and whatever came before it is written before it
            if isinstance(waiting[0], JobWork) and group:
                break
            group.append(waiting.popleft())
            if isinstance(group[-1], JobWork):
                break
        self._busy = True
        self._began = self._loop.time()
        self.groups += 1
        self._loop.run_in_executor(self._thread, _perform, group).add_done_callback(self._written)

    def _written(self, future: asyncio.Future[Answers]) -> None:
        self._busy = False
        if self._waiting and not self._closed:
            self._begin()  # the next group is being written while this one is handed out
        if future.cancelled():
            return
        for answer in future.result():
            try:
                answer()
            except Exception:  # one socket must not keep the others from hearing
                _log.exception("An answer could not be given.")


def _drop(work: Work) -> None:
    if isinstance(work, JobWork):
        work.result.cancel()
    else:
        work.done(None)


def _perform(group: Sequence[Work]) -> Answers:
    """In the writer's thread: write a group and return what is then to be said on the loop's thread."""
    first = group[0]
    if isinstance(first, JobWork):
        _perform_job(first)
        return []
    sends = [work for work in group if isinstance(work, SendWork)]
    given = [work for work in group if isinstance(work, MarkWork)]
    began = time.perf_counter()
    try:
        accepted, noted = _write(
            [work.message for work in sends], [one for work in given for one in work.marks]
        )
    except Exception:
        counts.commits_failed += 1
        _log.exception("A group of %d messages could not be written.", len(sends))
        connections.close_all()
        failed = [partial(send.done, None) for send in sends]
        return [*failed, *(partial(work.done, None) for work in given)]
    counts.commit_seconds.observe(time.perf_counter() - began)
    if sends:
        counts.commit_sizes.observe(len(sends))
    answers: Answers = [partial(send.done, answer) for send, answer in zip(sends, accepted, strict=True)]
    rest = iter(noted)
    answers.extend(partial(work.done, list(islice(rest, len(work.marks)))) for work in given)
    return answers


def _write(
    incoming: Sequence[Incoming], marks: Sequence[Mark]
) -> tuple[list[Accepted | Refusal], list[Noted | None]]:
    try:
        return messages.write(incoming, marks)
    except OperationalError:
        # Another process has held what this one waited for, or the database was restarted. The second look finds what
        # is there, also what the first one may have written.
        connections.close_all()
        accepted, noted = messages.write(incoming, marks)
        # nobody was told yet of what the first one has written, so it is told as if it were new
        return [_as_new(answer) for answer in accepted], noted


def _as_new(answer: Accepted | Refusal) -> Accepted | Refusal:
    return replace(answer, repeated=False) if isinstance(answer, Accepted) else answer


def _perform_job(work: JobWork) -> None:
    if not work.result.set_running_or_notify_cancel():
        return
    try:
        work.result.set_result(work.job())
    except BaseException as error:  # it belongs to whoever waits
        work.result.set_exception(error)
        if isinstance(error, DatabaseError):
            connections.close_all()
