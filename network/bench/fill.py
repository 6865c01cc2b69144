"""Fills conversations with messages of long ago: `python -m network.bench.fill REQUEST ANSWER`.

Millions of rows are made inside the database, each conversation's own subject again and again under new ids. Heads
are of no items, which nobody recomputes while sending; but sequence and head of each conversation are those of
its last row, so that the next real message is accepted as always.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from network.cli import start_django

ROWS_AT_ONCE: Final = 200_000

_POSTGRESQL: Final = """
INSERT INTO conversations_item
    (conversation_id, sequence, kind, account, device, client_id, body, signature, head, received_at)
SELECT c.id, c.sequence + numbers.n, 'message', first.account, first.device, uuidv7()::text, first.body,
    first.signature, encode(sha256(convert_to(c.id || ' ' || c.sequence + numbers.n, 'UTF8')), 'hex'), c.last_at
FROM generate_series(1, %s) AS numbers(n)
CROSS JOIN conversations_conversation AS c
JOIN conversations_item AS first ON first.conversation_id = c.id AND first.sequence = 3
"""
_SQLITE: Final = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
INSERT INTO conversations_item
    (conversation_id, sequence, kind, account, device, client_id, body, signature, head, received_at)
SELECT c.id, c.sequence + numbers.n, 'message', first.account, first.device,
    printf('%%08x-%%04x-7000-8%%03x-', c.sequence + numbers.n, c.id / 4096, c.id %% 4096)
        || lower(hex(randomblob(6))),
    first.body, first.signature, lower(hex(randomblob(32))), c.last_at
FROM numbers
CROSS JOIN conversations_conversation AS c
JOIN conversations_item AS first ON first.conversation_id = c.id AND first.sequence = 3
"""
_ADVANCE: Final = """
UPDATE conversations_conversation SET sequence = sequence + %s, head = (
    SELECT head FROM conversations_item AS newest
    WHERE newest.conversation_id = conversations_conversation.id
        AND newest.sequence = conversations_conversation.sequence + %s
)
"""
_AFTERWARDS: Final = {
    # what the database would do of itself a little later, in the middle of what is measured
    "postgresql": ("VACUUM (ANALYZE) conversations_item", "VACUUM conversations_conversation", "CHECKPOINT"),
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
}


def fill(request: dict[str, Any]) -> dict[str, Any]:
    """Bring the messages of all conversations together to `messages`; each conversation gets as many as another."""
    from django.db import connection, transaction

    from messaging.conversations.models import Conversation

    begun, first_items = Conversation.objects.count(), 3
    standing = Conversation.objects.order_by("id").values_list("sequence", flat=True)[0] - first_items
    missing = request["messages"] // begun - standing
    rows = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    while missing > 0:
        each = min(missing, max(1, ROWS_AT_ONCE // begun))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(rows, [each])
            cursor.execute(_ADVANCE, [each, each])
        missing -= each
    with connection.cursor() as cursor:
        for statement in _AFTERWARDS[connection.vendor]:
            cursor.execute(statement)
    connection.close()
    return {}


if __name__ == "__main__":
    start_django()
    Path(sys.argv[2]).write_text(json.dumps(fill(json.loads(Path(sys.argv[1]).read_text("utf-8")))), "utf-8")
