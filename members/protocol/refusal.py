"""Why an entry does not apply: one of the reasons of docs/protocol.md, 4.3, with a sentence for people."""

from __future__ import annotations

from typing import Final

REASONS: Final = (
    "malformed",
    "not_founded",
    "already_founded",
    "wrong_network",
    "bad_signature",
    "stale",
    "unknown",
    "exists",
    "forbidden",
    "not_allowed",
)


class Rejected(ValueError):
    """An entry does not apply to a state; `reason` is stable, `detail` is an English sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
