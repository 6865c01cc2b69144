"""What a portal exports is what its clients have verified."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from members.protocol.encoding import unb64
from messaging.protocol import items
from messaging.protocol.conversation import Conversation
from network.client.export import export_conversation
from tests.network.client.network import Network
from tests.network.client.test_conversations import begun, synced
from tests.servers import Server, start

pytestmark = pytest.mark.asyncio(loop_scope="package")


def said(words: list[str], server: Server, data: Path) -> tuple[int, str]:
    process: subprocess.Popen[str] = start(["-m", "network", *words], port=server.port, data=data)
    output, _ = process.communicate(timeout=120)
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


async def test_a_conversation_is_exported_with_all_that_its_reader_needs(
    network: Network, tmp_path: Path
) -> None:
    conversation = await begun(network, "For the case file", "The first words.")
    (tam,) = await synced(network, "Tam")
    await tam.conversations.send(conversation, "The last words.")
    path = tmp_path / "conversation.json"
    assert await export_conversation(tam, conversation, path) == 5
    assert path.stat().st_mode & 0o777 == 0o600
    read = json.loads(path.read_text("utf-8"))
    follower = Conversation(read["network"], read["conversation"])
    tables = {each["number"]: unb64(each["members"]) for each in read["epochs"]}
    for each in read["items"]:
        item = items.parse(unb64(each["body"]), unb64(each["signature"]))
        outcome = follower.accept(item, tam.register.replay, table=tables.get(item.header.get("number", 0)))
        assert outcome.refusal is None
    assert follower.head == tam.conversations[conversation].conversation.head
    assert [len(each["boxes"]) for each in read["epochs"]] == [1]
