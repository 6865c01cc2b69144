"""An older copy of the database, and what its members hand back: who may, what is taken, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
from django.db import transaction

from members.problems import NotFound, Problem, Refused, Restoring
from members.protocol.encoding import b64
from members.register import restoration
from members.register.models import Attachment, Entry, Head
from messaging.conversations import access, heads
from messaging.conversations.models import Box, Conversation, Epoch, Item
from messaging.conversations.services import append_items
from messaging.protocol import items
from messaging.restoration import services
from messaging.restoration.models import HandedBack
from messaging.restoration.services import Answer, Given, NotRestoring
from network.bench import writing
from network.bench.people import Member
from network.bench.writing import Thread, renew, say
from tests.messaging.case import Case, code, make_case, send


@dataclass
class Kept:
    """What clients hold of the time after the copy."""

    note: str
    first: int
    entries: list[bytes]
    given: dict[str, list[Given]]
    before: dict[str, str]


@pytest.fixture
def case(db: None) -> Case:
    made = make_case()
    say(made.thread, made.ana, "In the copy")
    return made


@contextmanager
def forgotten() -> Iterator[Kept]:
    """What is done inside is taken back by the database, and held by the members."""
    size = Head.objects.get().size
    stood = dict(Conversation.objects.values_list("identifier", "sequence"))
    copy = transaction.savepoint()
    kept = Kept("", size, [], {}, {})
    yield kept
    kept.note = Head.objects.get().checkpoint
    kept.entries = [
        bytes(data)
        for data in Entry.objects.filter(index__gte=size).order_by("index").values_list("data", flat=True)
    ]
    for conversation in Conversation.objects.all():
        after = stood.get(conversation.identifier, 0)
        found = Item.objects.filter(conversation=conversation, sequence__gt=after).order_by("sequence")
        kept.given[conversation.identifier] = [as_held(conversation, item) for item in found]
        before = Item.objects.filter(conversation=conversation, sequence=after).first()
        kept.before[conversation.identifier] = items.START if before is None else before.head
    transaction.savepoint_rollback(copy)
    heads.heads.__init__()  # type: ignore[misc]  # the processes are started again with the copy


def as_held(conversation: Conversation, item: Item) -> Given:
    """With the member table and all boxes, as if one person held everybody's."""
    table, boxes = None, {}
    if item.kind == "epoch":
        epoch = Epoch.objects.get(conversation=conversation, sequence=item.sequence)
        table = bytes(epoch.members)
        rows = Box.objects.filter(conversation=conversation, number=epoch.number, late=False)
        boxes = {row.account: bytes(row.box or b"") for row in rows}
    elif item.kind == "late_box":
        rows = Box.objects.filter(conversation=conversation, late=True)
        boxes = {str(row.number): bytes(row.box or b"") for row in rows}
    return Given(item.sequence, item.received_at, bytes(item.body), bytes(item.signature), table, boxes)


def only_own(given: Sequence[Given], whose: Member) -> list[Given]:
    """What this member holds: no box of anybody else."""
    return [
        replace(one, boxes={name: box for name, box in one.boxes.items() if name == whose.account})
        for one in given
    ]


def hand_back(kept: Kept, thread: Thread, by: Member, given: Sequence[Given] | None = None) -> Answer:
    return services.hand_back(
        account=by.account,
        conversation=thread.id,
        before_head=kept.before[thread.id],
        given=kept.given[thread.id] if given is None else given,
    )


def stands(thread: Thread) -> bool:
    """Whether the database is where its writers left it."""
    found = Conversation.objects.get(identifier=thread.id)
    return (found.sequence, found.head) == (thread.sequence, thread.head)


def reason_of(problem: pytest.ExceptionInfo[Refused]) -> object:
    return problem.value.extra["reason"]


# --- messages ---


