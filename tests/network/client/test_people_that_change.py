"""Members come and go, are given new keys or a new sign-in while people write; nothing is lost or unreadable."""

from __future__ import annotations

import time

import pytest

from members.protocol.encoding import b64
from network.client import Client, Memory, Problem
from tests.network.client.network import PASSWORD, Person
from tests.network.client.stage import (
    Stage,
    elsewhere,
    moved,
    officers_act,
    on_new_device,
    read,
)

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_an_authority_is_suspended_and_reinstated(stage: Stage) -> None:
    conversation = await stage.begin("Suspension")
    east, west = stage.all("Eda", "Emil", "Esra"), stage.all("Wim", "Wada")
    await officers_act(stage.network, "authority.suspended", stage.west)
    await stage["Eda"].conversations.send(conversation, "Among ourselves.")
    await stage.seen(east, conversation, ["Among ourselves."])
    with pytest.raises(Problem):
        await west[0].conversations.send(conversation, "Let me in.")
    await officers_act(stage.network, "authority.reinstated", stage.west)
    since = time.perf_counter()
    await stage["Eda"].conversations.send(conversation, "All of us.")
    await stage.judge(
        "authority suspended and reinstated",
        conversation,
        ["Hello.", "Among ourselves.", "All of us."],
        east,
        since,
    )
    await stage.seen(west, conversation, ["Hello.", "All of us."])
    for client in west:
        assert "Among ourselves." not in read(client, conversation)
    since = time.perf_counter()
    await stage["Eda"].conversations.hand_over(conversation, stage["Wim"].account)
    await stage["Eda"].conversations.hand_over(conversation, stage["Wada"].account)
    await stage.judge(
        "what was said meanwhile, handed over",
        conversation,
        ["Hello.", "Among ourselves.", "All of us."],
        stage.all(),
        since,
    )


async def test_officers_give_new_keys_to_a_lead_who_reads_all_of_it_once_confirmed(stage: Stage) -> None:
    conversation = await stage.begin("A lead without keys")
    network = stage.network
    former = stage.all("Wim")
    stage.second.pop("Wim", None)
    made = await network["officer 1"].rescue.give_new_keys(former[0].account)
    wim = elsewhere(former[0])
    sheet = await wim.make_new_keys(made.link)
    (waiting,) = await network["officer 1"].membership.waiting()
    await network["officer 1"].rescue.propose_new_keys(waiting)
    (proposal,) = await network["officer 2"].membership.proposals()
    key = wim.memory.keys.identity_key
    assert key is not None
    await network["officer 2"].membership.sign_proposal(
        proposal, compared=network["officer 2"].membership.code_to_compare(proposal)
    )
    await wim.arrive()
    known = wim.state.accounts[wim.account]
    assert (known.held, known.identity_hex, wim.account) == (True, key.hex(), former[0].account)
    for client in former:
        with pytest.raises(Problem):
            await client.conversations.sync()
        await client.close()
    await stage["Eda"].conversations.send(conversation, "While he is held.")
    network.people["Wim"] = Person(wim, sheet)
    since = time.perf_counter()
    await stage["Wada"].register.catch_up()
    await stage["Wada"].membership.confirm(wim.account)
    await wim.register.catch_up()
    await wim.conversations.sync()
    await wim.socket.start()
    await stage["Eda"].conversations.send(conversation, "With new keys.")
    await stage.seen([wim], conversation, ["With new keys."])
    assert "Hello." not in read(wim, conversation), "new keys open nothing old by themselves"
    await stage["Wada"].conversations.hand_over(conversation, wim.account)
    await stage.judge(
        "officers re-key a lead: confirmed, handed over",
        conversation,
        ["Hello.", "While he is held.", "With new keys."],
        stage.all(),
        since,
    )
    assert wim.conversations[conversation].alarms == [], "a box to lost keys is no bad box"


async def test_a_lead_gives_new_keys_to_somebody_who_lost_everything(stage: Stage) -> None:
    conversation = await stage.begin("A member without keys")
    network, eda, former = stage.network, stage["Eda"], stage["Emil"]
    made = await eda.rescue.give_new_keys(former.account)
    emil = elsewhere(former)
    sheet = await emil.make_new_keys(made.link)
    assert sheet.serial == 2
    (waiting,) = await eda.membership.waiting()
    await eda.rescue.sign_new_keys(waiting)
    await emil.arrive()
    await moved(network, "Emil", emil)
    network.people["Emil"].sheet = sheet
    await emil.conversations.sync()
    await emil.socket.start()
    since = time.perf_counter()
    await stage["Wada"].conversations.send(conversation, "To your new keys.")
    await eda.conversations.hand_over(conversation, emil.account)
    await stage.judge(
        "a lead re-keys a member: handed over",
        conversation,
        ["Hello.", "To your new keys."],
        stage.all(),
        since,
    )
    fresh = await on_new_device(network, "Emil")
    assert set(read(fresh, conversation)) == {"Hello.", "To your new keys."}, "the new sheet opens all of it"
    await fresh.close()


async def test_a_sign_in_reset_touches_no_key(stage: Stage) -> None:
    network, wada, lead = stage.network, stage["Wada"], stage["Wim"]
    conversation = await stage.begin("A forgotten password")
    await lead.register.catch_up()
    size = lead.register.replay.size
    reset = await lead.rescue.reset_sign_in(wada.account)
    assert reset.state == "open"
    again = Client(network.address, Memory.from_json(wada.memory.to_json()))  # the same browser
    shown = await again.enrolment.choose_new_sign_in(reset.link, f"{PASSWORD}, but another")
    assert shown["step"] == "password"
    with pytest.raises(Problem):
        await wada.conversations.sync()
    session = await again.http.session()
    assert session["account"]["sign_in_reset_at"] is not None
    await again.register.catch_up()
    await again.bind_device()
    await again.conversations.sync()
    await again.socket.start()
    await moved(network, "Wada", again)
    await stage.without_second("Wada")
    since = time.perf_counter()
    await stage["Eda"].conversations.send(conversation, "Nothing but the sign-in is new.")
    await stage.judge(
        "forgotten password, lost authenticator: sign-in reset",
        conversation,
        ["Hello.", "Nothing but the sign-in is new."],
        stage.all(),
        since,
    )
    assert again.register.replay.size == size
    await again.http.post("/api/account/sign-in-reset-seen")
    assert (await again.http.session())["account"]["sign_in_reset_at"] is None
    assert b64(again.memory.keys.device_seed) == b64(wada.memory.keys.device_seed)
