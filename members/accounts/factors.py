"""The second factor: one-time codes of an authenticator app, and backup codes for the day it is lost.

Passkeys, which are one as well, stand in passkeys.py.

Codes are checked by django-otp's TOTPDevice, which accepts each time step once. Its own throttle is off
(OTP_TOTP_THROTTLE_FACTOR = 0): it would let whoever knows the password lock the owner out for years; throttle.py slows
instead. Backup codes lie in django-otp's StaticToken, which takes each off when it is used, but as a keyed hash: a
copy of the database signs nobody in. Fifty random bits need no slow hash once the key is unknown.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from members.accounts.models import Account, one_at_a_time
from members.audit.actions import Action
from members.audit.services import record

BACKUP_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def start_authenticator(account: Account) -> tuple[str, str]:
    """A fresh secret for an authenticator app, as base32 and as the address of a QR code; not yet in force.

    One that is in force stays so until the fresh one is confirmed.
    """
    TOTPDevice.objects.filter(user=account, confirmed=False).delete()
    device = TOTPDevice.objects.create(user=account, name="authenticator", confirmed=False)
    secret = b32encode(device.bin_key).decode()
    issuer = settings.NETWORK_NAME.replace(":", " ")
    label = quote(f"{issuer}:{account.email}")
    query = urlencode({"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": 6, "period": 30})
    return secret, f"otpauth://totp/{label}?{query}"


def confirm_authenticator(account: Account, code: str) -> bool:
    """Put the started authenticator into force when this code comes from it."""
    return _verify(account, code, confirmed=False)


def verify_code(account: Account, code: str) -> bool:
    """Whether this is an unused code of the account's authenticator; it is used up by asking."""
    return _verify(account, code, confirmed=True)


def has_authenticator(account: Account) -> bool:
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


def _verify(account: Account, code: str, *, confirmed: bool) -> bool:
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
        return False
    with transaction.atomic():
        devices = TOTPDevice.objects.select_for_update()
        device = devices.filter(user=account, confirmed=confirmed).first()
        if device is None or not device.verify_token(digits):
            return False
        if not confirmed:
            devices.filter(user=account, confirmed=True).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
        return True


# --- backup codes ---


def make_backup_codes(account: Account) -> list[str]:
    """Ten fresh codes, shown once; those made before no longer count."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(BACKUP_CODES)]
    with transaction.atomic():
        one_at_a_time(
            account.pk
        )  # or two who ask at once would each get codes, of which one set does not work
        StaticDevice.objects.filter(user=account).delete()
        device = StaticDevice.objects.create(user=account, name="backup codes")
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_hidden(account, code)) for code in codes
        )
        record(Action.BACKUP_CODES_MADE, actor=account.pk)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def backup_codes_left(account: Account) -> int:
    return int(StaticToken.objects.filter(device__user=account).count())


def use_backup_code(account: Account, code: str) -> bool:
    """Whether this is one of the account's backup codes; it counts only once."""
    plain = "".join(character for character in code.lower() if character in _ALPHABET)
    with transaction.atomic():
        device = StaticDevice.objects.select_for_update().filter(user=account).first()
        return device is not None and bool(device.verify_token(_hidden(account, plain)))


def _hidden(account: Account, code: str) -> str:
    """80 bits of a keyed hash in the sixteen characters that a StaticToken holds."""
    digest = salted_hmac("entente.backup_code", f"{account.pk}\n{code}", algorithm="sha256").digest()
    return b32encode(digest[:10]).decode()
