"""Vectors of the plain forms: canonical JSON, signatures, boxes, seals and recovery codes."""

from __future__ import annotations

import hashlib
from typing import Any

from members.protocol import boxes, recovery, seal, signing
from members.protocol.canonical import canonical
from members.protocol.encoding import b64
from members.protocol.signing import P
from tests.members.protocol.world import secret
from tests.vectors.store import KeptBoxes, read

Vectors = dict[str, Any]

_ACCEPTED: list[Any] = [
    {},
    [],
    None,
    True,
    False,
    0,
    -1,
    2**53 - 1,
    -(2**53) + 1,
    "",
    "a",
    {"b": 1, "a": 2},
    {"a": [1, [2, {"c": None}]], "B": "b"},
    {"é": 1, "e": 2, "z": 3, "\u20ac": 4, "\U0001f600": 5, "\ufb33": 6, "\r": 7, "1": 8, "10": 9, "2": 10},
    'quotes " and \\ and / and \b\f\n\r\t',
    "control \u0000\u0001\u001f but not \u007f\u0080\u2028\u2029",
    "مرحبا 世界 Привет ¡Hola! Élan 🕊️",
    "\ufeffkept",
    "e\u0301 is not é",
    {"__proto__": 1, "constructor": 2},
    {"": ""},
]

_REFUSED: list[tuple[str, bytes]] = [
    ("nothing", b""),
    ("space around", b" {}"),
    ("newline after", b"{}\n"),
    ("space inside", b'{"a": 1}'),
    ("keys out of order", b'{"b":1,"a":2}'),
    ("keys sorted by code point, not by UTF-16", '{"\ufb33":1,"\U0001f600":2}'.encode()),
    ("a key twice", b'{"a":1,"a":1}'),
    ("NaN", b'{"a":NaN}'),
    ("Infinity", b"[Infinity]"),
    ("minus Infinity", b"[-Infinity]"),
    ("a fraction", b"[0.5]"),
    ("an integer written as a fraction", b"[1.0]"),
    ("an exponent", b"[1e3]"),
    ("minus zero", b"[-0]"),
    ("a leading zero", b"[01]"),
    ("a plus", b"[+1]"),
    ("2^53", b"[9007199254740992]"),
    ("minus 2^53", b"[-9007199254740992]"),
    ("2^53 + 1", b"[9007199254740993]"),
    ("a very large integer", b"[" + b"9" * 400 + b"]"),
    ("a lone high surrogate", b'"\\ud800"'),
    ("a lone low surrogate", b'"\\udc00"'),
    ("surrogates in UTF-8", b'"\xed\xa0\x80"'),
    ("a pair of surrogates as escapes", b'"\\ud83d\\ude00"'),
    ("a lone surrogate as a key", b'{"\\ud800":1}'),
    ("broken UTF-8", b'"\xff"'),
    ("cut UTF-8", b'"\xc3"'),
    ("overlong UTF-8", b'"\xc0\xaf"'),
    ("a byte order mark before", b"\xef\xbb\xbf{}"),
    ("UTF-16", '{"a":1}'.encode("utf-16-le")),
    ("an escape that is not needed", b'"\\u0061"'),
    ("an escaped slash", b'"\\/"'),
    ("an escape in capitals", b'"\\u001F"'),
    ("a long escape for a newline", b'"\\u000a"'),
    ("a raw control character", b'"\x01"'),
    ("DEL as an escape", b'"\\u007f"'),
    ("single quotes", b"{'a':1}"),
    ("a comma at the end", b"[1,]"),
    ("a comment", b"[1/*2*/]"),
    ("two values", b"{}{}"),
    ("a value that is cut off", b'{"a":'),
    ("True", b"True"),
    ("a zero byte after", b"{}\x00"),
]


def canonical_json() -> Vectors:
    """RFC 8785 without floating point numbers."""
    return {
        "accepted": [{"value": value, "bytes": b64(canonical(value))} for value in _ACCEPTED],
        "refused": [{"name": name, "bytes": b64(data)} for name, data in _REFUSED],
    }


