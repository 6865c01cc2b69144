"""Says to whoever watches the process whether it lives, and whether it can do its work."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse


async def live(request: HttpRequest) -> HttpResponse:
    """Always 200 while the process answers at all; asks nothing of the database."""
    return JsonResponse({"live": True})


async def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has its present shape, otherwise 503 and the reason."""
    reason = await sync_to_async(_reason_not_ready)()
    return JsonResponse({"ready": not reason, "reason": reason}, status=503 if reason else 200)


def _reason_not_ready() -> str | None:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "database_unavailable"
    return "migrations_missing" if missing else None
