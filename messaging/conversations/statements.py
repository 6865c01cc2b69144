"""What the path of a message asks of the database and writes to it: one look and one write for a whole group.

This is the one place where the two databases are spoken to differently. SQLite is in this process and knows each
statement by its text. PostgreSQL is reached over a line: the statements of a look, and those of a write, go there
together and are answered together, each is prepared once, and a group of any size is the same statement, because
its columns are handed over as arrays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

import psycopg
from django.db import connection

PlaceRow = tuple[str, int, list[str], int, str, int, bool, int]
RepeatRow = tuple[str, str, int, bytes, int, str, int]
MarkRow = tuple[int, str, int, int]
# conversation, sequence, account, device, client id, body, signature, head, received at
ItemRow = tuple[int, int, str, str, str, bytes, bytes, str, int]
# conversation, sequence, head, last at
GrownRow = tuple[int, int, str, int]


class Look(NamedTuple):
    """What a group is judged by, as it is inside its transaction, and locked until its end."""

    head: tuple[str, int, str]  # network, size and root of the Register
    places: Sequence[PlaceRow]  # identifier, row, participants, sequence, head, epoch, due, last at
    repeats: Sequence[RepeatRow]  # client id, device, row, signature, sequence, head, received at
    marks: Sequence[MarkRow]  # row, account, received, read


class Statements(Protocol):
    """The two things that a group does in the database, inside the transaction of whoever calls."""

    def look(self, conversations: Sequence[str], client_ids: Sequence[str], accounts: Sequence[str]) -> Look:
        """Lock the Register against growing and these conversations against other writers, and read.

        `accounts` are those whose marks are wanted, in any of the conversations.
        """

    def store(self, items: Sequence[ItemRow], grown: Sequence[GrownRow], marks: Sequence[MarkRow]) -> None:
        """Write new items, where their conversations stand after them, and marks."""


def statements() -> Statements:
    """Those of the database that this process uses."""
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE


NO_REGISTER: Final = ("", 0, "")
_HEAD: Final = "SELECT network, size, root FROM register_head WHERE id = 1"
_PLACES: Final = (
    "SELECT identifier, id, participants, sequence, head, epoch, due, last_at FROM conversations_conversation "
    "WHERE identifier {} ORDER BY id"
)
_REPEATS: Final = (
    "SELECT client_id, device, conversation_id, signature, sequence, head, received_at FROM conversations_item "
    "WHERE client_id {}"
)
_MARKS: Final = (
    "SELECT mark.conversation_id, mark.account, mark.received, mark.sequence FROM conversations_readmark mark "
    "JOIN conversations_conversation conversation ON conversation.id = mark.conversation_id "
    "WHERE conversation.identifier {} AND mark.account {}"
)
_ITEM: Final = (
    "INSERT INTO conversations_item (conversation_id, sequence, account, device, client_id, body, signature, head, "
    "received_at, kind) {}"
)
_ADVANCE: Final = (
    "WITH grown (id, sequence, head, last_at) AS ({}) UPDATE conversations_conversation "
    "SET sequence = grown.sequence, head = grown.head, last_at = grown.last_at FROM grown "
    "WHERE conversations_conversation.id = grown.id"
)
# the conversation is locked while the mark is compared, so that what is written is never behind
_MARK: Final = (
    "INSERT INTO conversations_readmark (conversation_id, account, received, sequence) {} "
    "ON CONFLICT (conversation_id, account) DO UPDATE "
    "SET received = excluded.received, sequence = excluded.sequence"
)


class _Sqlite:
    """Parameters one by one; an immediate transaction has locked everything already."""

    def look(self, conversations: Sequence[str], client_ids: Sequence[str], accounts: Sequence[str]) -> Look:
        with connection.cursor() as cursor:

            def ask(query: str, *lists: Sequence[str]) -> list[Any]:
                if not all(lists):
                    return []
                cursor.execute(
                    query.format(*(f"IN ({_holders(values)})" for values in lists)),
                    [value for values in lists for value in values],
                )
                return list(cursor.fetchall())

            head = ask(_HEAD)
            return Look(
                head[0] if head else NO_REGISTER,
                [
                    (name, row, json.loads(participants), *rest)
                    for name, row, participants, *rest in ask(_PLACES, conversations)
                ],
                ask(_REPEATS, client_ids),
                ask(_MARKS, conversations, accounts),
            )

    def store(self, items: Sequence[ItemRow], grown: Sequence[GrownRow], marks: Sequence[MarkRow]) -> None:
        with connection.cursor() as cursor:

            def write(statement: str, rows: Sequence[Sequence[Any]], constant: str = "") -> None:
                if rows:
                    values = ", ".join([f"({_holders(rows[0])}{constant})"] * len(rows))
                    cursor.execute(statement.format(f"VALUES {values}"), [one for row in rows for one in row])

            write(_ITEM, items, ", 'message'")
            write(_ADVANCE, grown)
            write(_MARK, marks)


class _Postgresql:
    """Columns as arrays, and everything that needs no answer of the one before in one go."""

    _LOOK_ITEMS: Final = (
        (_HEAD + " FOR SHARE", ()),
        (_PLACES.format("= ANY(%(conversations)s)") + " FOR UPDATE", ("conversations",)),
        (_REPEATS.format("= ANY(%(client_ids)s)"), ("client_ids",)),
        (_MARKS.format("= ANY(%(conversations)s)", "= ANY(%(accounts)s)"), ("conversations", "accounts")),
    )
    _STORE_ITEMS: Final = _ITEM.format(
        "SELECT *, 'message' FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], "
        "%s::bytea[], %s::bytea[], %s::text[], %s::bigint[])"
    )
    _STORE_GROWN: Final = _ADVANCE.format(
        "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[])"
    )
    _STORE_MARKS: Final = _MARK.format(
        "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[])"
    )

    def look(self, conversations: Sequence[str], client_ids: Sequence[str], accounts: Sequence[str]) -> Look:
        values = {"conversations": conversations, "client_ids": client_ids, "accounts": accounts}
        asked = [(query, names) for query, names in self._LOOK_ITEMS if all(values[name] for name in names)]
        with self._line() as line:
            cursors = [
                _run(line, query, {name: list(values[name]) for name in names}) for query, names in asked
            ]
            answers = [cursor.fetchall() for cursor in cursors]
        found = dict(zip((query for query, _ in asked), answers, strict=True))
        head, *rest = [found.get(query, []) for query, _ in self._LOOK_ITEMS]
        return Look(head[0] if head else NO_REGISTER, *rest)

    def store(self, items: Sequence[ItemRow], grown: Sequence[GrownRow], marks: Sequence[MarkRow]) -> None:
        written = ((self._STORE_ITEMS, items), (self._STORE_GROWN, grown), (self._STORE_MARKS, marks))
        with self._line() as line:
            for statement, rows in written:
                if rows:
                    _run(line, statement, _columns(rows))

    @contextmanager
    def _line(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection of Django, on which nothing is waited for until something is read, or the block ends."""
        connection.ensure_connection()
        line = connection.connection
        with connection.wrap_database_errors, line.pipeline():
            yield line


def _run(line: psycopg.Connection[Any], query: str, values: Any) -> psycopg.Cursor[Any]:
    # not by the cursor of Django, which puts every value into the text and so has nothing to prepare
    return psycopg.Cursor(line).execute(query, values, prepare=True, binary=True)


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _holders(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


_SQLITE: Final = _Sqlite()
_POSTGRESQL: Final = _Postgresql()
