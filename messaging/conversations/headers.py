"""Reads the header of a message at once: a text that matches here is valid and canonical, and no other is accepted.

The canonical form of a message header has fixed fields in a fixed order, all of them hexadecimal or decimal:
it is a regular language. One match therefore replaces parsing JSON, checking a schema and serializing again
to compare, which on the path of every message took longer than anything but the signature.
`messaging.protocol.items` reads the other kinds; a property test holds the two together.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from messaging.protocol.items import MAX_CONTENT, MAX_HEADER

# a seal of the smallest padded text
MIN_CONTENT: Final = 12 + 256 + 16
MAX_INTEGER: Final = 2**53 - 1

_NATURAL, _POSITIVE = rb"(0|[1-9][0-9]{0,15})", rb"([1-9][0-9]{0,15})"
_ID, _HASH = rb"([0-9a-f]{32})", rb"([0-9a-f]{64})"
_UUID7 = rb"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
_MESSAGE: Final = re.compile(
    rb'\{"account":"%b","checkpoint":\{"root":"%b","size":%b\},"client_id":"%b","conversation":"%b","device":"%b",'
    rb'"epoch":%b,"kind":"message","network":"%b","seen":\{"head":"%b","sequence":%b\},"time":%b\}'
    % (_ID, _HASH, _NATURAL, _UUID7, _HASH, _HASH, _POSITIVE, _HASH, _HASH, _POSITIVE, _NATURAL)
)


class MessageHeader(NamedTuple):
    """The header of a message, field by field as in docs/protocol.md, section 5.1."""

    account: str
    checkpoint_root: str
    checkpoint_size: int
    client_id: str
    conversation: str
    device: str
    epoch: int
    network: str
    seen_head: str
    seen_sequence: int
    time: int


class BadMessage(ValueError):
    """The body is not that of a message; the code is `bad_item` or `too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_message(body: bytes) -> MessageHeader:
    """The header of a message body; raises BadMessage unless header and size of content are as they must be."""
    length = int.from_bytes(body[:4], "big")
    content = len(body) - 4 - length
    if length > MAX_HEADER or content > MAX_CONTENT:
        raise BadMessage("too_large")
    match = _MESSAGE.fullmatch(body, 4, 4 + length) if content >= MIN_CONTENT else None
    if match is None:
        raise BadMessage("bad_item")
    account, root, size, client_id, conversation, device, epoch, network, head, sequence, time = (
        match.groups()
    )
    header = MessageHeader(
        account.decode(),
        root.decode(),
        int(size),
        client_id.decode(),
        conversation.decode(),
        device.decode(),
        int(epoch),
        network.decode(),
        head.decode(),
        int(sequence),
        int(time),
    )
    largest = max(header.checkpoint_size, header.epoch, header.seen_sequence, header.time)
    if largest > MAX_INTEGER:
        raise BadMessage("bad_item")
    return header
