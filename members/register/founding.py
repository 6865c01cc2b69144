"""The first statement: three or more officers give an identity key each, and all sign the same bytes."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction

from members import clock
from members.accounts import invitations
from members.problems import NotFound, Problem, Refused
from members.protocol import signing, statements
from members.protocol.encoding import EncodingError, b64, unb64
from members.register import signer
from members.register.models import Founding, FoundingOfficer, Head, RegisterAccount
from members.register.services import append

THRESHOLD = 2


def view(account: str) -> dict[str, Any]:
    """How far the founding is, for those who found the network and, later, for every officer."""
    head = Head.objects.filter(pk=1).first() or Head()
    officers = list(FoundingOfficer.objects.order_by("account"))
    if account not in {one.account for one in officers}:
        _require_officer(account)
    founding = Founding.objects.filter(pk=1).first()
    payload = founding.payload if founding else None
    state = "founded" if head.network else "signing" if payload else "collecting"
    return {
        "state": state,
        "payload": b64(bytes(payload)) if payload else None,
        "officers": [
            {
                "account": one.account,
                "name": one.name,
                "has_key": bool(one.identity_key),
                "signed": bool(one.sig),
            }
            for one in officers
        ],
        "network": head.network or None,
    }


@transaction.atomic
def give_key(*, account: str, identity_key: str) -> dict[str, Any]:
    """Take an officer's identity key; the last one to come makes the statement that all are to sign."""
    founding, officers = _locked(account)
    try:
        signing.check_point(unb64(identity_key, 32))
    except (EncodingError, signing.WeakKey):
        raise Refused("invalid", "This is not a strict Ed25519 key.") from None
    if any(one.identity_key == identity_key for one in officers if one.account != account):
        raise Refused("invalid", "Another officer has this identity key.")
    mine = next(one for one in officers if one.account == account)
    if mine.identity_key == identity_key and founding.payload:
        return view(account)
    mine.identity_key = identity_key
    mine.save()
    FoundingOfficer.objects.update(sig="")
    founding.payload = _payload(officers) if all(one.identity_key for one in officers) else None
    founding.save()
    return view(account)


@transaction.atomic
def sign(*, account: str, keyid: str, sig: str) -> dict[str, Any]:
    """Take an officer's signature; the last one founds the network, whose id is the hash of that entry."""
    founding, officers = _locked(account)
    if not founding.payload:
        raise Refused("nothing_to_sign", "The statement is made when every officer has given a key.")
    payload = bytes(founding.payload)
    mine = next(one for one in officers if one.account == account)
    try:
        key, signature = unb64(mine.identity_key, 32), unb64(sig, 64)
    except EncodingError:
        raise Refused("invalid", "The signature is not canonical base64 of 64 bytes.") from None
    if key.hex() != keyid or not signing.verify(key, signing.STATEMENT, payload, signature):
        raise Refused("bad_signature", "The signature is not one by your identity key under this statement.")
    mine.sig = sig
    mine.save()
    if all(one.sig for one in officers):
        _found(payload, officers, by=account)
    return view(account)


def _found(payload: bytes, officers: list[FoundingOfficer], *, by: str) -> None:
    signatures = {unb64(one.identity_key).hex(): unb64(one.sig) for one in officers}
    append(entries=[statements.make_entry(payload, signatures)], sent={}, by=by)
    for one in officers:
        invitations.complete_for_account(one.account)


def _locked(account: str) -> tuple[Founding, list[FoundingOfficer]]:
    """The founding as nobody else changes it meanwhile, for one of its officers and only before it is done."""
    founding, _ = Founding.objects.select_for_update().get_or_create(pk=1)
    officers = list(FoundingOfficer.objects.order_by("account"))
    if account not in {one.account for one in officers}:
        raise NotFound
    if Head.objects.exclude(network="").exists():
        raise Problem("already_founded", 409, "The network is founded already.")
    return founding, officers


def _payload(officers: list[FoundingOfficer]) -> bytes:
    head = Head.objects.filter(pk=1).first() or Head()
    return statements.make_payload(
        "network.founded",
        network=None,
        subject=statements.NETWORK,
        previous=None,
        time=clock.now(),
        demo=head.demo,
        name=settings.NETWORK_NAME,
        nonce=secrets.token_hex(32),
        officers=[{"account": one.account, "identity_key": one.identity_key} for one in officers],
        register_key=b64(signer.make_key()),
        threshold=THRESHOLD,
    )


def _require_officer(account: str) -> None:
    if not RegisterAccount.objects.filter(pk=account, active=True, role="officer").exists():
        raise NotFound
