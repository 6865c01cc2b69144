"""HTTP to one portal: cookies, the token against forged requests, and problems as exceptions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 60.0


class Problem(Exception):
    """What the server refused: `code` is stable, `extra` holds the further members of the problem document."""

    def __init__(self, status: int, code: str, detail: str, extra: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}: {detail} {extra or ''}".rstrip())
        self.status = status
        self.code = code
        self.detail = detail
        self.extra = extra

    @property
    def reason(self) -> str | None:
        """The reason of a rejected statement or a refused item."""
        reason = self.extra.get("reason")
        return reason if isinstance(reason, str) else None


class Http:
    """Requests to `/api/…` of one origin, in one session."""

    def __init__(self, origin: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.origin = origin.rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=self.origin,
            headers={"Origin": self.origin, "Referer": f"{self.origin}/", "User-Agent": "entente-client/1"},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
            follow_redirects=False,
        )
        self._token: str | None = None
        self.give_fresh_code: Callable[[], Awaitable[object]] | None = None
        """Gives the second factor once more, when an act asks for a fresh one."""

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    @property
    def socket_address(self) -> str:
        """Where the WebSocket of the same origin is."""
        parts = urlsplit(self.origin)
        return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws"

    @property
    def cookie_header(self) -> str:
        """The cookies of the session, for the WebSocket."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path."""
        return (await self._request("GET", path, params=query or None)).json()

    async def get_text(self, path: str) -> str:
        """The text at a path."""
        return (await self._request("GET", path)).text

    async def get_bytes(self, path: str) -> bytes:
        """The bytes at a path."""
        return (await self._request("GET", path)).content

    async def post(self, path: str, body: object | None = None) -> Any:
        """The JSON answer to a POST; None when there is none."""
        return await self._write("POST", path, body)

    async def put(self, path: str, body: object) -> Any:
        """The JSON answer to a PUT; None when there is none."""
        return await self._write("PUT", path, body)

    async def delete(self, path: str) -> Any:
        """The JSON answer to a DELETE; None when there is none."""
        return await self._write("DELETE", path, None)

    def remember_token(self, token: str) -> None:
        """The token that belongs to the present session."""
        self._token = token

    async def session(self) -> dict[str, Any]:
        """The session as the server sees it, with its token."""
        session: dict[str, Any] = await self.get("/api/session")
        self.remember_token(session["csrf_token"])
        return session

    async def _write(self, method: str, path: str, body: object | None) -> Any:
        if self._token is None:
            await self.session()
        try:
            response = await self._send(method, path, body)
        except Problem as problem:
            if problem.code == "csrf":
                await self.session()
            elif problem.code == "confirm_again" and self.give_fresh_code:
                await self.give_fresh_code()
            else:
                raise
            response = await self._send(method, path, body)
        return response.json() if response.content else None

    async def _send(self, method: str, path: str, body: object | None) -> httpx.Response:
        return await self._request(method, path, json=body, headers={"X-CSRFToken": self._token or ""})

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            response = await self._client.request(method, path, **more)
        except httpx.TransportError:
            if method != "GET":
                raise  # nobody knows whether it was done
            # a connection that was kept may have ended since: reading again changes nothing
            response = await self._client.request(method, path, **more)
        if response.is_success:
            return response
        raise _problem_of(response)


def _problem_of(response: httpx.Response) -> Problem:
    try:
        document = response.json()
        code, detail = str(document.pop("code")), str(document.pop("detail", ""))
    except (ValueError, KeyError, AttributeError):
        return Problem(response.status_code, "unexpected", response.text[:500], {})
    extra = {
        key: value for key, value in document.items() if key not in ("type", "title", "status", "instance")
    }
    return Problem(response.status_code, code, detail, extra)
