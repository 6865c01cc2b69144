"""There is one suite: nothing that was made with a weaker one, or for another purpose, is taken for it."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from members.protocol import boxes, canonical, signing
from members.protocol.boxes import BoxRefused
from messaging.protocol import items
from messaging.protocol.refusal import Refused

INFO = boxes.info("entente/v1/epoch", "network")
PAIR = boxes.key_pair(os.urandom(32))
CLASSICAL = X25519PublicKey.from_public_bytes(PAIR.public[1184:])
HYBRID = MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(PAIR.public[:1184]), CLASSICAL)

MADE_OTHERWISE = {
    "without ML-KEM": Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM).encrypt(
        b"key", CLASSICAL, info=INFO
    ),
    "by AES-128": Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM).encrypt(
        b"key", HYBRID, info=INFO
    ),
    "by another hash": Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA512, AEAD.AES_256_GCM).encrypt(
        b"key", HYBRID, info=INFO
    ),
    "for another purpose": boxes.seal_box(PAIR.public, boxes.info("entente/v1/reading", "network"), b"key"),
}


@pytest.mark.parametrize("which", MADE_OTHERWISE)
def test_a_box_of_another_suite_does_not_open(which: str) -> None:
    with pytest.raises(BoxRefused):
        boxes.open_box(PAIR.seed, INFO, MADE_OTHERWISE[which])


@pytest.mark.parametrize("length", [0, 32, 1184, 1215, 1217])
def test_nobody_boxes_to_a_key_of_another_suite(length: int) -> None:
    """The server, or a member, names a key of X25519 alone, or of ML-KEM alone."""
    with pytest.raises(BoxRefused):
        boxes.seal_box((PAIR.public * 2)[:length], INFO, b"key")


def test_a_signature_for_another_purpose_is_none() -> None:
    seed, body = os.urandom(32), b"{}"
    for kind in (signing.STATEMENT, signing.ITEM, signing.SIGHTING):
        signature = signing.sign(seed, kind, body)
        others = {signing.STATEMENT, signing.ITEM, signing.SIGHTING} - {kind}
        assert signing.verify(signing.public_key(seed), kind, body, signature)
        assert not any(signing.verify(signing.public_key(seed), each, body, signature) for each in others)


@pytest.mark.parametrize("field", ["suite", "version", "algorithm"])
def test_no_item_says_how_it_is_to_be_read(field: str) -> None:
    """What is not there cannot be turned down: a header that names a suite is refused, whatever it names."""
    header = items.make_header(
        "conversation.created",
        network="ab" * 32,
        account="ab" * 16,
        device="ab" * 32,
        checkpoint=(1, "ab" * 32),
        client_id="01890a5d-ac96-774b-bcce-b302099a8057",
        time=1,
        administrators=["cd" * 16],
        nonce="ab" * 32,
        participants=["cd" * 16],
    )
    items.parse(items.make_body(header), os.urandom(64))
    more = canonical.canonical({**canonical.parse_object(header), field: "none"})
    with pytest.raises((Refused, ValueError)):
        items.parse(items.make_body(more), os.urandom(64))
