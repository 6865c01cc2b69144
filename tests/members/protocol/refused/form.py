"""Entries of good form that are forged, replayed or about what is not there: rules 2 to 6."""

from __future__ import annotations

import base64
import json

from members.protocol import signing, statements
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from tests.members.protocol.refused.case import (
    Refusal,
    bens_removal,
    changed,
)
from tests.members.protocol.world import World, hash_of, identifier, small_network


def _other_network(w: World) -> bytes:
    return w.act("removed", "North", "Ben", w.person("Ana").device_seed(), network=hash_of("another network"))


def _forged(w: World) -> bytes:
    other = bens_removal(w, w.person("Ana").device_seed())
    fields = json.loads(base64.b64decode(json.loads(other)["payload"]))
    fields["account"] = identifier("Cleo")
    return changed(other, lambda e: e.update(payload=b64(canonical(fields))))


def _raw_signature(w: World) -> bytes:
    """Signed without the payload type, as a signed note would be."""
    payload = base64.b64decode(json.loads(bens_removal(w))["payload"])
    seed = w.person("Ana").device_seed()
    return statements.make_entry(payload, {signing.public_key(seed).hex(): signing.sign_raw(seed, payload)})


def _signed_as_item(w: World) -> bytes:
    payload = base64.b64decode(json.loads(bens_removal(w))["payload"])
    seed = w.person("Ana").device_seed()
    return statements.make_entry(
        payload, {signing.public_key(seed).hex(): signing.sign(seed, signing.ITEM, payload)}
    )


def _replay(w: World) -> bytes:
    entry = w.act("role_changed", "North", "Ben", w.person("Ana").identity_seed, role="member")
    w.add(entry)
    return entry


def _race(w: World) -> bytes:
    late = bens_removal(w)
    w.add(w.act("role_changed", "North", "Cleo", w.person("Ana").identity_seed, role="deputy"))
    return late


FORM: list[Refusal] = [
    Refusal(
        "a statement before the founding", "not_founded", lambda w: bens_removal(small_network()), empty=True
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
        lambda w: (w.add(bens_removal(w)), w.appointment("North", "Ben", by="Ana"))[1],
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
