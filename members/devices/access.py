"""What a person sees of their own devices and keys."""

from __future__ import annotations

import json
from typing import Any

from members.accounts.permissions import Caller
from members.devices.models import Bookmark, BookmarkKey, VaultHalf
from members.problems import NotFound
from members.protocol.encoding import b64
from members.register import access as register
from members.register import attachments
from members.register.models import RegisterDevice


def device_list(caller: Caller) -> list[dict[str, Any]]:
    """The person's devices, the newest first, with when each was last used; two queries."""
    used = {one.device: one for one in VaultHalf.objects.filter(account=caller.id)}
    rows = RegisterDevice.objects.filter(account=caller.id).order_by("-enrolled_at", "id")
    return [
        {
            "device": row.pk,
            "label": used[row.pk].label if row.pk in used else "",
            "enrolled": row.enrolled_at,
            "last_seen": used[row.pk].last_seen_at if row.pk in used else None,
            "active": row.active,
            "current": row.pk == caller.device,
        }
        for row in rows
    ]


def own_keys(caller: Caller) -> dict[str, Any]:
    """Everything with which this person's new browser reads again, once it has the recovery code."""
    keys = register.own_keys(caller.id)
    return {
        "account": caller.id,
        "statements": [json.loads(raw) for raw in keys.entries],
        "attachments": attachments.encode(keys.attachments),
    }


def bookmark(caller: Caller) -> dict[str, Any]:
    """The bookmark with the keys that lead to it; neither is of any use without the other."""
    held = Bookmark.objects.filter(pk=caller.id).first()
    key = BookmarkKey.objects.filter(pk=caller.id).first()
    if held is None or key is None:
        raise NotFound
    return {
        "sealed": b64(bytes(held.sealed)),
        "key": {"serial": key.serial, "sealed": b64(bytes(key.sealed))},
        "passkeys": [
            {"unlock_key": one.unlock_key, "sealed": b64(bytes(one.sealed_bookmark_key or b""))}
            for one in caller.account.passkeys.filter(sealed_bookmark_key__isnull=False)
        ],
    }
