"""Somebody who applies to join, over HTTP, with the link that was mailed to them; the form itself has other tests."""

from __future__ import annotations

import email
import hashlib
import json
import re
import time
from email.policy import default
from pathlib import Path
from typing import Any, Self

import httpx

from tests.applications import PDF, whole_form
from tests.browser.person import PATIENCE_SECONDS

LINK = re.compile(r"/apply#([\w-]+)")


class Applicant:
    """One application and the session that its link opened."""

    def __init__(self, address: str, mails: Path, mail: str, language: str = "en") -> None:
        self._mails = mails
        self.mail = mail
        self._http = httpx.Client(base_url=address, headers={"Origin": address}, timeout=PATIENCE_SECONDS)
        self._token = self._http.get("/api/session").json()["csrf_token"]
        self._send("POST", "/api/applications", {"email": mail, "language": language})
        self.application = self._send("POST", "/api/applications/open", {"token": self._mailed()})

    def close(self) -> None:
        self._http.close()

    def _send(self, method: str, path: str, body: object) -> Any:
        if isinstance(body, bytes):
            kind, content = "application/octet-stream", body
        else:
            kind, content = "application/json", json.dumps(body).encode()
        headers = {"X-CSRFToken": self._token, "Content-Type": kind}
        answer = self._http.request(method, path, headers=headers, content=content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def _mailed(self) -> str:
        """The token of the newest link in a mail to this address."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for kept in sorted(self._mails.glob("*"), reverse=True):
                message = email.message_from_bytes(kept.read_bytes(), policy=default)
                if self.mail not in str(message["To"]):
                    continue
                found = LINK.search(message.get_content())
                if found is not None:
                    return found[1]
            time.sleep(0.05)
        raise AssertionError(f"no link was mailed to {self.mail}")

    @property
    def id(self) -> str:
        return str(self.application["id"])

    def read(self) -> dict[str, Any]:
        """What the applicant sees of it now."""
        self.application = self._http.get("/api/application").raise_for_status().json()
        return dict(self.application)

    def fill(self, **changed: Any) -> Self:
        """Everything is answered; `changed` in other words."""
        form = whole_form(**changed)
        self._send("PUT", "/api/application/form", {"form": form, "seen": self.read()["changed_at"]})
        return self

    def hand_in(self, purpose: str, name: str, data: bytes = PDF) -> Self:
        """A document, which is smaller than one part."""
        digest = hashlib.sha256(data + purpose.encode()).hexdigest()
        whole = data + purpose.encode()
        about = {"name": name, "purpose": purpose, "size": len(whole), "sha256": digest}
        begun = self._send("POST", "/api/application/documents", about)["id"]
        self._send("PUT", f"/api/application/documents/{begun}/parts/0", whole)
        self._send("POST", f"/api/application/documents/{begun}/complete", {})
        return self

    def submit(self) -> Self:
        self.application = self._send("POST", "/api/application/submit", {"seen": self.read()["changed_at"]})
        return self

    def accept_observer_status(self) -> Self:
        self.application = self._send("POST", "/api/application/observer", {"accept": True})
        return self
