"""Measures throughput and connections against the running code, and says of each bar whether it is met.

A network is made in directories of its own, the portal is started as it is in earnest (embedded, and with
PostgreSQL and Valkey), and the load comes from other processes. Signatures, membership, history and idempotency
are checked as always. Nothing has to be installed beside the test tools, and no other server is asked.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from network.bench.figures import Section, printed
from network.bench.portal import Sites, allow_many_files
from network.bench.sizes import PORTALS, SERVERS, TINY, Sizes
from network.cli import CommandError
from network.environment import BASE

STANDARD = ("signature", "path", "commits", "fanout", "idle", "killed")
GROWTH = "growth"
DOCUMENT = BASE / "docs" / "performance.md"

Measure = Callable[[Sites, Sizes], Section]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", nargs="+", choices=(*STANDARD, GROWTH), metavar="NAME", help=f"only {', '.join(STANDARD)}"
    )
    parser.add_argument(
        "--growth", action="store_true", help="the long curves too, with up to ten million stored messages"
    )
    for name in ("conversations", "stored", "members", "connections"):
        parser.add_argument(
            f"--{name}", type=int, nargs="+", metavar="SIZE", help=f"sizes of the curve of {name}"
        )
    parser.add_argument("--servers", nargs="+", choices=SERVERS, help="ASGI servers (all)")
    parser.add_argument("--portals", nargs="+", choices=PORTALS, help="kinds of portal (all)")
    parser.add_argument("--seconds", type=float, help=f"how long each is measured ({Sizes.seconds:g})")
    parser.add_argument(
        "--tiny", action="store_true", help="so small that it only shows that everything runs"
    )
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("--svg", type=Path, metavar="DIRECTORY", help="where to draw the curves")
    parser.add_argument(
        "--write", action="store_true", help="put the figures and curves into docs/performance.md"
    )


def run(arguments: argparse.Namespace) -> int:
    if not Path("/proc/self/stat").exists():
        raise CommandError("The benchmark asks Linux for the time a process used; it runs on Linux only.")
    allow_many_files()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # with everything that was started
    sections = measure(names_of(arguments), sizes_of(arguments))
    bars = [bar for section in sections for bar in section.bars]
    print(f"{sum(bar.met for bar in bars)} of {len(bars)} bars are met on {machine()}.")
    if arguments.json:
        found = {"machine": machine(), "sections": [section.json() for section in sections]}
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    if arguments.svg or arguments.write:
        from network.bench import document

        for section in sections if arguments.svg else ():
            document.draw(section, arguments.svg)
        if arguments.write:
            document.write(DOCUMENT, sections, f"{machine()}.")
    return 0


def names_of(arguments: argparse.Namespace) -> Sequence[str]:
    if arguments.only:
        return [name for name in (*STANDARD, GROWTH) if name in arguments.only]
    return [*STANDARD, GROWTH] if arguments.growth else STANDARD


def sizes_of(arguments: argparse.Namespace) -> Sizes:
    sizes = TINY if arguments.tiny else Sizes()
    given = {
        name: value
        for name in ("servers", "portals", "seconds", "conversations", "stored", "members", "connections")
        if (value := getattr(arguments, name)) is not None
    }
    return replace(sizes, **given)


def measure(names: Sequence[str], sizes: Sizes) -> list[Section]:
    """What each of these scenarios found, printed as soon as it is there."""
    sections = []
    with ExitStack() as stack:
        sites = Sites(stack, sizes.crowd())
        for name in names:
            began = time.monotonic()
            scenario: Measure = import_module(f"network.bench.scenarios.{name}").measure
            section = scenario(sites, sizes)
            print(f"\n{printed(section)}\n({time.monotonic() - began:.0f} s)\n", flush=True)
            sections.append(section)
    return sections


def machine() -> str:
    """The computer in general terms."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )
