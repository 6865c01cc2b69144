"""Every frame of a client, by everybody: a frame without a rule here fails, and so does a rule that does not hold."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, get_args

import pytest

from messaging.conversations.models import Conversation, ReadMark
from messaging.live import frames
from network.bench.people import Member
from tests.messaging.case import Case
from tests.messaging.live.peer import Peers, act, message

# everybody who may have a socket, and whether they are in the conversation
ROLES: dict[str, bool] = {
    "lead": True,
    "member": True,
    "other_authority": True,
    "stranger": False,
    "officer": False,
    "held": False,
    "suspended": False,
    "without_keys_in_it": True,
}
# what others see of a frame that was allowed; None for what concerns nobody else
SEEN: dict[type, str | None] = {
    frames.Hello: None,
    frames.Send: "item",
    frames.Received: "marks",
    frames.Read: "marks",
    frames.Typing: "typing",
    frames.Ping: None,
}


def person(case: Case, role: str) -> Member:
    """Somebody in this role; made now where the case has nobody."""
    made: dict[str, Callable[[], Member]] = {
        "lead": lambda: case.ana,
        "member": lambda: case.ben,
        "other_authority": lambda: case.sol,
        "stranger": lambda: case.eva,
        "officer": lambda: case.olga,
        "held": lambda: case.made.replace_lead(case.sol.authority),
        "suspended": lambda: case.sol,
        "without_keys_in_it": lambda: case.made.appoint(case.sol),
    }
    one = made[role]()
    if role == "officer":
        case.made.settle(one)
    if role == "suspended":
        case.made.suspend(one.authority)
    return one


async def frame_of(case: Case, kind: type, who: Member) -> dict[str, Any]:
    if kind is frames.Send:
        item = await message(case, who)
        return {
            "type": "send",
            "conversation": case.id,
            "body": b64encode(item.body).decode(),
            "signature": b64encode(item.signature).decode(),
        }
    others: dict[type, dict[str, Any]] = {
        frames.Received: {"type": "received", "conversation": case.id, "sequence": 2},
        frames.Read: {"type": "read", "conversation": case.id, "sequence": 2},
        frames.Typing: {"type": "typing", "conversation": case.id},
    }
    return others[kind]


def test_every_frame_has_a_rule() -> None:
    assert set(get_args(frames.ClientFrame)) == set(SEEN)


@pytest.mark.parametrize(
    "kind", [kind for kind, seen in SEEN.items() if seen], ids=lambda kind: kind.__name__
)
@pytest.mark.parametrize("role", ROLES)
async def test_only_who_is_in_a_conversation_is_seen_in_it(
    case: Case, peers: Peers, role: str, kind: type
) -> None:
    who = await act(person, case, role)
    ear = await peers.open(case.ana if role != "lead" else case.ben)
    own = await peers.open(who)
    await own.say(await frame_of(case, kind, who))
    if kind is frames.Send and role == "without_keys_in_it":
        assert (await own.hear("refused"))["code"] == "epoch_due", (
            "they may write, after an epoch that has them in it"
        )
        return
    if ROLES[role]:
        assert await ear.hear(SEEN[kind])
        return
    if kind is frames.Send:
        assert (await own.hear("refused"))["code"] == "not_member"
    assert {frame["type"] for frame in await ear.all_that_comes()} <= {"due"}
    assert await act(ReadMark.objects.count) == 0
    assert (await act(Conversation.objects.get)).sequence == 3
