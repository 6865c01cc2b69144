"""Who somebody is and who may read is never the server's word: what it says instead is not signed, and counts not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from members import clock
from members.protocol import person, statements
from members.protocol.encoding import b64, unb64
from members.protocol.person import KeyMismatch, new_seed
from members.protocol.signing import public_key
from network.client import Client
from network.client.enrolment import EnrolmentRefused
from network.client.own_keys import CodeUnknown
from network.client.pins import ProofFailed
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.test_lies_to_clients import again
from tests.network.client.stage import elsewhere

Row = dict[str, Any]


@contextmanager
def longer_register(stage: Settled, name: str, entry: bytes) -> Iterator[Client]:
    """Somebody's client that is shown a Register with one entry more than there is, well signed; it has read it."""
    note, entries = lies.with_one_more_entry(stage, entry)
    with again(stage, name) as client:
        # what is proved of the true Register is proved before: a server that lies proves its own one as well
        stage.run(client.register.catch_up())
        stage.run(client.conversations.sync())
        with (
            stage.proxy.lie("/register/checkpoint", lambda _: note, "clients"),
            stage.proxy.lie("/tile/entries", lambda _: entries, "clients", invents=True),
        ):
            stage.run(client.register.catch_up())
            yield client


def entry_of(stage: Settled, kind: str, account: str) -> bytes:
    """The last statement of a kind about somebody, as it stands in the Register."""
    ana = stage["Ana"]
    stage.run(ana.register.catch_up())
    for entry in reversed(stage.run(ana.register._entries(0, ana.register.checkpoint[0]))):
        fields = statements.parse_payload(statements.parse_entry(entry).payload)
        if fields["type"] == kind and fields.get("account") == account:
            return entry
    raise AssertionError(f"nobody has said {kind}")


# what is signed for others


def in_other_words(row: Row, **words: str) -> Row:
    """The answer of another person than was asked for: the server makes the commitment that fits."""
    changed = {**row, **words}
    commitment = person.commitment(
        bytes.fromhex(row["salt"]), name=changed["name"], function=changed["function"]
    )
    return {**changed, "commitment": commitment}


OTHER_ANSWERS: dict[str, Callable[[Row], Row]] = {
    "another name": lambda row: in_other_words(row, name="Mallory"),
    "another function": lambda row: in_other_words(row, function="Head of unit"),
    "another role": lambda row: {**row, "role": "deputy"},
    "another kind": lambda row: {**row, "kind": "rekey"},
}


def test_an_answer_to_what_was_not_asked_is_not_signed(stage: Settled) -> None:
    """The secret of the link vouches for the key; who was invited and as what, the inviter's client remembers."""

    async def story() -> None:
        ana = stage["Ana"]
        made = await ana.membership.invite(
            "focal_point", email="lynx@example.org", name="Lynx", function="Analyst", role="member"
        )
        client, _ = await stage.network.enrol(made.link)
        await client.close()
        (waiting,) = await ana.membership.waiting()
        size = ana.register.checkpoint[0]
        for change in OTHER_ANSWERS.values():
            with pytest.raises(ProofFailed):
                await ana.membership.sign_appointment(change(waiting))
        await ana.register.catch_up()
        assert ana.register.checkpoint[0] == size
        await ana.http.delete(f"/api/invitations/{made.id}")

    stage.run(story())


def test_a_proposal_that_was_exchanged_after_it_was_shown_is_not_signed(stage: Settled) -> None:
    """Under the name of one proposal the server gives another, which a first officer really signed."""
    first, second = stage["officer 1"], stage["officer 2"]
    north, south = (stage.network.authorities[name] for name in ("North", "South"))

    async def story() -> None:
        for authority in (north, south):
            await first.membership.propose(
                "authority.suspended", statements.standing(authority), authority=authority, reason="asked for"
            )
        shown = {
            second.membership.statement_of(each)["authority"]: each
            for each in await second.membership.proposals()
        }
        exchanged = {**shown[north], "envelope": shown[south]["envelope"]}
        never_shown = {**shown[north], "id": "ab" * 16}
        forged = {**shown[north], "envelope": {**shown[north]["envelope"]}}
        signature = shown[south]["envelope"]["signatures"][0]
        forged["envelope"]["signatures"] = [signature]  # an officer's, under another statement
        for proposal in (exchanged, never_shown, forged):
            with pytest.raises(ProofFailed):
                await second.membership.sign_proposal(proposal)
        for each in shown.values():
            await first.http.delete(f"/api/register/proposals/{each['id']}")

    stage.run(story())

    def with_exchanged(answer: Any) -> None:
        answer[0]["envelope"], answer[1]["envelope"] = answer[1]["envelope"], answer[0]["envelope"]

    async def listed() -> None:
        for authority in (north, south):
            await first.membership.propose(
                "authority.suspended", statements.standing(authority), authority=authority, reason="asked for"
            )
        shown = await second.membership.proposals()
        with (
            stage.proxy.lie("/register/proposals$", lies.in_json(with_exchanged), "clients"),
            pytest.raises(ProofFailed),
        ):
            await second.membership.proposals()
        for each in shown:
            await first.http.delete(f"/api/register/proposals/{each['id']}")

    stage.run(listed())
    assert stage.run(second.membership.proposals()) == []


