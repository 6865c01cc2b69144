"""The bytes that lie beside the Register: which a statement names, whose they are, and that they have their form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from members.problems import Refused
from members.protocol import boxes
from members.protocol.encoding import EncodingError, b64, unb64
from members.protocol.statements import Entry
from members.register.models import Attachment

BOX_LENGTH = boxes.ENCAPSULATION_LENGTH + boxes.SEED_LENGTH + boxes.TAG_LENGTH


@dataclass(frozen=True)
class Named:
    """Bytes that a statement names: a public key, or a box that only its owner is given."""

    hash: str
    public: bool
    account: str


class AttachmentMissing(Refused):
    def __init__(self, missing: str) -> None:
        super().__init__(
            "attachment_missing", "Bytes that a statement names did not come with it.", hash=missing
        )


def named_by(entry: Entry) -> list[Named]:
    """Everything whose hash this statement names."""
    fields = entry.fields
    if entry.type == "device.enrolled":
        return [Named(fields["device_box_key"], True, fields["account"])]
    if entry.type != "account.keys":
        return []
    keys = {fields["reading_key"]}
    private = {fields["previous_box"]} - {None}
    for box in fields["reading_boxes"]:
        keys.add(box["key"])
        private.add(box["box"])
    for unlock in fields["unlock_keys"]:
        keys.add(unlock["key"])
        private.add(unlock["identity_box"])
    owner = fields["account"]
    return [Named(one, True, owner) for one in sorted(keys)] + [
        Named(one, False, owner) for one in sorted(private)
    ]


def decode(sent: Mapping[str, str]) -> dict[str, bytes]:
    """Bytes by their hash, as they came over HTTP; raises unless each hash is that of its bytes."""
    found = {}
    for name, text in sent.items():
        try:
            data = unb64(text)
        except EncodingError:
            raise Refused("invalid", "An attachment is not canonical base64.") from None
        if hashlib.sha256(data).hexdigest() != name:
            raise Refused("invalid", "An attachment does not have the hash that it is sent under.")
        found[name] = data
    return found


def encode(held: Mapping[str, bytes]) -> dict[str, str]:
    return {name: b64(data) for name, data in held.items()}


def store(entries: Iterable[Entry], sent: Mapping[str, bytes], *, some_missing: bool = False) -> None:
    """Keep what these statements name; raises AttachmentMissing for what neither came now nor is there already, unless
    `some_missing`: then it may come later.
    """
    wanted = {one.hash: one for entry in entries for one in named_by(entry)}
    if not wanted:
        return
    there = {
        name: (public, account)
        for name, public, account in Attachment.objects.filter(hash__in=wanted).values_list(
            "hash", "public", "account"
        )
    }
    fresh = []
    for name, one in wanted.items():
        if name in there:
            public, account = there[name]
            # a box of somebody else is as good as absent: nobody is given it by naming it
            if public == one.public and (public or account == one.account):
                continue
            raise AttachmentMissing(name)
        if name not in sent:
            if some_missing:
                continue
            raise AttachmentMissing(name)
        check_form(one, sent[name])
        fresh.append(Attachment(hash=name, data=sent[name], public=one.public, account=one.account))
    Attachment.objects.bulk_create(fresh)


def check_form(one: Named, data: bytes) -> None:
    """Raises unless these bytes are a strict box key, or have the length of a box of a seed."""
    if not one.public:
        if len(data) != BOX_LENGTH:
            raise Refused("invalid", "A box of a seed does not have its length.")
        return
    try:
        boxes.check_public(data)
    except boxes.BoxRefused as error:
        raise Refused("invalid", f"A box key is refused: {error}.") from None
