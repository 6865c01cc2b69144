"""The `entente` command: one line per command, and each command a module of its own.

A command's module has two functions: `add_arguments(parser)`, and `run(arguments)` which returns the exit code.
Only the module of the command that was asked for is imported, and nothing sets Django up until a command does,
so that a command may still choose settings through the environment.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("network.serve", "run the portal on this computer"),
    "work": ("network.work", "do background tasks beside the server, or show what failed"),
    "demo": ("network.demo.command", "run a filled demonstration network on this computer"),
    "init": ("network.commands.init", "prepare an empty portal and invite the first officers"),
    "register": ("network.commands.register", "check the Register of this server"),
    "audit": ("network.commands.audit", "check or export the log of what happened"),
    "restoration": ("network.commands.restoration", "take back what a restored copy of the database lacks"),
    "doctor": ("network.doctor.command", "check this deployment and say what to do"),
    "manage": ("network.manage", "run one of Django's management commands"),
    "bench": ("network.commands.bench", "measure throughput and connections on this computer"),
    "gallery": ("network.gallery.command", "take a picture of every screen"),
    "test": ("network.checks", "run every check and test, or the ones that are named"),
}


class CommandError(Exception):
    """A command cannot go on; the message is one sentence for the person at the terminal."""


def start_django() -> None:
    """Loads the settings and the applications; a wrong setting ends the command with its sentence."""
    from network.addresses import SettingError

    os.environ["DJANGO_SETTINGS_MODULE"] = "network.settings"  # also when a test has started this process
    import django

    try:
        django.setup()
    except SettingError as error:
        raise CommandError(str(error)) from error


def parser_for(name: str | None) -> argparse.ArgumentParser:
    """The parser of the whole command line, with the arguments of the one command that is going to run."""
    parser = argparse.ArgumentParser(prog="entente", description="The portal of a network of authorities.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command, (module, words) in COMMANDS.items():
        one = commands.add_parser(command, help=words, description=words[0].upper() + words[1:] + ".")
        if command == name:
            import_module(module).add_arguments(one)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; never shows a traceback for a mistake of the reader."""
    name = next((word for word in arguments if word in COMMANDS), None)
    parser = parser_for(name)
    chosen = parser.parse_args(list(arguments) or ["--help"])
    try:
        return int(import_module(COMMANDS[chosen.command][0]).run(chosen))
    except CommandError as error:
        print(f"entente: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
