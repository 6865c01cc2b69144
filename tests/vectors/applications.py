"""Vectors of applications: what stands for one in an admission."""

from __future__ import annotations

from typing import Any

from members.protocol.application import application_digest
from tests.members.protocol.world import hash_of
from tests.vectors.forms import Vectors

FORM: dict[str, Any] = {
    "name": "Агентство по противодействию коррупции",
    "name_en": "Anti-Corruption Agency",
    "state": "XH",
    "membership": "member",
    "powers": ["investigate", "prosecute"],
    "mandate": "Investigates under its own law.\n\nArticles 4 to 9.",
    "legal_basis": "Law 12, articles 4 to 9",
    "independence": "",
    "protection_physical": "",
    "protection_legal": "",
    "website": "",
    "address": "",
    "telephone": "",
    "focal_points": [
        {"role": "lead", "name": "", "function": "Head of unit", "email": "lead@xh.example", "language": "ru"}
    ],
    "signatory_name": "",
    "signatory_function": "Director",
    "charter": "1.3",
    "note": "",
}
DOCUMENTS = [
    {"name": "Mandate law", "purpose": "mandate", "sha256": hash_of("one"), "size": 18_432},
    {"name": "Note verbale", "purpose": "state_confirmation", "sha256": hash_of("two"), "size": 1},
]


def _content(**changed: Any) -> dict[str, Any]:
    return {
        "application": hash_of("application")[:32],
        "documents": DOCUMENTS,
        "form": FORM,
        "network": hash_of("network"),
        "nonce": hash_of("nonce"),
        "revision": 1,
        **changed,
    }


def _with(**fields: Any) -> dict[str, Any]:
    return _content(form={**FORM, **fields})


def _document(**fields: Any) -> dict[str, Any]:
    return _content(documents=[{**DOCUMENTS[0], **fields}])


def application_vectors() -> Vectors:
    """Contents of applications with their digest, and what is none (digest null)."""
    point = FORM["focal_points"][0]
    good = [
        ("plain", _content()),
        ("documents in another order", _content(documents=DOCUMENTS[::-1])),
        ("no documents", _content(documents=[])),
        ("another revision", _content(revision=2)),
        ("no State and no powers yet", _with(state="", powers=[])),
        ("all powers", _with(powers=["investigate", "prevent", "prosecute", "recover_assets"])),
        ("nobody named", _with(focal_points=[])),
        ("ten named", _with(focal_points=[point] * 10)),
        ("the longest mandate, beyond the basic plane", _with(mandate="\U0001d11e" * 4000)),
        ("quotes, backslashes and a line separator", _with(note='"\\\u2028\t')),
    ]
    refused = [
        ("a field more", _with(fax="")),
        ("a field less", _content(form={key: FORM[key] for key in FORM if key != "note"})),
        ("a mandate that is too long", _with(mandate="x" * 4001)),
        ("a State in small letters", _with(state="xh")),
        ("another membership", _with(membership="guest")),
        ("powers that are not sorted", _with(powers=["prosecute", "investigate"])),
        ("a power twice", _with(powers=["investigate", "investigate"])),
        ("eleven named", _with(focal_points=[point] * 11)),
        ("a role that is not there", _with(focal_points=[{**point, "role": "officer"}])),
        ("a language that is none of the six", _with(focal_points=[{**point, "language": "de"}])),
        ("a document twice", _content(documents=[DOCUMENTS[0], DOCUMENTS[0]])),
        ("a document without a name", _document(name="")),
        ("a document of no bytes", _document(size=0)),
        ("a document for another purpose", _document(purpose="photograph")),
        ("a document with a hash that is none", _document(sha256="ab")),
        (
            "too many documents",
            _content(documents=[{**DOCUMENTS[0], "sha256": hash_of(str(number))} for number in range(21)]),
        ),
        ("a nonce that is none", _content(nonce="")),
        ("no revision", _content(revision=0)),
        ("an application that is none", _content(application="ab")),
    ]
    return {
        "digests": [
            *({"name": name, **one, "digest": application_digest(**one)} for name, one in good),
            *({"name": name, **one, "digest": None} for name, one in refused),
        ]
    }
