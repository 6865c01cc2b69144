"""Vectors of the directory: entries and profiles as they are made and judged, how they follow, and who signs them."""

from __future__ import annotations

from typing import Any

from members.protocol import directory, signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from tests.members.protocol.world import hash_of, secret
from tests.vectors.forms import Vectors

AUTHORITY = f"authority/{hash_of('authority')[:32]}"
WEEK = {"days": [1, 2, 3, 4, 7], "from": 450, "until": 900}
ENTRY: dict[str, Any] = {
    "address": "1 Harbour Road\nQasr",
    "basis": "Law 12 of 2019, article 4",
    "central": False,
    "competences": ["bank", "beneficial_ownership"],
    "duty": {"hours": None, "telephone": "+000 555 0100"},
    "electronic": {"accepted": True, "how": "Here."},
    "email": "desk@integrity.example",
    "formal": [{"code": "bank", "note": "By a court"}],
    "hours": WEEK,
    "informal": [{"code": "company", "note": ""}, {"code": "property", "note": "In a week\tor two"}],
    "interpol": True,
    "languages": ["ar", "en"],
    "names": {"ar": "هيئة النزاهة", "en": "Integrity Commission"},
    "networks": ["carin"],
    "note": "",
    "powers": ["investigate"],
    "switchboard": "+000 555 0101",
    "zone": "Etc/GMT-3",
}
PROFILE: dict[str, Any] = {
    "competences": ["bank"],
    "hours": WEEK,
    "languages": ["ar", "en"],
    "title": "Financial analyst",
    "zone": "Asia/Riyadh",
}


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def _entries() -> list[tuple[str, dict[str, Any], bool]]:
    """What may stand in an entry, and what may not."""
    nothing = directory.empty_entry()
    good = [
        ("all of it", ENTRY),
        ("nothing yet", nothing),
        ("the longest texts", {**nothing, "address": "𝒶" * 500, "note": "𝒶" * 2000, "basis": "é" * 2000}),
        ("a zone of three parts", {**nothing, "zone": "America/Argentina/Buenos_Aires"}),
        ("from midnight to midnight", {**nothing, "hours": {"days": [6], "from": 0, "until": 1440}}),
        ("what this version has no word for", {**nothing, "competences": ["moon_rocks"]}),
    ]
    bad = [
        ("a field more", {**ENTRY, "fax": ""}),
        ("a field less", _without(ENTRY, "zone")),
        ("an address that is too long", {**ENTRY, "address": "𝒶" * 501}),
        ("a telephone number of two lines", {**ENTRY, "switchboard": "1\n2"}),
        ("an e-mail address with a control character", {**ENTRY, "email": "a\u0085"}),
        ("a duty line without a number", {**ENTRY, "duty": {"hours": None}}),
        ("no days", {**ENTRY, "hours": {**WEEK, "days": []}}),
        ("an eighth day", {**ENTRY, "hours": {**WEEK, "days": [8]}}),
        ("days out of order", {**ENTRY, "hours": {**WEEK, "days": [2, 1]}}),
        ("hours that end before they begin", {**ENTRY, "hours": {**WEEK, "from": 900}}),
        ("hours after midnight", {**ENTRY, "hours": {**WEEK, "until": 1441}}),
        ("a code twice", {**ENTRY, "powers": ["investigate", "investigate"]}),
        ("a code in capitals", {**ENTRY, "powers": ["Investigate"]}),
        ("codes out of order", {**ENTRY, "competences": ["travel", "bank"]}),
        (
            "41 codes",
            {**ENTRY, "networks": sorted(f"n{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(41))},
        ),
        ("a matter with a field more", {**ENTRY, "formal": [{"code": "bank", "note": "", "days": 3}]}),
        (
            "a matter twice",
            {**ENTRY, "formal": [{"code": "bank", "note": "a"}, {"code": "bank", "note": "b"}]},
        ),
        ("a language in capitals", {**ENTRY, "languages": ["EN"]}),
        ("21 languages", {**ENTRY, "languages": [f"a{chr(97 + i)}" for i in range(21)]}),
        ("a name in a seventh language", {**ENTRY, "names": {"de": "Kommission"}}),
        ("an empty name", {**ENTRY, "names": {"en": ""}}),
        ("a zone with a space", {**ENTRY, "zone": "Asia /Riyadh"}),
        ("a zone that is none", {**ENTRY, "zone": ""}),
        ("perhaps", {**ENTRY, "interpol": "yes"}),
        ("electronic requests without how", {**ENTRY, "electronic": {"accepted": True}}),
        ("a list that is an object", {**ENTRY, "languages": {}}),
    ]
    return [*((name, one, True) for name, one in good), *((name, one, False) for name, one in bad)]


def directory_vectors() -> Vectors:
    """Bodies as they are made and judged, whether one follows another, and who may sign for whom."""
    seed, other = secret("device"), secret("another device")
    account = hash_of("account")[:32]
    common: dict[str, Any] = {
        "account": account,
        "network": hash_of("network"),
        "previous": None,
        "revision": 1,
        "size": 12,
        "subject": AUTHORITY,
        "time": 1_790_000_000_000,
    }
    device = signing.device_id(signing.public_key(seed))
    whole = {**common, "device": device, "entry": ENTRY, "type": directory.ENTRY}
    central = {**ENTRY, "central": True}
    profile = {**whole, "entry": PROFILE, "subject": f"account/{account}", "type": directory.PROFILE}
    plain = canonical(whole)
    bodies = [
        *((f"entry: {name}", canonical({**whole, "entry": one}), holds) for name, one, holds in _entries()),
        ("a profile", canonical(profile), True),
        ("a profile of another person", canonical({**profile, "subject": f"account/{hash_of('b')[:32]}"}), True),
        ("a central authority", canonical({**whole, "subject": "state/XD", "entry": central}), True),
        ("a second revision", canonical({**whole, "revision": 2, "previous": hash_of("first")}), True),
        ("a central authority that says it is none", canonical({**whole, "subject": "state/XD"}), False),
        (
            "a central authority without a name",
            canonical({**whole, "subject": "state/XD", "entry": {**central, "names": {}}}),
            False,
        ),
        ("a profile with the words of an entry", canonical({**profile, "entry": ENTRY}), False),
        ("a profile of an authority", canonical({**profile, "subject": AUTHORITY}), False),
        ("an entry of an account", canonical({**whole, "subject": f"account/{account}"}), False),
        ("a profile whose title has two lines", canonical({**profile, "entry": {**PROFILE, "title": "a\nb"}}), False),
        ("a profile with a field more", canonical({**profile, "entry": {**PROFILE, "photo": ""}}), False),
        ("a subject of another form", canonical({**whole, "subject": "authority/1"}), False),
        ("a State in small letters", canonical({**whole, "subject": "state/xd", "entry": central}), False),
        ("a first revision with one before it", canonical({**whole, "previous": hash_of("a")}), False),
        ("a second revision without one before it", canonical({**whole, "revision": 2}), False),
        ("a revision of nothing", canonical({**whole, "revision": 0}), False),
        ("an empty Register", canonical({**whole, "size": 0}), False),
        ("another type", canonical({**whole, "type": "sighting"}), False),
        ("no type", canonical(_without(whole, "type")), False),
        ("not canonical", plain + b"\n", False),
        ("no JSON", b"{", False),
        ("a list", b"[]", False),
        ("of another device", canonical({**whole, "device": hash_of("device")}), False),
    ]  # fmt: skip
    judged = [
        (name, body, signing.sign(seed, signing.DIRECTORY, body), holds) for name, body, holds in bodies
    ]
    judged += [
        ("signed by another device", plain, signing.sign(other, signing.DIRECTORY, plain), False),
        ("signed as a charter", plain, signing.sign(seed, signing.CHARTER, plain), False),
        ("half a signature", plain, signing.sign(seed, signing.DIRECTORY, plain)[:32], False),
        (
            "another telephone number",
            canonical({**whole, "entry": {**ENTRY, "switchboard": "+000 555 0199"}}),
            signing.sign(seed, signing.DIRECTORY, plain),
            False,
        ),
    ]
    return {
        "made": [
            {
                "seed": seed.hex(),
                **common,
                **changed,
                "entry": entry,
                "body": b64(body := directory.make(**{**common, "device": device, **changed}, entry=entry)),
                "signature": b64(signing.sign(seed, signing.DIRECTORY, body)),
            }
            for entry, changed in (
                (ENTRY, {}),
                (central, {"subject": "state/XD"}),
                (PROFILE, {"subject": f"account/{account}", "revision": 2, "previous": hash_of("first")}),
            )
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
        "followed": _followed(whole),
        "signers": _signers(account),
    }


def _followed(whole: dict[str, Any]) -> list[dict[str, Any]]:
    first = canonical(whole)
    parsed = directory.parse(first, bytes(64))
    second = {**whole, "revision": 2, "previous": parsed.hash}
    cases = [
        ("the first", None, whole, True),
        ("the second", first, second, True),
        ("the second of nothing", None, second, False),
        ("the first again", first, whole, False),
        ("a third", first, {**second, "revision": 3}, False),
        ("after another first", first, {**second, "previous": hash_of("another")}, False),
        ("of another authority", first, {**second, "subject": f"authority/{hash_of('b')[:32]}"}, False),
        ("by an older Register", first, {**second, "size": 11}, False),
    ]
    return [
        {"name": name, "before": None if before is None else b64(before), "body": b64(canonical(body)), "follows": ok}
        for name, before, body, ok in cases
    ]  # fmt: skip


def _signers(account: str) -> list[dict[str, Any]]:
    authority = hash_of("authority")[:32]
    other = hash_of("b")[:32]
    cases = [
        (AUTHORITY, "lead", authority, "member", True),
        (AUTHORITY, "deputy", authority, "member", True),
        (AUTHORITY, "member", authority, "member", False),
        (AUTHORITY, "lead", other, "member", False),
        (AUTHORITY, "officer", None, "member", False),
        (AUTHORITY, "officer", None, "observer", True),
        (AUTHORITY, "lead", other, "observer", False),
        (AUTHORITY, "officer", None, None, False),
        ("state/XD", "officer", None, None, True),
        ("state/XD", "lead", authority, None, False),
        (f"account/{account}", "member", authority, None, True),
        (f"account/{account}", "officer", None, None, True),
        (f"account/{other}", "lead", authority, None, False),
    ]
    return [
        {"subject": subject, "account": account, "role": role, "authority": of, "kind": kind, "may": may}
        for subject, role, of, kind, may in cases
    ]
