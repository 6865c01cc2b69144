"""Writing what happened, in the transaction of the act."""

from __future__ import annotations

from typing import Any, TypeAlias

from members.audit.actions import OF_STATEMENTS, Action
from members.audit.models import AuditRow
from members.audit.tasks import seal_rows
from members.background.services import enqueue
from members.protocol import signing
from members.protocol.encoding import unb64
from members.protocol.statements import Entry

Detail: TypeAlias = "str | int | bool | list[str] | None"


def record(
    action: Action, *, actor: str = "", about: str = "", authority: str = "", **details: Detail
) -> None:
    """Note an act. Call it inside the transaction that does it: neither is there without the other."""
    AuditRow.objects.create(
        action=action,
        actor=actor,
        about="" if about == actor else about,
        authority=authority,
        details=details,
    )
    enqueue(seal_rows)


def record_statement(entry: Entry, *, index: int, by: str, signers: list[str]) -> None:
    """Note a statement that has entered the Register at this place; `signers` are the accounts that signed it."""
    fields = entry.fields
    lead = fields.get("lead") or {}
    record(
        OF_STATEMENTS[entry.type],
        actor=by,
        about=fields.get("account") or lead.get("account", ""),
        authority=fields.get("authority", ""),
        entry=index,
        signers=signers,
        **_device(fields),
    )


def _device(fields: dict[str, Any]) -> dict[str, Detail]:
    """Which device a statement is about, for those that are about one."""
    if "device_key" in fields:
        return {"device": signing.device_id(unb64(fields["device_key"]))}
    return {"device": fields["device"]} if "device" in fields else {}
