"""Prepares an empty portal: the Register key, and one invitation link for each of the first officers."""

from __future__ import annotations

import argparse
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING

from network.cli import CommandError, start_django

if TYPE_CHECKING:
    from members.accounts.first_officers import FirstOfficer

FEWEST = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--officer",
        action="append",
        default=[],
        metavar="NAME <EMAIL>",
        help="one of the first officers; give three or more. The e-mail address is the sign-in name",
    )
    parser.add_argument(
        "--again", action="store_true", help="make new links for officers who have not used theirs"
    )


def run(arguments: argparse.Namespace) -> int:
    start_django()
    from django.conf import settings

    from members.accounts import first_officers
    from members.problems import Problem
    from network.demo.guard import claim_database
    from network.serve import bring_database_into_shape

    bring_database_into_shape()
    claim_database()
    try:
        if arguments.again:
            links = first_officers.invite_again()
        else:
            links = first_officers.invite(_officers(arguments.officer, settings.ORIGIN.host))
    except Problem as problem:
        raise CommandError(problem.detail) from problem
    print(
        f"Each link works once, within seven days. Hand each to its officer yourself ({settings.NETWORK_NAME}):\n"
    )
    for officer, token in links:
        print(f"  {officer.name} <{officer.email}>\n  {settings.ORIGIN}/enrol#{token}\n")
    return 0


def _officers(given: list[str], host: str) -> list[FirstOfficer]:
    from members.accounts.first_officers import FirstOfficer

    if not given:
        domain = host if "." in host else "example.org"
        return [FirstOfficer(f"Officer {number}", f"officer{number}@{domain}") for number in (1, 2, 3)]
    officers = [FirstOfficer(*parseaddr(text)) for text in given]
    wrong = [text for text, one in zip(given, officers, strict=True) if not _usable(one)]
    if wrong:
        raise CommandError(f"Write an officer as 'Name <name@example.org>', not {wrong[0]!r}.")
    if len(officers) < FEWEST or len({one.email for one in officers}) != len(officers):
        raise CommandError("A network is founded by at least three officers with three addresses.")
    return officers


def _usable(one: FirstOfficer) -> bool:
    return bool(one.name) and re.fullmatch(r"[^@\s]+@[^@\s]+", one.email) is not None
