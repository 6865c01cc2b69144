"""HTTP of conversations; the rules are in services.py, the permissions in access.py."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Router, Schema
from pydantic import StringConstraints

from members.accounts.permissions import Request, device
from members.compression import compressed
from members.problems import Refused
from members.protocol.encoding import EncodingError, b64, unb64
from messaging.conversations import access, bad_boxes, newest, services
from messaging.conversations.models import Item
from messaging.conversations.services import Author, Given
from messaging.protocol.epochs import MAX_MEMBERS
from messaging.protocol.items import MAX_CONTENT, MAX_HEADER

router = Router(tags=["conversations"], auth=device)

Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Natural = Annotated[int, Field(ge=0, lt=2**53)]
Limit = Annotated[int, Field(ge=1, le=access.MOST_ITEMS)]
MOST_ITEMS_GIVEN = 50
BODY_TEXT = (4 + MAX_HEADER + MAX_CONTENT) * 4 // 3 + 4
TABLE_TEXT = MAX_MEMBERS * 250
# an account, or in a late box the number of an epoch
BoxFor = Annotated[str, StringConstraints(max_length=32)]
BoxText = Annotated[str, StringConstraints(max_length=1_600)]


class ItemIn(Schema, strict=True):
    body: str = Field(max_length=BODY_TEXT)
    signature: str = Field(max_length=88)
    members: str | None = Field(default=None, max_length=TABLE_TEXT)
    boxes: dict[BoxFor, BoxText] = Field(default_factory=dict, max_length=MAX_MEMBERS)


class ItemsIn(Schema, strict=True):
    items: list[ItemIn] = Field(min_length=1, max_length=MOST_ITEMS_GIVEN)


class ReadIn(Schema, strict=True):
    sequence: Natural


class BadBoxIn(Schema, strict=True):
    epoch: int = Field(ge=1, lt=2**31)
    generation: int = Field(ge=1, lt=2**31)


class SyncIn(Schema, strict=True):
    held: dict[Hash, Natural] = Field(max_length=10_000)
    limit: Limit = access.MOST_ITEMS
    # at most the newest so many of each conversation, with the skeleton of what is left out
    newest: bool = False


class ConversationOut(Schema):
    id: str
    sequence: int
    head: str
    epoch: int
    epoch_hash: str
    epoch_size: int
    due: bool
    administrators: list[str]
    participants: list[str]
    created: int
    last_at: int
    received: dict[str, int]
    read: dict[str, int]
    first_sequence: int


class PlaceOut(Schema):
    id: str
    sequence: int
    head: str


class ItemOut(Schema):
    sequence: int
    received_at: int
    body: str
    signature: str


class PageOut(Schema):
    before_head: str
    items: list[ItemOut]
    sequence: int
    head: str


class EpochOut(Schema):
    number: int
    members: str
    box: str | None
    late: bool
    other_boxes: list[str]


class SyncedOneOut(PageOut):
    id: str
    more: bool
    first: int | None = None
    skeleton: list[ItemOut] = []
    epochs: list[EpochOut] = []


class SyncedOut(Schema):
    conversations: list[SyncedOneOut]


class SkeletonOut(Schema):
    items: list[ItemOut]
    first: int
    sequence: int
    head: str


class ResultOut(Schema):
    client_id: str
    sequence: int
    head: str
    received_at: int


class ResultsOut(Schema):
    results: list[ResultOut]
    sequence: int
    head: str


class MissingOut(Schema):
    account: str
    generation: int
    epochs: list[int]


@router.get("/conversations", response=list[ConversationOut])
@compressed
def list_conversations(request: Request) -> list[dict[str, Any]]:
    return [
        {
            "id": one.conversation.identifier,
            "sequence": one.conversation.sequence,
            "head": one.conversation.head,
            "epoch": one.conversation.epoch,
            "epoch_hash": one.conversation.epoch_hash,
            "epoch_size": one.conversation.epoch_size,
            "due": one.conversation.due,
            "administrators": one.conversation.administrators,
            "participants": one.conversation.participants,
            "created": one.conversation.created_at,
            "last_at": one.conversation.last_at,
            "received": one.received,
            "read": one.read,
            "first_sequence": one.first_sequence,
        }
        for one in access.conversations(request.auth.id)
    ]


@router.post("/conversations", response=PlaceOut)
def create_conversation(request: Request, given: ItemsIn) -> dict[str, Any]:
    made = services.create_conversation(author=_author(request), given=_given(given))
    return {"id": made.identifier, "sequence": made.sequence, "head": made.head}


@router.post("/conversations/sync", response=SyncedOut)
@compressed
def sync(request: Request, wanted: SyncIn) -> dict[str, Any]:
    if wanted.newest:
        return {
            "conversations": [
                _newest(one) for one in newest.newest(request.auth.id, wanted.held, wanted.limit)
            ]
        }
    pages = access.sync(request.auth.id, wanted.held, wanted.limit)
    return {
        "conversations": [
            {"id": page.conversation.identifier, "more": page.more, **_page(page)} for page in pages
        ]
    }


@router.get("/conversations/{conversation}/items", response=PageOut)
@compressed
def list_items(
    request: Request,
    conversation: Hash,
    after: Natural | None = None,
    before: Natural | None = None,
    limit: Limit = access.MOST_ITEMS,
) -> dict[str, Any]:
    if before is not None:
        return _page(access.items_before(request.auth.id, conversation, before, limit))
    return _page(access.items_after(request.auth.id, conversation, after or 0, limit))


@router.get("/conversations/{conversation}/skeleton", response=SkeletonOut)
@compressed
def get_skeleton(request: Request, conversation: Hash) -> dict[str, Any]:
    found = newest.skeleton(request.auth.id, conversation)
    return {
        "items": [_item(item) for item in found.items],
        "first": found.first,
        "sequence": found.conversation.sequence,
        "head": found.conversation.head,
    }


@router.post("/conversations/{conversation}/items", response=ResultsOut)
def append_items(request: Request, conversation: Hash, given: ItemsIn) -> dict[str, Any]:
    results, now = services.append_items(
        author=_author(request), conversation=conversation, given=_given(given)
    )
    return {"results": results, "sequence": now.sequence, "head": now.head}


@router.get("/conversations/{conversation}/epochs", response=list[EpochOut])
@compressed
def list_epochs(
    request: Request,
    conversation: Hash,
    first: Natural = 1,
    last: Natural = 2**31,
) -> list[dict[str, Any]]:
    return [_epoch(one) for one in access.epochs(request.auth.id, conversation, first, last)]


@router.get("/conversations/{conversation}/missing", response=list[MissingOut])
def list_missing(request: Request, conversation: Hash) -> list[access.Missing]:
    return access.missing(request.auth.id, conversation)


@router.post("/conversations/{conversation}/bad-boxes", response={204: None})
def report_bad_box(request: Request, conversation: Hash, bad: BadBoxIn) -> HttpResponse:
    bad_boxes.report(
        account=request.auth.id, conversation=conversation, epoch=bad.epoch, generation=bad.generation
    )
    return HttpResponse(status=204)


@router.post("/conversations/{conversation}/read", response={204: None})
def mark_read(request: Request, conversation: Hash, mark: ReadIn) -> HttpResponse:
    services.mark_read(account=request.auth.id, conversation=conversation, sequence=mark.sequence)
    return HttpResponse(status=204)


def _author(request: Request) -> Author:
    bound_to = request.auth.device
    assert bound_to is not None, "the level of access has seen to it"
    return Author(request.auth.id, bound_to)


def _given(given: ItemsIn) -> list[Given]:
    try:
        return [
            Given(
                unb64(one.body),
                unb64(one.signature, 64),
                None if one.members is None else unb64(one.members),
                {key: unb64(box) for key, box in one.boxes.items()},
            )
            for one in given.items
        ]
    except EncodingError:
        raise Refused("refused", "Something is not canonical base64.", reason="bad_item") from None


def _item(item: Item) -> dict[str, Any]:
    return {
        "sequence": item.sequence,
        "received_at": item.received_at,
        "body": b64(bytes(item.body)),
        "signature": b64(bytes(item.signature)),
    }


def _page(page: access.Page) -> dict[str, Any]:
    return {
        "before_head": page.before_head,
        "items": [_item(item) for item in page.items],
        "sequence": page.conversation.sequence,
        "head": page.conversation.head,
    }


def _epoch(one: access.EpochForReader) -> dict[str, Any]:
    return {
        "number": one.number,
        "members": b64(one.members),
        "box": b64(one.boxes[0]) if one.boxes else None,
        "late": one.late,
        "other_boxes": [b64(box) for box in one.boxes[1:]],
    }


def _newest(one: newest.Newest) -> dict[str, Any]:
    return {
        "id": one.page.conversation.identifier,
        "more": one.page.more,
        "first": one.first,
        "skeleton": [_item(item) for item in one.skeleton],
        "epochs": [_epoch(epoch) for epoch in one.epochs],
        **_page(one.page),
    }
