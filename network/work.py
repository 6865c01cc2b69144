"""Does background tasks in a process of its own, of which any number may run; or shows and mends what failed."""

from __future__ import annotations

import argparse
import signal
from datetime import UTC, datetime

from network.cli import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--failed", action="store_true", help="show the tasks whose last attempt failed, and end"
    )
    what.add_argument(
        "--again",
        nargs="*",
        type=int,
        metavar="N",
        help="begin anew with tasks that were given up: these, or all",
    )
    what.add_argument(
        "--forget", nargs="+", type=int, metavar="N", help="remove these tasks that were given up"
    )


def run(arguments: argparse.Namespace) -> int:
    start_django()
    from members.background import services

    if arguments.failed:
        return _show()
    if arguments.again is not None:
        print(f"{services.try_again(arguments.again)} tasks begin anew.")
        return 0
    if arguments.forget:
        print(f"{services.forget(arguments.forget)} tasks removed.")
        return 0
    return _work()


def _work() -> int:
    """Works until SIGTERM or SIGINT, and then finishes the task in hand."""
    from members.background.worker import Worker

    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads, so that none is interrupted
    with Worker():
        print("Entente works (Ctrl-C ends it).", flush=True)
        signal.sigwait(ends)
    return 0


def _show() -> int:
    """Lists what failed; the exit code is 1 when something was given up, when much is overdue or when nobody works."""
    from members.background import access

    workers, overdue = access.workers(), access.overdue()
    given_up = 0
    for one in access.failing():
        given_up += one.given_up
        next_time = "given up" if one.given_up else f"again {_moment(one.due_at)}"
        failed = _moment(one.failed_at or 0)
        print(f"{one.pk} {one.name}: {one.failure} Failed {failed}, attempt {one.attempts}, {next_time}.")
    print(f"Workers: {workers}. Overdue: {overdue}. Given up: {given_up}.")
    return 0 if workers and not overdue and not given_up else 1


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
