"""Whoever follows a conversation comes to the same end, and what the server alone can have done stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.protocol.history import History
from messaging.protocol import epochs, items
from messaging.protocol.conversation import Conversation, ConversationBroken, NotYet
from messaging.protocol.refusal import Refused
from tests.members.protocol.world import Person, World, hash_of, small_network
from tests.messaging.protocol.talk import KnownRegister, Talk, register_of
from tests.vectors.talks import both

RIGHT, WRONG = both()
REGISTER = register_of(RIGHT.world)


def follow(
    talk: Talk, conversation: Conversation, register: KnownRegister, first: int = 0
) -> list[str | None]:
    """The codes of what was refused, item by item."""
    codes: list[str | None] = []
    for item, table in talk.made[first:]:
        outcome = conversation.accept(item, register, table=table)
        codes.append(None if outcome.refusal is None else outcome.refusal.code)
    return codes


def test_a_conversation_as_it_should_be_refuses_nothing() -> None:
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    assert set(follow(RIGHT, conversation, REGISTER)) == {None}
    assert sorted(conversation.epochs) == [1, 2, 3, 4, 5]
    assert all(epoch.members_checked for epoch in conversation.epochs.values())
    assert conversation.head == RIGHT.conversation.head


def test_what_is_refused_is_refused_for_its_reason_and_keeps_its_place() -> None:
    conversation = Conversation(WRONG.world.network, WRONG.conversation.id)
    codes = follow(WRONG, conversation, register_of(WRONG.world))
    assert set(codes) == {
        None,
        "bad_epoch",
        "bad_history",
        "bad_item",
        "bad_late_box",
        "bad_signature",
        "device_inactive",
        "epoch_exists",
        "members_changed",
        "not_member",
        "old_epoch",
        "repeated",
    }
    assert conversation.sequence == len(WRONG.made)
    assert conversation.head == WRONG.conversation.head
    assert sorted(conversation.epochs) == [1, 2]


def test_an_author_who_knows_another_register_is_refused() -> None:
    talk = Talk(small_network(), ["North"], ["North"])
    ana = talk.world.person("Ana")
    talk.create(ana)
    talk.epoch(ana, "created")
    size, _ = talk.register.checkpoint
    outcome = talk.say(ana, "x", checkpoint=(size, hash_of("another root")))
    assert outcome.refusal is not None
    assert outcome.refusal.code == "bad_checkpoint"


def test_another_first_item_stops_the_conversation() -> None:
    conversation = Conversation(RIGHT.world.network, hash_of("conversation"))
    with pytest.raises(ConversationBroken):
        conversation.accept(RIGHT.made[0][0], REGISTER)
    assert conversation.sequence == 0


def test_a_head_that_does_not_follow_stops_the_conversation() -> None:
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    with pytest.raises(ConversationBroken):
        conversation.accept(RIGHT.made[0][0], REGISTER, head=hash_of("head"))
    right = items.next_head(items.START, RIGHT.made[0][0].hash)
    assert conversation.accept(RIGHT.made[0][0], REGISTER, head=right).head == right


def test_an_item_left_out_is_found_by_the_next_that_has_seen_it() -> None:
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    for place, (item, table) in enumerate(RIGHT.made):
        if place == 3:
            continue
        outcome = conversation.accept(item, REGISTER, table=table)
        if place > 3 and item.header["seen"]["sequence"] > 3:
            assert outcome.refusal is not None
            assert outcome.refusal.code == "bad_history"
            return
    raise AssertionError("nobody noticed")


def test_an_epoch_waits_for_its_table_and_an_item_for_the_register() -> None:
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    conversation.accept(RIGHT.made[0][0], REGISTER)
    epoch, table = RIGHT.made[1]
    for absent in (None, b"[]"):
        with pytest.raises(NotYet) as waiting:
            conversation.accept(epoch, REGISTER, table=absent)
        assert waiting.value.table == epoch.header["members"]
    small = small_network()
    early = World(entries=small.entries[:-1], states=small.states[:-1])
    with pytest.raises(NotYet) as waiting:
        conversation.accept(epoch, register_of(early), table=table)
    assert waiting.value.size == epoch.header["checkpoint"]["size"]
    assert conversation.sequence == 1
    assert conversation.accept(epoch, REGISTER, table=table).refusal is None


def test_who_begins_in_the_middle_judges_all_the_rest() -> None:
    for first in range(1, len(RIGHT.made)):
        if RIGHT.made[first][0].kind != "epoch":
            continue
        head = RIGHT.conversation.heads[first]
        conversation = Conversation.anchored(RIGHT.world.network, RIGHT.conversation.id, first, head)
        assert set(follow(RIGHT, conversation, REGISTER, first)) == {None}
        assert conversation.head == RIGHT.conversation.head


def test_a_false_beginning_in_the_middle_is_found_by_what_others_have_seen() -> None:
    first = 5
    conversation = Conversation.anchored(
        RIGHT.world.network, RIGHT.conversation.id, first, hash_of("false head")
    )
    assert "bad_history" in follow(RIGHT, conversation, REGISTER, first)


@dataclass
class NoPast(KnownRegister):
    """A Register that was taken up from a bookmark: nothing is known of before."""

    forgotten: list[int] = field(default_factory=list)

    def at(self, size: int) -> Any:
        return None

    def root_at(self, size: int) -> str | None:
        return None


def test_without_the_past_everything_else_is_still_checked() -> None:
    register = NoPast(REGISTER.state, REGISTER.history, REGISTER.root)
    conversation = Conversation(RIGHT.world.network, RIGHT.conversation.id)
    codes = follow(RIGHT, conversation, register)
    assert not any(epoch.members_checked for epoch in conversation.epochs.values())
    assert set(codes[:9]) == {None}


# --- whatever happens, all who stay agree and can read, and nobody else can ---

Move = tuple[str, str]

NAMES = ["Ana", "Ben", "Cleo", "Sol", "Tam"]
moves = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "revoke", "renew", "remove", "hand_over"]), st.sampled_from(NAMES)
    ),
    max_size=14,
)


def played(steps: Sequence[Move]) -> tuple[Talk, dict[str, int]]:
    """A conversation in which these things happen as far as the rules let them; devices by generation of loss."""
    world = small_network()
    talk = Talk(world, ["North", "South"], ["North"])
    ana = world.person("Ana")
    talk.create(ana)
    talk.epoch(ana, "created")
    lost: dict[str, int] = dict.fromkeys(NAMES, 0)
    for what, name in steps:
        play(talk, what, world.person(name), lost)
    return talk, lost


def device_of(person: Person, lost: dict[str, int]) -> str:
    return "laptop" if lost[person.name] == 0 else f"device {lost[person.name]}"


def play(talk: Talk, what: str, person: Person, lost: dict[str, int]) -> None:
    world = talk.world
    account = world.state.accounts[person.account]
    if not account.active:
        return
    if what == "say":
        device = device_of(person, lost)
        if person.account not in epochs.readers(world.state, talk.participants):
            return
        reason = talk.conversation.due(talk.register)
        if reason is not None:
            item, table = talk.make_epoch(person, reason, device=device)
            assert talk.take(item, table).refusal is None
        outcome = talk.take(talk.message(person, f"{person.name} speaks", device=device))
        assert outcome.refusal is None, outcome.refusal
    elif what == "revoke":
        old = device_of(person, lost)
        world.add(world.revocation(person.name, old, person.subject, person.identity_seed))
        lost[person.name] += 1
        world.add(world.enrolment(person.name, device_of(person, lost)))
    elif what == "renew":
        world.add(world.keys(person.name, generation=account.generation + 1))
    elif what == "remove" and person.name not in ("Ana", "Sol"):
        seed = world.person("Ana").device_seed(device_of(world.person("Ana"), lost))
        if account.authority == world.state.accounts[world.person("Ana").account].authority:
            world.add(world.act("removed", "North", person.name, seed))
    elif what == "hand_over":
        hand_over(talk, person, lost)


def hand_over(talk: Talk, receiver: Person, lost: dict[str, int]) -> None:
    """Somebody of the newest epoch hands everything to this person's present key, unless nobody may."""
    account = talk.world.state.accounts[receiver.account]
    newest = talk.conversation.epoch
    assert newest is not None
    readers = epochs.readers(talk.world.state, talk.participants)
    givers = [
        each for each in talk.world.people.values() if each.account in newest.members.keys() & readers.keys()
    ]
    numbers = [
        number
        for number in talk.conversation.epochs
        if (number, receiver.account, account.generation) not in talk.conversation.late
    ]
    if receiver.account not in readers or account.tainted or not givers or not numbers:
        return
    outcome = talk.hand_over(givers[0], receiver, numbers, device=device_of(givers[0], lost))
    assert outcome.refusal is None, outcome.refusal