_Y8 = 55188659117513257062467267217118295137698188065244968500265048394206261417927


def point(y: int, *, top: bool = False) -> bytes:
    """An encoding of 32 bytes, little-endian, with or without the top bit."""
    return (y + (2**255 if top else 0)).to_bytes(32, "little")


_WEAK_POINTS: list[tuple[str, bytes]] = [
    (f"{name}{' with the top bit' if top else ''}", point(y, top=top))
    for name, y in [
        ("zero", 0),
        ("one", 1),
        ("p - 1", P - 1),
        ("p", P),
        ("p + 1", P + 1),
        ("order eight", _Y8),
        ("order eight, the other", P - _Y8),
        ("2^255 - 1", 2**255 - 1),
    ]
    for top in (False, True)
]


def _judged() -> list[dict[str, Any]]:
    seed, other = secret("signer"), secret("other signer")
    public, body = signing.public_key(seed), b'{"hello":"world"}'
    good = signing.sign(seed, signing.STATEMENT, body)
    order = 2**252 + 27742317777372353535851937790883648493
    raised = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    cases: list[tuple[str, bytes, str, bytes, bytes]] = [
        ("a good one", public, signing.STATEMENT, body, good),
        ("an empty body", public, signing.ITEM, b"", signing.sign(seed, signing.ITEM, b"")),
        ("another key", signing.public_key(other), signing.STATEMENT, body, good),
        ("another type", public, signing.ITEM, body, good),
        ("another body", public, signing.STATEMENT, body + b" ", good),
        ("without payload type", public, signing.STATEMENT, body, signing.sign_raw(seed, body)),
        ("S raised by the order of the group", public, signing.STATEMENT, body, raised),
        ("63 bytes", public, signing.STATEMENT, body, good[:63]),
        ("65 bytes", public, signing.STATEMENT, body, good + b"\x00"),
        ("31 bytes of key", public[:31], signing.STATEMENT, body, good),
        ("a bit of R", public, signing.STATEMENT, body, bytes([good[0] ^ 1]) + good[1:]),
        ("a bit of S", public, signing.STATEMENT, body, good[:32] + bytes([good[32] ^ 1]) + good[33:]),
        ("all zero", bytes(32), signing.STATEMENT, body, bytes(64)),
        ("identity key and R, S zero", point(1), signing.STATEMENT, body, point(1) + bytes(32)),
    ]
    cases += [(f"key: {name}", weak, signing.STATEMENT, body, good) for name, weak in _WEAK_POINTS]
    cases += [
        (f"R: {name}", public, signing.STATEMENT, body, weak + good[32:]) for name, weak in _WEAK_POINTS
    ]
    cases += [
        (f"key and R: {name}, S zero", weak, signing.STATEMENT, body, weak + bytes(32))
        for name, weak in _WEAK_POINTS
    ]
    return [
        {
            "name": name,
            "public": b64(key),
            "type": kind,
            "body": b64(signed),
            "signature": b64(signature),
            "holds": signing.verify(key, kind, signed, signature),
        }
        for name, key, kind, signed, signature in cases
    ]


def signatures() -> Vectors:
    """PAE, Ed25519 and the strict form of keys."""
    bodies = [
        (signing.STATEMENT, b""),
        (signing.ITEM, bytes(range(256))),
        (signing.SESSION, "é".encode()),
        ("é", b"1 2 3"),
    ]
    strict = [("a good key", signing.public_key(secret("signer")), True)]
    strict += [(name, weak, False) for name, weak in _WEAK_POINTS]
    return {
        "pae": [
            {"type": kind, "body": b64(body), "pae": b64(signing.pae(kind, body))} for kind, body in bodies
        ],
        "made": [
            {
                "seed": secret(f"signer {number}").hex(),
                "public": b64(signing.public_key(secret(f"signer {number}"))),
                "type": kind,
                "body": b64(body),
                "signature": b64(signing.sign(secret(f"signer {number}"), kind, body)),
            }
            for number, (kind, body) in enumerate(bodies)
        ],
        "judged": _judged(),
        "keys": [{"name": name, "public": b64(key), "accepted": accepted} for name, key, accepted in strict],
    }


