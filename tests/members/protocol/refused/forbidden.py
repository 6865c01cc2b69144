"""Entries that the wrong people signed: rule 7."""

from __future__ import annotations

from members.protocol import statements
from members.protocol.encoding import b64
from tests.members.protocol.refused.case import (
    Refusal,
    after,
    bens_removal,
    dora,
    settled,
    suspended,
    withdrawn,
)
from tests.members.protocol.world import hash_of, identifier, secret

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
        after(
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
    Refusal("a removal by a member", "forbidden", lambda w: bens_removal(w, w.person("Cleo").device_seed())),
    Refusal(
        "a removal by an identity key", "forbidden", lambda w: bens_removal(w, w.person("Ana").identity_seed)
    ),
    Refusal(
        "a removal by another lead", "forbidden", lambda w: bens_removal(w, w.person("Sol").device_seed())
    ),
    Refusal(
        "a removal with two signatures",
        "forbidden",
        lambda w: bens_removal(w, w.person("Ana").device_seed(), w.person("Ben").device_seed()),
    ),
    Refusal(
        "a removal by a revoked device",
        "forbidden",
        after(
            lambda w: bens_removal(w),
            lambda w: w.revocation("Ana", "laptop", w.person("Ana").subject, w.person("Ana").identity_seed),
        ),
    ),
    Refusal(
        "a removal by a deputy who was removed",
        "forbidden",
        after(
            lambda w: w.act("removed", "North", "Cleo", w.person("Ben").device_seed()),
            bens_removal,
        ),
    ),
    Refusal("a removal in a suspended authority", "forbidden", after(bens_removal, suspended)),
    Refusal(
        "an appointment in a suspended authority",
        "forbidden",
        after(lambda w: w.appointment("North", "Nora", by="Ana"), suspended),
    ),
    Refusal(
        "an appointment by a former lead",
        "forbidden",
        after(lambda w: w.appointment("North", "Nora", by="Ana"), dora),
    ),
    Refusal(
        "a confirmation by an identity key",
        "forbidden",
        after(lambda w: w.act("confirmed", "North", "Dora", w.person("Ben").identity_seed), dora),
    ),
    Refusal(
        "a confirmation by another authority",
        "forbidden",
        after(lambda w: w.act("confirmed", "North", "Dora", w.person("Sol").device_seed()), dora),
    ),
    Refusal(
        "a held person confirming themself",
        "forbidden",
        after(
            lambda w: w.act("confirmed", "North", "Dora", w.person("Dora").device_seed()),
            dora,
            *settled("Dora"),
        ),
    ),
    Refusal(
        "a held person confirming another",
        "forbidden",
        after(
            lambda w: w.act("confirmed", "North", "Dora", w.person("Nora").device_seed()),
            dora,
            *settled("Dora"),
            lambda w: w.appointment("North", "Nora", by="Dora"),
            *settled("Nora"),
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
        after(
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
        after(lambda w: w.enrolment("Ben", "tablet"), bens_removal),
    ),
    Refusal(
        "a device in an authority that has withdrawn",
        "forbidden",
        after(lambda w: w.enrolment("Ana", "tablet"), withdrawn),
    ),
    Refusal(
        "keys in an authority that has withdrawn", "forbidden", after(lambda w: w.keys("Ana"), withdrawn)
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
