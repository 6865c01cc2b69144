"""Binding a session to a device by proof of its key, and keeping what only that device can use."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.http import HttpRequest

from members import clock
from members.accounts import sessions
from members.accounts.models import Passkey, SignedInSession
from members.accounts.permissions import Caller
from members.audit.actions import Action
from members.audit.services import record
from members.devices.models import Bookmark, BookmarkKey, VaultHalf
from members.problems import NotFound, Problem, Refused
from members.protocol import session as binding
from members.protocol.bookmark import KEY_LENGTH
from members.protocol.encoding import EncodingError, unb64
from members.protocol.seal import NONCE_LENGTH, TAG_LENGTH
from members.register import access as register

HALF_LENGTH = 32
LONGEST_BOOKMARK = 4 * 1024 * 1024
CHALLENGE_VALID = 10 * clock.MINUTE
SEALED_KEY_LENGTH = NONCE_LENGTH + KEY_LENGTH + TAG_LENGTH


class DeviceUnknown(Problem):
    def __init__(self) -> None:
        super().__init__("device_unknown", 403, "The Register knows no such device of yours.")


class DeviceRevoked(Problem):
    def __init__(self) -> None:
        super().__init__("device_revoked", 403, "This device has been revoked.")


def make_challenge(request: HttpRequest) -> bytes:
    """32 random bytes that only this session can answer, only once and only for ten minutes."""
    challenge = secrets.token_bytes(binding.CHALLENGE_LENGTH)
    request.session["device_challenge"] = {"bytes": challenge.hex(), "at": clock.now()}
    return challenge


def bind(request: HttpRequest, *, caller: Caller, device: str, signature: str) -> bytes:
    """Bind the session to a device that signed its challenge; returns the half of the vault key."""
    challenge = _take_challenge(request)
    row = register.device_row(device)
    network = register.network().id
    if row is None or row.account != caller.id or network is None:
        raise DeviceUnknown
    if not row.active:
        raise DeviceRevoked
    payload = binding.bind_payload(account=caller.id, challenge=challenge, device=device, network=network)
    try:
        proved = binding.verify_binding(unb64(row.key), payload, unb64(signature, 64))
    except EncodingError:
        proved = False
    if not proved:
        raise Refused("bad_signature", "The signature is not one by this device under the challenge.")
    return _bound(request, caller, device)


def _take_challenge(request: HttpRequest) -> bytes:
    held = request.session.pop("device_challenge", None)
    if not isinstance(held, dict) or clock.now() - held["at"] > CHALLENGE_VALID:
        raise Refused("challenge_missing", "Ask for a challenge first; each counts once, for ten minutes.")
    return bytes.fromhex(held["bytes"])


@transaction.atomic
def _bound(request: HttpRequest, caller: Caller, device: str) -> bytes:
    register.hold_still()
    if not register.device_is_active(caller.id, device):
        raise DeviceRevoked  # while the signature was being checked
    # One device is in one place: two sessions of it mean that a browser was copied, or that its cookie was lost.
    elsewhere = SignedInSession.objects.filter(device=device).exclude(pk=caller.session.pk)
    sessions.end(list(elsewhere.values_list("session_key", flat=True)))
    request.session["device"] = device
    SignedInSession.objects.filter(pk=caller.session.pk).update(device=device)
    if caller.device != device:  # and not each time that the page is loaded anew
        record(Action.SESSION_BOUND, actor=caller.id, session=caller.session.pk, device=device)
    half, _ = VaultHalf.objects.get_or_create(
        device=device, defaults={"account": caller.id, "half": secrets.token_bytes(HALF_LENGTH)}
    )
    VaultHalf.objects.filter(pk=device).update(label=caller.session.label, last_seen_at=clock.now())
    return bytes(half.half)


def keep_bookmark(*, caller: Caller, sealed: str) -> None:
    """Keep the newest bookmark of this person; the server cannot read it."""
    try:
        data = unb64(sealed)
    except EncodingError:
        raise Refused("invalid", "The bookmark is not canonical base64.") from None
    if len(data) > LONGEST_BOOKMARK:
        raise Refused("too_large", "The bookmark is too large.")
    Bookmark.objects.update_or_create(account=caller.id, defaults={"sealed": data, "kept_at": clock.now()})


def keep_bookmark_key(*, caller: Caller, serial: int, sealed: str) -> None:
    """Keep the newest bookmark key of this person, which only their recovery code opens."""
    try:
        data = unb64(sealed, SEALED_KEY_LENGTH)
    except EncodingError:
        raise Refused("invalid", "This is not a sealed bookmark key.") from None
    BookmarkKey.objects.update_or_create(account=caller.id, defaults={"serial": serial, "sealed": data})


def keep_passkey_bookmark_key(*, caller: Caller, passkey_id: str, unlock_key: str, sealed: str) -> None:
    """Keep the bookmark key under a passkey that unlocks, and which unlock key that is; the Register must name it."""
    try:
        data = unb64(sealed, SEALED_KEY_LENGTH)
    except EncodingError:
        raise Refused("invalid", "This is not a sealed bookmark key.") from None
    named = register.unlock_keys(caller.id)
    if not any(one.key == unlock_key and one.kind == "passkey" for one in named):
        raise Refused("unlock_key_unknown", "The Register names no such unlock key of yours.")
    mine = Passkey.objects.filter(pk=passkey_id, account=caller.account)
    if not mine.update(unlock_key=unlock_key, sealed_bookmark_key=data):
        raise NotFound


def forget_bookmark(account: str) -> None:
    """Drop a bookmark that nothing opens any more: the person has new keys."""
    Bookmark.objects.filter(pk=account).delete()
    BookmarkKey.objects.filter(pk=account).delete()
    Passkey.objects.filter(account=account).update(unlock_key=None, sealed_bookmark_key=None)
