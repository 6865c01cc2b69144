"""A server that lies is named on the whole screen, in words; when it tells the truth again, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from members.protocol import canonical, checkpoint
from members.protocol.encoding import b64, unb64
from network import evidence
from network.client.memory import SignIn
from tests.browser.canary import CANARY
from tests.browser.person import PASSWORD, Person, Secrets
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.proxy import Change

ROLLED_BACK = "The Register has lost entries"
FORKED = "The server shows two versions of the Register"
UNSIGNED = "The Register is not signed as it must be"
CHANGED = "The past of a conversation was changed"

STOPPED = "This browser has stopped reading and writing here"


def raises_the_alarm(person: Person, title: str) -> None:
    person.sees_heading(title).sees(STOPPED)
    person.press("Show the evidence")
    person.check()


def saved_evidence(person: Person) -> str:
    """The file that the person keeps, as they find it among their downloads."""
    with person.page.expect_download() as download:
        person.press("Save the evidence")
    return Path(download.value.path()).read_text("utf-8-sig")


def proves(stage: Settled, person: Person) -> tuple[str, list[tuple[str, bool]]]:
    """What was found by what is saved, and what in it is signed, as somebody else checks it by a Register of theirs."""
    stage.run(stage["Ana"].register.catch_up())
    found = evidence.check(saved_evidence(person), stage["Ana"].register.replay)
    return found.finding, [(piece.kind, piece.holds) for piece in found.pieces]


def goes_on(person: Person) -> None:
    """The server tells the truth again, and the person has looked again."""
    person.press("Check again")
    person.page.get_by_role("navigation").first.wait_for()
    person.check()


@contextmanager
def older_checkpoint(stage: Settled) -> Iterator[Change]:
    """What the server showed before somebody got new keys."""
    before = stage.run(stage["Tam"].http.get_text("/api/register/checkpoint")).encode()
    stage.run(stage["Tam"].own_keys.renew())
    yield lambda _: before


def test_a_register_that_was_rolled_back(stage: Settled) -> None:
    sol = stage.watch("Sol")
    with older_checkpoint(stage) as change:
        # read by the newer Register, which is therefore kept
        stage.begin("Ana", "South", "Before the Register goes back", "By the newer one")
        sol.go("Conversations").open_conversation("Before the Register goes back").sees_message(
            "By the newer"
        )
        with stage.proxy.lie("/register/checkpoint", change, sol) as lie:
            sol.page.reload()
            raises_the_alarm(sol, ROLLED_BACK)
            assert lie.times > 0
            # what was held and what was shown: both under the key of the Register
            assert proves(stage, sol) == ("rolled_back", [("checkpoint", True)] * 2)
    goes_on(sol)


@pytest.mark.parametrize("which", ["another root", "no signature"])
def test_a_register_that_is_not_the_one_that_was_seen(stage: Settled, which: str) -> None:
    sol = stage.watch("Sol")
    change, title, proof = {
        "another root": (lies.with_other_root(stage.data), FORKED, ("forked", [("checkpoint", True)] * 2)),
        "no signature": (
            lies.with_false_signature,
            UNSIGNED,
            ("bad_signature", [("checkpoint", True), ("checkpoint", False)]),
        ),
    }[which]
    with stage.proxy.lie("/register/checkpoint", change, sol):
        sol.page.reload()
        raises_the_alarm(sol, title)
        assert proves(stage, sol) == proof
    goes_on(sol)


def test_entries_that_do_not_lead_to_the_root(stage: Settled) -> None:
    sol = stage.watch("Sol")
    with stage.proxy.lie("/register/tile/entries", lambda data: data[:-1] + bytes([data[-1] ^ 1]), sol):
        stage.run(stage["Tam"].own_keys.renew())
        raises_the_alarm(sol, FORKED)
    goes_on(sol)


@pytest.mark.parametrize("which", lies.IN_PAGES)
def test_a_conversation_that_is_not_what_was_said(stage: Settled, which: str) -> None:
    conversation = stage.begin("Ana", "South", f"Tampered with: {which}", "First")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation(f"Tampered with: {which}").sees_message("First")
    change = lies.in_pages(conversation, lies.IN_PAGES[which])
    with stage.proxy.lie("/conversations/sync", change, sol):
        with sol.away():  # so that it has to ask, and for both at once
            stage.say("Ana", conversation, f"Second {CANARY}")
            stage.say("Ana", conversation, f"Third {CANARY}")
        raises_the_alarm(sol, CHANGED)
    goes_on(sol)
    sol.sees_message("Second").sees_message("Third")
    assert sol.texts() == ["First", f"Second {CANARY}", f"Third {CANARY}"]


def test_an_old_epoch_served_as_new(stage: Settled) -> None:
    """Whoever left still has the key of an old epoch: serving it again must not bring anybody to write under it."""
    conversation = stage.begin("Ana", "South", "Old epoch again", "Under the first key")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Old epoch again").sees_message("Under the first key")

    def first_epoch_again(page: lies.Page) -> None:
        page["items"][-1] = {**old, "sequence": page["items"][-1]["sequence"]}

    answer = stage.run(stage["Ana"].http.get(f"/api/conversations/{conversation}/items", after=1, limit=1))
    old = answer["items"][0]
    with stage.proxy.lie("/conversations/sync", lies.in_pages(conversation, first_epoch_again), sol):
        with sol.away():
            stage.run(stage["Tam"].own_keys.renew())
            stage.say("Ana", conversation, "Under the next key")
        raises_the_alarm(sol, CHANGED)
        assert proves(stage, sol) == ("bad_history", [("item", True)])
    goes_on(sol)
    sol.sees_message("Under the next key")


def test_a_forged_member_is_not_among_those_who_were_signed(stage: Settled) -> None:
    """The table of an epoch says who has its key; with one account more it is not the one that was signed."""
    sol = stage.watch("Sol")

    def with_forged_member(epochs: Any) -> None:
        for epoch in epochs:
            rows: Any = canonical.parse(unb64(epoch["members"]))
            rows.append({"account": "ff" * 16, "box": None, "generation": 1})
            epoch["members"] = b64(canonical.canonical(rows))

    def with_forged_members(answer: Any) -> None:
        for page in answer["conversations"]:
            with_forged_member(page["epochs"])

    # a browser asks for the table of an epoch that it hears of, or is given it when it asks what there is
    with (
        stage.proxy.lie("/epochs", lies.in_json(with_forged_member), sol) as asked,
        stage.proxy.lie("/conversations/sync", lies.in_json(with_forged_members), sol) as given,
    ):
        stage.begin("Ana", "South", "One reader more", "For those who were signed")
        raises_the_alarm(sol, CHANGED)
        assert asked.times + given.times > 0
    goes_on(sol)
    sol.open_conversation("One reader more").sees_message("For those who were signed")


def test_a_foreign_unlock_key_is_not_taken_for_ones_own(stage: Settled) -> None:
    """The server slips a key of its own among those that open somebody's keys: nothing is ever boxed to it."""
    stage.appoint("Sol", "Noor")
    foreign = "ee" * 32

    def with_foreign_key(answer: Any) -> None:
        for envelope in answer["statements"]:
            said: Any = canonical.parse(unb64(envelope["payload"]))
            own = said["unlock_keys"][0]
            said["unlock_keys"].append({**own, "key": foreign, "serial": own["serial"] + 1})
            said["unlock_keys"].sort(key=lambda unlock: unlock["key"])
            envelope["payload"] = b64(canonical.canonical(said))

    noor = stage.stranger(stage.secrets("Noor"))
    with stage.proxy.lie("/api/account/keys", lies.in_json(with_foreign_key), noor) as lie:
        stage.come_in(noor, "Choose a conversation")
        assert lie.times > 0
        noor.check()
    stage.run(stage["Noor"].register.catch_up())
    present = stage["Noor"].register.account(stage["Noor"].account)
    assert len(present.active_devices()) == 2
    assert foreign not in [each.key for each in present.unlock_keys]


