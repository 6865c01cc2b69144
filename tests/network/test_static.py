"""The built files are served compressed, for ever, and with the headers that workers obey."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest

from network.environment import Origin
from network.static import with_static_files

SCRIPT = b"export const words = 'Entente '.repeat(2);" * 50


async def beyond(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the portal behind the files."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"beyond"})


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (assets / "index-4xZsPoTV.js").write_bytes(SCRIPT)
    (assets / "index-4xZsPoTV.js.br").write_bytes(brotli.compress(SCRIPT))
    (assets / "index-4xZsPoTV.js.gz").write_bytes(gzip.compress(SCRIPT))
    application = with_static_files(beyond, tmp_path, Origin.parse("https://portal.example.org"))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="https://portal.example.org") as client:
        yield client


@pytest.mark.parametrize(("accepted", "sent"), [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None)])
async def test_a_browser_gets_the_smallest_form_it_reads(
    client: httpx.AsyncClient, accepted: str, sent: str | None
) -> None:
    response = await client.get("/assets/index-4xZsPoTV.js", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == sent
    assert response.content == SCRIPT
    assert response.headers["Content-Type"].startswith("text/javascript")


async def test_a_file_with_its_hash_in_its_name_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-4xZsPoTV.js")
    assert "immutable" in response.headers["Cache-Control"]
    plain = await client.get("/favicon.svg")
    assert "immutable" not in plain.headers["Cache-Control"]


async def test_a_file_carries_the_policy_that_a_worker_made_of_it_obeys(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-4xZsPoTV.js")
    assert "connect-src 'self' wss://portal.example.org" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "address", ["/", "/index.html", "/assets/absent.js", "/assets/../../secret_key", "/assets/"]
)
async def test_everything_else_is_for_the_portal(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 418


async def test_without_a_build_everything_is_for_the_portal(tmp_path: Path) -> None:
    application = with_static_files(beyond, tmp_path / "absent", Origin.parse("http://localhost:8000"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application), base_url="http://localhost"
    ) as client:
        assert (await client.get("/assets/index-4xZsPoTV.js")).status_code == 418
