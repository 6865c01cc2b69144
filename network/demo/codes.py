"""One-time codes of the personas, for people who try the demonstration and for tests."""

from __future__ import annotations

import time

from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from members.accounts.models import Account
from members.problems import SlowDown


def next_unused_code(account: Account) -> str:
    """A code that the account's authenticator accepts now: of the present step, or of the next unused one.

    A step is accepted once. When all within the tolerance are used, SlowDown says how long the next one takes.
    """
    device = TOTPDevice.objects.get(user=account, confirmed=True)
    present = int(time.time() - device.t0) // device.step
    step = max(present, device.last_t + 1)
    beyond = step - present - device.tolerance
    if beyond > 0:
        raise SlowDown(retry_after=beyond * device.step)
    return f"{hotp(device.bin_key, step, digits=device.digits):0{device.digits}d}"
