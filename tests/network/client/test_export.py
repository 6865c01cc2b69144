"""What a portal exports is what its clients have verified."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.network.client.network import Network
from tests.servers import Server, start

pytestmark = pytest.mark.asyncio(loop_scope="package")


def said(words: list[str], server: Server, data: Path) -> tuple[int, str]:
    process: subprocess.Popen[str] = start(["-m", "network", *words], port=server.port, data=data)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


async def test_the_register_of_a_portal_is_exported_and_verified(
    network: Network, portal: tuple[Server, Path], tmp_path: Path
) -> None:
    server, data = portal
    ana = network["Ana"]
    await ana.register.catch_up()
    code, output = said(["register", "export", str(tmp_path)], server, data)
    assert code == 0, output
    words = ["register", "verify", str(tmp_path), "--network", ana.register.network]
    code, output = said(words, server, data)
    assert code == 0, output
    size, root = ana.register.checkpoint
    assert f"{size} entries verified. Network {ana.register.network}, root {root}." in output
