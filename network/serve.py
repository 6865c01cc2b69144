"""Runs the portal in this process with daphne's server, on loopback unless told otherwise."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from network.cli import CommandError, start_django

# each connection is a file; so many are enough for one process, and fewer than the others for a small network
MOST_FILES = 65_536
FEW_FILES = 4_096

_log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (ENTENTE_HOST, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (ENTENTE_PORT, else 8000)")
    parser.add_argument("--no-migrate", action="store_true", help="leave the database in the shape it has")


def run(arguments: argparse.Namespace) -> int:
    return serve(host=arguments.host, port=arguments.port, migrate=not arguments.no_migrate, ready=announce)


def announce() -> None:
    """Says on the terminal where the portal is, once it answers there."""
    from django.conf import settings

    print(f"Entente is ready at {settings.ORIGIN} (Ctrl-C ends it).", flush=True)


def serve(*, host: str | None, port: int | None, migrate: bool, ready: Callable[[], None]) -> int:
    """Serves until a signal ends it; `ready` is called once the port is open and the database is in shape.

    The port is taken before anything else, so that two starts on one port never touch one database.
    """
    if host is not None:
        os.environ["ENTENTE_HOST"] = host
    if port is not None:
        os.environ["ENTENTE_PORT"] = str(port)
    from network.addresses import SettingError
    from network.environment import Environment

    try:
        environment = Environment.read()
    except SettingError as error:
        raise CommandError(str(error)) from error
    listening = listen(environment.host, environment.port)
    start_django()
    files = allow_files()
    if files < FEW_FILES:
        _log.warning(
            "This process may open %d files, and each connection is one: raise the hard limit "
            "(ulimit -Hn, LimitNOFILE) to at least %d.",
            files,
            FEW_FILES,
        )
    if migrate:
        bring_database_into_shape()
    from django.db import connection

    from messaging.restoration.witness import close_if_older
    from network.demo.guard import claim_database

    claim_database()
    close_if_older()
    read_register()
    connection.close()  # the threads that serve have their own
    with worker_inside():
        run_daphne(listening, ready=ready, files=files)
    return 0


def read_register() -> None:
    """Replays the Register now: the first person who asked for something would wait for it, seconds for a large one."""
    from members.register import ledger

    try:
        ledger.current()
    except ledger.RegisterDamaged as error:
        _log.error("%s", error)  # everything else is served, and whoever asks for the Register is told


def worker_inside() -> AbstractContextManager[object]:
    """A worker in threads of this process while it serves, unless others do the background tasks."""
    from django.conf import settings

    from members.background.worker import Worker

    return Worker() if settings.WORKER_INSIDE else nullcontext()


def allow_files() -> int:
    """Takes as many open files as the system gives; returns how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, or a sentence that says why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} on {host} is taken: end what listens there, or choose another with --port."
            ) from error
        raise CommandError(f"The server cannot listen on {host}, port {port}: {error.strerror}.") from error
    listening.setblocking(False)
    return listening


def bring_database_into_shape() -> None:
    """Applies the migrations that are missing; asks the database first, which is quicker."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    connection.close()


def run_daphne(listening: socket.socket, *, ready: Callable[[], None], files: int) -> None:
    """Serves on a socket that already listens, with so many open files at most, until SIGINT or SIGTERM."""
    from django.conf import settings

    from network import bounds
    from network.asgi import application
    from network.ending import OrderlyServer
    from network.logs import take_over, take_over_twisted

    take_over()
    take_over_twisted()
    bounds.bound(body=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, files=files)
    server = OrderlyServer(
        application,
        endpoints=[f"fd:fileno={listening.fileno()}"],
        ready_callable=ready,
        http_timeout=bounds.ANSWER_SECONDS,
        # runs while the portal looks the session up, which takes a while when everybody comes back at once
        websocket_handshake_timeout=bounds.ANSWER_SECONDS,
        websocket_connect_timeout=bounds.ANSWER_SECONDS,
        server_name="entente",
        verbosity=0,
    )
    server.run()
    sys.stdout.flush()
