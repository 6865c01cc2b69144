"""Django's own management commands, such as makemigrations."""

from __future__ import annotations

import argparse

from network.cli import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help="the management command and its arguments")


def run(arguments: argparse.Namespace) -> int:
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["entente manage", *(arguments.words or ["help"])])
    return 0
