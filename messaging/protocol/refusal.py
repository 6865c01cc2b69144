"""Why an item is refused: a stable code with a sentence for people."""

from __future__ import annotations

from typing import Final

CODES: Final = (
    "bad_item",
    "too_large",
    "bad_signature",
    "bad_checkpoint",
    "bad_history",
    "bad_epoch",
    "members_changed",
    "epoch_exists",
    "epoch_due",
    "old_epoch",
    "not_member",
    "device_inactive",
    "repeated",
    "bad_late_box",
    "late_box_exists",
)


class Refused(ValueError):
    """An item does not belong where it stands; `code` is stable, `detail` is an English sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