def without_items(frame: dict[str, Any]) -> list[dict[str, Any]]:
    return [] if frame["type"] == "item" else [frame]


def swapped(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Far above what there is: what is only one too high is what comes next to a browser that has just asked."""
    return [{**frame, "sequence": frame["sequence"] + 1000}] if frame["type"] == "item" else [frame]


@pytest.mark.parametrize("change", [without_items, swapped], ids=["withheld", "misnumbered"])
def test_frames_that_are_withheld_or_misnumbered_lose_nothing(
    stage: Settled, change: Callable[[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    """The socket is a hint: what it leaves out is fetched when the next thing comes."""
    subject = f"Frames {change.__name__}"
    conversation = stage.begin("Ana", "South", subject, "First")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation(subject).sees_message("First")
    with stage.proxy.lie_in_frames(change, sol):
        stage.say("Ana", conversation, "Second")
    stage.say("Ana", conversation, "Third")
    sol.sees_message("Third").sees_message("Second")
    assert sol.texts() == ["First", "Second", "Third"]
    sol.check()


def test_keys_that_were_exchanged_on_the_way_are_not_signed(stage: Settled) -> None:
    """Somebody stepped between the link and the inviter: the inviter is told not to sign, and cannot."""
    ana = stage.watch("Ana")
    ana.go("People").press("Invite a focal point")
    ana.type("Name of the person", "Wren").type("Function", "Analyst").type(
        "E-mail address", "wren@example.org"
    )
    ana.press("Make the link")
    link = ana.hand_over_link()

    def with_other_key(answer: Any) -> None:
        for invitation in answer:
            if invitation["keys"] is not None:
                invitation["keys"]["identity_key"] = lies.flip(invitation["keys"]["identity_key"])

    with stage.proxy.lie("/api/invitations$", lies.in_json(with_other_key), ana):
        stage.enrol(link)
        ana.sees("Do not sign").sees("These keys were not made with the secret of your link.")
        assert ana.page.get_by_role("button", name=re.compile("^Sign")).count() == 0
        ana.check()
        ana.press("Withdraw the invitation")
        ana.does_not_see("Do not sign")
    ana.check()


def test_a_sign_in_reset_that_nobody_made_is_a_notice_and_no_more(stage: Settled) -> None:
    """The server can say so at any time: the person is told, and reads and writes by the same keys as before."""
    subject = "After a made-up reset"
    conversation = stage.begin("Ana", "South", subject, "First")
    sol = stage.watch("Sol")

    def with_reset(answer: Any) -> None:
        if answer.get("account"):
            answer["account"]["sign_in_reset_at"] = 1_790_000_000_000

    with stage.proxy.lie("/api/session$", lies.in_json(with_reset), sol) as lie:
        sol.page.reload()
        sol.sees("Was it not you?")
        assert lie.times > 0
        sol.press("It was me")
        sol.go("Conversations").open_conversation(subject).sees_message("First").say(
            f"The same keys {CANARY}"
        )
        sol.sees_everything_sent()
    assert stage.read("Ana", conversation) == ["First", f"The same keys {CANARY}"]
    sol.check()


def test_a_reading_key_that_is_not_the_one_in_the_register_gets_no_message(stage: Settled) -> None:
    """Under the name of a key the server gives another, which it could open: nothing is sealed for it."""
    ana = stage.watch("Ana")

    def with_other_keys(answer: Any) -> None:
        answer["attachments"] = {name: lies.flip(data) for name, data in answer["attachments"].items()}

    with stage.proxy.lie("/register/attachments", lies.in_json(with_other_keys), ana) as lie:
        with ana.away():
            stage.run(stage["Tam"].own_keys.renew())
        ana.begin_writing_to("South", "Never sent", f"Nobody else reads this: {CANARY}").press("Send")
        ana.sees("The server does not have all keys that are needed.")
        assert lie.times > 0
        ana.check()
    ana.press("Send").sees_message("Nobody else reads this")
    ana.check()


def test_a_person_whom_nobody_vouched_for_is_not_shown(stage: Settled) -> None:
    """A name in the directory is what the server says; who there is, the Register says."""

    def with_forger(answer: Any) -> None:
        answer["people"].append(
            {"account": "f0" * 16, "salt": "00" * 16, "name": "Forger", "function": "Spy", "language": "en"}
        )
        for person in answer["people"]:
            if person["name"] == "Ben":
                person["name"] = "Benedict"

    ana = stage.watch("Ana")
    with stage.proxy.lie("/api/directory", lies.in_json(with_forger), ana) as lie:
        ana.go("People")
        ana.page.reload()
        ana.sees_heading("People of my authority").sees("Cleo")
        # the page shows what it knew before, until it has heard the lie
        expect(ana.page.get_by_text("Ben", exact=True)).to_have_count(0)
        ana.does_not_see("Forger").does_not_see("Benedict")
        assert lie.times > 0
        ana.check()
    ana.page.reload()
    ana.sees("Ben").check()


def test_a_network_that_the_inviter_does_not_attest_gets_no_keys(stage: Settled) -> None:
    """The invitee is shown another Register than the inviter saw: the secret of the link gives it away."""

    async def invite() -> Any:
        return await stage["Ana"].membership.invite(
            "focal_point", email="finch@example.org", name="Finch", function="Analyst", role="member"
        )

    made = stage.run(invite())
    finch = stage.stranger(Secrets(SignIn("finch@example.org", PASSWORD)))
    finch.open_link(made.link).sees_heading("Now your keys")

    def with_other_register(answer: Any) -> None:
        answer["attestation"]["checkpoint"]["root"] = "ab" * 32

    with stage.proxy.lie("/api/enrolment$", lies.in_json(with_other_register), finch) as lie:
        finch.page.reload()
        finch.sees_heading("Now your keys").press("Make my keys")
        raises_the_alarm(finch, "A key was swapped")
        assert lie.times > 0
        # nobody signed it: the word of the inviter does not fit, and that is all there is
        assert proves(stage, finch) == ("identity_swapped", [])
    assert stage.run(stage["Ana"].membership.waiting()) == []
    stage.run(stage["Ana"].http.delete(f"/api/invitations/{made.id}"))


def test_a_statement_that_is_replayed_is_counted_and_changes_nothing(stage: Settled) -> None:
    """This browser has then seen a longer Register than there is, and stops when the server shows the true one."""
    stage.appoint("Sol", "Yara")
    yara = stage.arrive("Yara")
    note, entries = lies.with_last_entry_again(stage)
    stated = checkpoint.parse(note.decode())

    def with_longer_register(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] == "welcome":
            frame["register"] = {"size": stated.size, "root": stated.root}
        return [frame]

    with (
        stage.proxy.lie_in_frames(with_longer_register, yara),
        stage.proxy.lie("/register/checkpoint", lambda _: note, yara),
        stage.proxy.lie("/tile/entries", lambda _: entries, yara, invents=True),
    ):
        yara.page.reload()
        yara.go("Directory")
        yara.sees("1 entry of the Register does not follow the rules and was ignored.").sees("South")
        yara.check()
    # the longer note would close the true portal as well: this one keeps to itself what it is given
    with stage.proxy.lie(
        "/restoration/register", lambda _: b'{"size": 1, "known": 1}', yara, alone=True
    ) as lie:
        yara.page.reload()
        raises_the_alarm(yara, ROLLED_BACK)
        assert lie.times > 0