@settings(max_examples=25, deadline=None)
@given(moves)
def test_all_who_stay_agree_and_only_members_have_the_keys(steps: list[Move]) -> None:
    talk, _ = played(steps)
    follower = Conversation(talk.world.network, talk.conversation.id)
    assert set(follow(talk, follower, talk.register)) <= {None}
    assert follower.head == talk.conversation.head
    for number, epoch in talk.conversation.epochs.items():
        at = talk.register.at(epoch.checkpoint_size)
        assert at is not None
        assert epoch.members.keys() == epochs.readers(at, talk.participants).keys()
        for name in [*NAMES, "Olga"]:
            person = talk.world.person(name)
            row = epoch.members.get(person.account)
            can_open = opens(talk, number, person)
            assert can_open or row is None or row.box is None, "a member cannot read"
            handed = any(late[:2] == (number, person.account) for late in talk.conversation.late)
            assert row is not None or handed or not can_open, "somebody else can read"


def opens(talk: Talk, number: int, person: Person) -> bool:
    """Whether any box of an epoch opens, with any generation of a person, to its key."""
    epoch = talk.conversation.epochs[number]
    for (boxed, _), box in talk.boxes.items():
        if boxed != number:
            continue
        for generation in range(1, 1 + talk.world.state.accounts[person.account].generation):
            try:
                epochs.open_key(
                    box,
                    reading_seed=person.reading(generation).seed,
                    network=talk.world.network,
                    conversation=talk.conversation.id,
                    number=number,
                    account=person.account,
                    generation=generation,
                    previous=epoch.previous,
                    expected=epoch.commitment,
                )
            except Refused:
                continue
            return True
    return False


