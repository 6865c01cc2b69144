"""Passkeys and security keys (WebAuthn, level 3): added, asked, checked, named and removed.

fido2 reads and checks what an authenticator answers; here stands what it is asked for, and whose it is. The user is
always verified by the authenticator (a PIN, a finger), so one touch proves both that it is there and who holds it:
it is a second factor after the password, and both factors without one. A challenge is taken once, within five minutes,
by the session and for the purpose that it was made for.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from fido2.cose import ES256, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from members import clock
from members.accounts import factors
from members.accounts.models import Account, Passkey, PasskeyChallenge, one_at_a_time
from members.audit.actions import Action
from members.audit.services import record
from members.problems import NotFound, Problem, Refused

MOST = 10
"""Passkeys of one person: `account.keys` names each that unlocks, and stays small."""
VALID = 5 * clock.MINUTE
CHALLENGE_LENGTH = 32
ALGORITHMS = (EdDSA.ALGORITHM, ES256.ALGORITHM, RS256.ALGORITHM)
TRANSPORTS = ("usb", "nfc", "ble", "hybrid", "internal")

Purpose = PasskeyChallenge.Purpose


class WrongPasskey(Problem):
    """What was answered proves nothing; one answer for every reason, so that nobody learns which passkeys exist."""

    def __init__(self) -> None:
        super().__init__("wrong_passkey", 401, "This passkey does not open this account, or came too late.")


class PasskeyNotTaken(Problem):
    def __init__(self) -> None:
        detail = "This passkey cannot be added: it was not made by this page, or not with its user verified."
        super().__init__("passkey_not_taken", 422, detail)


class CopiedPasskey(Problem):
    def __init__(self) -> None:
        detail = "This passkey has counted fewer uses than before: there may be a copy of it."
        super().__init__("passkey_copied", 401, detail)


@dataclass(frozen=True)
class Assertion:
    """What an authenticator answered to a challenge, as it came: base64url without padding."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str
    user_handle: str | None

    def parse(self) -> AuthenticationResponse:
        response = {
            "clientDataJSON": self.client_data,
            "authenticatorData": self.authenticator_data,
            "signature": self.signature,
            "userHandle": self.user_handle,
        }
        answer = {"id": self.id, "rawId": self.id, "response": response, "type": "public-key"}
        with _Reading(WrongPasskey()):
            return AuthenticationResponse.from_dict(answer)


@dataclass(frozen=True)
class Registration:
    """What an authenticator answered when it made a passkey: base64url without padding."""

    id: str
    client_data: str
    attestation_object: str
    transports: Sequence[str]

    def parse(self) -> RegistrationResponse:
        response = {"clientDataJSON": self.client_data, "attestationObject": self.attestation_object}
        answer = {"id": self.id, "rawId": self.id, "response": response, "type": "public-key"}
        with _Reading(PasskeyNotTaken()):
            return RegistrationResponse.from_dict(answer)


class _Reading:
    """Makes one refusal of whatever the reading of foreign bytes runs into: there are many ways to be malformed."""

    def __init__(self, refusal: Problem) -> None:
        self._refusal = refusal

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, Problem):
            raise self._refusal from error


# --- what is asked ---


def creation_options(request: HttpRequest, account: Account) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON for one more passkey of this person."""
    _refuse_too_many(account)
    handle = bytes.fromhex(account.pk)
    options, _ = _server().register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=account.email, display_name=account.email),
        credentials=_descriptors(account),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_challenge(request, Purpose.ADD, account.pk),
    )
    return _as_json(options.public_key)


def request_options(request: HttpRequest, purpose: Purpose, account: Account | None) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON; without an account for whichever passkey the person picks."""
    descriptors = _descriptors(account) if account is not None else None
    if account is not None and not descriptors:
        raise NotFound
    options, _ = _server().authenticate_begin(
        credentials=descriptors,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=_challenge(request, purpose, account.pk if account else ""),
    )
    return _as_json(options.public_key)


def _challenge(request: HttpRequest, purpose: Purpose, account: str) -> bytes:
    """32 random bytes that only this session can have answered, once; earlier ones for the same end here."""
    held = request.session
    held["passkey_asked_at"] = clock.now()  # also finds out whether the session of the cookie is there
    if held.session_key is None:
        held.set_expiry(datetime.fromtimestamp((clock.now() + VALID) / 1000, UTC))
        held.create()
    made = secrets.token_bytes(CHALLENGE_LENGTH)
    key = held.session_key or ""
    with transaction.atomic():
        PasskeyChallenge.objects.filter(session_key=key, purpose=purpose).delete()
        PasskeyChallenge.objects.create(
            challenge_hash=_hash(made), session_key=key, purpose=purpose, account=account
        )
    return made


def _take(request: HttpRequest, purpose: Purpose, account: str, challenge: bytes) -> dict[str, Any]:
    """Use the challenge up, whatever then comes of the answer; the state in which fido2 checks it."""
    taken, _ = PasskeyChallenge.objects.filter(
        pk=_hash(challenge),
        session_key=request.session.session_key,
        purpose=purpose,
        account=account,
        made_at__gt=clock.now() - VALID,
    ).delete()
    if not taken:
        raise Refused("challenge_missing", "Ask for a challenge first; each counts once, for five minutes.")
    return {
        "challenge": websafe_encode(challenge),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }


# --- what is answered ---


