"""A conversation in one file, as its member holds it: everything that is needed to verify and open it without a server.

docs/protocol.md, section 6.2. Member tables and boxes are taken along, keys are not: whoever reads the file needs the
reading seeds of the person whose boxes these are.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from network.client.client import Client

PAGE: Final = 500
FORM: Final = "entente/v1/conversation"


async def export_conversation(client: Client, conversation: str, path: Path) -> int:
    """Write the file, readable by its owner alone, wholly or not at all; returns the number of items in it."""
    items, before_head = await _items(client, conversation)
    epochs = await _epochs(client, conversation)
    value = {
        "account": client.account,
        "before_head": before_head,
        "conversation": conversation,
        "epochs": [
            {
                "boxes": [box for box in (each["box"], *each["other_boxes"]) if box is not None],
                "members": each["members"],
                "number": each["number"],
            }
            for each in epochs
        ],
        "form": FORM,
        "items": items,
        "network": client.register.network,
    }
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=1)
    fresh.replace(path)
    return len(items)


async def _items(client: Client, conversation: str) -> tuple[list[dict[str, Any]], str]:
    """Every item that this person may read, from the first on, and the head before it."""
    found: list[dict[str, Any]] = []
    before_head = ""
    while True:
        after = found[-1]["sequence"] if found else 0
        page = await client.http.get(f"/api/conversations/{conversation}/items", after=after, limit=PAGE)
        if not found:
            before_head = page["before_head"]
        if not page["items"]:
            return found, before_head
        found += page["items"]


async def _epochs(client: Client, conversation: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        first = found[-1]["number"] + 1 if found else 1
        page = await client.http.get(f"/api/conversations/{conversation}/epochs", first=first)
        if not page:
            return found
        found += page
