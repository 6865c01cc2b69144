"""One-time codes of an authenticator (RFC 6238, SHA-1, six digits, thirty seconds): each step is used once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time

from network.client.memory import SignIn

STEP_SECONDS = 30
TOLERANCE = 1
"""How many steps ahead of its clock the server accepts."""


def code_of(secret: str, step: int) -> str:
    """The code of one time step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


async def next_code(sign_in: SignIn) -> str:
    """The code of the next step that was not used yet; waits when all that the server would accept are used."""
    while True:
        present = int(time.time()) // STEP_SECONDS
        step = max(present, sign_in.last_step + 1)
        if step <= present + TOLERANCE:
            sign_in.last_step = step
            return code_of(sign_in.totp_secret, step)
        await asyncio.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)
