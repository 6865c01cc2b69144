"""What somebody has begun is on each of their devices, survives new keys, and is lost to no race."""

from __future__ import annotations

import pytest

from members.protocol.encoding import unb64
from messaging.protocol import drafts
from network.client import Client, Memory, Problem
from tests.network.client.network import Network
from tests.network.client.test_conversations import begun

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def second_device(network: Network, name: str) -> Client:
    fresh = Client(network.address, Memory(sign_in=network[name].memory.sign_in))
    sheet = network.people[name].sheet
    await fresh.start_on_new_device(sheet.code, sheet.network)
    return fresh


async def test_drafts_are_on_every_device_and_two_that_write_at_once_lose_nothing(network: Network) -> None:
    conversation = await begun(network, "Drafts")
    ben = network["Ben"]
    begun_new = {"authorities": [network.authorities["South"]], "subject": "A case", "text": "Dear"}
    await ben.drafts.write(conversation, {"text": "half"})
    await ben.drafts.write(drafts.NEW, begun_new)
    other = await second_device(network, "Ben")
    assert {slot: kept.value for slot, kept in (await other.drafts.read()).items()} == {
        conversation: {"text": "half"},
        drafts.NEW: begun_new,
    }

    assert await other.drafts.write(conversation, {"text": "half a sentence"}) == {"text": "half a sentence"}
    both = await ben.drafts.write(conversation, {"text": "half of it"})
    assert both == {"text": "half a sentence\n\nhalf of it"}
    await other.drafts.read()
    await other.drafts.write(conversation, {"text": both["text"] + "."})
    with pytest.raises(Problem) as late:
        await ben.drafts.delete(conversation)
    assert late.value.code == "draft_changed"
    assert (await ben.drafts.read())[conversation].value == {"text": both["text"] + "."}

    await ben.drafts.delete(conversation)
    assert await other.drafts.write(conversation, {"text": "again"}) == {"text": "again"}
    await other.close()


async def test_drafts_of_an_earlier_generation_are_sealed_anew(network: Network) -> None:
    ben = network["Ben"]
    await ben.register.catch_up()
    await ben.drafts.write(drafts.NEW, {"authorities": [], "subject": "", "text": "kept"})
    before = ben.register.account(ben.account).generation
    await ben.own_keys.renew()
    (row,) = [each for each in (await ben.http.get("/api/drafts"))["drafts"] if each["slot"] == drafts.NEW]
    assert row["generation"] == before
    assert drafts.NEW in await ben.drafts.reseal()
    (row,) = [each for each in (await ben.http.get("/api/drafts"))["drafts"] if each["slot"] == drafts.NEW]
    assert row["generation"] == before + 1
    opened = drafts.open_draft(
        ben.memory.keys.reading_seeds[before + 1],
        network=ben.register.network,
        account=ben.account,
        slot=drafts.NEW,
        sealed=unb64(row["sealed"]),
    )
    assert opened["text"] == "kept"
    assert await ben.drafts.reseal() == []


async def test_the_server_holds_no_word_of_a_draft(network: Network) -> None:
    cleo = network["Cleo"]
    await cleo.drafts.write(drafts.NEW, {"authorities": [], "subject": "heron", "text": "heron 7431"})
    answer = await cleo.http.get("/api/drafts")
    assert [b"heron" in unb64(each["sealed"]) for each in answer["drafts"]] == [False]
    assert len(unb64(answer["drafts"][0]["sealed"])) == 12 + 256 + 16
