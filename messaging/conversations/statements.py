"""What the path of a message asks of the database and writes to it: one look and one write for a whole group.

This is the one place where the two databases are spoken to differently: what a statement costs beside its rows is
most of what a message costs, and they spare it in different ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

from messaging.conversations.roster import Head

PlaceRow = tuple[str, int, list[str], int, str, int, bool, int]
RepeatRow = tuple[str, str, int, bytes, int, str, int]
MarkRow = tuple[int, str, int, int]
# conversation, sequence, account, device, client id, body, signature, head, received at
ItemRow = tuple[int, int, str, str, str, bytes, bytes, str, int]
# conversation, sequence, head, last at
GrownRow = tuple[int, int, str, int]


class Look(NamedTuple):
    """What a group is judged by, as it is inside its transaction, and locked until its end."""

    head: Head
    places: Sequence[PlaceRow]  # identifier, row, participants, sequence, head, epoch, due, last at
    marks: Sequence[MarkRow]  # row, account, received, read


class Statements(Protocol):
    """What a group does in the database, inside the transaction of whoever calls."""

    def look(self, conversations: Sequence[str], accounts: Sequence[str]) -> Look:
        """Lock the Register against growing and then these conversations against other writers, and read.

        `accounts` are those whose marks are wanted, in any of the conversations.
        """

    def repeats(self, client_ids: Sequence[str]) -> Sequence[RepeatRow]:
        """What was written before under these names: client id, device, row, signature, sequence, head, received at."""

    def store(self, items: Sequence[ItemRow], grown: Sequence[GrownRow], marks: Sequence[MarkRow]) -> None:
        """Write new items, where their conversations stand after them, and marks."""


def statements() -> Statements:
    """Those of the database that this process uses."""
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE


NO_REGISTER: Final = ("", 0, "", False, 0)
_HEAD: Final = (
    "SELECT network, size, root, restoring_since IS NOT NULL, charter FROM register_head WHERE id = 1"
)
# with the head of the Register before each, which is one statement less
_PLACES: Final = (
    "SELECT register.network, register.size, register.root, register.restoring_since IS NOT NULL, register.charter, "
    "place.identifier, place.id, place.participants, place.sequence, place.head, place.epoch, place.due, place.last_at "
    "FROM register_head register, conversations_conversation place "
    "WHERE register.id = 1 AND place.identifier {} ORDER BY place.id"
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
# the same beside something else, in one statement
_ADVANCED: Final = (
    "WITH advanced AS (UPDATE conversations_conversation SET sequence = grown.sequence, head = grown.head, "
    "last_at = grown.last_at FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::bigint[]) "
    "AS grown (id, sequence, head, last_at) WHERE conversations_conversation.id = grown.id) "
)
# the conversation is locked while the mark is compared, so that what is written is never behind
_MARK: Final = (
    "INSERT INTO conversations_readmark (conversation_id, account, received, sequence) {} "
    "ON CONFLICT (conversation_id, account) DO UPDATE "
    "SET received = excluded.received, sequence = excluded.sequence"
)


class _Sqlite:
    """Parameters one by one; an immediate transaction has locked everything already."""

    def look(self, conversations: Sequence[str], accounts: Sequence[str]) -> Look:
        with connection.cursor() as cursor:
            ask = partial(self._ask, cursor)
            head, places = _head_and_places(ask, _HEAD, _PLACES, conversations)
            return Look(
                head,
                [(name, row, json.loads(participants), *rest) for name, row, participants, *rest in places],
                ask(_MARKS, conversations, accounts),
            )

    def repeats(self, client_ids: Sequence[str]) -> Sequence[RepeatRow]:
        with connection.cursor() as cursor:
            return self._ask(cursor, _REPEATS, client_ids)

    def _ask(self, cursor: CursorWrapper, query: str, *lists: Sequence[str]) -> list[Any]:
        if not all(lists):
            return []
        cursor.execute(
            query.format(*(f"IN ({_holders(values)})" for values in lists)),
            [value for values in lists for value in values],
        )
        return list(cursor.fetchall())

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
    """Columns as arrays, so that a group of any size is the same statement, which is prepared once.

    Sent by cursors of psycopg itself: those of Django put every value into the text, and have nothing to prepare. No
    pipeline: on one computer or a near network it costs more than the round trips that it spares.
    """

    _HEAD: Final = _HEAD + " FOR SHARE"
    # each row is locked in the order of these words: the Register comes before the conversations, as for all writers
    _PLACES: Final = _PLACES.format("= ANY(%b::text[])") + " FOR SHARE OF register FOR UPDATE OF place"
    _REPEATS: Final = _REPEATS.format("= ANY(%b::text[])")
    _MARKS: Final = _MARKS.format("= ANY(%b::text[])", "= ANY(%b::text[])")
    _STORE: Final = _ADVANCED + _ITEM.format(
        "SELECT *, 'message' FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], "
        "%b::bytea[], %b::bytea[], %b::text[], %b::bigint[])"
    )
    _STORE_MARKS: Final = _MARK.format(
        "SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bigint[], %b::bigint[])"
    )

    def look(self, conversations: Sequence[str], accounts: Sequence[str]) -> Look:
        with self._cursor() as cursor:
            ask = partial(self._ask, cursor)
            head, places = _head_and_places(ask, self._HEAD, self._PLACES, conversations)
            return Look(head, places, ask(self._MARKS, conversations, accounts))

    def repeats(self, client_ids: Sequence[str]) -> Sequence[RepeatRow]:
        with self._cursor() as cursor:
            return self._ask(cursor, self._REPEATS, client_ids)

    def _ask(self, cursor: psycopg.Cursor[Any], query: str, *lists: Sequence[str]) -> list[Any]:
        if not all(lists):
            return []
        cursor.execute(query, [list(values) for values in lists], prepare=True, binary=True)
        return cursor.fetchall()

    def store(self, items: Sequence[ItemRow], grown: Sequence[GrownRow], marks: Sequence[MarkRow]) -> None:
        with self._cursor() as cursor:
            if items:
                cursor.execute(self._STORE, [*_columns(grown), *_columns(items)], prepare=True)
            if marks:
                cursor.execute(self._STORE_MARKS, _columns(marks), prepare=True)

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[Any]]:
        connection.ensure_connection()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            yield cursor


def _head_and_places(
    ask: Callable[..., list[Any]], only_head: str, with_places: str, conversations: Sequence[str]
) -> tuple[Head, list[tuple[Any, ...]]]:
    """Both by one question, and the head by itself where there is none of these conversations."""
    rows = ask(with_places, conversations)
    heads = rows or ask(only_head)
    if not heads:
        return NO_REGISTER, []
    network, size, root, restoring, charter = heads[0][:5]
    return (network, size, root, bool(restoring), charter), [tuple(row[5:]) for row in rows]


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _holders(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


_SQLITE: Final = _Sqlite()
_POSTGRESQL: Final = _Postgresql()
