"""What the check of one Ed25519 signature costs, which ejabberd and Synapse do not make and which is reported apart."""

from __future__ import annotations

import os
import time

from members.protocol import signing
from members.protocol.person import new_seed
from network.bench.figures import Section
from network.bench.load import SEALED_BYTES
from network.bench.portal import Sites
from network.bench.sizes import Sizes

HEADER_BYTES = 560


def measure(sites: Sites, sizes: Sizes) -> Section:
    seconds = check_seconds(sizes.checks)
    return Section(
        "signature",
        "The Ed25519 check of one message",
        ("of a message of one kilobyte", "microseconds"),
        [["check, as the server makes it", seconds * 1e6]],
    )


def check_seconds(times: int) -> float:
    """Seconds of the processor for one check of a message, as the server makes it."""
    seed, body = new_seed(), os.urandom(4 + HEADER_BYTES + SEALED_BYTES)
    key, signature = signing.public_key(seed), signing.sign(seed, signing.ITEM, body)
    before = time.process_time()
    for _ in range(times):
        assert signing.verify(key, signing.ITEM, body, signature)
    return (time.process_time() - before) / times
