"""The socket from hello to its end: sending, hearing, and being cut off at once."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from typing import Any

import pytest
from django.db import OperationalError

from members import clock, events
from members.accounts.models import SignedInSession
from members.register import ledger
from messaging.conversations import access
from messaging.conversations.models import Conversation, Item, ReadMark
from messaging.conversations.services import append_items, create_conversation, mark_read
from messaging.live import connection, frames, marks, process
from messaging.live.hub import MOST_OF_SESSION, TOO_MANY
from messaging.protocol import items
from network.bench.people import open_session
from network.bench.writing import author, first_items, given, renew
from tests.messaging.case import Case
from tests.messaging.live.peer import Peer, Peers, act, message

# --- hello ---


async def test_the_welcome_says_where_everything_stands(case: Case, peers: Peers) -> None:
    peer = await peers.connect(case.ana)
    await peer.say({"type": "hello", "held": {case.id: 1}})
    newest = await act(ledger.current)
    assert await peer.hear() == {
        "type": "welcome",
        "device": case.ana.device,
        "heads": {case.id: {"sequence": 3, "head": case.thread.head, "due": False}},
        "register": {"size": newest.size, "root": newest.root},
        "restoring": False,
    }


async def test_officers_and_strangers_are_welcome_but_see_nothing(case: Case, peers: Peers) -> None:
    await act(case.made.settle, case.olga)
    for who in (case.eva, case.olga):
        peer = await peers.connect(who)
        await peer.say({"type": "hello", "held": {case.id: 0}})
        assert (await peer.hear())["heads"] == {}


async def test_without_a_session_it_closes(case: Case, peers: Peers) -> None:
    for key in ("", "nonsense"):
        assert await (await peers.connect_with(key)).code() == 4401


async def test_a_session_that_is_over_closes(case: Case, peers: Peers) -> None:
    key = await act(open_session, case.ana)
    await act(SignedInSession.objects.filter(session_key=key).update, ends_at=clock.now())
    assert await (await peers.connect_with(key)).code() == 4401


async def test_without_an_active_device_it_closes(case: Case, peers: Peers) -> None:
    key = await act(open_session, case.ana)
    await act(SignedInSession.objects.filter(session_key=key).update, device="")
    assert await (await peers.connect_with(key)).code() == 4403
    await act(SignedInSession.objects.filter(session_key=key).update, device=case.sol.device)
    assert await (await peers.connect_with(key)).code() == 4403, (
        "the device of somebody else is not one's own"
    )


async def test_a_session_that_opens_ever_more_sockets_loses_the_oldest(case: Case, peers: Peers) -> None:
    first, another = await peers.open(case.ana, case.ana)
    for _ in range(MOST_OF_SESSION):
        peer = await peers.connect_with(first.session_key)
        await peer.say({"type": "hello", "held": {}})
        assert (await peer.hear())["type"] == "welcome"
    assert await first.code() == TOO_MANY
    assert await another.silent()


async def test_who_does_not_say_hello_is_closed_and_may_come_again(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HELLO_WITHIN_SECONDS", 0.1)
    peer = await peers.connect(case.ana)
    assert await peer.hear() == {"type": "error", "code": "no_hello"}
    assert await peer.code() == 4408


# --- frames that are none ---


@pytest.mark.parametrize("greeted", [False, True])
@pytest.mark.parametrize(
    ("sent", "code", "close"),
    [
        ({"text": "nonsense"}, "bad_json", 4400),
        ({"text": '{"type":"shout"}'}, "bad_type", 4400),
        ({"text": '{"type":"ping","more":1}'}, "bad_field", 4400),
        ({"data": b"\x00\x01"}, "not_text", 4400),
        ({"text": '{"type":"ping","more":"' + "x" * frames.MAX_HELLO + '"}'}, "too_large", 4413),
    ],
)
async def test_garbage_is_answered_with_a_typed_error_and_the_end(
    case: Case, peers: Peers, sent: dict[str, Any], code: str, close: int, greeted: bool
) -> None:
    peer = await (peers.open if greeted else peers.connect)(case.ana)
    await peer.say_raw(**sent)
    assert await peer.hear() == {"type": "error", "code": code}
    assert await peer.code() == close


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "ping"},
        {"type": "typing", "conversation": "ab" * 32},
        {"type": "received", "conversation": "ab" * 32, "sequence": 1},
        {"type": "read", "conversation": "ab" * 32, "sequence": 1},
    ],
)
async def test_hello_comes_first(case: Case, peers: Peers, frame: dict[str, Any]) -> None:
    peer = await peers.connect(case.ana)
    await peer.say(frame)
    assert await peer.hear() == {"type": "error", "code": "no_hello"}
    assert await peer.code() == 4400


async def test_hello_comes_once(case: Case, peers: Peers) -> None:
    peer = await peers.open(case.ana)
    await peer.say({"type": "hello", "held": {}})
    assert await peer.hear() == {"type": "error", "code": "hello_twice"}
    assert await peer.code() == 4400


async def test_a_ping_is_answered(case: Case, peers: Peers) -> None:
    peer = await peers.open(case.ana)
    await peer.say({"type": "ping"})
    assert await peer.hear() == {"type": "pong"}


# --- messages ---


async def test_a_message_is_acknowledged_and_heard_by_everybody_else_in_it(case: Case, peers: Peers) -> None:
    ana, second, ben, sol, eva = await peers.open(case.ana, case.ana, case.ben, case.sol, case.eva)
    item = await message(case, case.ana)
    await ana.send(item)
    sent = await ana.hear()
    stored = await act(Item.objects.get, sequence=4)
    assert sent == {
        "type": "sent",
        "conversation": case.id,
        "client_id": item.header["client_id"],
        "sequence": 4,
        "head": items.next_head(case.thread.head, item.hash),
        "received_at": stored.received_at,
    }
    for other in (second, ben, sol):
        heard = await other.hear()
        assert heard["type"] == "item"
        assert {name: heard[name] for name in ("sequence", "head", "received_at")} == {
            name: sent[name] for name in ("sequence", "head", "received_at")
        }
        assert items.parse(_bytes(heard["body"]), _bytes(heard["signature"])).hash == item.hash
    assert await ana.silent(), "who sent it gets no copy"
    assert await eva.silent(), "who is not in it hears nothing"


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


async def test_everybody_hears_the_same_order_whoever_sends(case: Case, peers: Peers) -> None:
    senders = await peers.open(case.ana, case.ben, case.sol)
    listener = await peers.open(case.sol)
    said = 30
    for number in range(said):
        peer: Peer = senders[number % 3]
        assert peer.who is not None
        await peer.send(await message(case, peer.who, str(number)))
    head = case.thread.head
    for number in range(said):
        heard = await listener.hear("item")
        head = items.next_head(head, items.item_hash(_bytes(heard["body"]), _bytes(heard["signature"])))
        assert (heard["sequence"], heard["head"]) == (4 + number, head)
    places = [(await peer.hear("sent"))["sequence"] for peer in senders for _ in range(said // 3)]
    assert sorted(places) == list(range(4, 4 + said))


async def test_what_piles_up_during_one_commit_is_written_by_the_next(case: Case, peers: Peers) -> None:
    ana = await peers.open(case.ana)
    before = process.Live.here().committer.groups
    said = [await message(case, case.ana, str(number)) for number in range(40)]
    for item in said:
        await ana.send(item)
    for _ in said:
        await ana.hear("sent")
    assert process.Live.here().committer.groups - before < 20


async def test_sent_again_it_is_acknowledged_again_and_heard_once(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)
    item = await message(case, case.ana)
    await ana.send(item)
    await ana.send(item)
    assert await ana.hear() == await ana.hear()
    assert (await sol.hear())["sequence"] == 4
    assert await sol.silent()


async def test_sent_again_from_another_socket_it_is_acknowledged_there(case: Case, peers: Peers) -> None:
    first, second = await peers.open(case.ana, case.ana)
    item = await message(case, case.ana)
    await first.send(item)
    sent = await first.hear("sent")
    await first.leave()
    await second.send(item)
    assert await second.hear("sent") == sent


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"epoch": 9}, "bad_item", "epoch"),
        ({"seen": (3, "ab" * 32)}, "bad_history", "seen"),
        ({"checkpoint": (1, "ab" * 32)}, "bad_history", "checkpoint"),
        ({"account": "ab" * 16}, "bad_item", "header"),
        ({"device": "ab" * 32}, "bad_item", "device"),
        ({"conversation": "ab" * 32}, "bad_item", "header"),
    ],
)
async def test_a_refusal_names_the_message_and_the_reason(
    case: Case, peers: Peers, fields: dict[str, Any], code: str, reason: str
) -> None:
    ana = await peers.open(case.ana)
    item = await message(case, case.ana, **fields)
    await ana.send(item, case.id)
    assert await ana.hear() == {
        "type": "refused",
        "conversation": case.id,
        "client_id": item.header["client_id"],
        "code": code,
        "reason": reason,
    }
    await ana.say({"type": "ping"})
    assert await ana.hear() == {"type": "pong"}, "a refusal does not end the socket"


async def test_an_epoch_does_not_go_over_the_socket(case: Case, peers: Peers) -> None:
    ana = await peers.open(case.ana)
    epoch, _, _ = await act(case.thread.epoch_item, case.ana)
    await ana.send(epoch)
    refused = await ana.hear()
    assert (refused["code"], refused["client_id"]) == ("bad_item", "")


async def test_too_many_unanswered_messages_are_refused(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_UNANSWERED", 3)
    ana = await peers.open(case.ana)
    said = [await message(case, case.ana, str(number)) for number in range(20)]
    for item in said:
        await ana.send(item)
    answers = [await ana.hear() for _ in said]
    assert {"sent", "refused"} == {answer["type"] for answer in answers}
    assert {answer["code"] for answer in answers if answer["type"] == "refused"} == {"slow_down"}


async def test_a_database_that_fails_ends_the_socket_and_nothing_is_acknowledged(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("disk full")

    ana = await peers.open(case.ana)
    monkeypatch.setattr("messaging.conversations.messages.write", fail)
    await ana.send(await message(case, case.ana))
    assert await ana.code() == 4503
    monkeypatch.undo()
    assert "could not be written" in caplog.text
    assert (await act(Conversation.objects.get)).sequence == 3


# --- what comes over HTTP is heard too ---


async def test_an_epoch_and_its_message_are_heard_in_their_order(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)

    def make() -> None:
        epoch, table, boxes = case.thread.epoch_item(case.sol, "renewed")
        case.thread.grow(epoch)
        message = case.thread.message(case.sol)
        append_items(
            author=author(case.sol), conversation=case.id, given=[given(epoch, table, boxes), given(message)]
        )

    await act(make)
    for peer in (ana, sol):
        assert [(await peer.hear("item"))["sequence"] for _ in range(2)] == [4, 5]


async def test_both_ways_of_writing_keep_one_order(case: Case, peers: Peers) -> None:
    """Sockets send while epochs come over HTTP: nobody ever hears a later item before an earlier one."""
    ana, listener = await peers.open(case.ana, case.sol)

    async def keep_sending() -> None:
        for number in range(20):
            await ana.send(await message(case, case.ana, str(number)))
            await asyncio.sleep(0)

    async def keep_renewing() -> None:
        for _ in range(3):
            await act(renew_at_newest, case)

    await asyncio.gather(keep_sending(), keep_renewing())
    newest = (await act(Conversation.objects.get)).sequence
    heard = [(await listener.hear("item"))["sequence"] for _ in range(newest - 3)]
    assert heard == list(range(4, newest + 1))


def renew_at_newest(case: Case) -> None:
    """Make the next epoch, whatever has been sent since."""
    epoch, table, boxes = case.thread.epoch_item(case.sol, "renewed")
    append_items(author=author(case.sol), conversation=case.id, given=[given(epoch, table, boxes)])
    case.thread.epoch, case.thread.previous = epoch.header["number"], epoch.hash


async def test_a_new_conversation_is_announced_to_everybody_in_it(case: Case, peers: Peers) -> None:
    ana, eva, sol = await peers.open(case.ana, case.eva, case.sol)

    def begin() -> str:
        thread, parts = first_items(case.made, case.eva, [case.ana.authority, case.eva.authority])
        create_conversation(author=author(case.eva), given=parts)
        return thread.id

    identifier = await act(begin)
    for peer in (ana, eva):
        assert (await peer.hear("conversation"))["id"] == identifier
    assert await sol.silent()


# --- reading and typing ---


async def test_reading_is_noted_and_told(case: Case, peers: Peers) -> None:
    ana, second, sol, eva = await peers.open(case.ana, case.ana, case.sol, case.eva)
    await ana.say({"type": "read", "conversation": case.id, "sequence": 3})
    upto = {case.ana.account: 3}
    told = {"type": "marks", "conversation": case.id, "received": upto, "read": upto}
    assert await sol.hear() == await second.hear() == told
    assert (await act(ReadMark.objects.get)).sequence == 3
    await ana.say({"type": "read", "conversation": case.id, "sequence": 99})
    await ana.say({"type": "read", "conversation": case.id, "sequence": 2})
    await eva.say({"type": "read", "conversation": case.id, "sequence": 1})
    await sol.say({"type": "received", "conversation": case.id, "sequence": 1})
    last = {"type": "marks", "conversation": case.id, "received": {case.sol.account: 1}, "read": {}}
    assert await second.hear() == last, "what does not move is not told"
    assert await act(ReadMark.objects.count) == 2


async def test_marks_are_told_together_however_often_they_are_said(
    case: Case, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "EVERY_SECONDS", 0.3)
    ana, ben, sol = await peers.open(case.ana, case.ben, case.sol)
    for upto in (1, 2, 3):
        await ben.say({"type": "received", "conversation": case.id, "sequence": upto})
        await sol.say({"type": "received", "conversation": case.id, "sequence": upto})
        await sol.say({"type": "read", "conversation": case.id, "sequence": upto})
    assert await ana.hear() == {
        "type": "marks",
        "conversation": case.id,
        "received": {case.ben.account: 3, case.sol.account: 3},
        "read": {case.sol.account: 3},
    }
    assert await ana.silent()


async def test_marks_are_told_to_whoever_reads_and_to_nobody_else(case: Case, peers: Peers) -> None:
    eva, ben = await peers.open(case.eva, case.ben)
    await ben.say({"type": "received", "conversation": case.id, "sequence": 3})
    assert (await ben.hear())["received"] == {case.ben.account: 3}
    assert await eva.silent()


async def test_reading_over_http_is_told_too(case: Case, peers: Peers) -> None:
    sol = await peers.open(case.sol)
    await act(mark_read, account=case.ana.account, conversation=case.id, sequence=2)
    assert (await sol.hear())["read"] == {case.ana.account: 2}


async def test_typing_is_told_to_the_others_now_and_then(case: Case, peers: Peers) -> None:
    ana, sol, eva = await peers.open(case.ana, case.sol, case.eva)
    for _ in range(5):
        await ana.say({"type": "typing", "conversation": case.id})
    assert await sol.hear() == {"type": "typing", "conversation": case.id, "account": case.ana.account}
    assert await sol.silent()
    await eva.say({"type": "typing", "conversation": case.id})
    await eva.say({"type": "typing", "conversation": "ab" * 32})
    assert await sol.silent(), "who is not in it cannot be seen typing"
    assert await ana.silent()


# --- joining, and coming back ---


async def test_everybody_is_told_that_the_register_has_grown(case: Case, peers: Peers) -> None:
    eva = await peers.open(case.eva)
    await act(case.made.admit, "West", "XD")
    newest = await act(ledger.current)
    assert await eva.hear() == {"type": "register", "size": newest.size, "root": newest.root}


async def test_who_begins_to_read_is_told_of_the_conversations_they_are_in(case: Case, peers: Peers) -> None:
    await act(case.made.suspend, case.sol.authority)
    sol = await peers.open(case.sol)
    await act(case.made.suspend, case.sol.authority, "authority.reinstated")
    assert await sol.hear("conversation") == {"type": "conversation", "id": case.id}
    await act(renew, case.thread, case.ana, "renewed")
    assert (await sol.hear("item"))["sequence"] == 4


async def test_nothing_is_missed_between_two_sockets(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)
    first = await message(case, case.ana)
    await ana.send(first)
    held = (await sol.hear("item"))["sequence"]
    assert (await ana.hear("sent"))["sequence"] == held
    await sol.leave()
    for number in range(5):
        await ana.send(await message(case, case.ana, str(number)))
        await ana.hear("sent")
    again = await peers.connect(case.sol)
    await again.say({"type": "hello", "held": {case.id: held}})
    newest = (await again.hear("welcome"))["heads"][case.id]["sequence"]
    (page,) = await act(access.sync, case.sol.account, {case.id: held}, 500)
    assert [item.sequence for item in page.items] == list(range(held + 1, newest + 1))
    await ana.send(await message(case, case.ana))
    assert (await again.hear("item"))["sequence"] == newest + 1


async def test_what_is_sent_during_hello_comes_after_the_welcome_or_is_in_it(
    case: Case, peers: Peers
) -> None:
    ana = await peers.open(case.ana)
    for round_ in range(5):
        late = await peers.connect(case.sol)
        await late.say({"type": "hello", "held": {}})
        await ana.send(await message(case, case.ana, str(round_)))
        sequence = (await ana.hear("sent"))["sequence"]
        welcome = await late.hear()
        assert welcome["type"] == "welcome"
        known = welcome["heads"][case.id]["sequence"]
        if known < sequence:
            assert (await late.hear("item"))["sequence"] == sequence
        await late.leave()


async def test_who_has_something_to_sign_is_told(case: Case, peers: Peers) -> None:
    ana, sol = await peers.open(case.ana, case.sol)
    await act(events.emit, events.INVITATION_WAITING, account=case.ana.account)
    assert await ana.hear() == {"type": "invitation"}
    assert await sol.silent()


async def test_whoever_holds_as_many_conversations_as_may_be_is_welcome(case: Case, peers: Peers) -> None:
    peer = await peers.connect(case.ana)
    held = {f"{number:064x}": frames.MAX_SEQUENCE for number in range(frames.MAX_HELD)}
    await peer.say({"type": "hello", "held": held})
    assert (await peer.hear())["type"] == "welcome"
    await peer.say({"type": "ping", "more": "x" * frames.MAX_FRAME})
    assert await peer.code() == 4413, "only the first frame may be so long"


async def test_whoever_comes_while_the_process_ends_is_told_to_come_back(case: Case, peers: Peers) -> None:
    ana = await peers.open(case.ana)
    await process.close_here()
    assert await ana.code() == process.RESTART
    late = await peers.connect(case.ana)
    assert await late.code() == process.RESTART
    process._running.clear()