def add(
    request: HttpRequest, *, account: Account, registration: Registration, name: str, prf: bool
) -> Passkey:
    """Keep a passkey that this person has just made; raises unless it was made here, for them, by a verified user."""
    answer = registration.parse()
    client_data = answer.response.client_data
    state = _take(request, Purpose.ADD, account.pk, client_data.challenge)
    with _Reading(PasskeyNotTaken()):
        data = _server().register_complete(state, answer)
    made = data.credential_data
    if (
        made is None
        or client_data.cross_origin
        or made.credential_id != answer.raw_id
        or made.public_key.ALGORITHM not in ALGORITHMS
    ):
        raise PasskeyNotTaken
    with transaction.atomic():
        one_at_a_time(account.pk)
        _refuse_too_many(account)
        if Passkey.objects.filter(credential_hash=_hash(made.credential_id)).exists():
            raise Problem("exists", 409, "There is such a passkey already.")
        passkey = Passkey.objects.create(
            account=account,
            credential_hash=_hash(made.credential_id),
            credential=bytes(made),
            transports=[one for one in TRANSPORTS if one in registration.transports],
            name=_plain(name),
            counter=data.counter,
            synced=data.is_backup_eligible(),
            prf=prf,
        )
        record(Action.PASSKEY_ADDED, actor=account.pk, passkey=passkey.pk)
    return passkey


def verify(
    request: HttpRequest, *, purpose: Purpose, account: Account | None, assertion: Assertion
) -> Passkey:
    """The passkey that has signed this session's challenge, its user verified; raises for anything else.

    Without an account the passkey says whose it is (a discoverable one gives the account's id along).
    """
    answer = assertion.parse()
    given = answer.response
    state = _take(request, purpose, account.pk if account else "", given.client_data.challenge)
    found = _find(answer.raw_id, account)
    handle = bytes.fromhex(found.account_id)
    if given.user_handle != handle and (account is None or given.user_handle):
        raise WrongPasskey
    with _Reading(WrongPasskey()):
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(found.credential))], answer)
    if given.client_data.cross_origin:
        raise WrongPasskey
    _note_use(found, given.authenticator_data.counter)
    return found


def _find(credential_id: bytes, account: Account | None) -> Passkey:
    usable = Passkey.objects.select_related("account").filter(
        account__is_active=True, account__enrolled_at__isnull=False
    )
    if account is not None:
        usable = usable.filter(account=account)
    found = usable.filter(credential_hash=_hash(credential_id)).first()
    if found is None:
        raise WrongPasskey
    return found


@transaction.atomic
def _note_use(passkey: Passkey, counter: int) -> None:
    """Where an authenticator counts, each use has a higher number than all before (WebAuthn, 7.2, step 22)."""
    standing = Passkey.objects.select_for_update().filter(pk=passkey.pk).first()
    if standing is None:
        raise WrongPasskey  # removed while the signature was being checked
    if (counter or standing.counter) and counter <= standing.counter:
        raise CopiedPasskey
    standing.counter, standing.last_used_at = counter, clock.now()
    standing.save(update_fields=["counter", "last_used_at"])


# --- the person's own list ---


def listing(account: Account) -> list[dict[str, Any]]:
    """The passkeys of this person, the newest first; one query."""
    return [as_object(one) for one in account.passkeys.order_by("-created_at", "id")]


def as_object(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": passkey.pk,
        "name": passkey.name,
        "created": passkey.created_at,
        "last_used": passkey.last_used_at,
        "synced": passkey.synced,
        "prf": passkey.prf,
        "unlock_key": passkey.unlock_key,
        "credential": websafe_encode(AttestedCredentialData(bytes(passkey.credential)).credential_id),
    }


def rename(*, account: Account, passkey_id: str, name: str) -> None:
    if not account.passkeys.filter(pk=passkey_id).update(name=_plain(name)):
        raise NotFound


@transaction.atomic
def remove(*, account: Account, passkey_id: str) -> None:
    """The passkey signs nobody in any more; sessions stand. Nobody removes their last second factor."""
    one_at_a_time(account.pk)
    mine = account.passkeys.values_list("pk", flat=True)
    if passkey_id not in set(mine):
        raise NotFound
    if len(mine) == 1 and not factors.has_authenticator(account):
        raise Problem("last_second_factor", 409, "This is your last second factor; add another one first.")
    account.passkeys.filter(pk=passkey_id).delete()
    record(Action.PASSKEY_REMOVED, actor=account.pk, passkey=passkey_id)


def forget(account: Account) -> None:
    """Drop every passkey of somebody who was removed, or whose sign-in was replaced with others' help."""
    account.passkeys.all().delete()


def _plain(name: str) -> str:
    plain = name.strip()
    if not plain:
        raise Refused("invalid", "A passkey has a name by which its owner knows it.")
    return plain


def _refuse_too_many(account: Account) -> None:
    if account.passkeys.count() >= MOST:
        raise Refused("too_many_passkeys", f"One person has {MOST} passkeys at most; remove one first.")


# --- WebAuthn ---


def own_origin() -> str:
    """The origin of this portal as browsers write it: without the port that the scheme has anyway."""
    origin = settings.ORIGIN
    plain = origin.port == (443 if origin.secure else 80)
    return str(replace(origin, port=None) if plain else origin)


def _server() -> Fido2Server:
    party = PublicKeyCredentialRpEntity(id=settings.ORIGIN.host, name=settings.NETWORK_NAME)
    own = own_origin()
    made = Fido2Server(party, verify_origin=lambda given: given == own)
    made.timeout = VALID  # type: ignore[assignment]  # it begins as None and is typed as that alone
    made.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=one) for one in ALGORITHMS
    ]
    return made


def _descriptors(account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY,
            id=AttestedCredentialData(bytes(one.credential)).credential_id,
            transports=[AuthenticatorTransport(name) for name in one.transports] or None,
        )
        for one in account.passkeys.order_by("-last_used_at", "id")
    ]


def _as_json(options: object) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return plain


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
