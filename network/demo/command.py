"""`entente demo`: a filled demonstration network on this computer, kept between starts."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from network.cli import CommandError, start_django
from network.environment import BASE

DATA = BASE / ".entente" / "demo"
LARGE_DATA = BASE / ".entente" / "demo-large"
BUILDING = "filling"
"""This file stands in the data directory while it is being filled: whatever is half done is not used."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    parser.add_argument(
        "--fresh", action="store_true", help="forget the present demonstration and make a new one"
    )
    parser.add_argument(
        "--large",
        action="store_true",
        help="250 authorities and 1,000 people, in a directory of their own (the first start takes minutes)",
    )
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fill-only", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--code", metavar="PERSONA", help="print the present one-time code of a persona, and end"
    )


def run(arguments: argparse.Namespace) -> int:
    data: Path = (arguments.data or (LARGE_DATA if arguments.large else DATA)).absolute()
    _choose_settings(data, arguments.port, large=arguments.large)
    if arguments.code is not None:
        return _print_code(arguments.code)
    if arguments.fill_only:
        return fill_database(large=arguments.large)
    from network.serve import listen, serve

    # the port is asked for first, so that nobody's demonstration is thrown away for a start that cannot be
    listen("127.0.0.1", int(os.environ["ENTENTE_PORT"])).close()
    if arguments.fresh or (data / BUILDING).exists():
        shutil.rmtree(data, ignore_errors=True)
    if not (data / "demo_personas.json").exists():
        fill_in_a_process(data, large=arguments.large)
    again = "./entente demo --large" if arguments.large else "./entente demo"
    return serve(host="127.0.0.1", port=None, migrate=True, ready=lambda: _announce(again))


def _choose_settings(data: Path, port: int | None, *, large: bool) -> None:
    for name in [name for name in os.environ if name.startswith("ENTENTE_")]:
        if name not in ("ENTENTE_PORT", "ENTENTE_LOG_LEVEL"):
            del os.environ[name]
    os.environ["ENTENTE_PORT"] = str(port or os.environ.get("ENTENTE_PORT") or 8000)
    os.environ |= {
        "ENTENTE_DATA": str(data),
        "ENTENTE_DEMO": "1",
        "ENTENTE_NETWORK_NAME": "Large demonstration network" if large else "Demonstration network",
        "ENTENTE_LOG_LEVEL": os.environ.get("ENTENTE_LOG_LEVEL") or "WARNING",
    }


def fill_in_a_process(data: Path, *, large: bool) -> None:
    """In a process of its own: the server that follows begins with nothing but the database."""
    data.mkdir(parents=True, exist_ok=True)
    (data / BUILDING).touch()
    words = [sys.executable, "-m", "network", "demo", "--fill-only", "--data", str(data)]
    words += ["--large"] if large else []
    done = subprocess.run(words, cwd=BASE, check=False)
    if done.returncode != 0:
        raise CommandError("The demonstration could not be filled; start again with --fresh.")
    (data / BUILDING).unlink()


def fill_database(*, large: bool) -> int:
    """Fill the empty database that the settings name; returns the exit code."""
    start_django()
    from django.conf import settings

    from network.asgi import application
    from network.demo.growth import Sizes, chain_everything
    from network.demo.guard import claim_database
    from network.demo.seed import fill, forget_used_codes
    from network.serve import bring_database_into_shape

    bring_database_into_shape()
    claim_database()
    asyncio.run(fill(str(settings.ORIGIN), application, _show_progress, Sizes() if large else None))
    forget_used_codes()
    if large:
        chain_everything()
    return 0


def _show_progress(what: str, done: int, total: int) -> None:
    words = {
        "people": "people enrol and are vouched for",
        "messages": "messages are sealed and sent",
        "statements": "statements enter the Register",
    }[what]
    if sys.stdout.isatty():
        print(f"\r  {done} of {total}: {words}          ", end="\n" if done == total else "", flush=True)
    elif done == total:
        print(f"  {total} of {total}: {words}", flush=True)


def _announce(command: str) -> None:
    from django.conf import settings

    from network.demo.personas import held

    print(f"\nEntente, {settings.NETWORK_NAME}: {settings.ORIGIN}  (Ctrl-C ends it; it is kept)\n")
    print("Choose a persona on the sign-in page, or type:\n")
    for persona in held():
        place = f"{persona.authority_name}, {persona.state}" if persona.authority_name else "Secretariat"
        print(f"  {persona.id:20} {place:38} {persona.email:34} {persona.password}")
    print(f"\nOne-time code on the terminal: {command} --code PERSONA\n", flush=True)


def _print_code(persona_id: str) -> int:
    start_django()
    from members.problems import Problem
    from network.demo.personas import fill

    try:
        print(fill(persona_id)["code"])
    except Problem as problem:
        raise CommandError(problem.detail) from problem
    return 0
