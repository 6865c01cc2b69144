"""Every way in which the rules refuse, one by one: used by the tests of the rules and for the shared vectors.

A case gets a network of its own, may add entries that apply, and gives back the one that must not.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from members.protocol import signing, statements
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from tests.members.protocol.world import World, hash_of, identifier, secret, small_network

Make = Callable[[World], bytes]


@dataclass(frozen=True)
class Refusal:
    """An entry that must be refused for this reason; `empty` begins without a network."""

    name: str
    reason: str
    make: Make
    empty: bool = False

    def prepared(self) -> tuple[World, int, bytes]:
        """The network, how many of its entries are those of the small network, and the entry to refuse."""
        world = World() if self.empty else small_network()
        before = len(world.entries)
        return world, before, self.make(world)


def _changed(entry: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The envelope with a change, still in canonical form."""
    envelope = json.loads(entry)
    change(envelope)
    return canonical(envelope)


def _resigned(entry: bytes, change: Callable[[dict[str, Any]], None], *seeds: bytes) -> bytes:
    """The statement with a change that `make_payload` would not let through, signed anew."""
    fields = json.loads(base64.b64decode(json.loads(entry)["payload"]))
    change(fields)
    return statements.sign_entry(canonical(fields), *seeds)


def _payload(payload: bytes, *seeds: bytes) -> bytes:
    return statements.sign_entry(payload, *seeds)


