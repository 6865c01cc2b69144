"""Histories of random acts keep what must always hold, whoever does what in whichever order."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.protocol import signing, statements
from members.protocol.canonical import canonical, parse
from members.protocol.encoding import b64, unb64
from members.protocol.register import Replay
from members.protocol.rules import Rejected, apply
from members.protocol.state import State
from messaging.protocol import epochs
from tests.members.protocol.world import World, identifier, small_network
from tests.vectors.logs import long_history, note_for

Act = Callable[[World, str, str], bytes]

PEOPLE = ["Ana", "Ben", "Cleo", "Sol", "Tam", "Nora", "Olga", "Omar", "Ottilie", "Otto"]
AUTHORITIES = ["North", "South"]


def _rekeyed(w: World, authority: str, name: str, on: str) -> bytes:
    """The attempt to re-key: the person keeps their version unless it applies."""
    person = copy.copy(w.person(name))
    person.version += 1
    lead = w.state.authorities[identifier(authority)].lead
    by = next((each for each in w.people.values() if each.account == lead), w.person("Ana"))
    seeds = w.officers_seeds() if on == "standing" else [by.identity_seed]
    entry = w.act(
        "rekeyed",
        authority,
        name,
        *seeds,
        on=on,
        identity_key=b64(person.identity_key),
        verification="in_person",
    )
    apply(w.state, entry)
    w.people[name] = person
    return entry


def _lead_seed(w: World, authority: str) -> bytes:
    lead = w.state.authorities[identifier(authority)].lead
    return next(each.identity_seed for each in w.people.values() if each.account == lead)


ACTS: list[Act] = [
    lambda w, a, n: w.appointment(a, n, by=None, role="lead"),
    lambda w, a, n: w.statement(
        "focal_point.appointed",
        statements.people(identifier(a)),
        _lead_seed(w, a),
        account=identifier(n),
        authority=identifier(a),
        commitment=w.person(n).commitment(),
        identity_key=b64(w.person(n).identity_key),
        role="member",
        verification="in_person",
    ),
    lambda w, a, n: w.act("role_changed", a, n, _lead_seed(w, a), role="deputy"),
    lambda w, a, n: w.act("role_changed", a, n, *w.officers_seeds(), on="standing", role="lead"),
    lambda w, a, n: w.act("removed", a, n, w.person("Ben").device_seed()),
    lambda w, a, n: w.act("removed", a, n, w.person("Sol").device_seed()),
    lambda w, a, n: w.act("removed", a, n, *w.officers_seeds(), on="standing"),
    lambda w, a, n: w.act("confirmed", a, n, w.person("Cleo").device_seed()),
    lambda w, a, n: w.act("confirmed", a, n, w.person("Tam").device_seed()),
    lambda w, a, n: _rekeyed(w, a, n, "people"),
    lambda w, a, n: _rekeyed(w, a, n, "standing"),
    lambda w, a, n: w.enrolment(n),
    lambda w, a, n: w.enrolment(n, "tablet", revokes=("laptop",)),
    lambda w, a, n: w.keys(n, generation=w.state.accounts[identifier(n)].generation + 1),
    lambda w, a, n: w.keys(n, generation=max(1, w.state.accounts[identifier(n)].generation)),
    lambda w, a, n: w.revocation(n, "laptop", w.person(n).subject, w.person(n).identity_seed),
    lambda w, a, n: w.revocation(
        n, "laptop", statements.people(identifier(a)), w.person("Ben").device_seed()
    ),
    lambda w, a, n: w.about_authority("suspended", a),
    lambda w, a, n: w.about_authority("reinstated", a),
    lambda w, a, n: w.about_officer("appointed", n),
    lambda w, a, n: w.about_officer("removed", n),
]

steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(AUTHORITIES), st.sampled_from(PEOPLE)), max_size=25
)


def lived(acts: list[tuple[Act, str, str]]) -> World:
    """A network in which these acts were tried; those that the rules allow have happened."""
    world = small_network()
    for act, authority, name in acts:
        try:
            world.add(act(world, authority, name))
        except (Rejected, KeyError, StopIteration):
            continue
    return world


def check_invariants(state: State) -> None:
    """What holds in every state that any history leads to."""
    assert len(state.officers) >= state.threshold + 1
    for account, key in state.officers.items():
        officer = state.accounts[account]
        assert officer.active
        assert (officer.role, officer.identity_key, officer.authority) == ("officer", key, None)
    for account, each in state.accounts.items():
        assert each.identity_hex in state.used_keys
        assert each.active or not each.active_devices()
        assert len(each.active_devices()) <= 20
        assert each.tainted_through <= each.generation
        assert set(each.reading_keys) == set(range(1, each.generation + 1))
        assert len(set(each.reading_keys.values())) == each.generation
        assert each.reading_key in (None, each.reading_keys.get(each.generation))
        assert (each.authority is None) == (each.role == "officer")
        for device, one in each.devices.items():
            assert signing.device_id(unb64(one.key)) == device
            assert unb64(one.key).hex() in state.used_keys
            assert state.device_owners[unb64(one.key).hex()] == account
    for identifier_, authority in state.authorities.items():
        leads = [account for account, each in state.people_of(identifier_).items() if each.role == "lead"]
        assert leads in ([], [authority.lead])
    readers = epochs.readers(state, state.authorities)
    assert not any(each.held or not each.active for each in readers.values())
    assert all(state.authorities[str(each.authority)].status == "active" for each in readers.values())
    assert len({each.identity_key for each in state.accounts.values()}) == len(state.accounts)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_history_keeps_what_must_hold(acts: list[tuple[Act, str, str]]) -> None:
    world = lived(acts)
    for state in world.states[1:]:
        check_invariants(state)


@settings(max_examples=20, deadline=None)
@given(steps)
def test_nothing_applies_twice(acts: list[tuple[Act, str, str]]) -> None:
    world = lived(acts)
    for entry in world.entries:
        with pytest.raises(Rejected) as caught:
            apply(world.state, entry)
        assert caught.value.reason in ("stale", "already_founded")


@settings(max_examples=20, deadline=None)
@given(steps)
def test_a_state_survives_its_json(acts: list[tuple[Act, str, str]]) -> None:
    state = lived(acts).state
    again = State.from_json(parse(canonical(state.to_json())))  # type: ignore[arg-type] # an object
    assert again == state
    assert again.device_owners == state.device_owners


def test_a_replay_in_pieces_is_the_replay_at_once() -> None:
    entries = long_history().entries
    once, pieces = Replay(), Replay()
    once.extend(note_for(entries), entries)
    for size in range(1, len(entries) + 1):
        pieces.extend(note_for(entries[:size]), entries[size - 1 : size])
    assert pieces.state == once.state == long_history().state
    assert pieces.root == once.root
    assert pieces.history.roots == once.history.roots


def test_the_past_is_as_it_was() -> None:
    world = long_history()
    replay = Replay()
    replay.extend(note_for(world.entries), world.entries)
    for size, state in enumerate(world.states):
        standing = replay.at(size)
        assert standing is not None
        assert standing.accounts == state.accounts
        assert standing.authorities == state.authorities
    assert replay.at(len(world.entries) + 1) is None


def test_every_type_of_statement_has_applied() -> None:
    types = {statements.parse_entry(entry).type for entry in long_history().entries}
    assert types == set(statements.FIELDS)
