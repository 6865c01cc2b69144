"""Trees and proofs are those of RFC 6962 and RFC 9162, checked against the definitions written out."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.protocol import merkle

# the inputs and roots of Certificate Transparency's own test data
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(70)]

sizes = st.integers(1, len(LEAVES))


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS[:size]]
    assert merkle.root(leaves).hex() == ROOTS[size]


@given(st.integers(0, len(LEAVES)))
def test_roots_are_as_defined(size: int) -> None:
    assert merkle.root(LEAVES[:size]) == defined(LEAVES[:size])


@given(st.integers(0, len(LEAVES)))
def test_a_compact_range_has_one_hash_for_each_bit(size: int) -> None:
    grown = merkle.CompactRange()
    for leaf in LEAVES[:size]:
        grown.append(leaf)
    assert len(grown.hashes) == size.bit_count()
    again = merkle.CompactRange(size, list(grown.hashes))
    again.append(b"x" * 32)
    assert again.root() == defined([*LEAVES[:size], b"x" * 32])
    assert grown.size == size, "the copy grows alone"


def test_a_compact_range_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="one hash for each bit"):
        merkle.CompactRange(3, [bytes(32)])
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.CompactRange(1, [bytes(31)])


@given(sizes, st.data())
def test_inclusion_proofs_hold_and_changed_ones_do_not(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = LEAVES[:size]
    proof, root = merkle.inclusion_proof(tree, index), merkle.root(tree)
    assert merkle.verify_inclusion(tree[index], index, size, proof, root)
    assert not merkle.verify_inclusion(b"x" * 32, index, size, proof, root)
    assert not merkle.verify_inclusion(tree[index], size, size, proof, root)
    assert not merkle.verify_inclusion(tree[index], index, size, [*proof, root], root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:place], b"x" * 32, *proof[place + 1 :]]
        assert not merkle.verify_inclusion(tree[index], index, size, changed, root)
        assert not merkle.verify_inclusion(tree[index], index, size, proof[1:], root)


@given(sizes, st.data())
def test_consistency_proofs_hold_and_a_changed_past_is_found(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size))
    tree = LEAVES[:size]
    proof = merkle.consistency_proof(tree, first)
    old, new = merkle.root(tree[:first]), merkle.root(tree)
    assert merkle.verify_consistency(first, size, old, new, proof)
    assert not merkle.verify_consistency(first, size, b"x" * 32, new, proof)
    assert first == 0 or not merkle.verify_consistency(first, size, old, b"x" * 32, proof)
    assert not merkle.verify_consistency(first, size, old, new, [*proof, new])
    if 0 < first < size:
        place = data.draw(st.integers(0, first - 1))
        rewritten = [*tree[:place], b"x" * 32, *tree[place + 1 :]]
        forged = merkle.consistency_proof(rewritten, first)
        assert not merkle.verify_consistency(first, size, old, merkle.root(rewritten), forged)


def test_proofs_of_what_is_not_there_are_not_made() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="not within"):
        merkle.consistency_proof(LEAVES[:3], 4)
