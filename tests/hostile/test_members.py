"""A member who sends rubbish is refused, or named; the others see nothing but words, and go on."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from playwright.sync_api import expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from members.protocol import boxes, statements
from members.protocol.encoding import b64
from messaging.protocol import epochs, items, messages
from messaging.protocol.epochs import Sealed
from network.client import Client, Problem
from network.client.conversations import _given
from tests.browser.canary import CANARY
from tests.browser.settled import Settled

MARKUP = (
    "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    "[link](javascript:document.title='taken') <b>bold</b> &lt;i&gt; ' onmouseover='alert(1)"
)
OVERRIDE = "\u202egnp.exe\u2066"

Spoil = Callable[[Sealed, dict[str, Any]], Sealed]


async def post_epoch(
    client: Client, conversation: str, *, spoil: Spoil, text: str = "", **fields: Any
) -> Any:
    """An epoch as the client makes it, but for what is spoiled; with a message under it."""
    await client.register.catch_up()
    await client.conversations.sync()
    talk = client.conversations.talks[conversation]
    newest = talk.conversation.epoch
    assert newest is not None
    number, key = newest.number + 1, epochs.new_key()
    seen = (talk.conversation.sequence, talk.conversation.head)
    members = epochs.readers(client.state, talk.conversation.participants)
    public = await client.register.public_keys([str(each.reading_key) for each in members.values()])
    sealed = epochs.seal_key(
        key,
        network=client.register.network,
        conversation=conversation,
        number=number,
        members=members,
        reading_keys=public,
    )
    sealed = spoil(sealed, {"number": number, "public": public, "members": members})
    stated = {
        "administrators": list(talk.conversation.administrators),
        "commitment": epochs.commitment(newest.hash, number, key),
        "members": epochs.table_hash(sealed.table),
        "number": number,
        "participants": list(talk.conversation.participants),
        "previous": newest.hash,
        "reason": "renewed",
    } | fields
    epoch = client.conversations._sign(
        client.conversations._header("epoch", conversation=conversation, seen=seen, **stated)
    )
    message = client.conversations._message(conversation, number, key, text or CANARY, "text", seen)
    body = {"items": [_given(epoch, sealed), _given(message)]}
    answer = await client.http.post(f"/api/conversations/{conversation}/items", body)
    await client.conversations.sync()
    return answer


async def post_message(client: Client, to: str, **changed: Any) -> Any:
    """A message whose header says something else than it must."""
    await client.register.catch_up()
    await client.conversations.sync()
    talk = client.conversations.talks[to]
    number, key = max(talk.keys.items())
    fields = {
        "seen": (talk.conversation.sequence, talk.conversation.head),
        "epoch": number,
        "conversation": to,
    } | changed
    header = client.conversations._header("message", **fields)
    content = messages.seal_message(
        key, device=client.memory.keys.device, header=header, plaintext=messages.make_plaintext("never")
    )
    body = {"items": [_given(client.conversations._sign(header, content))]}
    return await client.http.post(f"/api/conversations/{to}/items", body)


def is_refused(stage: Settled, act: Coroutine[Any, Any, Any]) -> str:
    """The server refuses; the word why."""
    with pytest.raises(Problem) as refused:
        stage.run(act)
    assert 400 <= refused.value.status < 500
    return refused.value.reason or refused.value.code


def without_somebody(sealed: Sealed, about: dict[str, Any]) -> Sealed:
    """Somebody who must read is left out."""
    rows = epochs.parse_table(sealed.table)
    left_out = min(rows)
    kept = {account: box for account, box in sealed.boxes.items() if account != left_out}
    return Sealed(epochs.make_table(row for row in rows.values() if row.account != left_out), kept)


def with_somebody_else(sealed: Sealed, about: dict[str, Any]) -> Sealed:
    """Somebody whom nobody vouched for reads along."""
    rows = [*epochs.parse_table(sealed.table).values(), epochs.Row("f0" * 16, "ab" * 32, 1)]
    return Sealed(epochs.make_table(rows), {**sealed.boxes, "f0" * 16: b"\x00" * 80})


@pytest.mark.parametrize("spoil", [without_somebody, with_somebody_else])
def test_a_wrong_member_list_is_refused(stage: Settled, spoil: Spoil) -> None:
    conversation = stage.begin("Ana", "South", f"Members {spoil.__name__}", "First")
    assert is_refused(stage, post_epoch(stage["Tam"], conversation, spoil=spoil))
    assert stage.read("Sol", conversation) == ["First"]


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 7},
        {"previous": "ab" * 32},
        {"participants": ["f0" * 16]},
        {"administrators": []},
        {"reason": "<b>because</b>"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_an_epoch_that_does_not_follow_is_refused(stage: Settled, fields: dict[str, Any]) -> None:
    conversation = stage.begin("Ana", "South", f"Epoch {next(iter(fields))}", "First")
    # what is not even of the right form, our own half refuses to make
    with pytest.raises((Problem, ValueError)):
        stage.run(post_epoch(stage["Tam"], conversation, spoil=lambda sealed, _: sealed, **fields))
    assert stage.read("Sol", conversation) == ["First"]


@pytest.mark.parametrize(
    "changed",
    [{"epoch": 9}, {"seen": (2, "ab" * 32)}, {"seen": (900, "ab" * 32)}, {"conversation": "cd" * 32}],
    ids=["a foreign epoch", "another history", "the future", "another conversation"],
)
def test_a_message_that_does_not_fit_is_refused(stage: Settled, changed: dict[str, Any]) -> None:
    conversation = stage.begin("Ana", "South", f"Message {sorted(changed)}{len(str(changed))}", "First")
    assert is_refused(stage, post_message(stage["Tam"], conversation, **changed))
    assert stage.read("Sol", conversation) == ["First"]


def test_a_bad_box_names_its_maker_and_is_repaired_by_a_colleague(stage: Settled) -> None:
    conversation = stage.begin("Sol", "North", "Bad box", "Before the bad box")
    ana = stage.watch("Ana")
    ana.go("Conversations").open_conversation("Bad box").sees_message("Before the bad box")
    victim = stage["Ana"].account

    def with_a_bad_box(sealed: Sealed, about: dict[str, Any]) -> Sealed:
        member = about["members"][victim]
        info = epochs.box_info(
            stage["Tam"].register.network, conversation, about["number"], victim, member.generation
        )
        box = boxes.seal_box(about["public"][member.reading_key], info, os.urandom(32))
        rows = epochs.parse_table(sealed.table)
        rows[victim] = epochs.Row(victim, hashlib.sha256(box).hexdigest(), member.generation)
        return Sealed(epochs.make_table(rows.values()), {**sealed.boxes, victim: box})

    text = f"Not for Ana: {CANARY}"
    stage.run(post_epoch(stage["Tam"], conversation, spoil=with_a_bad_box, text=text))
    ana.sees("Something signed in the name of Tam was left out: a key handed over with it is wrong")
    assert stage.read("Ben", conversation)[-1] == text

    async def repair() -> None:
        ben = stage["Ben"]
        talk = ben.conversations.talks[conversation]
        try:
            await ben.conversations.give(talk, victim, [max(talk.keys)])
        except Problem as problem:  # Ana's browser has reported it, and somebody else was faster
            if problem.code != "late_box_exists":
                raise

    stage.run(repair())
    ana.sees_message("Not for Ana").say(f"Now I read it: {CANARY}")
    assert stage.read("Sol", conversation)[-1] == f"Now I read it: {CANARY}"
    ana.check()


@pytest.mark.parametrize(
    ("frame", "codes"),
    [
        ("{", {4400}),
        ("[]", {4400}),
        ('{"type": "send"}', {4400}),
        ('{"type": "<script>"}', {4400}),
        (json.dumps({"type": "typing", "conversation": "x" * 200_000}), {4413}),
        # beyond a mebibyte the line is cut before anything of it is read
        (json.dumps({"type": "typing", "conversation": "x" * 2_000_000}), {1006, 1009}),
    ],
    ids=["no JSON", "no object", "no fields", "no type", "too large", "far too large"],
)
def test_garbage_and_oversize_frames_end_their_own_socket_only(
    stage: Settled, frame: str, codes: set[int]
) -> None:
    async def hostile() -> int:
        tam = stage["Tam"]
        async with connect(
            tam.http.socket_address,
            # past the proxy, to hear the code of the portal itself
            host="127.0.0.1",
            port=stage.server.port,
            origin=Origin(tam.http.origin),
            additional_headers={"Cookie": tam.http.cookie_header},
            proxy=None,
        ) as socket:
            await socket.send(json.dumps({"type": "hello", "held": {}}))
            await socket.recv()
            try:
                await socket.send(frame)
                while True:
                    await socket.recv()
            except ConnectionClosed:
                return socket.close_code or 0

    ana = stage.watch("Ana")
    assert stage.run(hostile()) in codes
    stage.begin("Sol", "North", f"After {len(frame)} characters", "Still here")
    ana.go("Conversations").open_conversation(f"After {len(frame)} characters").sees_message("Still here")
    ana.check()


def test_markup_in_what_is_written_stays_what_was_typed(stage: Settled) -> None:
    stage.begin("Sol", "North", f"Subject {MARKUP}", f"Text {MARKUP} {OVERRIDE} {CANARY}")
    ana = stage.watch("Ana")
    ana.go("Conversations")
    ana.page.get_by_role("link", name=re.compile("^.*Subject <img src=x")).first.click()
    ana.sees_message("<img src=x onerror=").sees_message("<b>bold</b>")
    expect(ana.page.get_by_role("heading", name="Subject <img src=x")).to_be_visible()
    nothing_was_interpreted(ana.page)
    ana.check()


def test_markup_in_names_functions_and_reasons_stays_what_was_typed(stage: Settled) -> None:
    async def invite(name: str, function: str) -> Any:
        return await stage["Ana"].membership.invite(
            "focal_point", email="markup@example.org", name=name, function=function, role="member"
        )

    for control in ("\x00", "\n", "\x1b[31m", "\x7f"):
        with pytest.raises((Problem, ValueError)):
            stage.run(invite(f"Name{control}", "Function"))
        with pytest.raises((Problem, ValueError)):
            stage.run(invite("Name", f"Function{control}"))
    name = "<i>Ida</i><img src=x onerror=alert(1)>"
    made = stage.run(invite(name, f"Head {MARKUP[:120]}"))
    stage.enrol(made.link)
    ana = stage.watch("Ana")
    ana.go("People").sees(name).sees("Head <img src=x")
    nothing_was_interpreted(ana.page)
    ana.check()
    stage.run(stage["Ana"].http.delete(f"/api/invitations/{made.id}"))


def test_markup_in_the_reason_of_a_proposal_stays_what_was_typed(stage: Settled) -> None:
    south = stage.network.authorities["South"]

    async def propose() -> str:
        return await stage["officer 1"].membership.propose(
            "authority.suspended", statements.standing(south), authority=south, reason=MARKUP[:190]
        )

    proposal = stage.run(propose())
    officer = stage.arrive_at("officer 2", "Secretariat")
    officer.sees("<img src=x onerror=")
    nothing_was_interpreted(officer.page)
    officer.check()
    stage.run(stage["officer 1"].http.delete(f"/api/register/proposals/{proposal}"))


def nothing_was_interpreted(page: Any) -> None:
    assert page.evaluate("document.title") != "taken"
    assert page.locator("main img, main script, main [onerror], main [onmouseover]").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0


def test_an_item_that_is_none_is_refused(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "No items", "First")
    path = f"/api/conversations/{conversation}/items"
    tam = stage["Tam"]
    for body in (b"", b"\x00\x00\x00\x02{}", b"\xff" * 100, b"<script>", os.urandom(70_000)):
        given = {"items": [{"body": b64(body), "signature": b64(os.urandom(64))}]}
        assert is_refused(stage, tam.http.post(path, given))
    large = b"\x00" * (items.MAX_CONTENT + 1)
    header = tam.conversations._header("message", conversation=conversation, seen=(1, "ab" * 32), epoch=1)
    too_large = items.make_body(header, large)
    given = {"items": [{"body": b64(too_large), "signature": b64(os.urandom(64))}]}
    assert is_refused(stage, tam.http.post(path, given))
    assert stage.read("Sol", conversation) == ["First"]