def test_a_proposal_says_who_is_brought_in_by_what_was_committed_to(stage: Settled) -> None:
    """The second officer is shown one person, and would sign for another."""
    first, second = stage["officer 1"], stage["officer 2"]

    async def story() -> None:
        made = await first.membership.invite(
            "officer", email="olm@example.org", name="Olm", function="Third officer"
        )
        client, _ = await stage.network.enrol(made.link)
        await client.close()
        (waiting,) = await first.membership.waiting()
        await first.membership.propose_officer(waiting)
        (proposal,) = await second.membership.proposals()

        def of_another(answer: Any) -> None:
            answer[0]["invitation"]["account"] = stage["Ben"].account

        with (
            stage.proxy.lie("/register/proposals$", lies.in_json(of_another), "clients"),
            pytest.raises(ProofFailed),
        ):
            await second.membership.proposals()
        with pytest.raises(ProofFailed):
            await second.membership.sign_proposal(proposal, compared=("00000",) * 6)
        await first.http.delete(f"/api/register/proposals/{proposal['id']}")
        await first.http.delete(f"/api/invitations/{made.id}")

    stage.run(story())


# new keys, and a new sign-in


def test_new_keys_are_those_that_the_person_made_and_are_put_in_force_once(stage: Settled) -> None:
    """The server hands in keys of its own for somebody who lost theirs; later it brings back what was signed then."""
    stage.appoint("Sol", "Rex")
    sol, former = stage["Sol"], stage["Rex"]

    async def story() -> None:
        made = await sol.rescue.give_new_keys(former.account)
        rex = elsewhere(former)
        await rex.make_new_keys(made.link)
        (waiting,) = await sol.membership.waiting()
        own = b64(public_key(new_seed()))
        for lie in (
            {**waiting, "keys": {**waiting["keys"], "identity_key": own}},
            {**waiting, "keys": {**waiting["keys"], "identity_key": own, "mac": None}},
            {**waiting, "account": stage["Tam"].account},
            {**waiting, "kind": "focal_point", "role": "member"},
        ):
            with pytest.raises(ProofFailed):
                await sol.rescue.sign_new_keys(lie)
        with pytest.raises(ProofFailed):  # nor as if somebody new came in
            await sol.membership.sign_appointment(waiting)
        await sol.rescue.sign_new_keys(waiting)
        await rex.arrive()
        await rex.own_keys.renew()
        await rex.close()

    stage.run(story())
    stage.run(stage["Ana"].register.catch_up())
    present = stage["Ana"].register.account(former.account)
    old = entry_of(stage, "focal_point.rekeyed", former.account)
    with longer_register(stage, "Ana", old) as ana:
        assert [one.reason for one in ana.register.rejected] == ["stale"]
        assert ana.register.account(former.account) == present
        assert present.active_devices()


def test_a_sign_in_that_the_server_gave_away_opens_nothing_and_adds_no_device(stage: Settled) -> None:
    """A reset that nobody made, or made for another, is a session and no more: the keys ask for the code.

    Who may be helped by whom, and how often a link counts, are the server's own rules. Breaking them it gains what it
    has anyway.
    """
    stage.begin("Sol", "North", "Before the reset", "Nothing for whoever comes with a link")
    tam = stage["Tam"]
    whose, network = tam.account, stage.network.people["Tam"].sheet.network
    code = stage.network.people["Cleo"].sheet.code  # a good code, of somebody else
    with again(stage, "Tam") as intruder:
        intruder.memory.keys = type(intruder.memory.keys)(account=whose)
        intruder.memory.replay = None
        with pytest.raises(CodeUnknown):
            stage.run(intruder.own_keys.open_with_code(code, network))
        stage.run(intruder.register.catch_up())
        with pytest.raises(KeyMismatch):
            stage.run(intruder.conversations.sync())
        assert all(talk.texts() == [] for talk in intruder.conversations.talks.values())
        keys, identity = intruder.memory.keys, new_seed()
        known = tam.register.account(whose)
        payload = tam.register.payload(
            "device.enrolled",
            statements.own(whose, bytes.fromhex(known.identity_hex)),
            clock.now(),
            account=whose,
            device_key=b64(keys.device_key),
            device_box_key=hashlib.sha256(keys.device_box.public).hexdigest(),
            revokes=[],
        )
        signatures = [statements.sign_payload(payload, seed) for seed in (identity, keys.device_seed)]
        forged = statements.make_entry(payload, {each.keyid: each.signature for each in signatures})
    conversation = stage.begin("Sol", "North", "After a reset", "First")
    with longer_register(stage, "Ana", forged) as ana:
        assert [one.reason for one in ana.register.rejected] == ["forbidden"]
        assert keys.device not in ana.register.account(whose).devices
        assert ana.conversations[conversation].texts() == ["First"]


