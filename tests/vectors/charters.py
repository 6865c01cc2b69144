"""Vectors of the charter: what stands for a version, and what is taken for an acceptance of one."""

from __future__ import annotations

from typing import Any

from members.protocol import charter, signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from tests.members.protocol.world import hash_of, secret
from tests.vectors.forms import Vectors

TEXTS = {
    "ar": "**المادة 1**\n\nنتعاون بثقة.",
    "en": "**Article 1**\n\nWe work together in trust.",
    "es": "**Artículo 1**\n\nCooperamos con confianza.",
    "fr": "**Article 1**\n\nNous coopérons en confiance.",
    "ru": "**Статья 1**\n\nМы сотрудничаем в доверии.",
    "zh": "**第一条**\n\n我们互信合作。",
}


def _version(**changed: Any) -> dict[str, Any]:
    return {"number": "1.3", "effective": 1_790_000_000_000, "texts": TEXTS, **changed}


def _with_text(language: str, text: str) -> dict[str, Any]:
    return _version(texts={**TEXTS, language: text})


def _versions() -> list[dict[str, Any]]:
    good = [
        ("plain", _version()),
        ("the first", _version(number="1.0", effective=0)),
        ("large numbers", _version(number="999.999", effective=2**53 - 1)),
        ("quotes, backslashes and a line separator", _with_text("en", '"\\\u2028\t\u0000')),
    ]
    refused = [
        ("a text more", _version(texts={**TEXTS, "de": "Artikel 1"})),
        ("a text less", _version(texts={key: TEXTS[key] for key in TEXTS if key != "zh"})),
        ("an empty text", _with_text("fr", "")),
        ("a number without its second part", _version(number="1")),
        ("a number with a leading zero", _version(number="1.03")),
        ("a number of nothing", _version(number="0.1")),
        ("a number with a line end", _version(number="1.3\n")),
        ("a number in other digits", _version(number="١.٣")),
        ("a time before all", _version(effective=-1)),
    ]
    return [
        *({"name": name, **one, "hash": charter.charter_hash(**one)} for name, one in good),
        *({"name": name, **one, "hash": None} for name, one in refused),
    ]


def charter_vectors() -> Vectors:
    """Versions with what stands for them, and acceptances as they are made and as they are judged."""
    seed, other = secret("device"), secret("another device")
    fields: dict[str, Any] = {
        "account": hash_of("account")[:32],
        "authority": hash_of("authority")[:32],
        "charter": charter.charter_hash(**_version()),
        "device": signing.device_id(signing.public_key(seed)),
        "network": hash_of("network"),
        "number": "1.3",
        "time": 1_790_000_000_000,
    }
    whole = {**fields, "type": "charter.accepted"}
    plain = canonical(whole)
    bodies = [
        ("plain", plain, True),
        ("of the first version", canonical({**whole, "number": "1.0"}), True),
        ("a field more", canonical({**whole, "note": ""}), False),
        ("a field less", canonical({key: whole[key] for key in whole if key != "time"}), False),
        ("another type", canonical({**whole, "type": "sighting"}), False),
        ("a hash that is none", canonical({**whole, "charter": "ab"}), False),
        ("a number that is none", canonical({**whole, "number": "1.3.1"}), False),
        ("an authority that is none", canonical({**whole, "authority": None}), False),
        ("a negative time", canonical({**whole, "time": -1}), False),
        ("not canonical", plain + b"\n", False),
        ("no JSON", b"{", False),
        ("of another device", canonical({**whole, "device": hash_of("device")}), False),
    ]
    judged = [(name, body, signing.sign(seed, signing.CHARTER, body), holds) for name, body, holds in bodies]
    judged += [
        ("signed by another device", plain, signing.sign(other, signing.CHARTER, plain), False),
        ("signed as a sighting", plain, signing.sign(seed, signing.SIGHTING, plain), False),
        ("half a signature", plain, signing.sign(seed, signing.CHARTER, plain)[:32], False),
        (
            "the signature of another",
            plain,
            signing.sign(seed, signing.CHARTER, canonical({**whole, "charter": hash_of("other text")})),
            False,
        ),
    ]
    return {
        "versions": _versions(),
        "made": [
            {
                "seed": seed.hex(),
                **{key: value for key, value in fields.items() if key != "device"},
                "body": b64(charter.make(**fields)),
                "signature": b64(signing.sign(seed, signing.CHARTER, plain)),
            }
        ],
        "judged": [
            {
                "name": name,
                "device_key": b64(signing.public_key(seed)),
                "body": b64(body),
                "signature": b64(signature),
                "holds": holds,
            }
            for name, body, signature, holds in judged
        ],
    }