def _set(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda fields: fields.update(values)


def _drop(name: str) -> Callable[[dict[str, Any]], None]:
    def change(fields: dict[str, Any]) -> None:
        del fields[name]

    return change


def _olga_removed(w: World) -> bytes:
    return w.about_officer("removed", "Olga")


def _bens_removal(w: World, *seeds: bytes) -> bytes:
    return w.act("removed", "North", "Ben", *(seeds or (w.person("Ana").device_seed(),)))


def _malformed_statement(change: Callable[[dict[str, Any]], None]) -> Make:
    """A change to the removal of Ben, which would apply without it."""
    return lambda w: _resigned(_bens_removal(w), change, w.person("Ana").device_seed())


def _malformed_admission(**values: Any) -> Make:
    return lambda w: _resigned(w.admission("West", "Wanda"), _set(**values), *w.officers_seeds())


def _malformed_keys(change: Callable[[dict[str, Any]], None]) -> Make:
    return lambda w: _resigned(w.keys("Ana"), change, w.person("Ana").identity_seed)


def _malformed_founding(change: Callable[[dict[str, Any]], None]) -> Make:
    def make(w: World) -> bytes:
        entry = w.founding("Olga", "Omar", "Ottilie")
        seeds = [w.person(each).identity_seed for each in ("Olga", "Omar", "Ottilie")]
        return _resigned(entry, change, *seeds)

    return make


def _envelope(change: Callable[[dict[str, Any]], None]) -> Make:
    return lambda w: _changed(_bens_removal(w), change)


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
    return _payload(payload, *w.officers_seeds())


def _replaced(old: bytes, new: bytes) -> Make:
    """Bytes of a payload exchanged, so that it is no longer canonical."""

    def make(w: World) -> bytes:
        payload = base64.b64decode(json.loads(_bens_removal(w))["payload"])
        assert old in payload
        return _payload(payload.replace(old, new, 1), w.person("Ana").device_seed())

    return make


MALFORMED: list[Refusal] = [
    Refusal("nothing at all", "malformed", lambda _: b""),
    Refusal("not JSON", "malformed", lambda _: b"\x00\x01\x02"),
    Refusal("a list for an envelope", "malformed", lambda _: b"[]"),
    Refusal("an envelope with spaces", "malformed", lambda w: _bens_removal(w).replace(b":", b": ", 1)),
    Refusal("an envelope that ends with a newline", "malformed", lambda w: _bens_removal(w) + b"\n"),
    Refusal("an envelope with a field more", "malformed", _envelope(_set(note="hello"))),
    Refusal("an envelope without signatures", "malformed", _envelope(_set(signatures=[]))),
    Refusal("another payload type", "malformed", _envelope(_set(payloadType="application/json"))),
    Refusal("a payload type of items", "malformed", _envelope(_set(payloadType=signing.ITEM))),
    Refusal(
        "base64 without padding",
        "malformed",
        _envelope(lambda e: e.update(payload=e["payload"].rstrip("=") + "A")),
    ),
    Refusal(
        "a payload that is no JSON", "malformed", lambda w: _payload(b"hello", w.person("Ana").device_seed())
    ),
    Refusal(
        "signatures not sorted",
        "malformed",
        lambda w: _changed(_olga_removed(w), lambda e: e["signatures"].reverse()),
    ),
    Refusal(
        "the same signature twice",
        "malformed",
        lambda w: _changed(_bens_removal(w), lambda e: e["signatures"].append(e["signatures"][0])),
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
    Refusal("an unknown type", "malformed", _malformed_statement(_set(type="focal_point.promoted"))),
    Refusal("a type of the prototype", "malformed", _malformed_statement(_set(type="constructor"))),
    Refusal("a missing field", "malformed", _malformed_statement(_drop("account"))),
    Refusal("a field more", "malformed", _malformed_statement(_set(note=1))),
    Refusal("no network", "malformed", _malformed_statement(_drop("network"))),
    Refusal("no previous", "malformed", _malformed_statement(_drop("previous"))),
    Refusal("a time before 1970", "malformed", _malformed_statement(_set(time=-1))),
    Refusal("a time that is text", "malformed", _malformed_statement(_set(time="now"))),
    Refusal("a time that is true", "malformed", _malformed_statement(_set(time=True))),
    Refusal(
        "an account in capitals", "malformed", _malformed_statement(_set(account=identifier("Ben").upper()))
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
    Refusal("a subject of another kind", "malformed", _malformed_statement(_set(subject="network"))),
    Refusal(
        "the subject of another authority",
        "malformed",
        _malformed_statement(_set(subject=statements.people(identifier("South")))),
    ),
    Refusal(
        "a subject with something after it",
        "malformed",
        _malformed_statement(lambda f: f.update(subject=f["subject"] + "/x")),
    ),
    Refusal(
        "a confirmation by officers",
        "malformed",
        lambda w: _resigned(
            w.act("confirmed", "North", "Ben", w.person("Ana").device_seed()),
            _set(subject=statements.standing(identifier("North"))),
            *w.officers_seeds(),
        ),
    ),
    Refusal(
        "keys of another account",
        "malformed",
        lambda w: _resigned(w.keys("Ana"), _set(account=identifier("Ben")), w.person("Ana").identity_seed),
    ),
    Refusal("an empty name", "malformed", _malformed_admission(name="")),
    Refusal("a name that is too long", "malformed", _malformed_admission(name="é" * 201)),
    Refusal("a name with a newline", "malformed", _malformed_admission(name="West\nWing")),
    Refusal("a name with a C1 control", "malformed", _malformed_admission(name="West\u0085Wing")),
    Refusal("a State in small letters", "malformed", _malformed_admission(state="xa")),
    Refusal("a State of three letters", "malformed", _malformed_admission(state="XAA")),
    Refusal("a kind of authority that is not there", "malformed", _malformed_admission(kind="guest")),
    Refusal("a verification that is not there", "malformed", _malformed_admission(verification="trust_me")),
    Refusal(
        "a lead with a field more", "malformed", _malformed_admission(lead={"account": identifier("Wanda")})
    ),
    Refusal(
        "a reason that is too long",
        "malformed",
        lambda w: _resigned(
            w.about_authority("suspended", "North"), _set(reason="x" * 501), *w.officers_seeds()
        ),
    ),
    Refusal(
        "a payload that is too long",
        "malformed",
        lambda w: _resigned(
            w.about_authority("suspended", "North"), _set(reason="x" * 45_000), *w.officers_seeds()
        ),
    ),
    Refusal("generation zero", "malformed", _malformed_keys(_set(generation=0))),
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
        lambda w: _resigned(
            w.enrolment("Ana", "tablet"),
            _set(revokes=["ff" * 32, "00" * 32]),
            w.person("Ana").identity_seed,
            w.person("Ana").device_seed("tablet"),
        ),
    ),
    Refusal(
        "a founding with a network", "malformed", _malformed_founding(_set(network=hash_of("n"))), empty=True
    ),
    Refusal("a threshold of one", "malformed", _malformed_founding(_set(threshold=1)), empty=True),
    Refusal("a threshold of all officers", "malformed", _malformed_founding(_set(threshold=3)), empty=True),
    Refusal(
        "officers not sorted", "malformed", _malformed_founding(lambda f: f["officers"].reverse()), empty=True
    ),
    Refusal(
        "two officers with one key",
        "malformed",
        _malformed_founding(lambda f: f["officers"][1].update(identity_key=f["officers"][0]["identity_key"])),
        empty=True,
    ),
    Refusal("demo as a number", "malformed", _malformed_founding(_set(demo=1)), empty=True),
]


def _other_network(w: World) -> bytes:
    return w.act("removed", "North", "Ben", w.person("Ana").device_seed(), network=hash_of("another network"))


def _forged(w: World) -> bytes:
    other = _bens_removal(w, w.person("Ana").device_seed())
    fields = json.loads(base64.b64decode(json.loads(other)["payload"]))
    fields["account"] = identifier("Cleo")
    return _changed(other, lambda e: e.update(payload=b64(canonical(fields))))


def _raw_signature(w: World) -> bytes:
    """Signed without the payload type, as a signed note would be."""
    payload = base64.b64decode(json.loads(_bens_removal(w))["payload"])
    seed = w.person("Ana").device_seed()
    return statements.make_entry(payload, {signing.public_key(seed).hex(): signing.sign_raw(seed, payload)})


def _signed_as_item(w: World) -> bytes:
    payload = base64.b64decode(json.loads(_bens_removal(w))["payload"])
    seed = w.person("Ana").device_seed()
    return statements.make_entry(
        payload, {signing.public_key(seed).hex(): signing.sign(seed, signing.ITEM, payload)}
    )


def _replay(w: World) -> bytes:
    entry = w.act("role_changed", "North", "Ben", w.person("Ana").identity_seed, role="member")
    w.add(entry)
    return entry


def _race(w: World) -> bytes:
    late = _bens_removal(w)
    w.add(w.act("role_changed", "North", "Cleo", w.person("Ana").identity_seed, role="deputy"))
    return late


FORM: list[Refusal] = [
    Refusal(
        "a statement before the founding", "not_founded", lambda w: _bens_removal(small_network()), empty=True
    ),
    Refusal("a second founding", "already_founded", lambda w: w.founding("Uwe", "Una", "Ulla")),
    Refusal("a statement of another network", "wrong_network", _other_network),
    Refusal("a payload that was not signed", "bad_signature", _forged),
    Refusal("a signature without payload type", "bad_signature", _raw_signature),
    Refusal("a signature made for items", "bad_signature", _signed_as_item),
    Refusal("a replayed statement", "stale", _replay),
    Refusal("the slower of two on one subject", "stale", _race),
    Refusal(
        "a chain that begins again",
        "stale",
        lambda w: w.act("removed", "North", "Ben", w.person("Ana").device_seed(), previous=None),
    ),
    Refusal(
        "a founding with something before it",
        "stale",
        lambda w: w.founding("Uwe", "Una", "Ulla", previous=hash_of("x")),
        empty=True,
    ),
    Refusal(
        "an admission with something before it",
        "stale",
        lambda w: w.admission("West", "Wanda", previous=hash_of("x")),
    ),
    Refusal(
        "an admission again from the start", "stale", lambda w: w.admission("North", "Wanda", previous=None)
    ),
]


def _rekeyed_then_old_subject(w: World) -> bytes:
    """Ben is re-keyed; then his former identity key speaks on its own old chain."""
    ben = w.person("Ben")
    old = w.keys("Ben")
    ben.version = 2
    w.add(
        w.act(
            "rekeyed",
            "North",
            "Ben",
            w.person("Ana").identity_seed,
            identity_key=b64(ben.identity_key),
            verification="in_person",
        )
    )
    return old


EXISTENCE: list[Refusal] = [
    Refusal("an authority that is not there", "unknown", lambda w: w.about_authority("suspended", "Nowhere")),
    Refusal(
        "people of an authority that is not there",
        "unknown",
        lambda w: w.appointment("Nowhere", "Nora", by="Ana"),
    ),
    Refusal(
        "an account that is not there",
        "unknown",
        lambda w: w.act("removed", "North", "Nobody", w.person("Ana").device_seed()),
    ),
    Refusal("an officer who is not there", "unknown", lambda w: w.about_officer("removed", "Nobody")),
    Refusal(
        "re-keying an officer who is not there", "unknown", lambda w: w.about_officer("rekeyed", "Nobody")
    ),
    Refusal("keys of nobody", "unknown", lambda w: w.enrolment("Nobody")),
    Refusal("a former identity key on its own chain", "unknown", _rekeyed_then_old_subject),
    Refusal(
        "a device that is not there",
        "unknown",
        lambda w: w.revocation("Ana", "tablet", w.person("Ana").subject, w.person("Ana").identity_seed),
    ),
    Refusal(
        "the device of somebody else",
        "unknown",
        lambda w: w.revocation(
            "Ana",
            "laptop",
            w.person("Ana").subject,
            w.person("Ana").identity_seed,
            device=w.person("Ben").device_id(),
        ),
    ),
    Refusal(
        "an authority admitted again",
        "exists",
        lambda w: w.admission(
            "North", "Wanda", previous=w.state.heads[statements.standing(identifier("North"))]
        ),
    ),
    Refusal("a lead who is there already", "exists", lambda w: w.admission("West", "Ben")),
    Refusal("somebody appointed again", "exists", lambda w: w.appointment("North", "Cleo", by="Ana")),
    Refusal(
        "somebody removed appointed again",
        "exists",
        lambda w: (w.add(_bens_removal(w)), w.appointment("North", "Ben", by="Ana"))[1],
    ),
    Refusal(
        "an officer appointed as a focal point", "exists", lambda w: w.appointment("North", "Olga", by="Ana")
    ),
    Refusal("an officer appointed again", "exists", lambda w: w.about_officer("appointed", "Olga")),
    Refusal("a focal point appointed as an officer", "exists", lambda w: w.about_officer("appointed", "Ana")),
    Refusal(
        "the identity key of somebody else",
        "exists",
        lambda w: w.appointment("North", "Nora", by="Ana", identity_key=b64(w.person("Tam").identity_key)),
    ),
    Refusal(
        "the device key of somebody else as an identity key",
        "exists",
        lambda w: w.appointment("North", "Nora", by="Ana", identity_key=b64(w.person("Tam").device_key())),
    ),
    Refusal(
        "the identity key of an officer",
        "exists",
        lambda w: w.about_officer("appointed", "Otto", identity_key=b64(w.person("Omar").identity_key)),
    ),
    Refusal(
        "re-keying to the same key",
        "exists",
        lambda w: w.act(
            "rekeyed",
            "North",
            "Ben",
            w.person("Ana").identity_seed,
            identity_key=b64(w.person("Ben").identity_key),
            verification="in_person",
        ),
    ),
    Refusal("a device enrolled again", "exists", lambda w: w.enrolment("Ana")),
    Refusal(
        "the device of a colleague enrolled",
        "exists",
        lambda w: w.enrolment(
            "Ana",
            device_key=b64(w.person("Ben").device_key()),
            seeds=[w.person("Ana").identity_seed, w.person("Ben").device_seed()],
        ),
    ),
    Refusal(
        "an own identity key as a device key",
        "exists",
        lambda w: w.enrolment(
            "Ana", device_key=b64(w.person("Ana").identity_key), seeds=[w.person("Ana").identity_seed]
        ),
    ),
]


def _after(make: Make, *before: Callable[[World], bytes]) -> Make:
    """The case after some entries that apply."""

    def prepared(w: World) -> bytes:
        for each in before:
            w.add(each(w))
        return make(w)

    return prepared


def _suspended(w: World) -> bytes:
    return w.about_authority("suspended", "North")


def _withdrawn(w: World) -> bytes:
    return w.about_authority("withdrawn", "North")


def _dora(w: World) -> bytes:
    """A new lead from outside, appointed by officers: held."""
    return w.appointment("North", "Dora", by=None, role="lead")


def _settled(name: str) -> tuple[Make, Make]:
    return (lambda w: w.enrolment(name)), (lambda w: w.keys(name))


FORBIDDEN: list[Refusal] = [
    Refusal(
        "a founding that one officer did not sign",
        "forbidden",
        lambda w: w.founding_signed_by("Olga", "Omar"),
        empty=True,
    ),
    Refusal(
        "a founding that a stranger signed too",
        "forbidden",
        lambda w: w.founding_signed_by("Olga", "Omar", "Ottilie", "Eve"),
        empty=True,
    ),
    Refusal(
        "one officer alone",
        "forbidden",
        lambda w: w.about_authority("suspended", "North", seeds=[w.person("Olga").identity_seed]),
    ),
    Refusal(
        "a threshold and a stranger",
        "forbidden",
        lambda w: w.about_authority("suspended", "North", seeds=[*w.officers_seeds(), secret("stranger")]),
    ),
    Refusal(
        "an officer and a lead",
        "forbidden",
        lambda w: w.about_authority(
            "suspended", "North", seeds=[w.person("Olga").identity_seed, w.person("Ana").identity_seed]
        ),
    ),
    Refusal(
        "devices of officers",
        "forbidden",
        lambda w: w.about_authority(
            "suspended", "North", seeds=[w.person("Olga").device_seed(), w.person("Omar").device_seed()]
        ),
    ),
    Refusal(
        "an officer who was removed",
        "forbidden",
        _after(
            lambda w: w.about_authority(
                "suspended", "North", seeds=[w.person("Olga").identity_seed, w.person("Omar").identity_seed]
            ),
            lambda w: w.about_officer("appointed", "Otto"),
            lambda w: w.about_officer(
                "removed", "Olga", seeds=[w.person("Omar").identity_seed, w.person("Ottilie").identity_seed]
            ),
        ),
    ),
    Refusal(
        "officers on people", "forbidden", lambda w: w.act("removed", "North", "Ben", *w.officers_seeds())
    ),
    Refusal(
        "a lead on standing",
        "forbidden",
        lambda w: w.act("removed", "North", "Ben", w.person("Ana").identity_seed, on="standing"),
    ),
    Refusal(
        "an appointment by a device of the lead",
        "forbidden",
        lambda w: w.statement(
            "focal_point.appointed",
            statements.people(identifier("North")),
            w.person("Ana").device_seed(),
            account=identifier("Nora"),
            authority=identifier("North"),
            commitment=hash_of("n"),
            identity_key=b64(w.person("Nora").identity_key),
            role="member",
            verification="in_person",
        ),
    ),
    Refusal("an appointment by a deputy", "forbidden", lambda w: w.appointment("North", "Nora", by="Ben")),
    Refusal(
        "an appointment by another lead", "forbidden", lambda w: w.appointment("North", "Nora", by="Sol")
    ),
    Refusal(
        "an appointment by the appointed", "forbidden", lambda w: w.appointment("North", "Nora", by="Nora")
    ),
    Refusal(
        "a role changed by a deputy",
        "forbidden",
        lambda w: w.act("role_changed", "North", "Cleo", w.person("Ben").identity_seed, role="deputy"),
    ),
    Refusal("a removal by a member", "forbidden", lambda w: _bens_removal(w, w.person("Cleo").device_seed())),
    Refusal(
        "a removal by an identity key", "forbidden", lambda w: _bens_removal(w, w.person("Ana").identity_seed)
    ),
    Refusal(
        "a removal by another lead", "forbidden", lambda w: _bens_removal(w, w.person("Sol").device_seed())
    ),
    Refusal(
        "a removal with two signatures",
        "forbidden",
        lambda w: _bens_removal(w, w.person("Ana").device_seed(), w.person("Ben").device_seed()),
    ),
    Refusal(
        "a removal by a revoked device",
        "forbidden",
        _after(
            lambda w: _bens_removal(w),
            lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").identity_seed),
        ),
    ),
    Refusal(
        "a removal by a deputy who was removed",
        "forbidden",
        _after(
            lambda w: w.act("removed", "North", "Cleo", w.person("Ben").device_seed()),
            _bens_removal,
        ),
    ),
    Refusal("a removal in a suspended authority", "forbidden", _after(_bens_removal, _suspended)),
    Refusal(
        "an appointment in a suspended authority",
        "forbidden",
        _after(lambda w: w.appointment("North", "Nora", by="Ana"), _suspended),
    ),
    Refusal(
        "an appointment by a former lead",
        "forbidden",
        _after(lambda w: w.appointment("North", "Nora", by="Ana"), _dora),
    ),
    Refusal(
        "a confirmation by an identity key",
        "forbidden",
        _after(lambda w: w.act("confirmed", "North", "Dora", w.person("Ben").identity_seed), _dora),
    ),
    Refusal(
        "a confirmation by another authority",
        "forbidden",
        _after(lambda w: w.act("confirmed", "North", "Dora", w.person("Sol").device_seed()), _dora),
    ),
    Refusal(
        "a held person confirming themself",
        "forbidden",
        _after(
            lambda w: w.act("confirmed", "North", "Dora", w.person("Dora").device_seed()),
            _dora,
            *_settled("Dora"),
        ),
    ),
    Refusal(
        "a held person confirming another",
        "forbidden",
        _after(
            lambda w: w.act("confirmed", "North", "Dora", w.person("Nora").device_seed()),
            _dora,
            *_settled("Dora"),
            lambda w: w.appointment("North", "Nora", by="Dora"),
            *_settled("Nora"),
        ),
    ),
    Refusal("keys by somebody else", "forbidden", lambda w: w.keys("Ana", by=w.person("Ben").identity_seed)),
    Refusal("keys by a stranger", "forbidden", lambda w: w.keys("Ana", by=secret("stranger"))),
    Refusal(
        "other unlock keys by a device",
        "forbidden",
        lambda w: w.keys("Ana", by=w.person("Ana").device_seed(), unlocks=("code 1", "code 2")),
    ),
    Refusal(
        "keys by a revoked device",
        "forbidden",
        _after(
            lambda w: w.keys("Ana", by=w.person("Ana").device_seed(), generation=2),
            lambda w: w.enrolment("Ana", "tablet"),
            lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").identity_seed),
        ),
    ),
    Refusal(
        "a device that did not sign",
        "forbidden",
        lambda w: w.enrolment("Ana", "tablet", seeds=[w.person("Ana").identity_seed]),
    ),
    Refusal(
        "a device without the identity key",
        "forbidden",
        lambda w: w.enrolment("Ana", "tablet", seeds=[w.person("Ana").device_seed("tablet")]),
    ),
    Refusal(
        "a device enrolled by another device",
        "forbidden",
        lambda w: w.enrolment(
            "Ana", "tablet", seeds=[w.person("Ana").device_seed(), w.person("Ana").device_seed("tablet")]
        ),
    ),
    Refusal(
        "a device with three signatures",
        "forbidden",
        lambda w: w.enrolment(
            "Ana",
            "tablet",
            seeds=[
                w.person("Ana").identity_seed,
                w.person("Ana").device_seed("tablet"),
                w.person("Ana").device_seed(),
            ],
        ),
    ),
    Refusal(
        "a device of somebody who was removed",
        "forbidden",
        _after(lambda w: w.enrolment("Ben", "tablet"), _bens_removal),
    ),
    Refusal(
        "a device in an authority that has withdrawn",
        "forbidden",
        _after(lambda w: w.enrolment("Ana", "tablet"), _withdrawn),
    ),
    Refusal(
        "keys in an authority that has withdrawn", "forbidden", _after(lambda w: w.keys("Ana"), _withdrawn)
    ),
    Refusal(
        "a device revoked by a colleague",
        "forbidden",
        lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ben").device_seed()),
    ),
    Refusal(
        "a device revoked by a member on people",
        "forbidden",
        lambda w: w.revocation(
            "Ben", "laptop", statements.people(identifier("North")), w.person("Cleo").device_seed()
        ),
    ),
    Refusal(
        "a device revoked by the owner on people",
        "forbidden",
        lambda w: w.revocation(
            "Cleo", "laptop", statements.people(identifier("North")), w.person("Cleo").device_seed()
        ),
    ),
    Refusal(
        "a device revoked by one officer",
        "forbidden",
        lambda w: w.revocation(
            "Ben", "laptop", statements.standing(identifier("North")), w.person("Olga").identity_seed
        ),
    ),
]


def _many_devices(w: World) -> bytes:
    for number in range(19):
        w.add(w.enrolment("Ana", f"device {number}"))
    return w.enrolment("Ana", "one too many")


def _tainted(w: World) -> bytes:
    w.add(w.enrolment("Ana", "tablet"))
    w.add(w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").identity_seed))
    return w.keys("Ana")


def _rekeyed_again(w: World) -> bytes:
    """After a re-keying the present generation cannot be repeated."""
    w.person("Ben").version = 2
    w.add(
        w.act(
            "rekeyed",
            "North",
            "Ben",
            w.person("Ana").identity_seed,
            identity_key=b64(w.person("Ben").identity_key),
            verification="in_person",
        )
    )
    w.add(w.enrolment("Ben"))
    return w.keys("Ben", generation=1)


def _rekeyed_with_previous(w: World) -> bytes:
    _rekeyed_again(w)
    return w.keys("Ben", generation=2, previous_box=hash_of("previous"))


NOT_ALLOWED: list[Refusal] = [
    Refusal("too few officers left", "not_allowed", _olga_removed),
    Refusal(
        "removing an officer who is a focal point", "not_allowed", lambda w: w.about_officer("removed", "Ana")
    ),
    Refusal(
        "re-keying an officer who is a focal point",
        "not_allowed",
        lambda w: w.about_officer("rekeyed", "Ana", identity_key=b64(signing.public_key(secret("new")))),
    ),
    Refusal(
        "removing an officer twice",
        "not_allowed",
        _after(
            lambda w: w.about_officer(
                "removed", "Olga", seeds=[w.person("Omar").identity_seed, w.person("Ottilie").identity_seed]
            ),
            lambda w: w.about_officer("appointed", "Otto"),
            lambda w: w.about_officer("appointed", "Oona"),
            lambda w: w.about_officer(
                "removed", "Olga", seeds=[w.person("Omar").identity_seed, w.person("Ottilie").identity_seed]
            ),
        ),
    ),
    Refusal("a member without a lead", "not_allowed", lambda w: w.admission("West", None, kind="member")),
    Refusal(
        "an observer with a lead", "not_allowed", lambda w: w.admission("West", "Wanda", kind="observer")
    ),
    Refusal("suspended twice", "not_allowed", _after(_suspended, _suspended)),
    Refusal("suspended after withdrawing", "not_allowed", _after(_suspended, _withdrawn)),
    Refusal(
        "reinstated without being suspended",
        "not_allowed",
        lambda w: w.about_authority("reinstated", "North"),
    ),
    Refusal(
        "reinstated after withdrawing",
        "not_allowed",
        _after(lambda w: w.about_authority("reinstated", "North"), _withdrawn),
    ),
    Refusal("withdrawn twice", "not_allowed", _after(_withdrawn, _withdrawn)),
    Refusal(
        "a lead for an observer",
        "not_allowed",
        lambda w: w.appointment("Observatory", "Nora", by=None, role="lead"),
    ),
    Refusal("a lead for an authority that has withdrawn", "not_allowed", _after(_dora, _withdrawn)),
    Refusal(
        "a lead appointed by a lead",
        "not_allowed",
        lambda w: w.appointment("North", "Nora", by="Ana", role="lead"),
    ),
    Refusal(
        "a deputy appointed by officers",
        "not_allowed",
        lambda w: w.appointment("North", "Nora", by=None, role="deputy"),
    ),
    Refusal(
        "a lead named by a lead",
        "not_allowed",
        lambda w: w.act("role_changed", "North", "Ben", w.person("Ana").identity_seed, role="lead"),
    ),
    Refusal(
        "a lead who steps down alone",
        "not_allowed",
        lambda w: w.act("role_changed", "North", "Ana", w.person("Ana").identity_seed, role="member"),
    ),
    Refusal(
        "a member named by officers",
        "not_allowed",
        lambda w: w.act("role_changed", "North", "Ben", *w.officers_seeds(), on="standing", role="member"),
    ),
    Refusal(
        "the role of a person of another authority",
        "not_allowed",
        lambda w: w.act("role_changed", "North", "Tam", w.person("Ana").identity_seed, role="deputy"),
    ),
    Refusal(
        "the role of somebody who was removed",
        "not_allowed",
        _after(
            lambda w: w.act("role_changed", "North", "Ben", w.person("Ana").identity_seed, role="member"),
            _bens_removal,
        ),
    ),
    Refusal(
        "a lead re-keying themself",
        "not_allowed",
        lambda w: w.act(
            "rekeyed",
            "North",
            "Ana",
            w.person("Ana").identity_seed,
            identity_key=b64(signing.public_key(secret("new"))),
            verification="in_person",
        ),
    ),
    Refusal(
        "officers re-keying a member",
        "not_allowed",
        lambda w: w.act(
            "rekeyed",
            "North",
            "Cleo",
            *w.officers_seeds(),
            on="standing",
            identity_key=b64(signing.public_key(secret("new"))),
            verification="in_person",
        ),
    ),
    Refusal(
        "the lead removed by a deputy",
        "not_allowed",
        lambda w: w.act("removed", "North", "Ana", w.person("Ben").device_seed()),
    ),
    Refusal(
        "the lead removing themself",
        "not_allowed",
        lambda w: w.act("removed", "North", "Ana", w.person("Ana").device_seed()),
    ),
    Refusal(
        "a deputy removing a deputy",
        "not_allowed",
        _after(
            lambda w: w.act("removed", "North", "Cleo", w.person("Ben").device_seed()),
            lambda w: w.act("role_changed", "North", "Cleo", w.person("Ana").identity_seed, role="deputy"),
        ),
    ),
    Refusal("removed twice", "not_allowed", _after(_bens_removal, _bens_removal)),
    Refusal(
        "officers removing a person of another authority",
        "not_allowed",
        lambda w: w.act("removed", "North", "Tam", *w.officers_seeds(), on="standing"),
    ),
    Refusal(
        "confirming somebody who is not held",
        "not_allowed",
        lambda w: w.act("confirmed", "North", "Cleo", w.person("Ben").device_seed()),
    ),
    Refusal(
        "confirming oneself without being held",
        "not_allowed",
        lambda w: w.act("confirmed", "North", "Ben", w.person("Ben").device_seed()),
    ),
    Refusal("a generation left out", "not_allowed", lambda w: w.keys("Ana", generation=3)),
    Refusal(
        "a generation gone back",
        "not_allowed",
        _after(lambda w: w.keys("Ana", generation=1), lambda w: w.keys("Ana", generation=2)),
    ),
    Refusal(
        "a second reading key for one generation",
        "not_allowed",
        lambda w: w.keys("Ana", reading_key=hash_of("another")),
    ),
    Refusal(
        "a reading key used before",
        "not_allowed",
        lambda w: w.keys("Ana", generation=2, reading_key=w.person("Ana").reading(1).hash),
    ),
    Refusal("no previous box", "not_allowed", lambda w: w.keys("Ana", generation=2, previous_box=None)),
    Refusal(
        "another previous box",
        "not_allowed",
        _after(
            lambda w: w.keys("Ana", generation=2, previous_box=hash_of("another")),
            lambda w: w.keys("Ana", generation=2),
        ),
    ),
    Refusal(
        "a previous box in the first generation",
        "not_allowed",
        _after(
            lambda w: w.keys("Nora", previous_box=hash_of("previous")),
            lambda w: w.appointment("North", "Nora", by="Ana"),
            lambda w: w.enrolment("Nora"),
        ),
    ),
    Refusal("no unlock key", "not_allowed", lambda w: w.keys("Ana", unlocks=())),
    Refusal("a receiver left out", "not_allowed", lambda w: w.keys("Ana", reading_boxes=[])),
    Refusal(
        "a receiver too many",
        "not_allowed",
        lambda w: w.keys(
            "Ana",
            reading_boxes=sorted(
                (
                    {"box": hash_of(key), "key": key}
                    for key in [*w.state.accounts[identifier("Ana")].receivers(), hash_of("spy")]
                ),
                key=lambda each: each["key"],
            ),
        ),
    ),
    Refusal(
        "a revoked device as a receiver",
        "not_allowed",
        _after(
            lambda w: w.keys(
                "Ana",
                generation=2,
                reading_boxes=sorted(
                    (
                        {"box": hash_of(key), "key": key}
                        for key in [
                            *w.state.accounts[identifier("Ana")].receivers(),
                            w.person("Ana").device_box("laptop").hash,
                        ]
                    ),
                    key=lambda each: each["key"],
                ),
            ),
            lambda w: w.enrolment("Ana", "tablet", revokes=("laptop",)),
        ),
    ),
    Refusal("the present generation while tainted", "not_allowed", _tainted),
    Refusal("the present generation after re-keying", "not_allowed", _rekeyed_again),
    Refusal("a previous box after re-keying", "not_allowed", _rekeyed_with_previous),
    Refusal(
        "a device to revoke that is not there",
        "not_allowed",
        lambda w: w.enrolment("Ana", "tablet", revokes=("phone",)),
    ),
    Refusal(
        "a device to revoke of somebody else",
        "not_allowed",
        lambda w: w.enrolment("Ana", "tablet", revoked_ids=[w.person("Ben").device_id()]),
    ),
    Refusal("more than twenty devices", "not_allowed", _many_devices),
    Refusal(
        "a device revoked twice",
        "not_allowed",
        _after(
            lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").identity_seed),
            lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").device_seed()),
        ),
    ),
    Refusal(
        "a device of a person of another authority",
        "not_allowed",
        lambda w: w.revocation(
            "Tam", "laptop", statements.people(identifier("North")), w.person("Ana").device_seed()
        ),
    ),
    Refusal(
        "officers revoking a device of another authority",
        "not_allowed",
        lambda w: w.revocation(
            "Tam", "laptop", statements.standing(identifier("North")), *w.officers_seeds()
        ),
    ),
    Refusal(
        "officers revoking the device of a focal point as an officer's",
        "not_allowed",
        lambda w: w.revocation("Tam", "laptop", statements.NETWORK, *w.officers_seeds()),
    ),
]

REFUSALS: list[Refusal] = [*MALFORMED, *FORM, *EXISTENCE, *FORBIDDEN, *NOT_ALLOWED]
