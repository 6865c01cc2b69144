"""Measures the path of a message against the running code, prints a table and writes JSON.

A network is made in a directory of its own, the server is started as it is in earnest (a process, SQLite with
every commit on disk, the in-memory channel layer), and the load comes from another process. Signatures,
membership, history and idempotency are checked as always.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from network.bench.ports import free_port
from network.cli import CommandError, start_django
from network.environment import BASE

SEALED_BYTES = 12 + 1024 + 16  # a message of about one kilobyte, padded and sealed
SLOWEST_START = 60.0
SERVERS = {
    "daphne": ["-m", "network", "serve", "--no-migrate"],
    "uvicorn": [
        *("-m", "uvicorn", "network.asgi:application", "--lifespan", "off", "--log-level", "warning"),
        *("--ws-per-message-deflate", "false"),  # as daphne, which never compresses
    ],
}
COLUMNS = {
    "senders": "senders",
    "acknowledged_per_second": "acked/s",
    "deliveries_per_second": "deliveries/s",
    "delivery_p50_ms": "p50 ms",
    "delivery_p99_ms": "p99 ms",
    "server_cpu_seconds_per_1000": "CPU s/1000",
    "load_cpu_seconds_per_1000": "load CPU s/1000",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--members", type=int, default=10, help="people in the conversation (10)")
    parser.add_argument(
        "--senders", type=int, nargs="+", default=[1, 4, 8], help="how many of them send (1 4 8)"
    )
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="how long each number of senders is measured (5)"
    )
    parser.add_argument(
        "--server", choices=sorted(SERVERS), default="daphne", help="the ASGI server (daphne)"
    )
    parser.add_argument("--json", type=Path, help="file to write the figures to")


def run(arguments: argparse.Namespace) -> int:
    if not Path("/proc/self/stat").exists():
        raise CommandError("The benchmark asks Linux for the time a process used; it runs on Linux only.")
    directory = Path(tempfile.mkdtemp(prefix="entente-bench-"))
    try:
        figures = measure(arguments, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(table(figures["runs"]))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


def measure(arguments: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """The figures of one server and every number of senders."""
    port = free_port()
    os.environ |= {"ENTENTE_DATA": str(directory), "ENTENTE_PORT": str(port)}
    os.environ.pop("ENTENTE_ORIGIN", None)
    start_django()
    plan = {"port": port, "seconds": arguments.seconds, **prepare(arguments.members)}
    runs = []
    with serving(arguments.server, port) as process:
        for senders in arguments.senders:
            runs.append(one_run(directory, {**plan, "server": process, "senders": senders}))
            print(
                f"{senders} of {arguments.members} send: {runs[-1]['acknowledged_per_second']} acked/s",
                flush=True,
            )
            plan |= newest_head(plan["conversation"])
    return {
        "what": "the path of a message, embedded",
        "server": arguments.server,
        "python": platform.python_version(),
        "machine": {"processors": os.cpu_count(), "system": platform.platform()},
        "runs": runs,
    }


def prepare(members: int) -> dict[str, Any]:
    """A network with one conversation of two authorities, and a session for everybody in it."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from members.register import ledger
    from network.bench import people, writing

    call_command("migrate", interactive=False, verbosity=0)
    made = people.Made()
    leads = [made.admit("North"), made.admit("South", "XB")]
    everybody = [*leads, *(made.appoint(leads[number % 2]) for number in range(members - 2))]
    thread = writing.begin(made, leads[0], [lead.authority for lead in leads])
    newest = ledger.current()
    plan = {
        "origin": str(settings.ORIGIN),
        "cookie": settings.SESSION_COOKIE_NAME,
        "network": made.network,
        "conversation": thread.id,
        "epoch": thread.epoch,
        "size": newest.size,
        "root": newest.root,
        "content": secrets.token_hex(SEALED_BYTES),
        "members": [
            {
                "account": one.account,
                "device": one.device,
                "device_seed": one.device_seed.hex(),
                "session": people.open_session(one),
            }
            for one in everybody
        ],
        **newest_head(thread.id),
    }
    connection.close()
    return plan


def newest_head(conversation: str) -> dict[str, Any]:
    """Where the conversation stands now, for headers that name it."""
    from messaging.conversations.models import Conversation

    found = Conversation.objects.values_list("sequence", "head").get(identifier=conversation)
    return {"sequence": found[0], "head": found[1]}


def one_run(directory: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """Let the load process measure one number of senders."""
    file = directory / "plan.json"
    file.write_text(json.dumps(plan))
    load = subprocess.run(
        [sys.executable, "-m", "network.bench.load", str(file)],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    if load.returncode:
        raise CommandError(f"The load process failed: {load.stderr.strip().splitlines()[-1]}")
    figures: dict[str, Any] = json.loads(load.stdout)
    return figures


@contextmanager
def serving(server: str, port: int) -> Iterator[int]:
    """The portal as a process of its own; gives its number while it answers."""
    words = [sys.executable, *SERVERS[server]]
    if server == "uvicorn":
        words += ["--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(words, cwd=BASE, stdout=subprocess.DEVNULL)
    try:
        wait_until_it_answers(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health/live"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise CommandError("The server did not start.")


def table(runs: Sequence[dict[str, Any]]) -> str:
    """The figures with one line per number of senders."""
    lines = [list(COLUMNS.values()), *([str(run[name]) for name in COLUMNS] for run in runs)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )
