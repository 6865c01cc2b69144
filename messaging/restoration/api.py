"""HTTP of a restoration: how far it is, and handing back."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Router, Schema

from members.accounts.permissions import Request, device, second_factor
from members.problems import Refused
from members.protocol.encoding import EncodingError, unb64
from members.register import attachments, restoration
from messaging.conversations.api import Hash, ItemIn, Natural
from messaging.restoration import services
from messaging.restoration.services import Given

router = Router(tags=["restoration"])

ENTRY_TEXT = 65_535 * 4 // 3 + 4
Positive = Annotated[int, Field(ge=1, lt=2**53)]


class StandingOut(Schema):
    restoring: bool
    since: int | None
    restored_at: int | None
    size: int
    known: int
    came: int
    expected: int


class RegisterIn(Schema, strict=True):
    checkpoint: str = Field(max_length=10_000)
    first: Natural
    entries: list[Annotated[str, Field(max_length=ENTRY_TEXT)]] = Field(max_length=restoration.MOST_ENTRIES)
    attachments: dict[str, str] = {}


class ReachedOut(Schema):
    size: int
    known: int


class PlacedItemIn(ItemIn):
    """An item as it is appended, with the place that its holder has it at."""

    sequence: Positive
    received_at: Natural


class ConversationIn(Schema, strict=True):
    conversation: Hash
    before_head: Hash
    items: list[PlacedItemIn] = Field(min_length=1, max_length=services.MOST_ITEMS)


class TakenOut(Schema):
    sequence: int
    head: str
    taken: bool


@router.get("/restoration", auth=second_factor, response=StandingOut)
def read(request: Request) -> dict[str, Any]:
    standing = restoration.standing()
    return {
        "restoring": standing.restoring,
        "since": standing.since,
        "restored_at": standing.restored_at,
        "size": standing.size,
        "known": standing.known,
        "came": standing.came,
        "expected": services.expected() if standing.restoring else 0,
    }


@router.post("/restoration/register", auth=second_factor, response=ReachedOut)
def hand_back_register(request: Request, given: RegisterIn) -> dict[str, int]:
    """Entries that the Register lacks, up to a checkpoint that its key signed."""
    try:
        entries = [unb64(one) for one in given.entries]
    except EncodingError:
        raise Refused("invalid", "An entry is not canonical base64.") from None
    reached = restoration.hand_back(
        account=request.auth.id,
        note=given.checkpoint,
        first=given.first,
        entries=entries,
        sent=attachments.decode(given.attachments),
    )
    return {"size": reached.size, "known": reached.known}


@router.post("/restoration/conversations", auth=device, response=TakenOut)
def hand_back_items(request: Request, given: ConversationIn) -> services.Answer:
    """Consecutive items that a conversation lacks."""
    try:
        items = [
            Given(
                one.sequence,
                one.received_at,
                unb64(one.body),
                unb64(one.signature, 64),
                None if one.members is None else unb64(one.members),
                {key: unb64(box) for key, box in one.boxes.items()},
            )
            for one in given.items
        ]
    except EncodingError:
        raise Refused("refused", "Something is not canonical base64.", reason="bad_item") from None
    return services.hand_back(
        account=request.auth.id, conversation=given.conversation, before_head=given.before_head, given=items
    )