def test_a_reset_that_the_person_sees_and_nobody_made_changes_no_key(stage: Settled) -> None:
    """The server says that the sign-in was reset: that is all it is, and the same device goes on."""

    def with_reset(answer: Any) -> None:
        if answer.get("account"):
            answer["account"]["sign_in_reset_at"] = clock.now()

    with again(stage, "Tam") as tam, stage.proxy.lie("/api/session$", lies.in_json(with_reset), "clients"):
        device, identity = tam.memory.keys.device, tam.register.account(tam.account).identity_key
        session = stage.run(tam.http.session())
        assert session["account"]["sign_in_reset_at"] is not None
        stage.run(tam.register.catch_up())
        assert tam.register.account(tam.account).identity_key == identity
        assert tam.memory.keys.device == device
        assert device in tam.register.account(tam.account).devices


def test_another_identity_than_the_one_made_here_is_not_gone_on_with(stage: Settled) -> None:
    """Somebody signed for another key under this person's name: nothing is bound to it."""
    with again(stage, "Tam") as tam:
        tam.memory.keys.identity_seed = new_seed()
        with pytest.raises(EnrolmentRefused):
            stage.run(tam.arrive())


# held


def test_who_is_held_gets_no_key_whatever_the_server_says(stage: Settled) -> None:
    """Officers gave a lead new keys: until a colleague confirms them, nobody boxes to them."""

    async def settle() -> None:
        before = dict(stage.network.authorities)
        await stage.network.admit("Isle", "XI", "Hal")
        await stage.network.appoint("Hal", "Hue")
        isle.append(stage.network.authorities["Isle"])
        stage.network.authorities.clear()
        stage.network.authorities.update(before)

    isle: list[str] = []
    stage.run(settle())
    ana, hue, hal = stage["Ana"], stage["Hue"], stage["Hal"]

    async def story() -> str:
        await ana.register.catch_up()
        own = stage.network.authorities["North"]
        conversation = await ana.conversations.create([own, isle[0]], [own], subject="Held", text="First")
        made = await stage["officer 1"].rescue.give_new_keys(hal.account)
        fresh = elsewhere(hal)
        await fresh.make_new_keys(made.link)
        (waiting,) = await stage["officer 1"].membership.waiting()
        await stage["officer 1"].rescue.propose_new_keys(waiting)
        officer = stage["officer 2"].membership
        (proposal,) = await officer.proposals()
        await officer.sign_proposal(proposal, compared=officer.code_to_compare(proposal))
        await fresh.arrive()
        await fresh.close()
        return conversation

    conversation = stage.run(story())
    stage.run(ana.register.catch_up())
    assert ana.register.account(hal.account).held
    confirmed = statements.sign_entry(
        ana.register.payload(
            "focal_point.confirmed",
            statements.people(isle[0]),
            clock.now(),
            account=hal.account,
            authority=isle[0],
        ),
        ana.memory.keys.device_seed,  # of another authority
    )
    generation = ana.register.account(hal.account).generation

    def asks_for_him(answer: Any) -> None:
        answer.append({"account": hal.account, "generation": generation, "epochs": [1]})

    with (
        longer_register(stage, "Ana", confirmed) as lied_to,
        stage.proxy.lie("/missing$", lies.in_json(asks_for_him), "clients") as lie,
    ):
        assert [one.reason for one in lied_to.register.rejected] == ["forbidden"]
        assert lied_to.register.account(hal.account).held
        talk = lied_to.conversations[conversation]
        made = stage.run(lied_to.conversations.late.pass_on(talk))
        made += stage.run(lied_to.conversations.late.hand_down(talk, hal.account, 1))
        made += stage.run(lied_to.conversations.give(talk, hal.account, [1]))
        assert (made, lie.times) == (0, 1)
    stage.say("Hue", conversation, "Among those who are confirmed")
    stage.run(ana.conversations.sync())
    newest = ana.conversations[conversation].conversation.epoch
    assert newest is not None
    assert newest.number == 2
    assert sorted(newest.members) == sorted(
        client.account for client in (ana, stage["Ben"], stage["Cleo"], hue)
    )
    assert unb64(ana.register.account(hal.account).identity_key) != hal.memory.keys.identity_key
