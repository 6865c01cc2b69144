"""A small network with one conversation, made in a database of its own, and a session for everybody in it."""

from __future__ import annotations

import secrets
from typing import Any

SEALED_BYTES = 12 + 1024 + 16
"""A message of about one kilobyte, padded and sealed."""


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