def _coefficients_raised(public: bytes, place: int) -> bytes:
    """The key with one 12-bit coefficient replaced by 3329, which is zero but not written so."""
    changed = bytearray(public)
    start, odd = place // 2 * 3, place % 2
    if odd:
        changed[start + 1] = changed[start + 1] & 0x0F | (3329 & 0x0F) << 4
        changed[start + 2] = 3329 >> 4
    else:
        changed[start] = 3329 & 0xFF
        changed[start + 1] = changed[start + 1] & 0xF0 | 3329 >> 8
    return bytes(changed)


def box_vectors() -> Vectors:
    """Key pairs, boxes to open, boxes and keys to refuse."""
    kept = KeptBoxes(read("boxes").get("boxes", []) + read("boxes").get("refused", []))
    seeds = [secret(f"box {number}") for number in range(4)]
    pairs = [boxes.key_pair(seed) for seed in seeds]
    made = [
        {
            "seed": seed.hex(),
            "info": info,
            "plaintext": b64(plain),
            "box": kept.box(seed, info.encode(), plain),
        }
        for seed, info, plain in [
            (seeds[0], "", b""),
            (seeds[1], "entente/v1/epoch\nnetwork\nconversation\n1\naccount\n1", secret("epoch key")),
            (seeds[2], "é\n世界", bytes(range(256)) * 4),
        ]
    ]
    refused = [
        {
            "name": "made for another info",
            "seed": seeds[0].hex(),
            "info": "another",
            "box": kept.box(seeds[0], b"one", b"x" * 32),
        },
        {
            "name": "made for another key",
            "seed": seeds[0].hex(),
            "info": "two",
            "box": kept.box(seeds[1], b"two", b"x" * 32),
        },
        {"name": "too short", "seed": seeds[0].hex(), "info": "", "box": b64(bytes(1135))},
        {"name": "all zero", "seed": seeds[0].hex(), "info": "", "box": b64(bytes(1168))},
    ]
    good, curve = pairs[0].public, pairs[0].public[1184:]
    keys: list[tuple[str, bytes]] = [
        ("a good key", good),
        ("one byte short", good[:-1]),
        ("one byte more", good + b"\x00"),
        ("the first coefficient not reduced", _coefficients_raised(good, 0)),
        ("the second coefficient not reduced", _coefficients_raised(good, 1)),
        ("the last coefficient not reduced", _coefficients_raised(good, 767)),
        ("all coefficients 4095", b"\xff" * 1152 + good[1152:]),
        ("all coefficients zero", bytes(1152) + good[1152:]),
        ("the X25519 half with its top bit", good[:-1] + bytes([curve[-1] | 0x80])),
    ]
    keys += [
        (f"X25519 half {u}", good[:1184] + u.to_bytes(32, "little"))
        for u in sorted(
            {
                0,
                1,
                P - 1,
                P,
                P + 1,
                2**255 - 1,
                2**256 - 1,
                325606250916557431795983626356110631294008115727848805560023387167927233504,
                39382357235489614581723060781553021112529911719440698176882885853963445705823,
            }
        )
    ]
    return {
        "key_pairs": [
            {"seed": each.seed.hex(), "public": b64(each.public), "hash": each.hash} for each in pairs
        ],
        "boxes": made,
        "refused": refused,
        "keys": [{"name": name, "public": b64(key), "accepted": _is_strict(key)} for name, key in keys],
    }


def _is_strict(key: bytes) -> bool:
    try:
        boxes.check_public(key)
    except boxes.BoxRefused:
        return False
    return True


