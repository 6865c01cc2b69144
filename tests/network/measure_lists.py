"""Measures every list of the API with the large demonstration: milliseconds at the server, and queries.

Run it by hand: `python -m tests.network.measure_lists [postgresql] [DIRECTORY]`. The large demonstration is made first,
in the directory if one is given (and used as it is if it lies there already). The requests go through all of the
portal but its socket. It prints a line for each list, and ends with an error where one takes longer than is wanted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from network.environment import BASE

TIMES: Final = 7
WANTED_MS: Final = 200
OFFICER, LEAD = "officer_operations", "arvenia_lead"


def tell(what: str, *figures: object) -> None:
    columns = "".join(f"{one:>12.1f}" if isinstance(one, float) else f"{one:>12}" for one in figures)
    sys.stdout.write(f"{what:64}{columns}\n")
    sys.stdout.flush()


def fill(data: Path) -> None:
    """The large demonstration in this directory, or in the database that the environment names."""
    if (data / "demo_personas.json").exists():
        return
    data.mkdir(parents=True, exist_ok=True)
    script = "from network.demo.command import fill_database; raise SystemExit(fill_database(large=True))"
    subprocess.run([sys.executable, "-c", script], cwd=BASE, check=True)


def lists(conversations: list[str]) -> Iterator[tuple[str, str, str]]:
    """Every list: who asks, what for, and by what name it is printed."""
    for who in (OFFICER, LEAD):
        yield who, "/api/directory", "the directory"
        yield who, "/api/invitations", "invitations"
        yield who, "/api/sign-in-resets", "sign-in resets"
        yield who, "/api/charter", "the charter, with who accepted"
        yield who, "/api/audit/own", "one's own log"
        yield who, "/api/sessions", "sessions"
        yield who, "/api/devices", "devices"
        yield who, "/api/passkeys", "passkeys"
        yield who, "/api/account/keys", "one's own keys"
    yield OFFICER, "/api/register/proposals", "proposals"
    yield OFFICER, "/api/vetting", "applications"
    yield LEAD, "/api/objections", "applications that may be objected to"
    yield OFFICER, "/api/audit?limit=200", "the log, its newest rows"
    yield OFFICER, "/api/audit?limit=200&before=400", "the log, its oldest rows"
    yield OFFICER, "/api/audit?limit=200&action=person:keys:changed", "the log, one kind of act"
    yield OFFICER, "/api/audit?limit=200&until=1700000000000", "the log, up to a day long ago"
    yield LEAD, "/api/conversations", "conversations"
    yield LEAD, "/api/drafts", "drafts"
    yield LEAD, "/api/sightings", "sightings"
    for conversation in conversations[:1]:
        yield LEAD, f"/api/conversations/{conversation}/items", "items of a conversation"
        yield LEAD, f"/api/conversations/{conversation}/epochs", "epochs of a conversation"
    yield LEAD, "/api/register/checkpoint", "the checkpoint"
    yield LEAD, "/api/register/tile/entries/003", "256 entries of the Register"
    yield LEAD, "/api/register/tile/0/003", "256 leaves of the Register"
    yield LEAD, "/api/register/proof/consistency?first=100&second=5000", "a proof of consistency"
    yield LEAD, "/api/register/proof/inclusion?index=100&size=5000", "a proof of inclusion"
    yield LEAD, "/api/register/times?first=0&last=4999", "when entries were added"


def measure() -> int:
    """Print what each list takes; returns how many are above what is wanted."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from members.accounts.models import Account
    from members.register.models import RegisterDevice
    from messaging.conversations.models import Conversation
    from network.bench.people import open_session_of
    from network.demo import personas

    callers = {}
    for persona in personas.held():
        account = Account.objects.get(email=persona.email).pk
        device = RegisterDevice.objects.filter(account=account, active=True).first()
        if device is not None:  # somebody waits to be admitted
            client = Client(
                headers={"origin": settings.ORIGIN, "host": urlsplit(str(settings.ORIGIN)).netloc}
            )
            client.cookies[settings.SESSION_COOKIE_NAME] = open_session_of(account, device.pk)
            callers[persona.id] = client
    conversations = list(Conversation.objects.order_by("-sequence").values_list("identifier", flat=True))
    above = 0
    tell(connection.vendor, "KiB", "queries", "median ms", "longest ms")
    for who, path, name in lists(conversations):
        client, took = callers[who], []
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code, answer.content[:200])
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        size = len(answer.content) / 1024
        late = statistics.median(took) > WANTED_MS
        above += late
        tell(
            f"{name} ({who})",
            *(size, len(queries), statistics.median(took), max(took)),
            *(("above",) if late else ()),
        )
    return above


def main() -> int:
    words = sys.argv[1:]
    with ExitStack() as kept:
        for name in [name for name in os.environ if name.startswith("ENTENTE_")]:
            del os.environ[name]
        if "postgresql" in words:
            from network.bench import postgres

            os.environ["ENTENTE_DATABASE"] = kept.enter_context(postgres.running()).address
            words.remove("postgresql")
        data = Path(words[0] if words else kept.enter_context(tempfile.TemporaryDirectory())).absolute()
        os.environ |= {
            "ENTENTE_DATA": str(data),
            "ENTENTE_DEMO": "1",
            "ENTENTE_PORT": "8000",
            "ENTENTE_LOG_LEVEL": "WARNING",
        }
        fill(data)
        from network.cli import start_django

        start_django()
        from network.serve import bring_database_into_shape, read_register

        bring_database_into_shape()  # what lies there may have been made by a version before
        read_register()  # as when the server starts
        return min(1, measure())


if __name__ == "__main__":
    sys.exit(main())
