"""Entries that break the form: rule 1."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from members.protocol import signing, statements
from members.protocol.encoding import b64
from tests.members.protocol.refused.case import (
    Make,
    Refusal,
    bens_removal,
    changed,
    drop,
    olga_removed,
    resigned,
    set_to,
    signed,
)
from tests.members.protocol.world import World, hash_of, identifier


def _malformed_statement(change: Callable[[dict[str, Any]], None]) -> Make:
    """A change to the removal of Ben, which would apply without it."""
    return lambda w: resigned(bens_removal(w), change, w.person("Ana").device_seed())


def _malformed_admission(**values: Any) -> Make:
    return lambda w: resigned(w.admission("West", "Wanda"), set_to(**values), *w.officers_seeds())


def _malformed_keys(change: Callable[[dict[str, Any]], None]) -> Make:
    return lambda w: resigned(w.keys("Ana"), change, w.person("Ana").identity_seed)


def _malformed_founding(change: Callable[[dict[str, Any]], None]) -> Make:
    def make(w: World) -> bytes:
        entry = w.founding("Olga", "Omar", "Ottilie")
        seeds = [w.person(each).identity_seed for each in ("Olga", "Omar", "Ottilie")]
        return resigned(entry, change, *seeds)

    return make


def _envelope(change: Callable[[dict[str, Any]], None]) -> Make:
    return lambda w: changed(bens_removal(w), change)


def _sig(**values: Any) -> Make:
    return _envelope(lambda e: e["signatures"][0].update(values))


_SMALL_ORDER = [
    ("zero", bytes(32)),
    ("one", (1).to_bytes(32, "little")),
    ("p - 1", (signing.P - 1).to_bytes(32, "little")),
    ("p", signing.P.to_bytes(32, "little")),
    ("one with the top bit", (1 + 2**255).to_bytes(32, "little")),
    (
        "order eight",
        (55188659117513257062467267217118295137698188065244968500265048394206261417927).to_bytes(
            32, "little"
        ),
    ),
]


def _lone_surrogate(w: World) -> bytes:
    entry = w.admission("West", "Wanda")
    payload = base64.b64decode(json.loads(entry)["payload"]).replace(b'"name":"West"', b'"name":"\\ud800"')
    return signed(payload, *w.officers_seeds())


def _replaced(old: bytes, new: bytes) -> Make:
    """Bytes of a payload exchanged, so that it is no longer canonical."""

    def make(w: World) -> bytes:
        payload = base64.b64decode(json.loads(bens_removal(w))["payload"])
        assert old in payload
        return signed(payload.replace(old, new, 1), w.person("Ana").device_seed())

    return make


MALFORMED: list[Refusal] = [
    Refusal("nothing at all", "malformed", lambda _: b""),
    Refusal("not JSON", "malformed", lambda _: b"\x00\x01\x02"),
    Refusal("a list for an envelope", "malformed", lambda _: b"[]"),
    Refusal("an envelope with spaces", "malformed", lambda w: bens_removal(w).replace(b":", b": ", 1)),
    Refusal("an envelope that ends with a newline", "malformed", lambda w: bens_removal(w) + b"\n"),
    Refusal("an envelope with a field more", "malformed", _envelope(set_to(note="hello"))),
    Refusal("an envelope without signatures", "malformed", _envelope(set_to(signatures=[]))),
    Refusal("another payload type", "malformed", _envelope(set_to(payloadType="application/json"))),
    Refusal("a payload type of items", "malformed", _envelope(set_to(payloadType=signing.ITEM))),
    Refusal(
        "base64 without padding",
        "malformed",
        _envelope(lambda e: e.update(payload=e["payload"].rstrip("=") + "A")),
    ),
    Refusal(
        "a payload that is no JSON", "malformed", lambda w: signed(b"hello", w.person("Ana").device_seed())
    ),
    Refusal(
        "signatures not sorted",
        "malformed",
        lambda w: changed(olga_removed(w), lambda e: e["signatures"].reverse()),
    ),
    Refusal(
        "the same signature twice",
        "malformed",
        lambda w: changed(bens_removal(w), lambda e: e["signatures"].append(e["signatures"][0])),
    ),
    Refusal(
        "a keyid in capitals",
        "malformed",
        _envelope(lambda e: e["signatures"][0].update(keyid=e["signatures"][0]["keyid"].upper())),
    ),
    Refusal("a keyid that is too short", "malformed", _sig(keyid="ab")),
    Refusal("a signature that is too short", "malformed", _sig(sig=b64(bytes(63)))),
    Refusal("a signature whose R is the identity", "malformed", _sig(sig=b64(b"\x01" + bytes(63)))),
    *(
        Refusal(f"a keyid of small order or not reduced: {name}", "malformed", _sig(keyid=key.hex()))
        for name, key in _SMALL_ORDER
    ),
    *(
        Refusal(
            f"an identity key of small order or not reduced: {name}",
            "malformed",
            _malformed_admission(
                lead={"account": identifier("Wanda"), "commitment": hash_of("w"), "identity_key": b64(key)}
            ),
        )
        for name, key in _SMALL_ORDER
    ),
    Refusal("an unknown type", "malformed", _malformed_statement(set_to(type="focal_point.promoted"))),
    Refusal("a type of the prototype", "malformed", _malformed_statement(set_to(type="constructor"))),
    Refusal("a missing field", "malformed", _malformed_statement(drop("account"))),
    Refusal("a field more", "malformed", _malformed_statement(set_to(note=1))),
    Refusal("no network", "malformed", _malformed_statement(drop("network"))),
    Refusal("no previous", "malformed", _malformed_statement(drop("previous"))),
    Refusal("a time before 1970", "malformed", _malformed_statement(set_to(time=-1))),
    Refusal("a time that is text", "malformed", _malformed_statement(set_to(time="now"))),
    Refusal("a time that is true", "malformed", _malformed_statement(set_to(time=True))),
    Refusal(
        "an account in capitals", "malformed", _malformed_statement(set_to(account=identifier("Ben").upper()))
    ),
    Refusal("a time with a fraction", "malformed", _replaced(b'"time":', b'"time":0.5,"x":')),
    Refusal("an integer of 2^53", "malformed", _replaced(b'"time":1', b'"time":9007199254740992,"x":1')),
    Refusal("NaN", "malformed", _replaced(b'"time":1', b'"time":NaN,"x":1')),
    Refusal("a key twice", "malformed", _replaced(b'"time":1', b'"time":1,"time":1')),
    Refusal("keys out of order", "malformed", _replaced(b'{"account"', b'{"type":1,"account"')),
    Refusal("an escape that is not needed", "malformed", _replaced(b'"type":"f', b'"type":"\\u0066')),
    Refusal("broken UTF-8", "malformed", _replaced(b'"type":"f', b'"type":"\xff')),
    Refusal("a byte order mark", "malformed", _replaced(b'{"account"', b'\xef\xbb\xbf{"account"')),
    Refusal("a lone surrogate", "malformed", _lone_surrogate),
    Refusal("a subject of another kind", "malformed", _malformed_statement(set_to(subject="network"))),
    Refusal(
        "the subject of another authority",
        "malformed",
        _malformed_statement(set_to(subject=statements.people(identifier("South")))),
    ),
    Refusal(
        "a subject with something after it",
        "malformed",
        _malformed_statement(lambda f: f.update(subject=f["subject"] + "/x")),
    ),
    Refusal(
        "a confirmation by officers",
        "malformed",
        lambda w: resigned(
            w.act("confirmed", "North", "Ben", w.person("Ana").device_seed()),
            set_to(subject=statements.standing(identifier("North"))),
            *w.officers_seeds(),
        ),
    ),
    Refusal(
        "keys of another account",
        "malformed",
        lambda w: resigned(w.keys("Ana"), set_to(account=identifier("Ben")), w.person("Ana").identity_seed),
    ),
    Refusal("an empty name", "malformed", _malformed_admission(name="")),
    Refusal("a name that is too long", "malformed", _malformed_admission(name="é" * 201)),
    Refusal("a name with a newline", "malformed", _malformed_admission(name="West\nWing")),
    Refusal("a name with a C1 control", "malformed", _malformed_admission(name="West\u0085Wing")),
    Refusal("a State in small letters", "malformed", _malformed_admission(state="xa")),
    Refusal("a State of three letters", "malformed", _malformed_admission(state="XAA")),
    Refusal("a kind of authority that is not there", "malformed", _malformed_admission(kind="guest")),
    Refusal("an application that is no digest", "malformed", _malformed_admission(application="ab")),
    Refusal("a verification that is not there", "malformed", _malformed_admission(verification="trust_me")),
    Refusal(
        "a lead with a field more", "malformed", _malformed_admission(lead={"account": identifier("Wanda")})
    ),
    Refusal(
        "a reason that is too long",
        "malformed",
        lambda w: resigned(
            w.about_authority("suspended", "North"), set_to(reason="x" * 501), *w.officers_seeds()
        ),
    ),
    Refusal(
        "a payload that is too long",
        "malformed",
        lambda w: resigned(
            w.about_authority("suspended", "North"), set_to(reason="x" * 45_000), *w.officers_seeds()
        ),
    ),
    Refusal("generation zero", "malformed", _malformed_keys(set_to(generation=0))),
    Refusal("reading boxes not sorted", "malformed", _malformed_keys(lambda f: f["reading_boxes"].reverse())),
    Refusal(
        "an unlock key twice",
        "malformed",
        _malformed_keys(lambda f: f["unlock_keys"].append(f["unlock_keys"][0])),
    ),
    Refusal(
        "an unlock key of an unknown kind",
        "malformed",
        _malformed_keys(lambda f: f["unlock_keys"][0].update(kind="pin")),
    ),
    Refusal(
        "an unlock key with serial zero",
        "malformed",
        _malformed_keys(lambda f: f["unlock_keys"][0].update(serial=0)),
    ),
    Refusal(
        "an unlock key whose date is text",
        "malformed",
        _malformed_keys(lambda f: f["unlock_keys"][0].update(date="2026-11-24")),
    ),
    Refusal(
        "devices to revoke not sorted",
        "malformed",
        lambda w: resigned(
            w.enrolment("Ana", "tablet"),
            set_to(revokes=["ff" * 32, "00" * 32]),
            w.person("Ana").identity_seed,
            w.person("Ana").device_seed("tablet"),
        ),
    ),
    Refusal(
        "a founding with a network",
        "malformed",
        _malformed_founding(set_to(network=hash_of("n"))),
        empty=True,
    ),
    Refusal("a threshold of one", "malformed", _malformed_founding(set_to(threshold=1)), empty=True),
    Refusal("a threshold of all officers", "malformed", _malformed_founding(set_to(threshold=3)), empty=True),
    Refusal(
        "officers not sorted", "malformed", _malformed_founding(lambda f: f["officers"].reverse()), empty=True
    ),
    Refusal(
        "two officers with one key",
        "malformed",
        _malformed_founding(lambda f: f["officers"][1].update(identity_key=f["officers"][0]["identity_key"])),
        empty=True,
    ),
    Refusal("demo as a number", "malformed", _malformed_founding(set_to(demo=1)), empty=True),
]
