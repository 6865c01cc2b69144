"""Whatever happens to devices, people and lines: all members agree byte for byte, and nobody else reads anything.

A walk of random steps by real clients against a real server. `--steps 100000` walks for a long time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from network.client import Client, Problem
from network.client import conversations as writing
from network.client.enrolment import now
from tests.models.world import Member, Said, Story, World, ignoring_limits

STEPS_PER_WALK = 25
COMPARED_EVERY = 10
LONGEST_WORDS = 40

which = st.integers(min_value=0, max_value=10**6)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=LONGEST_WORDS)
orders = st.lists(st.integers(min_value=0, max_value=49), min_size=1, max_size=12)
clocks = st.sampled_from([-86_400_000, 0, 0, 86_400_000])


class Walk(RuleBasedStateMachine):
    """One conversation between North and South, from its beginning to the end of the walk."""

    world: ClassVar[World]
    story: Story

    @initialize()
    def begin(self) -> None:
        world = self.world
        for authority in sorted(world.suspended):
            world.run(world.change_standing(authority, "reinstated"))
        world.suspended.clear()
        for authority, least in (("North", 3), ("South", 2)):
            while len(world.active(authority)) < least:
                world.run(world.appoint(authority))
        author = world.lead("North")
        authorities = world.network.authorities
        identifier = world.run(
            author.client.conversations.create(
                authorities.values(), [authorities["North"]], subject="A walk", text="Hello."
            )
        )
        world.run(self._synced(*(device for one in world.readers() for device in one.devices)))
        sequence = author.client.conversations[identifier].conversation.sequence
        self.story = Story(identifier, [Said(sequence, "Hello.", self._accounts())])
        self._steps = 0

    # writing

    @rule(lines=st.lists(st.tuples(which, words), min_size=1, max_size=20))
    def write(self, lines: list[tuple[int, str]]) -> None:
        for who, text in lines:
            self._write(self._reader(who), text)

    @rule(who=which)
    def lose_the_line(self, who: int) -> None:
        client = self._reader(who).client
        self.world.acts["line lost"] += 1
        self.world.run(client.socket.drop())

    @rule(who=which, text=words, offset=clocks)
    def write_with_a_wrong_clock(self, who: int, text: str, offset: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            right = now()
            patch.setattr(writing, "now", lambda: right + offset)
            self._write(self._reader(who), text)

    @rule(texts=st.lists(words, min_size=2, max_size=5))
    def many_write_at_once(self, texts: list[str]) -> None:
        writers = [(self._reader(index), text) for index, text in enumerate(texts)]
        self.world.run(self._at_once(writers))

    @rule(who=which, text=words, times=st.integers(min_value=2, max_value=4))
    def send_the_same_again(self, who: int, text: str, times: int) -> None:
        """The line broke before the answer, several times: the message stands there once."""
        member = self._reader(who)
        self.world.run(self._repeat(member.client, text, times))

    @rule(who=which, order=orders)
    def hear_in_another_order(self, who: int, order: list[int]) -> None:
        member = self._reader(who)
        device = member.devices[who % len(member.devices)]
        if self.story.conversation in device.conversations.talks:
            self.world.acts["frames in disorder"] += len(order)
            self.world.run(self.world.deliver(device, self.story.conversation, order))

    # devices

    @rule(who=which)
    def another_device(self, who: int) -> None:
        member = self._reader(who)
        if len(member.devices) < 3:
            self._own("device enrolled", self._enrol(member, ()))

    @rule(who=which)
    def lose_every_device(self, who: int) -> None:
        """Storage wiped or the computer gone: the recovery code brings everything back, the old devices are revoked."""
        member = self._reader(who)
        lost = list(member.devices)
        old = tuple(sorted(one.memory.keys.device for one in lost))
        if self._own("every device lost", self._enrol(member, old)):
            for device in lost:
                member.devices.remove(device)
                self.world.run(device.close())

    @rule(who=which)
    def revoke_the_other_device(self, who: int) -> None:
        several = [one for one in self.world.readers() if len(one.devices) > 1]
        if not several:
            return
        member = several[who % len(several)]
        gone = member.devices[-1]
        if self._own("device revoked", self._revoke(member, gone)):
            member.devices.remove(gone)
            self.world.run(self._reads_nothing_more(gone))

    @rule(who=which)
    def renew_the_reading_key(self, who: int) -> None:
        member = self._reader(who)
        self._own("key renewed", self._renew(member))

    @rule(who=which)
    def renew_on_two_devices_at_once(self, who: int) -> None:
        member = self._reader(who)
        if len(member.devices) > 1:
            self.world.acts["two renew at once"] += 1
            self.world.run(self._renew_together(member))

    @rule(who=which)
    def the_lead_revokes_a_device(self, who: int) -> None:
        """The owner is away: their generation is tainted until they come back."""
        others = [one for one in self.world.readers() if not one.lead and len(one.devices) > 1]
        if others:
            member = others[who % len(others)]
            gone = member.devices.pop()
            self.world.acts["tainted by the lead"] += 1
            self.world.run(self._taint(member, gone))

    # people

    @rule(authority=st.sampled_from(["North", "South"]))
    def appoint_somebody(self, authority: str) -> None:
        if authority not in self.world.suspended and len(self.world.active(authority)) < 5:
            self.world.acts["appointed"] += 1
            self.world.run(self.world.appoint(authority))

    @rule(who=which, text=words)
    def remove_somebody_while_others_write(self, who: int, text: str) -> None:
        others = [
            one
            for one in self.world.readers()
            if not one.lead
            and len([each for each in self.world.readers() if each.authority == one.authority]) > 1
        ]
        if others:
            member = others[who % len(others)]
            self.world.acts["removed"] += 1
            self.world.run(self._remove(member, text))

    @rule()
    def suspend_south(self) -> None:
        if "South" not in self.world.suspended:
            self.world.acts["suspended"] += 1
            self.world.run(self.world.change_standing("South", "suspended"))
            self.world.suspended.add("South")

    @rule()
    def reinstate_south(self) -> None:
        if "South" in self.world.suspended:
            self.world.run(self.world.change_standing("South", "reinstated"))
            self.world.suspended.discard("South")

    @rule(giver=which, receiver=which)
    def hand_everything_over(self, giver: int, receiver: int) -> None:
        self.world.acts["handed over"] += 1
        self.world.run(self._give(self._reader(giver), self._reader(receiver)))

    # what must hold, at any time and at the end

    @invariant()
    def all_agree_now_and_then(self) -> None:
        self._steps += 1
        if self._steps % COMPARED_EVERY == 0:
            self.world.run(self._compare())

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.world.run(self._compare())

    # how it is done

    def _reader(self, number: int) -> Member:
        """Somebody who has the conversation before them: whoever was appointed just now waits for the next message."""
        readers = [one for one in self.world.readers() if self._has_it(one)]
        return readers[number % len(readers)]

    def _has_it(self, member: Member) -> bool:
        return self.story.conversation in member.client.conversations.talks

    def _accounts(self) -> set[str]:
        return {one.account for one in self.world.readers()}

    def _write(self, member: Member, text: str) -> None:
        sequence = self.world.run(self._say(member.client, text))
        self._note(sequence, text, self._accounts())

    async def _say(self, client: Client, text: str) -> int:
        if not client.socket.welcomed.is_set():
            await client.socket.stop()
            await client.socket.start()
        return await client.socket.send(self.story.conversation, text)

    def _note(self, sequence: int, text: str, readers: set[str]) -> None:
        self.world.acts["written"] += 1
        self.story.said.append(Said(sequence, text, readers))

    async def _at_once(self, writers: list[tuple[Member, str]]) -> None:
        sent = [one.client.conversations.send(self.story.conversation, text) for one, text in writers]
        for (_, text), sequence in zip(writers, await asyncio.gather(*sent), strict=True):
            self._note(sequence, text, self._accounts())

    async def _repeat(self, client: Client, text: str, times: int) -> None:
        await client.register.catch_up()
        await client.conversations.sync()
        frame = await client.conversations.frame_for(self.story.conversation, text)
        if frame is None:
            return
        body = {"items": [{"body": frame["body"], "signature": frame["signature"]}]}
        path = f"/api/conversations/{self.story.conversation}/items"
        self.world.acts["sent again"] += times
        answers = [await client.http.post(path, body) for _ in range(times)]
        places = {answer["results"][0]["sequence"] for answer in answers}
        assert len(places) == 1, "the same message has one place"
        self._note(places.pop(), text, self._accounts())

    def _own(self, kind: str, work: Any) -> bool:
        self.world.acts[kind] += 1
        return self.world.run(ignoring_limits(work))

    async def _enrol(self, member: Member, revokes: tuple[str, ...]) -> None:
        member.devices.insert(0, await self.world.new_device(member, revokes=revokes))

    async def _revoke(self, member: Member, gone: Client) -> None:
        await member.client.register.catch_up()
        await member.client.own_keys.read_new_generations()
        await member.client.own_keys.revoke_device(gone.memory.keys.device)

    async def _renew(self, member: Member) -> None:
        for device in member.devices:
            await device.register.catch_up()
            await device.own_keys.read_new_generations()
        await member.client.own_keys.renew()

    async def _renew_together(self, member: Member) -> None:
        for device in member.devices:
            await device.register.catch_up()
            await device.own_keys.read_new_generations()
        done = await asyncio.gather(*(one.own_keys.renew() for one in member.devices), return_exceptions=True)
        for answer in done:
            if isinstance(answer, Problem):
                assert answer.code in ("stale", "slow_down"), answer
            elif answer is not None:
                raise answer
        for device in member.devices:
            await device.register.catch_up()
            await device.own_keys.read_new_generations()

    async def _taint(self, member: Member, gone: Client) -> None:
        lead = self.world.lead(member.authority).client
        await lead.membership.revoke_device_of(member.account, gone.memory.keys.device)
        await self._reads_nothing_more(gone)

    async def _remove(self, member: Member, text: str) -> None:
        """Another writes in the same moment: whether the leaver may read that depends on who was first."""
        lead = self.world.lead(member.authority).client
        others = [one for one in self.world.readers() if one is not member]
        writer = next((one for one in others if not one.lead and self._has_it(one)), self.world.lead("North"))
        _, sequence = await asyncio.gather(
            lead.membership.remove(member.account),
            writer.client.conversations.send(self.story.conversation, text),
        )
        member.active = False
        self._note(sequence, text, self._accounts())
        self.story.left[member.account] = sequence
        for device in member.devices:
            await self._reads_nothing_more(device)

    async def _reads_nothing_more(self, gone: Client) -> None:
        """The server gives nothing to whoever is out, and no key of a later epoch is in their hands."""
        await gone.socket.stop()
        with pytest.raises(Problem) as refused:
            await gone.conversations.sync()
        assert refused.value.status in (401, 403), refused.value
        await gone.close()

    async def _give(self, giver: Member, receiver: Member) -> None:
        """Everything that the giver reads: whoever is handed it reads it from then on."""
        if giver is receiver:
            return
        client = giver.client
        await self._level(giver)
        await self._level(receiver)
        if await client.conversations.send(self.story.conversation, "I hand this over."):
            talk = client.conversations[self.story.conversation]
            self._note(talk.conversation.sequence, "I hand this over.", self._accounts())
        held = sorted(talk.keys)
        theirs = receiver.client
        await theirs.conversations.sync()
        there = theirs.conversations.talks[self.story.conversation]
        lacks = [number for number in held if number not in there.keys]
        if lacks:
            assert await client.conversations.give(talk, receiver.account, lacks) == len(lacks)
        read = {one.sequence for one in talk.messages() if one.text is not None}
        for said in self.story.said:
            if said.sequence in read:
                said.readers.add(receiver.account)

    async def _level(self, member: Member) -> None:
        """What a client does by itself when it comes back: the newest keys, a new generation where it was tainted."""
        for device in member.devices:
            await device.register.catch_up()
            await device.own_keys.read_new_generations()
        if member.client.register.account(member.account).tainted:
            await member.client.own_keys.renew()
            for device in member.devices:
                await device.register.catch_up()
                await device.own_keys.read_new_generations()

    async def _synced(self, *devices: Client) -> None:
        for device in devices:
            await device.register.catch_up()
            await device.conversations.sync()

    async def _compare(self) -> None:
        readers = self.world.readers()
        for member in readers:
            await self._level(member)
        author = readers[len(self.story.said) % len(readers)].client
        if self.story.conversation not in author.conversations.talks:
            author = self.world.lead(
                "North"
            ).client  # who was appointed a moment ago has nothing to write in yet
        sequence = await author.conversations.send(self.story.conversation, "Do we agree?")
        self._note(sequence, "Do we agree?", self._accounts())
        for member in readers:
            await self._synced(*member.devices)
        for member in readers:
            await member.client.conversations.hand_over(self.story.conversation)
        heads = set()
        for member in readers:
            for device in member.devices:
                await device.conversations.sync()
                assert device.conversations.broken == {}
                assert device.register.rejected == []
                talk = device.conversations[self.story.conversation]
                heads.add((talk.conversation.sequence, talk.conversation.head))
                assert talk.alarms == [], f"{member.name}: {talk.alarms}"
                self._compare_texts(member, talk)
        assert len(heads) == 1, "one history for everybody"

    def _compare_texts(self, member: Member, talk: Any) -> None:
        known = {one.sequence: one.text for one in talk.messages() if one.kind != "subject"}
        sequences = [one.sequence for one in talk.messages()]
        assert sequences == sorted(set(sequences)), "nothing twice, in one order"
        for said in self.story.said:
            if member.account in said.readers:
                assert known.get(said.sequence) == said.text, f"{member.name} cannot read {said.sequence}"
        for sequence, text in known.items():
            if text is not None:
                (said,) = [one for one in self.story.said if one.sequence == sequence]
                assert text == said.text
                assert member.account in said.readers, f"{member.name} reads {sequence}, and may not"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def test_all_members_agree_and_nobody_else_reads(world: World, request: pytest.FixtureRequest) -> None:
    Walk.world = world
    steps = request.config.getoption("--steps")
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=max(1, steps // STEPS_PER_WALK),
            stateful_step_count=STEPS_PER_WALK,
            deadline=None,
            phases=[Phase.generate],  # the world goes on from walk to walk: nothing can be shrunk
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    walked = ", ".join(f"{kind} {count}" for kind, count in world.acts.most_common())
    request.config.get_terminal_writer().line(f"{world.acts.total()} acts: {walked}")
    assert world.acts["written"] > steps // 20, "the walks wrote something"
