"""A person's keys come back from their boxes, and only when they match what was signed."""

from __future__ import annotations

import pytest

from members.protocol import boxes, person, recovery, signing, statements
from members.protocol.person import KeyMismatch, Unlock, Waiting
from members.protocol.rules import apply
from members.protocol.state import Account
from tests.members.protocol.world import TIME, World, hash_of, secret

CODE = secret("code")[:20]


def settled() -> tuple[World, Account, Waiting, boxes.BoxKeyPair]:
    """Olga has founded the network and enters her first device and keys, with real boxes."""
    world = World()
    world.found("Olga", "Omar", "Ottilie")
    olga = world.person("Olga")
    unlock = recovery.unlock_key(CODE, world.network, olga.account)
    made = person.first_statements(
        network=world.network,
        account=olga.account,
        identity_seed=olga.identity_seed,
        device_seed=olga.device_seed(),
        device_box_seed=secret("device box"),
        reading_seed=secret("reading"),
        unlocks=[Unlock(public=unlock.public, serial=1, date=TIME)],
        time=TIME,
    )
    state = apply(apply(world.state, made.device_enrolled), made.account_keys)
    return world, state.accounts[olga.account], made, unlock


def test_the_first_statements_apply_and_bring_all_bytes_that_they_name() -> None:
    world, account, made, unlock = settled()
    assert account.generation == 1
    assert account.receivers() == sorted([unlock.hash, boxes.key_pair(secret("device box")).hash])
    fields = statements.parse_entry(made.account_keys).fields
    named = {fields["reading_key"]}
    named |= {each for box in fields["reading_boxes"] for each in box.values()}
    named |= {each[name] for each in fields["unlock_keys"] for name in ("key", "identity_box")}
    assert named == set(made.attachments)
    assert world.state.size == 1


def test_the_recovery_code_opens_identity_and_reading_key() -> None:
    world, account, made, unlock = settled()
    olga = world.person("Olga").account
    box = made.attachments[account.unlock_keys[0].identity_box]
    assert (
        person.open_identity(world.network, olga, account, unlock, box) == world.person("Olga").identity_seed
    )
    fields = statements.parse_entry(made.account_keys).fields
    for receiver in (unlock, boxes.key_pair(secret("device box"))):
        named = next(each["box"] for each in fields["reading_boxes"] if each["key"] == receiver.hash)
        seed = person.open_reading(
            world.network,
            olga,
            generation=1,
            reading_key=str(account.reading_key),
            receiver=receiver,
            box=made.attachments[named],
        )
        assert seed == secret("reading")


def test_a_box_that_holds_another_seed_counts_for_nothing() -> None:
    world, account, _, unlock = settled()
    olga = world.person("Olga").account
    info = person.identity_info(world.network, olga, unlock.hash)
    for wrong in (secret("another identity"), b"short"):
        with pytest.raises(KeyMismatch):
            person.open_identity(
                world.network, olga, account, unlock, boxes.seal_box(unlock.public, info, wrong)
            )
    reading = person.reading_info(world.network, olga, 1, unlock.hash)
    for wrong in (secret("another reading"), b"short"):
        with pytest.raises(KeyMismatch):
            person.open_reading(
                world.network,
                olga,
                generation=1,
                reading_key=str(account.reading_key),
                receiver=unlock,
                box=boxes.seal_box(unlock.public, reading, wrong),
            )


def test_each_generation_opens_the_one_before() -> None:
    network, account = hash_of("network"), hash_of("account")[:32]
    made = person.make_keys(
        network=network,
        account=account,
        generation=2,
        reading_seed=secret("2"),
        device_box_keys=[boxes.key_pair(secret("d")).public],
        previous_seed=secret("1"),
    )
    seed = person.open_previous(
        network,
        account,
        generation=1,
        reading_key=boxes.key_pair(secret("1")).hash,
        following=boxes.key_pair(secret("2")),
        box=made.attachments[made.fields["previous_box"]],
    )
    assert seed == secret("1")


def test_new_unlock_keys_need_the_identity() -> None:
    with pytest.raises(ValueError, match="identity seed"):
        person.make_keys(
            network=hash_of("n"),
            account=hash_of("a")[:32],
            generation=1,
            reading_seed=secret("1"),
            device_box_keys=[],
            unlocks=[Unlock(public=boxes.key_pair(secret("u")).public, serial=1, date=TIME)],
        )


def test_commitments_hide_and_bind() -> None:
    one = person.commitment(bytes(32), name="Ana", function="Duty officer")
    assert one == person.commitment(bytes(32), name="Ana", function="Duty officer")
    assert one != person.commitment(bytes(31) + b"\x01", name="Ana", function="Duty officer")
    assert one != person.commitment(bytes(32), name="Ann", function="Duty officer")
    assert one != person.commitment(bytes(32), name="Duty officer", function="Ana")


def test_codes_to_compare_are_six_numbers_that_depend_on_network_and_key() -> None:
    key = signing.public_key(secret("a"))
    code = person.compare_code(hash_of("n"), key)
    assert len(code) == 6
    assert all(len(number) == 5 and number.isdigit() for number in code)
    assert code != person.compare_code(hash_of("m"), key)
    assert code != person.compare_code(hash_of("n"), signing.public_key(secret("b")))


def test_the_two_macs_of_an_invitation_are_not_interchangeable() -> None:
    covered = {"network": hash_of("n")}
    inviter, invitee = (person.invitation_mac(bytes(16), kind, covered) for kind in ("inviter", "invitee"))
    assert not person.mac_matches(inviter, invitee)
    assert not person.mac_matches(inviter, person.invitation_mac(b"\x01" * 16, "inviter", covered))
