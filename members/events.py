"""Events between the layers without an import upward: whoever listens is called after the commit, never before.

A listener is a hint only: the database is the truth, and each process also polls it (accounts.revocations). So a
listener that fails is logged and keeps nobody else from hearing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from django.db import transaction

Handler = Callable[..., None]

REGISTER_GROWN = "register.grown"  # size, root, affected: set of authority ids
SESSION_ENDED = "session.ended"  # session_key
DEVICE_INACTIVE = "device.inactive"  # device
ACCOUNT_INACTIVE = "account.inactive"  # account
INVITATION_WAITING = "invitation.waiting"  # account: whose signature is waited for, or no longer
TASK_WAITING = "task.waiting"  # nothing beside it

NAMES = {REGISTER_GROWN, SESSION_ENDED, DEVICE_INACTIVE, ACCOUNT_INACTIVE, INVITATION_WAITING, TASK_WAITING}

_handlers: dict[str, list[Handler]] = defaultdict(list)
_log = logging.getLogger(__name__)


def on(name: str, handler: Handler) -> None:
    """Call this handler, with the event's data as keyword arguments, after each such event."""
    if name not in NAMES:
        raise ValueError(f"There is no event {name!r}.")
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def off(name: str, handler: Handler) -> None:
    """No longer call this handler; nothing happens when it did not listen."""
    if handler in _handlers[name]:
        _handlers[name].remove(handler)


def emit(name: str, **data: object) -> None:
    """Tell the listeners once the present transaction is committed; at once when there is none."""
    if name not in NAMES:
        raise ValueError(f"There is no event {name!r}.")
    transaction.on_commit(partial(_tell, name, data))


def _tell(name: str, data: dict[str, object]) -> None:
    for handler in list(_handlers[name]):
        try:
            handler(**data)
        except Exception:
            _log.exception("A listener of %s failed.", name)
