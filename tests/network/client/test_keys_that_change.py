"""Keys and members change while people write: nothing is lost, doubled or unreadable, and nobody waits or is asked.

Run with `-s` the cases are printed as a table: tries, lost, doubled, unreadable, and how many seconds it took from the
change (or the first message after it) until everybody had read everything.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from messaging.protocol import epochs
from messaging.protocol.epochs import Sealed
from network.client import Problem, own_keys
from tests.network.client.stage import (
    Stage,
    moved,
    on_new_device,
    read,
    send_half,
)

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_reading_key_that_is_old_is_renewed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await stage.begin("Age")
    emil = stage["Emil"]
    since = time.perf_counter()
    monkeypatch.setattr(own_keys, "RENEWED_AFTER", -1)
    await emil.own_keys.renew_where_due()
    assert emil.state.accounts[emil.account].generation == 2
    await stage["Wada"].conversations.send(conversation, "After the renewal.")
    await stage.judge(
        "reading key by age", conversation, ["Hello.", "After the renewal."], stage.all(), since
    )


async def test_a_reading_key_is_renewed_with_the_revocation_of_a_device(stage: Stage) -> None:
    conversation = await stage.begin("Revocation")
    emil, lost = stage["Emil"], await on_new_device(stage.network, "Emil")
    await stage.seen([lost], conversation, ["Hello."])
    since = time.perf_counter()
    await emil.register.catch_up()
    await emil.own_keys.revoke_device(lost.memory.keys.device)
    await stage["Wada"].conversations.send(conversation, "Not for the lost device.")
    await stage.judge(
        "reading key by revocation", conversation, ["Hello.", "Not for the lost device."], stage.all(), since
    )
    with pytest.raises(Problem):
        await lost.conversations.sync()
    assert "Not for the lost device." not in read(lost, conversation)
    await lost.close()


async def test_a_new_recovery_code_opens_a_new_device(stage: Stage) -> None:
    conversation = await stage.begin("Recovery code")
    esra = stage["Esra"]
    await esra.register.catch_up()
    stage.network.people["Esra"].sheet = await esra.own_keys.replace_recovery_code()
    since = time.perf_counter()
    fresh = await on_new_device(stage.network, "Esra")
    stage.second["Esra"] = fresh
    await stage["Wim"].conversations.send(conversation, "Under the new code.")
    await stage.judge(
        "new recovery code, on a new device",
        conversation,
        ["Hello.", "Under the new code."],
        stage.all(),
        since,
    )


async def test_two_devices_that_rotate_at_once_end_with_one_generation(stage: Stage) -> None:
    conversation = await stage.begin("Rotation")
    esra, second = stage["Esra"], stage.second["Esra"]
    before = esra.state.accounts[esra.account].generation
    since = time.perf_counter()
    await asyncio.gather(esra.own_keys.renew(), second.own_keys.renew())
    await asyncio.gather(esra.register.catch_up(), second.register.catch_up())
    assert {one.state.accounts[esra.account].generation for one in (esra, second)} == {before + 1}
    assert esra.memory.keys.reading_seeds == second.memory.keys.reading_seeds
    await stage["Wim"].conversations.send(conversation, "For both.")
    await stage.judge("two devices rotate at once", conversation, ["Hello.", "For both."], stage.all(), since)


async def test_ten_clients_race_for_one_epoch(stage: Stage) -> None:
    network = stage.network
    for name in ("Eda", "Emil", "Wim", "Wada"):
        stage.second[name] = await on_new_device(network, name)
    conversation = await stage.begin("Race")
    clients = stage.all()
    assert len(clients) == 10
    before = max(clients[0].conversations[conversation].conversation.epochs)
    lost = await on_new_device(network, "Emil")
    await lost.close()
    await stage["Emil"].own_keys.revoke_device(lost.memory.keys.device)  # now an epoch is due
    texts = [f"Racing {number}." for number in range(len(clients))]
    since = time.perf_counter()
    await asyncio.gather(
        *(client.conversations.send(conversation, text) for client, text in zip(clients, texts, strict=True))
    )
    await stage.judge("ten clients race for one epoch", conversation, ["Hello.", *texts], clients, since)
    assert max(clients[0].conversations[conversation].conversation.epochs) == before + 1


async def test_an_epoch_whose_author_vanishes_in_mid_upload_is_made_by_the_next(stage: Stage) -> None:
    conversation = await stage.begin("Half an epoch")
    wim, emil = stage["Wim"], stage["Emil"]
    lost = await on_new_device(stage.network, "Emil")
    await lost.close()
    await emil.own_keys.revoke_device(lost.memory.keys.device)
    post = wim.http.post

    async def half(path: str, body: object | None = None) -> Any:
        if not path.endswith("/items"):
            return await post(path, body)
        await send_half(wim, path, body)
        raise ConnectionError("the computer was switched off")

    wim.http.post = half  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await wim.conversations.send(conversation, "Perhaps.")
    wim.http.post = post  # type: ignore[method-assign]
    since = time.perf_counter()
    await stage["Wada"].conversations.send(conversation, "Made by another.")
    await wim.conversations.send(conversation, "Perhaps.")
    await stage.judge(
        "author vanished in mid-upload of an epoch",
        conversation,
        ["Hello.", "Made by another.", "Perhaps."],
        stage.all(),
        since,
    )


async def test_a_bad_box_is_put_right_by_a_late_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await stage.begin("A bad box")
    wim, emil = stage["Wim"], stage["Emil"]
    lost = await on_new_device(stage.network, "Emil")
    await lost.close()
    await emil.own_keys.revoke_device(lost.memory.keys.device)
    seal_key = epochs.seal_key

    def seal_badly(key: bytes, **more: Any) -> Sealed:
        sealed = seal_key(key, **more)
        bad = os.urandom(1168)
        rows = epochs.parse_table(sealed.table)
        rows[emil.account] = replace(rows[emil.account], box=sha256(bad).hexdigest())
        return Sealed(epochs.make_table(rows.values()), {**sealed.boxes, emil.account: bad})

    monkeypatch.setattr(epochs, "seal_key", seal_badly)
    since = time.perf_counter()
    await wim.conversations.send(conversation, "Sealed badly for one.")
    monkeypatch.undo()
    await stage.judge(
        "a bad box put right by a late box",
        conversation,
        ["Hello.", "Sealed badly for one."],
        stage.all(),
        since,
    )
    for device in stage.all("Emil"):
        alarms = device.conversations[conversation].alarms
        assert ("bad_box", wim.account) in {(alarm.code, alarm.account) for alarm in alarms}


async def test_whose_device_was_revoked_while_away_reads_all_of_it_on_a_new_one(stage: Stage) -> None:
    conversation = await stage.begin("A month away")
    eda, emil = stage["Eda"], stage["Emil"]
    await stage.without_second("Emil")
    await emil.socket.stop()
    texts = ["Hello."]
    for number in range(3):
        texts.append(f"Week {number}.")
        await stage["Wada"].conversations.send(conversation, texts[-1])
    for device in eda.state.accounts[emil.account].active_devices():
        await eda.membership.revoke_device_of(emil.account, device)
    texts.append("Nobody could box this to Emil.")
    await stage["Wada"].conversations.send(conversation, texts[-1])
    since = time.perf_counter()
    await moved(stage.network, "Emil", await on_new_device(stage.network, "Emil"))
    await stage.judge(
        "device revoked while its owner was away (missing box)", conversation, texts, stage.all(), since
    )


async def test_the_register_and_an_epoch_are_taken_in_either_order(stage: Stage) -> None:
    conversation = await stage.begin("Either order")
    first, second = stage.second["Wim"], stage.second["Wada"]
    await first.socket.stop()
    await second.socket.stop()
    size = first.register.replay.size
    await stage["Esra"].own_keys.renew()
    lost = await on_new_device(stage.network, "Emil")
    await lost.close()
    await stage["Emil"].own_keys.revoke_device(lost.memory.keys.device)
    await stage["Eda"].conversations.send(conversation, "Under a new epoch.")
    assert first.register.replay.size == size
    since = time.perf_counter()
    await first.register.catch_up()
    await first.conversations.sync()
    await second.conversations.sync()  # learns of the Register from the epoch
    assert second.register.replay.size > size
    await stage.judge(
        "Register and epoch seen in either order",
        conversation,
        ["Hello.", "Under a new epoch."],
        stage.all(),
        since,
    )
    await first.socket.start()
    await second.socket.start()


async def test_a_member_is_removed_while_ten_write_and_is_appointed_again(stage: Stage) -> None:
    conversation = await stage.begin("Removal")
    network, eda = stage.network, stage["Eda"]
    gone = stage.all("Esra")
    stage.second.pop("Esra", None)
    staying = stage.all("Eda", "Emil", "Wim", "Wada")
    writers = (staying * 3)[:10]
    texts = [f"While she goes {number}." for number in range(10)]
    since = time.perf_counter()

    async def remove() -> None:
        await eda.membership.remove(gone[0].account)

    await together(
        remove(),
        *(client.conversations.send(conversation, text) for client, text in zip(writers, texts, strict=True)),
    )
    await eda.conversations.send(conversation, "Without her.")
    await stage.judge(
        "member removed while ten write", conversation, ["Hello.", *texts, "Without her."], staying, since
    )
    for client in gone:
        with pytest.raises(Problem):
            await client.conversations.sync()
        assert "Without her." not in read(client, conversation)
        await client.close()

    await network.appoint("Eda", "Esra")
    esra = network["Esra"]
    assert esra.account != gone[0].account
    await esra.conversations.sync()
    await esra.socket.start()
    since = time.perf_counter()
    await stage["Wada"].conversations.send(conversation, "With her again.")
    await stage.seen([esra], conversation, ["With her again."])
    assert read(esra, conversation) == ["With her again."]
    await eda.conversations.hand_over(conversation, esra.account)
    everything = ["Hello.", *texts, "Without her.", "With her again."]
    await stage.judge(
        "removed, appointed again, handed over", conversation, everything, [*staying, esra], since
    )


async def together(*jobs: Awaitable[object]) -> None:
    await asyncio.gather(*jobs)
