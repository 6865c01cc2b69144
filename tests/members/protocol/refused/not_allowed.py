"""Entries that nobody may make, whoever signs: rule 8."""

from __future__ import annotations

from members.protocol import signing, statements
from members.protocol.encoding import b64
from tests.members.protocol.refused.case import (
    Refusal,
    after,
    bens_removal,
    dora,
    olga_removed,
    suspended,
    withdrawn,
)
from tests.members.protocol.world import World, hash_of, identifier, secret


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
    Refusal("too few officers left", "not_allowed", olga_removed),
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
        after(
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
    Refusal("suspended twice", "not_allowed", after(suspended, suspended)),
    Refusal("suspended after withdrawing", "not_allowed", after(suspended, withdrawn)),
    Refusal(
        "reinstated without being suspended",
        "not_allowed",
        lambda w: w.about_authority("reinstated", "North"),
    ),
    Refusal(
        "reinstated after withdrawing",
        "not_allowed",
        after(lambda w: w.about_authority("reinstated", "North"), withdrawn),
    ),
    Refusal("withdrawn twice", "not_allowed", after(withdrawn, withdrawn)),
    Refusal(
        "a lead for an observer",
        "not_allowed",
        lambda w: w.appointment("Observatory", "Nora", by=None, role="lead"),
    ),
    Refusal("a lead for an authority that has withdrawn", "not_allowed", after(dora, withdrawn)),
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
        after(
            lambda w: w.act("role_changed", "North", "Ben", w.person("Ana").identity_seed, role="member"),
            bens_removal,
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
        after(
            lambda w: w.act("removed", "North", "Cleo", w.person("Ben").device_seed()),
            lambda w: w.act("role_changed", "North", "Cleo", w.person("Ana").identity_seed, role="deputy"),
        ),
    ),
    Refusal("removed twice", "not_allowed", after(bens_removal, bens_removal)),
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
        after(lambda w: w.keys("Ana", generation=1), lambda w: w.keys("Ana", generation=2)),
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
        after(
            lambda w: w.keys("Ana", generation=2, previous_box=hash_of("another")),
            lambda w: w.keys("Ana", generation=2),
        ),
    ),
    Refusal(
        "a previous box in the first generation",
        "not_allowed",
        after(
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
        after(
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
        after(
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
