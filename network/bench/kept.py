"""Looks in a database for what was acknowledged: `python -m network.bench.kept REQUEST ANSWER`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from network.cli import start_django


def look(request: dict[str, Any]) -> dict[str, int]:
    """How many of these are missing at their place or there twice, and whether the sequence has gaps."""
    from django.db import connection

    from messaging.conversations.models import Conversation, Item

    conversation = Conversation.objects.get(identifier=request["conversation"])
    rows = Item.objects.filter(conversation=conversation).order_by("sequence")
    stored = list(rows.values_list("client_id", "sequence", "head"))
    there, times = set(stored), Counter(client_id for client_id, _, _ in stored)
    connection.close()
    noted = [(client_id, sequence, head) for client_id, sequence, head in request["noted"]]
    return {
        "missing": sum(one not in there for one in noted),
        "twice": sum(times[client_id] > 1 for client_id, _, _ in noted),
        "gaps": abs(conversation.sequence - len(stored)),
    }


if __name__ == "__main__":
    start_django()
    Path(sys.argv[2]).write_text(json.dumps(look(json.loads(Path(sys.argv[1]).read_text("utf-8")))), "utf-8")
