"""After the database was put back to an older copy: closes the portal to writing, says what came back, and opens it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from network.cli import CommandError, start_django

if TYPE_CHECKING:
    from messaging.restoration.services import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser(
        "begin", help="close the portal to writing, so that members hand back what the copy lacks"
    )
    what.add_parser("status", help="say what has been handed back so far")
    end = what.add_parser("end", help="put back what was handed back, and open the portal")
    end.add_argument(
        "--without-the-rest",
        action="store_true",
        help="also when something is known to be missing, which is then lost",
    )


def run(arguments: argparse.Namespace) -> int:
    start_django()
    if arguments.what == "begin":
        return _begin()
    return _status() if arguments.what == "status" else _end(without_the_rest=arguments.without_the_rest)


def _begin() -> int:
    from members.register import restoration

    if not restoration.begin("somebody has said so"):
        raise CommandError("The portal is being restored already, or has no network yet.")
    print("The portal is closed to writing. Members hand back what they hold as soon as they sign in.")
    return 0


def _status() -> int:
    from messaging.restoration import services

    found = services.report()
    if not found.standing.restoring:
        print("The portal is not being restored.")
        return 0
    _say(found)
    print(
        "Nothing is known to be missing: end it when everybody has come who may hold more."
        if found.whole
        else "Something is still missing."
    )
    return 0 if found.whole else 1


def _end(*, without_the_rest: bool) -> int:
    from members.problems import Problem
    from messaging.restoration import services

    found = services.report()
    if found.standing.restoring and not found.whole and not without_the_rest:
        _say(found)
        raise CommandError(
            "Something is still missing: wait for those who hold it, or give it up with --without-the-rest."
        )
    try:
        done = services.end()
    except Problem as problem:
        raise CommandError(problem.detail) from problem
    _say(done)
    print("The portal is open to writing again.")
    return 0


def _say(found: Report) -> None:
    standing = found.standing
    print(f"Register: {standing.size} entries, of {standing.known} that are known to have been.")
    print(f"Handed back: {found.items} items of {found.conversations} conversations.")
    for identifier in found.disputed:
        print(f"  of conversation {identifier} two histories: the one that more people hold is taken.")
    for identifier in found.holes:
        print(f"  of conversation {identifier} something is missing between what was handed back.")
    print(
        f"{standing.came} people have come back, of {found.expected} who were here in the week before the copy."
    )
