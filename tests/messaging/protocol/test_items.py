"""Items have one form, one signer and one place; epochs one table and one key; messages one reader's circle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.protocol import boxes, seal
from members.protocol.boxes import BoxRefused
from members.protocol.encoding import u32
from members.protocol.schema import Malformed
from messaging.protocol import epochs, items, late_boxes, messages
from messaging.protocol.epochs import Row
from messaging.protocol.refusal import Refused
from tests.members.protocol.world import hash_of, identifier, secret, small_network
from tests.messaging.protocol.talk import Talk
from tests.vectors.talks import both

KEY, DEVICE = secret("epoch"), hash_of("device")
NORTH_AND_SOUTH = [identifier("North"), identifier("South")]


def first_item() -> items.Item:
    return both()[0].made[0][0]


def message_item() -> items.Item:
    return next(item for item, _ in both()[0].made if item.kind == "message")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_item"),
        (b"\x00\x00\x00", "bad_item"),
        (u32(5) + b"{}", "bad_item"),
        (u32(2) + b"[]", "bad_item"),
        (u32(2) + b"{}", "bad_item"),
        (u32(16 * 1024 + 1) + b" " * (16 * 1024 + 1), "bad_item"),
        (u32(2**31) + b"{}", "bad_item"),
    ],
)
def test_a_body_without_its_form_is_no_item(body: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        items.parse(body, first_item().signature)
    assert refused.value.code == code


def test_only_messages_have_content_and_they_always_do() -> None:
    created, message = first_item(), message_item()
    with pytest.raises(Refused):
        items.parse(created.body + b"x", created.signature)
    with pytest.raises(Refused):
        items.parse(items.make_body(message.header_bytes), message.signature)


def test_content_of_more_than_64_kib_is_too_large() -> None:
    message = message_item()
    items.parse(items.make_body(message.header_bytes, bytes(64 * 1024)), message.signature)
    with pytest.raises(Refused) as refused:
        items.parse(items.make_body(message.header_bytes, bytes(64 * 1024 + 1)), message.signature)
    assert refused.value.code == "too_large"


def test_a_signature_that_is_not_strict_is_no_signature() -> None:
    with pytest.raises(Refused) as refused:
        items.parse(first_item().body, bytes(64))
    assert refused.value.code == "bad_item"


def test_an_item_is_signed_by_the_device_that_it_names() -> None:
    talk = both()[0]
    ana, sol = talk.world.person("Ana"), talk.world.person("Sol")
    assert first_item().signed_by(ana.device_key())
    assert not first_item().signed_by(sol.device_key())


@given(st.integers(4, 200_000))
def test_padme_costs_at_most_an_eighth_and_grows(length: int) -> None:
    padded = messages.padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert messages.padme(padded) == padded
    assert messages.padme(length + 1) >= padded


@given(st.binary(max_size=3000))
def test_padding_comes_off_exactly(plaintext: bytes) -> None:
    padded = messages.pad(plaintext)
    assert messages.unpad(padded) == plaintext
    assert len(padded) >= 256
    for broken in (padded + b"\x00", padded[:-1], padded[:-1] + b"\x01"):
        if broken != padded:
            with pytest.raises(messages.Unreadable):
                messages.unpad(broken)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500), st.sampled_from(messages.KINDS))
def test_a_message_is_read_by_who_has_the_key(text: str, kind: str) -> None:
    content = messages.seal_message(
        KEY, device=DEVICE, header=b"header", plaintext=messages.make_plaintext(text, kind)
    )
    opened = messages.open_message(KEY, device=DEVICE, header=b"header", content=content)
    assert opened == {"kind": kind, "text": text}
    for key, device, header in [
        (secret("x"), DEVICE, b"header"),
        (KEY, hash_of("x"), b"header"),
        (KEY, DEVICE, b"headed"),
    ]:
        with pytest.raises(messages.Unreadable):
            messages.open_message(key, device=device, header=header, content=content)


def test_a_message_that_is_too_long_is_not_sealed() -> None:
    with pytest.raises(Refused) as refused:
        messages.seal_message(KEY, device=DEVICE, header=b"", plaintext=b"x" * 65_000)
    assert refused.value.code == "too_large"


def test_an_unknown_kind_of_plaintext_is_not_written() -> None:
    with pytest.raises(Malformed):
        messages.make_plaintext("x", "file")


def test_a_member_table_has_one_form() -> None:
    rows = [Row("bb" * 16, None, 1), Row("aa" * 16, hash_of("box"), 2)]
    table = epochs.make_table(rows)
    assert list(epochs.parse_table(table)) == ["aa" * 16, "bb" * 16]
    assert epochs.parse_table(table, epochs.table_hash(table))["bb" * 16].box is None
    for broken, expected in [(table, hash_of("x")), (table + b" ", None), (b"[]", None), (b"{}", None)]:
        with pytest.raises(Refused):
            epochs.parse_table(broken, expected)


def test_a_table_of_more_than_a_thousand_is_refused() -> None:
    rows = [Row(f"{number:032x}", None, 1) for number in range(1001)]
    assert len(epochs.parse_table(epochs.make_table(rows[:1000]))) == 1000
    with pytest.raises(Malformed):
        epochs.make_table(rows)


@settings(max_examples=5, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_an_epoch_key_reaches_exactly_the_readers(key: bytes) -> None:
    world = small_network()
    members = epochs.readers(world.state, NORTH_AND_SOUTH)
    reading = {each.reading(1).hash: each.reading(1).public for each in world.people.values()}
    network, conversation = world.network, hash_of("conversation")
    sealed = epochs.seal_key(
        key,
        network=network,
        conversation=conversation,
        number=1,
        members=members,
        reading_keys=reading,
    )
    epochs.check_members(epochs.parse_table(sealed.table), world.state, NORTH_AND_SOUTH)
    committed = epochs.commitment(conversation, 1, key)
    bound = {"network": network, "conversation": conversation, "number": 1, "generation": 1}
    for name in ("Ana", "Ben", "Cleo", "Sol", "Tam"):
        person = world.person(name)
        for account, box in sealed.boxes.items():
            opening = {**bound, "account": account, "previous": conversation, "expected": committed}
            if account == person.account:
                assert epochs.open_key(box, reading_seed=person.reading(1).seed, **opening) == key  # type: ignore[arg-type]
            else:
                with pytest.raises(Refused):
                    epochs.open_key(box, reading_seed=person.reading(1).seed, **opening)  # type: ignore[arg-type]
    assert world.person("Olga").account not in sealed.boxes


def test_an_epoch_is_not_sealed_without_a_members_key_or_to_another_one() -> None:
    world = small_network()
    members = epochs.readers(world.state, NORTH_AND_SOUTH)
    right = {each.reading(1).hash: each.reading(1).public for each in world.people.values()}
    common = {"network": world.network, "conversation": hash_of("c"), "number": 1, "members": members}
    with pytest.raises(KeyError):
        epochs.seal_key(KEY, reading_keys={}, **common)  # type: ignore[arg-type]
    swapped = dict.fromkeys(right, boxes.key_pair(secret("spy")).public)
    with pytest.raises(BoxRefused):
        epochs.seal_key(KEY, reading_keys=swapped, **common)  # type: ignore[arg-type]


def test_late_boxes_go_to_the_present_key_only() -> None:
    world = small_network()
    ben = world.person("Ben")
    given_: dict[str, object] = {
        "network": world.network,
        "conversation": hash_of("c"),
        "account_for": ben.account,
        "member": world.state.accounts[ben.account],
    }
    made = late_boxes.make({2: KEY, 1: KEY}, reading_key=ben.reading(1).public, **given_)  # type: ignore[arg-type]
    assert [each["epoch"] for each in made.fields["boxes"]] == [1, 2]
    with pytest.raises(BoxRefused):
        late_boxes.make({1: KEY}, reading_key=ben.reading(2).public, **given_)  # type: ignore[arg-type]
    world.add(world.revocation("Ben", "laptop", ben.subject, ben.identity_seed))
    given_["member"] = world.state.accounts[ben.account]
    with pytest.raises(BoxRefused):
        late_boxes.make({1: KEY}, reading_key=ben.reading(1).public, **given_)  # type: ignore[arg-type]


def test_sealed_bytes_of_another_kind_do_not_open_as_a_message() -> None:
    sealed = seal.seal(KEY, messages.pad(messages.make_plaintext("x")), b"header")
    with pytest.raises(messages.Unreadable):
        messages.open_message(KEY, device=DEVICE, header=b"header", content=sealed)


def test_client_ids_of_a_talk_are_of_version_7() -> None:
    talk = Talk(small_network(), ["North"], ["North"])
    items.check_header({**first_item().header, "client_id": talk.client_id()})
