"""People talk through a real portal: everybody who may reads everything, and nobody else reads anything."""

from __future__ import annotations

import asyncio

import pytest

from network.client import Client, Problem
from network.client.membership import ProofFailed
from tests.network.client.network import Network, everything

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def begun(network: Network, subject: str, text: str = "Hello.") -> str:
    """A conversation between North and South that Ana begins."""
    authorities = network.authorities
    return await network["Ana"].conversations.create(
        authorities.values(), [authorities["North"]], subject=subject, text=text
    )


async def synced(network: Network, *names: str) -> list[Client]:
    for name in names:
        await network[name].conversations.sync()
    return [network[name] for name in names]


async def until(condition: object) -> None:
    """Wait until a condition holds; a minute at most."""
    async with asyncio.timeout(60):
        while not condition():  # type: ignore[operator] # a function
            await asyncio.sleep(0.02)


async def test_everybody_reads_the_first_message(network: Network) -> None:
    conversation = await begun(network, "Preservation of records")
    for client in await synced(network, "Ana", "Ben", "Cleo", "Sol", "Tam"):
        assert client.conversations[conversation].subject == "Preservation of records"
        assert everything(client, conversation) == ["Hello."]
        assert client.conversations[conversation].alarms == []


async def test_officers_have_no_conversations(network: Network) -> None:
    await begun(network, "Not for officers")
    officer = network["officer 1"]
    await officer.conversations.sync()
    assert officer.conversations.talks == {}


async def test_messages_arrive_by_socket_and_gaps_close_after_a_loss(network: Network) -> None:
    conversation = await begun(network, "Sockets")
    ana, sol, tam = await synced(network, "Ana", "Sol", "Tam")
    try:
        for client in (ana, sol, tam):
            await client.socket.start()
        await ana.socket.send(conversation, "one")
        await sol.socket.send(conversation, "two")
        await until(lambda: everything(tam, conversation) == ["Hello.", "one", "two"])
        await tam.socket.drop()
        for words in ("three", "four", "five"):
            await sol.socket.send(conversation, words)
        await until(lambda: everything(tam, conversation)[-1] == "five")
        await until(lambda: everything(ana, conversation)[-1] == "five")
        assert everything(tam, conversation) == everything(ana, conversation) == everything(sol, conversation)
        assert tam.socket.welcomes == 2
    finally:
        for client in (ana, sol, tam):
            await client.socket.stop()


async def test_the_others_are_told_what_was_received_and_what_was_read(network: Network) -> None:
    conversation = await begun(network, "Marks")
    ana, sol, ben = await synced(network, "Ana", "Sol", "Ben")
    try:
        for client in (ana, sol):
            await client.socket.start()
        sequence = await ana.socket.send(conversation, "one")
        marks, others = ana.socket.marks, (sol.memory.keys.account, ben.memory.keys.account)
        await until(lambda: marks.received[conversation].get(others[0]) == sequence)
        assert others[0] not in marks.read[conversation]
        await ben.socket.start()
        await until(lambda: marks.received[conversation].get(others[1]) == sequence)
        await sol.socket.drop()
        await until(sol.socket.welcomed.is_set)
        await sol.socket.read(conversation, sequence)
        await until(lambda: marks.read[conversation].get(others[0]) == sequence)
        await ben.socket.marks.fetch()
        assert ben.socket.marks.read[conversation] == {others[0]: sequence}
    finally:
        for client in (ana, sol, ben):
            await client.socket.stop()


async def test_many_speak_at_once_and_all_agree(network: Network) -> None:
    conversation = await begun(network, "All at once")
    everybody = await synced(network, "Ana", "Ben", "Cleo", "Sol", "Tam")
    try:
        for client in everybody:
            await client.socket.start()
        await asyncio.gather(
            *(
                client.socket.send(conversation, f"{n} {m}")
                for n, client in enumerate(everybody)
                for m in range(4)
            )
        )
        await until(lambda: all(len(everything(each, conversation)) == 21 for each in everybody))
        heads = {each.conversations[conversation].conversation.head for each in everybody}
        assert len(heads) == 1
    finally:
        for client in everybody:
            await client.socket.stop()


async def test_who_joins_reads_from_then_on_and_what_is_handed_over(network: Network) -> None:
    conversation = await begun(network, "Before Uma")
    await network.appoint("Sol", "Uma")
    uma, ana = network["Uma"], network["Ana"]
    await uma.conversations.sync()
    assert conversation not in uma.conversations.talks
    await ana.conversations.send(conversation, "Welcome, Uma.")
    await uma.conversations.sync()
    assert everything(uma, conversation) == ["Welcome, Uma."]
    assert (await uma.conversations.send(conversation, "Thank you.")) > 0
    await ana.conversations.sync()
    await ana.conversations.give(ana.conversations[conversation], uma.account, [1])
    await uma.conversations.sync()
    assert everything(uma, conversation) == ["Hello.", "Welcome, Uma.", "Thank you."]
    assert uma.conversations[conversation].subject == "Before Uma"


async def test_the_next_sender_makes_the_epoch_and_who_left_reads_no_more(network: Network) -> None:
    await network.appoint("Sol", "Vera")
    conversation = await begun(network, "Without Vera")
    vera, ana, sol, ben = await synced(network, "Vera", "Ana", "Sol", "Ben")
    assert everything(vera, conversation) == ["Hello."]
    await sol.membership.remove(vera.account)
    await asyncio.gather(
        ana.conversations.send(conversation, "from Ana"),
        sol.conversations.send(conversation, "from Sol"),
        ben.conversations.send(conversation, "from Ben"),
    )
    await synced(network, "Ana", "Sol", "Ben")
    for client in (ana, sol, ben):
        talk = client.conversations[conversation]
        assert sorted(everything(client, conversation)) == ["Hello.", "from Ana", "from Ben", "from Sol"]
        assert len(talk.conversation.epochs) == 2
        assert vera.account not in talk.conversation.epochs[2].members
        assert talk.alarms == []
    with pytest.raises(Problem) as refused:
        await vera.conversations.sync()
    assert refused.value.status in (401, 403)


async def test_officers_sign_only_what_was_compared(network: Network) -> None:
    first, second = network["officer 1"], network["officer 2"]
    made = await first.membership.invite(
        "officer", email="otto@example.org", name="Otto", function="Secretariat"
    )
    otto, _ = await network.enrol(made.link)
    (waiting,) = [each for each in await first.membership.waiting() if each["id"] == made.id]
    await first.membership.propose_officer(waiting)
    (proposal,) = await second.membership.proposals()
    with pytest.raises(ProofFailed):
        await second.membership.sign_proposal(proposal, compared=("00000",) * 6)
    await second.membership.sign_proposal(proposal, compared=second.membership.code_to_compare(proposal))
    await otto.arrive()
    assert otto.state.accounts[otto.account].role == "officer"
    await otto.close()
