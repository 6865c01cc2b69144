"""Signatures, boxes, seals and text forms accept one form only, and agree with what others publish."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.protocol import boxes, seal, signing, tiles
from members.protocol.encoding import EncodingError, b64, b64url, is_hash, unb64, unb64url, unhex

SEED = bytes(range(32))


def test_pae_is_that_of_the_dsse_specification() -> None:
    encoded = signing.pae("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


@given(st.text(max_size=9), st.binary(max_size=9), st.text(max_size=9), st.binary(max_size=9))
def test_different_things_never_look_alike_in_pae(kind: str, body: bytes, other: str, another: bytes) -> None:
    try:
        same = signing.pae(kind, body) == signing.pae(other, another)
    except UnicodeEncodeError:
        return
    assert same == ((kind, body) == (other, another))


def test_a_plain_signature_is_that_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert signing.public_key(seed).hex() == public
    assert signing.sign_raw(seed, b"").hex() == signature
    assert signing.verify_raw(bytes.fromhex(public), b"", bytes.fromhex(signature))


@given(st.binary(max_size=60), st.integers(0, 511))
def test_no_bit_of_a_signature_can_change(body: bytes, bit: int) -> None:
    signature = bytearray(signing.sign(SEED, signing.ITEM, body))
    public = signing.public_key(SEED)
    assert signing.verify(public, signing.ITEM, body, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not signing.verify(public, signing.ITEM, body, bytes(signature))


def test_a_box_key_is_that_of_the_x_wing_draft() -> None:
    seed = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    assert boxes.key_pair(seed).public.hex().startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b")


@settings(max_examples=20)
@given(st.binary(max_size=100), st.binary(max_size=30), st.data())
def test_a_box_opens_with_its_key_and_info_and_with_nothing_else(
    plaintext: bytes, info: bytes, data: st.DataObject
) -> None:
    pair = boxes.key_pair(SEED)
    box = boxes.seal_box(pair.public, info, plaintext)
    assert boxes.open_box(SEED, info, box) == plaintext
    place = data.draw(st.integers(0, len(box) - 1))
    changed = box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]
    for seed, other_info, other in [(SEED, info + b"x", box), (bytes(32), info, box), (SEED, info, changed)]:
        with pytest.raises(boxes.BoxRefused):
            boxes.open_box(seed, other_info, other)


def test_a_poisoned_key_is_refused_before_anything_is_boxed_to_it() -> None:
    with pytest.raises(boxes.BoxRefused):
        boxes.seal_box(boxes.key_pair(SEED).public[:1184] + bytes(32), b"", b"")


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_a_seal_opens_with_its_key_and_aad_only(plaintext: bytes, aad: bytes) -> None:
    sealed = seal.seal(SEED, plaintext, aad)
    assert seal.open_sealed(SEED, sealed, aad) == plaintext
    for key, other, broken in [
        (bytes(32), aad, sealed),
        (SEED, aad + b"x", sealed),
        (SEED, aad, sealed[:-1]),
    ]:
        with pytest.raises(seal.SealBroken):
            seal.open_sealed(key, broken, other)


def test_hkdf_is_that_of_rfc_5869() -> None:
    secret, salt = bytes.fromhex("0b" * 22), bytes.fromhex("000102030405060708090a0b0c")
    key = seal.derive(secret, salt, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"))
    assert key.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


@given(st.binary(max_size=40))
def test_text_forms_lead_back(data: bytes) -> None:
    assert unb64(b64(data)) == data
    assert unb64url(b64url(data), len(data)) == data
    assert unhex(data.hex(), len(data)) == data


@given(st.text(alphabet="ABCDabcd0189+/=-_ \n", max_size=12))
def test_base64_has_one_text(text: str) -> None:
    try:
        data = unb64(text)
    except EncodingError:
        return
    assert b64(data) == text


@pytest.mark.parametrize("text", ["AA", "AB==", "AA==\n", "AA-_", "A===", "é", 5, None])
def test_other_base64_is_refused(text: object) -> None:
    with pytest.raises(EncodingError):
        unb64(text)


@pytest.mark.parametrize("text", ["A" * 64, "ab", "g" * 64, "ab" * 33, "٠" * 64, 5, None])
def test_other_hexadecimal_is_no_hash(text: object) -> None:
    assert not is_hash(text)


@given(st.integers(0, 10**12), st.integers(0, 63), st.integers(1, 256))
def test_tile_paths_lead_back(index: int, level: int, width: int) -> None:
    tile = tiles.Tile(level, index, width)
    assert tiles.parse_path(tile.path()) == tile


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_lead_back(entries: list[bytes]) -> None:
    assert tiles.parse_bundle(tiles.bundle(entries)) == entries


def test_the_tiles_of_a_log_hold_every_hash_once() -> None:
    found = tiles.tiles_of(70_000)
    assert sum(tile.width for tile in found if tile.level == 0) == 70_000
    assert sum(tile.width for tile in found if tile.level == "entries") == 70_000
    assert [tile.width for tile in found if tile.level == 2] == [1]
    assert tiles.tiles_of(0) == []