def test_a_held_person_is_boxed_to_by_nobody() -> None:
    world = small_network()
    talk = Talk(world, ["North"], ["North"])
    ana = world.person("Ana")
    world.add(world.appointment("North", "Dora", by=None, role="lead"))
    world.settle("Dora")
    talk.create(ana)
    talk.epoch(ana, "created")
    dora = world.person("Dora")
    newest = talk.conversation.epoch
    assert newest is not None
    assert dora.account not in newest.members
    world.add(world.act("confirmed", "North", "Dora", world.person("Ben").device_seed()))
    assert talk.conversation.due(talk.register) == "members"
    talk.epoch(ana)
    assert dora.account in (talk.conversation.epochs[2].members)


def test_a_late_box_counts_also_for_who_does_not_know_the_register_of_its_time() -> None:
    """A new device begins at its bookmark; the receiver may have a newer key by now, or be gone."""
    world = small_network()
    talk = Talk(world, ["North"], ["North"])
    ana, ben = world.person("Ana"), world.person("Ben")
    talk.create(ana)
    talk.epoch(ana, "created")
    assert talk.hand_over(ana, ben, [1]).refusal is None
    world.add(world.keys("Ben", generation=2))
    never = talk.hand_over(ana, ben, [1], generation=3)
    assert never.refusal is not None
    newcomer = KnownRegister(world.state, History.of(world.state, talk.register.root), talk.register.root)
    follower = Conversation(world.network, talk.conversation.id)
    assert follow(talk, follower, newcomer)[-2:] == [None, "bad_late_box"]