def test_what_was_said_after_the_copy_gets_its_places_again(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
        say(case.thread, case.sol, "two")
    assert not stands(case.thread)
    assert restoration.begin("a test")
    assert hand_back(kept, case.thread, case.ben).taken
    assert not stands(case.thread)  # until the end, others may bring more
    services.end()
    assert stands(case.thread)
    say(case.thread, case.ben, "three")
    assert stands(case.thread)


def test_a_conversation_begun_after_the_copy_comes_back_with_its_keys(case: Case) -> None:
    with forgotten() as kept:
        later = writing.begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
        say(later, case.eva, "hello")
    restoration.begin("a test")
    assert hand_back(kept, later, case.sol, only_own(kept.given[later.id], case.sol)).taken
    assert hand_back(kept, later, case.eva, only_own(kept.given[later.id], case.eva)).taken
    services.end()
    assert stands(later)
    boxes = dict(Box.objects.filter(conversation__identifier=later.id).values_list("account", "box"))
    assert boxes.keys() == {case.sol.account, case.eva.account}
    assert all(boxes.values())


def test_a_box_that_nobody_brings_is_missing_and_can_be_handed_over(case: Case) -> None:
    with forgotten() as kept:
        later = writing.begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
    restoration.begin("a test")
    hand_back(kept, later, case.sol, only_own(kept.given[later.id], case.sol))
    services.end()
    item, boxes = later.late_box_item(case.sol, case.eva, [1])
    assert [one.account for one in access.missing(case.sol.account, later.id)] == [case.eva.account]
    append_items(
        author=writing.author(case.sol), conversation=later.id, given=[writing.given(item, None, boxes)]
    )
    assert access.missing(case.sol.account, later.id) == []


def test_a_box_that_was_not_signed_is_left_out(case: Case) -> None:
    with forgotten() as kept:
        later = writing.begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
    restoration.begin("a test")
    forged = [replace(one, boxes={case.eva.account: bytes(1168)}) for one in kept.given[later.id]]
    hand_back(kept, later, case.sol, forged)
    services.end()
    assert Box.objects.get(conversation__identifier=later.id, account=case.eva.account).box is None


def test_holes_are_filled_by_others(case: Case) -> None:
    with forgotten() as kept:
        for text in ("one", "two", "three"):
            say(case.thread, case.ana, text)
    whole = kept.given[case.id]
    restoration.begin("a test")
    hand_back(kept, case.thread, case.ben, whole[:1])
    before_last = items.next_head(items.next_head(kept.before[case.id], hash_of(whole[0])), hash_of(whole[1]))
    services.hand_back(
        account=case.sol.account, conversation=case.id, before_head=before_last, given=whole[2:]
    )
    assert services.report().holes == [case.id]
    hand_back(kept, case.thread, case.ana)
    assert services.report().whole
    services.end()
    assert stands(case.thread)


def hash_of(given: Given) -> str:
    return items.item_hash(given.body, given.signature)


def test_whoever_puts_something_else_into_a_place_is_outvoted(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "what was said")
    lie = case.thread.message(case.sol, "something else", seen=(4, kept.before[case.id]))
    restoration.begin("a test")
    hand_back(kept, case.thread, case.sol, [Given(5, 0, lie.body, lie.signature)])
    hand_back(kept, case.thread, case.ana)
    hand_back(kept, case.thread, case.ben)
    found = services.report()
    assert (found.whole, found.disputed) == (True, [case.id])
    services.end()
    assert stands(case.thread)


# --- the Register ---


def give_register(kept: Kept, by: Member, **changed: object) -> restoration.Standing:
    values: dict[str, object] = {"note": kept.note, "first": kept.first, "entries": kept.entries, "sent": {}}
    return restoration.hand_back(account=by.account, **{**values, **changed})  # type: ignore[arg-type]


def test_a_larger_checkpoint_closes_the_portal_and_brings_what_is_missing(case: Case) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
    reached = give_register(kept, case.sol)
    assert reached.restoring
    assert (reached.size, reached.known) == (kept.first + len(kept.entries),) * 2
    assert Head.objects.get().checkpoint.splitlines()[:3] == kept.note.splitlines()[:3]


def test_a_checkpoint_alone_says_how_much_is_missing(case: Case) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
    reached = give_register(kept, case.sol, entries=[])
    assert (reached.restoring, reached.size, reached.known) == (
        True,
        kept.first,
        kept.first + len(kept.entries),
    )
    assert not services.report().whole


@pytest.mark.parametrize("others", [1, 2])
def test_entries_that_lead_elsewhere_are_not_taken_and_close_the_portal_all_the_same(
    case: Case, others: int
) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
        case.made.appoint(case.ana)
    for _ in range(others):
        case.made.appoint(case.sol)  # somebody was quicker than whoever knows better
    with pytest.raises(Refused) as problem:
        give_register(kept, case.sol)
    assert reason_of(problem) == "forked"
    assert restoration.standing().restoring


@pytest.mark.parametrize("part", [2, 4])
def test_a_checkpoint_that_the_register_key_did_not_sign_says_nothing(case: Case, part: int) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
    lines = kept.note.split("\n")
    changed = "B" if lines[part][-9] == "A" else "A"
    lines[part] = f"{lines[part][:-9]}{changed}{lines[part][-8:]}"
    with pytest.raises(Refused) as problem:
        give_register(kept, case.sol, note="\n".join(lines))
    assert reason_of(problem) == "bad_signature"
    assert not restoration.standing().restoring


def test_entries_with_a_hole_before_them_are_refused(case: Case) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
    with pytest.raises(Refused) as problem:
        give_register(kept, case.sol, first=kept.first + 1)
    assert reason_of(problem) == "gap"


def test_of_what_lies_beside_entries_others_bring_public_keys_and_the_owner_all(case: Case) -> None:
    with forgotten() as kept:
        new = case.made.appoint(case.ana)
        found = Attachment.objects.filter(account=new.account)
        beside = {row.hash: bytes(row.data) for row in found}
        public = set(found.filter(public=True).values_list("hash", flat=True))
    assert public < beside.keys()
    give_register(kept, case.sol)
    assert not Attachment.objects.filter(account=new.account).exists()
    give_register(kept, case.sol, sent=beside)
    assert {row.hash for row in Attachment.objects.filter(account=new.account)} == public
    give_register(kept, new, sent={**beside, sha256(b"more").hexdigest(): b"more"})
    held = {row.hash: bytes(row.data) for row in Attachment.objects.filter(account=new.account)}
    assert held == beside


def test_an_item_that_knows_a_larger_register_waits_for_it(case: Case) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
        renew(case.thread, case.ana)
    restoration.begin("a test")
    with pytest.raises(Problem) as problem:
        hand_back(kept, case.thread, case.ana)
    assert problem.value.code == "register_first"
    give_register(kept, case.ana)
    assert hand_back(kept, case.thread, case.ana).taken
    services.end()
    assert stands(case.thread)
    assert Conversation.objects.get(identifier=case.id).epoch == 2


# --- who may ---


def test_nobody_writes_while_it_is_restored(case: Case) -> None:
    restoration.begin("a test")
    assert [code(one) for one in send(case.thread.message(case.ana))] == ["restoring"]
    with pytest.raises(Restoring):
        say(case.thread, case.ana)
    with pytest.raises(Restoring):
        writing.begin(case.made, case.sol, [case.sol.authority])
    with pytest.raises(Restoring):
        case.made.appoint(case.ana)
    services.end()
    say(case.thread, case.ana)
    case.made.appoint(case.ana)


def test_whoever_is_not_in_the_copy_is_no_stranger_before_the_end(case: Case) -> None:
    """They wait as all others do: a message that is refused for good would be given up."""
    with forgotten():
        later = writing.begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
        appointed = case.made.appoint(case.ana)
        messages = [later.message(case.sol), case.thread.message(appointed)]
    assert [code(one) for one in send(*messages)] == ["not_member", "device_inactive"]
    restoration.begin("a test")
    assert [code(one) for one in send(*messages)] == ["restoring", "restoring"]


def test_whoever_does_not_read_a_conversation_hands_nothing_back_into_it(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
        later = writing.begin(case.made, case.sol, [case.sol.authority])
    restoration.begin("a test")
    for thread, by in ((case.thread, case.eva), (case.thread, case.olga), (later, case.ana)):
        with pytest.raises(NotFound):
            hand_back(kept, thread, by)
    with pytest.raises(NotFound):  # nobody has said yet who takes part
        hand_back(kept, later, case.sol, kept.given[later.id][1:])
    assert not HandedBack.objects.exists()


def test_what_nobody_signed_or_what_belongs_elsewhere_is_refused(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
        other = writing.begin(case.made, case.sol, [case.sol.authority, case.ana.authority])
    restoration.begin("a test")
    (one,) = kept.given[case.id]
    wrong = {
        "bad_signature": replace(one, signature=bytes([one.signature[0] ^ 1]) + one.signature[1:]),
        "bad_item": replace(kept.given[other.id][2], sequence=5),
    }
    for expected, given in wrong.items():
        with pytest.raises(Refused) as problem:
            hand_back(kept, case.thread, case.ana, [given])
        assert reason_of(problem) == expected
    with pytest.raises(Refused):
        hand_back(kept, case.thread, case.ana, [one, replace(one, sequence=7)])
    assert not HandedBack.objects.exists()


def test_where_nothing_was_restored_nothing_is_handed_back(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
    with pytest.raises(NotRestoring):
        hand_back(kept, case.thread, case.ana)


# --- afterwards ---


def test_who_comes_late_brings_what_nobody_had_if_nobody_has_written_since(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
        say(case.thread, case.sol, "two")
    restoration.begin("a test")
    services.end()
    answer = hand_back(kept, case.thread, case.sol)
    assert (answer.taken, answer.sequence, answer.head) == (True, case.thread.sequence, case.thread.head)
    assert stands(case.thread)
    assert hand_back(kept, case.thread, case.ana).taken  # it is there already


def test_who_comes_late_cannot_take_back_what_was_written_since(case: Case) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
    restoration.begin("a test")
    services.end()
    case.thread.sequence, case.thread.head = 4, kept.before[case.id]
    say(case.thread, case.sol, "since")
    assert not hand_back(kept, case.thread, case.ana).taken
    assert stands(case.thread)


def test_after_a_month_nothing_is_handed_back_any_more(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with forgotten() as kept:
        say(case.thread, case.ana, "one")
    restoration.begin("a test")
    services.end()
    monkeypatch.setattr(restoration, "LATE_DAYS", 0)
    with pytest.raises(NotRestoring):
        hand_back(kept, case.thread, case.ana)


def test_the_end_is_only_once(case: Case) -> None:
    with pytest.raises(NotRestoring):
        services.end()
    restoration.begin("a test")
    assert not restoration.begin("again")
    services.end()
    with pytest.raises(NotRestoring):
        services.end()


def test_boxes_are_kept_as_base64_and_put_together_of_several_holders(case: Case) -> None:
    with forgotten() as kept:
        later = writing.begin(case.made, case.sol, [case.sol.authority, case.eva.authority])
    restoration.begin("a test")
    for one in (case.sol, case.eva):
        hand_back(kept, later, one, only_own(kept.given[later.id], one))
    epoch = HandedBack.objects.get(conversation=later.id, sequence=2)
    assert epoch.boxes == {name: b64(box) for name, box in kept.given[later.id][1].boxes.items()}


def test_an_epoch_that_comes_late_is_due_for_a_next_one_if_the_members_have_changed(case: Case) -> None:
    with forgotten() as kept:
        case.made.appoint(case.ana)
        renew(case.thread, case.ana)
    restoration.begin("a test")
    give_register(kept, case.ana)
    services.end()
    assert Conversation.objects.get(identifier=case.id).due is False  # nobody has looked
    case.made.appoint(case.sol)
    assert hand_back(kept, case.thread, case.ana).taken
    assert Conversation.objects.get(identifier=case.id).due is True


def test_an_older_copy_that_is_put_back_long_after_another_closes_the_portal_again(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    restoration.begin("a test")
    services.end()
    with forgotten() as kept:
        case.made.appoint(case.ana)
    monkeypatch.setattr(restoration, "LATE_DAYS", 0)
    give_register(kept, case.sol, entries=[])
    assert restoration.standing().restoring
