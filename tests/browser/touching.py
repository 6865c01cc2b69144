"""An authenticator at a browser: Chromium's own virtual one, which is touched as soon as it is asked, if at all."""

from __future__ import annotations

from typing import Any

from tests.browser.person import Person


class Authenticator:
    """Stands by one tab, and goes with it; what is kept in it outlives what the browser keeps."""

    def __init__(self, person: Person, *, prf: bool = True, verifies: bool = True) -> None:
        """`prf`: it can derive secrets. `verifies`: it asks for a PIN or a finger."""
        self._line = person.context.new_cdp_session(person.page)
        self._line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": verifies,
            "isUserVerified": verifies,
            "hasPrf": prf,
            "automaticPresenceSimulation": True,
        }
        made = self._line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id: str = made["authenticatorId"]

    def is_refused(self) -> None:
        """From now on whoever holds it does not prove who they are."""
        self._line.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": False})

    def is_taken_away(self) -> None:
        self._line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})

    def credentials(self) -> list[dict[str, Any]]:
        """What it keeps."""
        answer = self._line.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        kept: list[dict[str, Any]] = answer["credentials"]
        return kept