def seals() -> Vectors:
    """HKDF and AES-256-GCM."""
    inputs = [
        (b"secret", b"", b""),
        (b"secret", b"salt", b"info"),
        (secret("s"), secret("t"), b"entente/v1/vault\n"),
        (b"", b"", b"x" * 300),
    ]
    key, nonce = secret("seal"), secret("nonce")[:12]
    sealed = [(b"", b""), (b"plaintext", b""), (b"plaintext", b"associated"), (bytes(300), b"\x00")]
    good = seal.seal(key, b"plaintext", b"associated", nonce=nonce)
    return {
        "derived": [
            {
                "secret": b64(ikm),
                "salt": b64(salt),
                "info": b64(info),
                "key": seal.derive(ikm, salt, info).hex(),
            }
            for ikm, salt, info in inputs
        ],
        "sealed": [
            {
                "key": key.hex(),
                "nonce": b64(nonce),
                "aad": b64(aad),
                "plaintext": b64(plain),
                "sealed": b64(seal.seal(key, plain, aad, nonce=nonce)),
            }
            for plain, aad in sealed
        ],
        "refused": [
            {"name": "another aad", "key": key.hex(), "aad": b64(b"other"), "sealed": b64(good)},
            {"name": "another key", "key": secret("x").hex(), "aad": b64(b"associated"), "sealed": b64(good)},
            {"name": "cut", "key": key.hex(), "aad": b64(b"associated"), "sealed": b64(good[:-1])},
            {"name": "27 bytes", "key": key.hex(), "aad": b64(b""), "sealed": b64(bytes(27))},
            {
                "name": "a bit",
                "key": key.hex(),
                "aad": b64(b"associated"),
                "sealed": b64(good[:-1] + bytes([good[-1] ^ 1])),
            },
        ],
    }


def _unlock(code: bytes, network: str, account: str) -> dict[str, str]:
    pair = recovery.unlock_key(code, network, account)
    return {
        "secret": code.hex(),
        "network": network,
        "account": account,
        "seed": pair.seed.hex(),
        "hash": pair.hash,
    }


def recovery_codes() -> Vectors:
    """Codes to write, to read and to refuse, and the unlock keys that follow from them."""
    secrets = [bytes(20), b"\xff" * 20, bytes(range(20)), secret("code")[:20], hashlib.sha1(b"x").digest()]
    code = recovery.write(secrets[3])
    groups = code.split("-")
    swapped = "-".join([groups[1], groups[0], *groups[2:]])
    neighbours = groups[0][1] + groups[0][0] + groups[0][2:]
    changed = "Z" if code[7] != "Z" else "Y"
    refused = [
        "",
        code[:-1],
        code[:-6],
        code + "0",
        code + "-00000",
        swapped,
        "-".join([neighbours, *groups[1:]]),
        code[:7] + changed + code[8:],
        code[:-1] + ("U"),
        "U" + code[1:],
        code.replace("-", "_"),
        code.replace("-", "\t"),
        "é" + code[1:],
        code[:12] + "*" + code[13:],
        code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ]
    read_forms = [
        code,
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        f"  {code}  ",
        recovery.write(secrets[0]).replace("0", "o"),
        recovery.write(secrets[2]).replace("0", "O").replace("1", "l"),
        recovery.write(secrets[2]).replace("1", "I").replace("-", " - "),
        recovery.write(secrets[2]).replace("1", "i").lower(),
    ]
    return {
        "written": [{"secret": each.hex(), "code": recovery.write(each)} for each in secrets],
        "read": [{"text": text, "secret": recovery.read(text).hex()} for text in read_forms],
        "refused": [{"text": text, "group": _group_of(text)} for text in refused],
        "unlock": [
            _unlock(each, secret("network").hex(), secret(str(n))[:16].hex())
            for n, each in enumerate(secrets)
        ],
    }


def _group_of(text: str) -> int | None:
    try:
        recovery.read(text)
    except recovery.CodeRefused as error:
        return error.group
    raise AssertionError(f"{text} should be refused")
