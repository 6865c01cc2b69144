"""Background tasks: each is done at least once, by one worker at a time, later and later where it fails."""

from __future__ import annotations

import threading
from time import monotonic

import pytest
from django.db import OperationalError, transaction

from members import clock
from members.background import access, registry, services
from members.background.models import Task, Worker
from members.background.registry import ATTEMPTS, Definition, TaskFailed, task
from members.background.worker import Worker as RunningWorker
from members.background.worker import attempt
from tests.kit import Time

pytestmark = pytest.mark.django_db(transaction=True)

ANNA, BEN = "a" * 32, "b" * 32


class Tasks:
    """Two tasks of these tests, what they were called with, and what they do when they are called."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.trouble: Exception | None = None
        self.write = task("tests.write")(self._write)
        self.hourly = task("tests.hourly", every=clock.HOUR)(self._write)

    def _write(self, word: str = "again") -> None:
        if self.trouble is not None:
            raise self.trouble
        self.done.append(word)

    def run(self, worker: str = ANNA) -> bool:
        """What a worker does: take a task, try it, and put away what came of it."""
        claim = services.claim(worker)
        if claim is None:
            return False
        failure = attempt(claim)
        if failure is None:
            services.complete(claim)
        else:
            services.fail(claim, failure)
        return True


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Tasks:
    """The only tasks there are while a test runs."""
    kept: dict[str, Definition] = {}
    monkeypatch.setattr(registry, "_definitions", kept)
    return Tasks()


def standing() -> Task:
    return Task.objects.get()


# --- one task ---


def test_a_task_is_done_once_and_leaves_nothing(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    assert tasks.run()
    assert not tasks.run()
    assert tasks.done == ["one"]
    assert not Task.objects.exists()


def test_the_one_that_is_due_for_longest_comes_first(tasks: Tasks, time: Time) -> None:
    services.enqueue(tasks.write, word="second")
    services.enqueue(tasks.write, word="first", at=time.at - 1)
    while tasks.run():
        pass
    assert tasks.done == ["first", "second"]


def test_a_task_waits_for_its_time(tasks: Tasks, time: Time) -> None:
    services.enqueue(tasks.write, word="later", at=time.at + clock.HOUR)
    time.pass_by(clock.HOUR - 1)
    assert not tasks.run()
    time.pass_by(1)
    assert tasks.run()


def test_what_is_rolled_back_was_never_asked_for(tasks: Tasks) -> None:
    with transaction.atomic():
        services.enqueue(tasks.write, word="one")
        transaction.set_rollback(True)
    assert not tasks.run()


def test_nobody_else_has_a_task_while_one_worker_does(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    assert services.claim(ANNA) is not None
    assert services.claim(BEN) is None


def test_what_only_a_newer_version_knows_is_left_to_it(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    registry.forget(tasks.write)
    assert not tasks.run()
    assert standing().attempts == 0


# --- failing ---


def test_a_failed_task_waits_longer_each_time(tasks: Tasks, time: Time) -> None:
    tasks.trouble = TaskFailed("The other side sleeps.")
    services.enqueue(tasks.write, word="one")
    for wait in (10, 20, 40, 80):
        assert tasks.run()
        assert standing().due_at == time.at + wait * clock.SECOND
        assert not tasks.run()
        time.pass_by(wait * clock.SECOND)
    tasks.trouble = None
    assert tasks.run()
    assert tasks.done == ["one"]


def test_a_failure_is_kept_in_the_words_of_the_task(tasks: Tasks, time: Time) -> None:
    tasks.trouble = TaskFailed("The other side sleeps.")
    services.enqueue(tasks.write, word="one")
    tasks.run()
    (shown,) = access.failing()
    assert (shown.failure, shown.failed_at, shown.attempts) == ("The other side sleeps.", time.at, 1)


def test_what_somebody_wrote_is_not_kept_with_an_unforeseen_failure(tasks: Tasks) -> None:
    tasks.trouble = ValueError("the secret of amina@example.org")
    services.enqueue(tasks.write, word="one")
    tasks.run()
    assert standing().failure.startswith("ValueError in test_tasks.py, line ")


def test_a_task_is_given_up_and_begins_anew_when_somebody_says_so(tasks: Tasks, time: Time) -> None:
    tasks.trouble = TaskFailed("The other side sleeps.")
    number = services.enqueue(tasks.write, word="one")
    for _ in range(ATTEMPTS):
        assert tasks.run()
        time.pass_by(registry.LONGEST_DELAY)
    assert not tasks.run()
    assert standing().given_up
    tasks.trouble = None
    assert services.try_again([number]) == 1
    assert tasks.run()
    assert tasks.done == ["one"]


def test_only_what_was_given_up_can_be_forgotten(tasks: Tasks) -> None:
    number = services.enqueue(tasks.write, word="one")
    assert services.forget([number]) == 0
    Task.objects.update(given_up=True)
    assert services.forget([number]) == 1


# --- workers that end ---


def test_a_task_of_a_dead_worker_is_done_by_another(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    services.beat(ANNA)
    assert services.claim(ANNA) is not None
    services.bury(ANNA, services.heartbeats()[ANNA])
    assert tasks.run(BEN)
    assert tasks.done == ["one"]


def test_a_worker_that_has_beaten_since_is_not_buried(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    services.beat(ANNA)
    assert services.claim(ANNA) is not None
    seen = services.heartbeats()[ANNA]
    services.beat(ANNA)
    services.bury(ANNA, seen)
    assert not tasks.run(BEN)
    assert Worker.objects.filter(pk=ANNA).exists()


def test_a_worker_taken_for_dead_changes_nothing_when_it_comes_back(tasks: Tasks) -> None:
    services.enqueue(tasks.write, word="one")
    late = services.claim(ANNA)
    assert late is not None
    services.bury(ANNA, 0)
    present = services.claim(BEN)
    assert present is not None
    services.complete(late)
    services.fail(late, "Too late.")
    assert (standing().worker, standing().failure) == (BEN, services.WORKER_ENDED)
    services.complete(present)
    assert not Task.objects.exists()


def test_a_task_that_ends_its_workers_does_not_end_them_in_a_row(tasks: Tasks, time: Time) -> None:
    services.enqueue(tasks.write, word="one")
    for wait in (0, 10, 20):
        assert services.claim(ANNA) is not None
        services.bury(ANNA, 0)
        assert standing().due_at == time.at + wait * clock.SECOND
        time.pass_by(wait * clock.SECOND)
    Task.objects.update(attempts=ATTEMPTS - 1, due_at=time.at)
    assert services.claim(ANNA) is not None
    services.bury(ANNA, 0)
    assert standing().given_up


# --- periodic tasks, and clocks ---


def test_a_periodic_task_stands_once_and_comes_again(tasks: Tasks, time: Time) -> None:
    for _ in range(3):
        services.arrange()
    assert tasks.run(ANNA)
    assert not tasks.run(BEN)
    time.pass_by(clock.HOUR - 1)
    assert not tasks.run(BEN)
    time.pass_by(1)
    assert tasks.run(BEN)
    assert tasks.done == ["again", "again"]


def test_a_periodic_task_that_fails_comes_sooner_and_is_never_given_up(tasks: Tasks, time: Time) -> None:
    services.arrange()
    tasks.trouble = TaskFailed("The other side sleeps.")
    for _ in range(ATTEMPTS + 5):
        assert tasks.run()
        assert 0 < standing().due_at - time.at <= clock.HOUR
        time.at = standing().due_at
    tasks.trouble = None
    assert tasks.run()
    assert (standing().failure, standing().failed_at, standing().attempts) == ("", None, 0)


def test_a_clock_that_jumps_forth_and_back_brings_it_once_more_and_then_in_time(
    tasks: Tasks, time: Time
) -> None:
    services.arrange()
    tasks.run()
    time.pass_by(clock.DAY)
    services.arrange()
    assert tasks.run()
    assert not tasks.run()
    time.pass_by(-clock.DAY)
    services.arrange()
    assert not tasks.run()
    time.pass_by(clock.HOUR)
    services.arrange()
    assert tasks.run()
    assert len(tasks.done) == 3


def test_what_waits_after_a_failure_does_not_wait_for_a_clock_that_was_ahead(
    tasks: Tasks, time: Time
) -> None:
    tasks.trouble = TaskFailed("The other side sleeps.")
    time.pass_by(clock.DAY)
    services.enqueue(tasks.write, word="one")
    tasks.run()
    time.pass_by(-clock.DAY)
    services.enqueue(tasks.write, word="at a moment that somebody chose", at=time.at + 2 * clock.DAY)
    services.arrange()
    moments = Task.objects.filter(name="tests.write").order_by("id").values_list("due_at", flat=True)
    assert list(moments) == [time.at + 10 * clock.SECOND, time.at + 2 * clock.DAY]


def test_a_period_that_the_code_shortens_is_shortened(tasks: Tasks, time: Time) -> None:
    services.arrange()
    tasks.run()
    registry.forget(tasks.hourly)
    task("tests.hourly", every=clock.MINUTE)(tasks.hourly.function)
    services.arrange()
    assert standing().due_at == time.at + clock.MINUTE


def test_a_periodic_task_that_the_code_has_no_more_goes(tasks: Tasks) -> None:
    services.arrange()
    services.enqueue(tasks.write, word="stays")
    registry.forget(tasks.hourly)
    services.forget_former()
    assert standing().name == "tests.write"


def test_a_periodic_task_is_not_asked_for(tasks: Tasks) -> None:
    with pytest.raises(ValueError, match="comes by itself"):
        services.enqueue(tasks.hourly)


def test_no_two_tasks_have_one_name(tasks: Tasks) -> None:
    with pytest.raises(ValueError, match="two tasks"):
        task("tests.write")(lambda: None)


# --- what is said of it ---


def test_whoever_watches_learns_whether_anybody_works(tasks: Tasks, time: Time) -> None:
    assert access.workers() == 0
    services.beat(ANNA)
    services.beat(BEN)
    assert access.workers() == 2
    services.leave(BEN)
    assert access.workers() == 1
    time.pass_by(access.LIVES_WITHIN + 1)
    assert access.workers() == 0


def test_whoever_watches_learns_what_lies_too_long(tasks: Tasks, time: Time) -> None:
    services.enqueue(tasks.write, word="one")
    time.pass_by(access.OVERDUE_AFTER)
    assert access.overdue() == 0
    time.pass_by(1)
    assert access.overdue() == 1
    services.claim(ANNA)
    assert access.overdue() == 0


# --- the threads ---


def test_a_worker_is_woken_by_what_is_asked_for_in_its_process(tasks: Tasks) -> None:
    done = threading.Event()
    definition = task("tests.set")(done.set)
    with RunningWorker(poll=600):
        services.enqueue(definition)
        assert done.wait(30)
    assert not Task.objects.filter(name="tests.set").exists()
    assert not Worker.objects.exists()


def test_a_task_whose_giving_was_not_heard_of_is_not_lost(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    services.enqueue(task("tests.set")(done.set))
    unbroken = services.claim
    lost: list[services.Claim] = []

    def breaks_once(worker: str) -> services.Claim | None:
        given = unbroken(worker)
        if given is not None and not lost:
            lost.append(given)
            raise OperationalError("the line broke after the commit")
        return given

    monkeypatch.setattr(services, "claim", breaks_once)
    with RunningWorker(poll=0.05):
        assert done.wait(30)
    assert len(lost) == 1


def test_a_worker_that_is_stopped_finishes_what_it_has_in_hand(tasks: Tasks) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert go_on.wait(30)
        tasks.done.append("slow")

    definition = task("tests.slow")(slow)
    services.enqueue(definition)
    services.enqueue(definition)
    worker = RunningWorker(poll=0.05)
    worker.start()
    assert begun.wait(30)
    worker.stop()
    go_on.set()
    worker.join()
    assert tasks.done.count("slow") == 1
    assert Task.objects.filter(name="tests.slow", worker="").count() == 1


def test_a_worker_finds_the_dead_by_their_silence(tasks: Tasks) -> None:
    done = threading.Event()
    definition = task("tests.set")(done.set)
    services.enqueue(definition)
    services.beat(ANNA)
    assert services.claim(ANNA) is not None
    with RunningWorker(beat=0.05, dead=0.2, poll=0.05):
        assert done.wait(30)
    assert not Worker.objects.exists()


def test_a_worker_shows_that_it_lives_while_a_task_takes_long(tasks: Tasks) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        assert go_on.wait(60)

    services.enqueue(task("tests.long")(long))
    with RunningWorker(beat=0.05, poll=0.05) as worker:
        assert begun.wait(30)
        before = services.heartbeats()[worker.id]
        deadline = monotonic() + 30
        while services.heartbeats()[worker.id] < before + 3:
            assert monotonic() < deadline
            go_on.wait(0.05)
        assert Task.objects.get(name="tests.long").worker == worker.id
        go_on.set()
