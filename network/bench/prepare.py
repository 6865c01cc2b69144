"""Fills the database of a portal that is going to be measured: `python -m network.bench.prepare REQUEST ANSWER`.

A process of its own, because its settings are those of that portal: the benchmark measures several.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from network.cli import start_django


def prepare(request: dict[str, Any]) -> dict[str, Any]:
    """The people and conversations that were asked for, with all that a load process has to know of them.

    `circles` are conversations of two authorities with so many members together, `pairs` of two people who are in no
    other, and `mesh` any number of conversations among a few hundred people; `idle` are further sessions.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from members.register import ledger
    from network.bench.crowd import Crowd, pairs_of

    call_command("migrate", interactive=False, verbosity=0)
    circles: list[int] = request.get("circles", [])
    pairs: int = request.get("pairs", 0)
    mesh: int = request.get("mesh", 0)
    meshed = next(number for number in range(2, 1_000) if number * (number - 1) // 2 >= mesh) if mesh else 0
    crowd = Crowd()
    sizes = [part for size in circles for part in (size - size // 2, size // 2)]
    authorities = crowd.people([*sizes, *[1] * (2 * pairs + meshed)])
    everybody = [one for group in authorities for one in group]
    place = {one.account: number for number, one in enumerate(everybody)}
    alone = [group[0] for group in authorities[len(sizes) :]]
    groups = [[*authorities[at], *authorities[at + 1]] for at in range(0, len(sizes), 2)]
    begun = crowd.conversations(
        [
            *groups,
            *zip(alone[: 2 * pairs : 2], alone[1 : 2 * pairs : 2], strict=True),
            *pairs_of(alone[2 * pairs :], mesh),
        ]
    )
    conversations = [
        {
            "id": one.identifier,
            "people": [place[member.account] for member in one.people],
            "sequence": one.sequence,
            "head": one.head,
        }
        for one in begun
    ]
    sessions = crowd.sessions(everybody)
    # of people who hear nothing of the circles, where there are any
    bystanders = alone or everybody
    idle = [bystanders[number % len(bystanders)] for number in range(request.get("idle", 0))]
    newest = ledger.current()
    answer = {
        "origin": str(settings.ORIGIN),
        "cookie": settings.SESSION_COOKIE_NAME,
        "network": crowd.made.network,
        "size": newest.size,
        "root": newest.root,
        "people": [
            {
                "account": one.account,
                "device": one.device,
                "device_seed": one.device_seed.hex(),
                "session": session,
            }
            for one, session in zip(everybody, sessions, strict=True)
        ],
        "circles": {
            str(size): conversation
            for size, conversation in zip(circles, conversations[: len(circles)], strict=True)
        },
        "pairs": conversations[len(circles) : len(circles) + pairs],
        "mesh": conversations[len(circles) + pairs :],
        "idle": crowd.sessions(idle),
    }
    connection.close()
    return answer


if __name__ == "__main__":
    start_django()
    Path(sys.argv[2]).write_text(
        json.dumps(prepare(json.loads(Path(sys.argv[1]).read_text("utf-8")))), "utf-8"
    )
