"""The clock of background tasks: that of the database, so that workers on machines whose clocks differ agree."""

from __future__ import annotations

from django.db import connection

from members import clock


def now() -> int:
    """Milliseconds since 1970: by PostgreSQL, and by this machine where the database is a file on it."""
    own = (
        clock.source is not clock.of_the_machine
    )  # the time of a test or of a demonstration that is being filled
    if own or connection.vendor != "postgresql":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        return int(cursor.fetchone()[0])
