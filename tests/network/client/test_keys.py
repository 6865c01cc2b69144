"""Devices are lost and found, codes are replaced: nothing becomes unreadable to somebody who was a member."""

from __future__ import annotations

from pathlib import Path

import pytest

from members.protocol import bookmark, recovery
from members.protocol.encoding import b64
from network.client import Client, Memory, Problem
from network.client.own_keys import CodeUnknown
from tests.network.client.network import Network, Person, everything
from tests.network.client.stage import elsewhere
from tests.network.client.test_conversations import begun, synced

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_new_device_reads_everything_with_the_recovery_code(network: Network) -> None:
    conversation = await begun(network, "For a new device")
    (tam,) = await synced(network, "Tam")
    await tam.register.keep_bookmark()
    sheet = network.people["Tam"].sheet
    fresh = elsewhere(network["Tam"])
    await fresh.start_on_new_device(sheet.code, sheet.network)
    assert everything(fresh, conversation) == ["Hello."]
    assert fresh.register.replay.history.first > 0, "it went on from the bookmark"
    assert fresh.memory.keys.device != tam.memory.keys.device
    await fresh.conversations.send(conversation, "From the new device.")
    await tam.conversations.sync()
    assert everything(tam, conversation)[-1] == "From the new device."
    await fresh.close()


async def test_a_replaced_recovery_code_opens_nothing_and_says_which_one_would(network: Network) -> None:
    sol = network["Sol"]
    old = network.people["Sol"].sheet
    await sol.register.catch_up()
    new = await sol.own_keys.replace_recovery_code()
    assert new.serial == 2
    network.people["Sol"].sheet = new
    fresh = elsewhere(network["Sol"])
    with pytest.raises(CodeUnknown) as unknown:
        await fresh.start_on_new_device(old.code, old.network)
    assert unknown.value.serial == 2
    assert sol.memory.keys.bookmark_key_to_give is None, "the same bookmark key, sealed under the new code"
    await sol.register.keep_bookmark()
    await fresh.own_keys.open_with_code(new.code, new.network)
    assert fresh.memory.keys.bookmark_key == sol.memory.keys.bookmark_key
    assert fresh.register.replay.history.first > 0, "it went on from the bookmark"
    assert fresh.memory.keys.identity_key == sol.memory.keys.identity_key
    await fresh.close()


async def test_a_bookmark_that_the_code_does_not_open_is_ignored_and_made_anew(network: Network) -> None:
    (tam,) = await synced(network, "Tam")
    sheet = network.people["Tam"].sheet
    await tam.register.keep_bookmark()
    whose = {"network": sheet.network, "account": tam.account}
    forged = bookmark.seal_key(bookmark.new_key(), secret=recovery.new_secret(), **whose)
    await tam.http.put("/api/bookmark/key", {"serial": 1, "sealed": b64(forged)})
    fresh = elsewhere(network["Tam"])
    await fresh.start_on_new_device(sheet.code, sheet.network)
    assert fresh.register.replay.history.first == 0, "it replayed from the first entry"
    again = elsewhere(network["Tam"])
    await again.start_on_new_device(sheet.code, sheet.network)
    assert again.register.replay.history.first > 0, "it went on from the new bookmark"
    assert again.memory.keys.bookmark_key == fresh.memory.keys.bookmark_key
    await fresh.close()
    await again.close()


async def test_whose_device_is_revoked_catches_up_by_late_boxes(network: Network) -> None:
    conversation = await begun(network, "While Ben has no device")
    ana, ben, sol = await synced(network, "Ana", "Ben", "Sol")
    before = ana.state.accounts[ben.account].generation
    await ana.membership.revoke_device_of(ben.account, ben.memory.keys.device)
    await sol.conversations.send(conversation, "Ben cannot read this yet.")
    with pytest.raises(Problem):
        await ben.conversations.sync()
    await ben.close()
    sheet = network.people["Ben"].sheet
    fresh = elsewhere(network["Ben"])
    await fresh.start_on_new_device(sheet.code, sheet.network)
    fresh.memory.sign_in = ben.memory.sign_in  # with the authenticator again
    network.people["Ben"] = Person(fresh, sheet)
    talk = fresh.conversations[conversation]
    assert [said.why_not for said in talk.messages()] == [None, None, "no_key"]
    assert fresh.state.accounts[fresh.account].generation == before + 1
    await ana.conversations.sync()
    assert await ana.conversations.hand_over(conversation) == 1
    await fresh.conversations.sync()
    assert everything(fresh, conversation) == ["Hello.", "Ben cannot read this yet."]


async def test_a_device_revoked_by_oneself_brings_the_next_generation(network: Network) -> None:
    conversation = await begun(network, "Cleo loses her laptop")
    (cleo,) = await synced(network, "Cleo")
    sheet = network.people["Cleo"].sheet
    fresh = elsewhere(network["Cleo"])
    await fresh.start_on_new_device(sheet.code, sheet.network)
    await fresh.own_keys.revoke_device(cleo.memory.keys.device)
    fresh.memory.sign_in = cleo.memory.sign_in  # with the authenticator again
    network.people["Cleo"] = Person(fresh, sheet)
    account = fresh.state.accounts[fresh.account]
    assert (account.generation, account.tainted) == (2, False)
    with pytest.raises(Problem):
        await cleo.conversations.sync()
    await cleo.close()
    await network["Ana"].conversations.send(conversation, "In a new epoch.")
    await fresh.conversations.sync()
    assert everything(fresh, conversation) == ["Hello.", "In a new epoch."]
    assert fresh.conversations[conversation].conversation.epochs[2].members[fresh.account].generation == 2


async def test_a_generation_made_elsewhere_opens_on_every_device(network: Network) -> None:
    conversation = await begun(network, "Two devices of Tam")
    (tam,) = await synced(network, "Tam")
    await tam.register.catch_up()
    sheet = network.people["Tam"].sheet
    fresh = elsewhere(network["Tam"])
    await fresh.start_on_new_device(sheet.code, sheet.network)
    await fresh.own_keys.renew()
    await network["Ana"].conversations.send(conversation, "Under either generation.")
    await tam.register.catch_up()
    await tam.own_keys.read_new_generations()
    assert tam.memory.keys.generation == fresh.memory.keys.generation
    await tam.conversations.sync()
    assert everything(tam, conversation)[-1] == "Under either generation."
    await fresh.close()


async def test_what_a_client_remembers_lasts_in_a_file(network: Network, tmp_path: Path) -> None:
    conversation = await begun(network, "Tomorrow")
    (ana,) = await synced(network, "Ana")
    file = tmp_path / "ana.json"
    ana.memory.save(file)
    assert file.stat().st_mode & 0o777 == 0o600
    again = Client(network.address, Memory.load(file))
    again.memory.sign_in = ana.memory.sign_in
    await again.start()
    assert everything(again, conversation) == ["Hello."]
    assert await again.conversations.send(conversation, "Good morning.") > 0
    # the device is of one session at a time: she goes on with this client
    await ana.close()
    network.people["Ana"] = Person(again, network.people["Ana"].sheet)
