"""What can go wrong for a person, each with a code that the interface translates and one English sentence."""

from __future__ import annotations


class Problem(Exception):
    """Ends a request with a stable code; network/api.py makes RFC 9457 problem details of it, once for all.

    `extra` holds further members of the answer, such as `retry_after` in seconds. Only JSON values.
    """

    def __init__(self, code: str, status: int, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.extra = extra


class NotFound(Problem):
    """What is absent and what is forbidden answer alike, so that nobody learns what exists."""

    def __init__(self) -> None:
        super().__init__("not_found", 404, "There is nothing here that you may see.")


class NotSignedIn(Problem):
    def __init__(self) -> None:
        super().__init__("not_signed_in", 401, "Sign in first.")


class SecondFactorNeeded(Problem):
    def __init__(self) -> None:
        super().__init__("second_factor_needed", 401, "The password was right; the second factor is missing.")


class PasskeyNeeded(Problem):
    """The network lets its officers act only where they have touched a passkey."""

    def __init__(self) -> None:
        super().__init__("passkey_needed", 403, "Officers of this network confirm with a passkey first.")


class DeviceNeeded(Problem):
    def __init__(self) -> None:
        super().__init__(
            "device_needed", 403, "This browser has not proved that it holds an active device key."
        )


class ConfirmAgain(Problem):
    def __init__(self) -> None:
        super().__init__("confirm_again", 403, "Give a code of your second factor again for this act.")


class SlowDown(Problem):
    """Too much from one side: `retry_after` says how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        detail = f"Too many attempts; wait {retry_after} seconds."
        super().__init__("slow_down", 429, detail, retry_after=retry_after)


class Restoring(Problem):
    """The database is an older copy: nothing is written until what it lacks has been handed back."""

    def __init__(self) -> None:
        detail = "The portal is being restored from a copy and takes nothing new for now."
        super().__init__("restoring", 503, detail, retry_after=30)


class CharterNotAccepted(Problem):
    """The authority may only read until its lead has accepted the charter that is in force."""

    def __init__(self) -> None:
        detail = "Your authority can only read until its lead has accepted the charter that is in force."
        super().__init__("charter_not_accepted", 403, detail)


class Refused(Problem):
    """What was sent cannot be accepted as it is; the code says why."""

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(code, 422, detail, **extra)
