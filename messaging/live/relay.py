"""Carries what one process tells its sockets to the other processes of the portal, by one channel of Redis.

A hint, as the sockets themselves are: the database is the truth. So nothing here is stored or sent twice. What
matters is to know when something was lost. Every process numbers what it sends and says something each second,
also when there is nothing to say; whoever hears a number that does not follow the last one, hears nothing of a
process that has not said goodbye, or hears nothing at all, says so, and the database is asked.

There is one channel, and what has waited while the last PUBLISH was on its way goes out as one: a process that
has none of the readers drops an event after one look at a short line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from messaging.live.metrics import counts

CHANNEL: Final = "entente:live"
BEAT_SECONDS: Final = 1.0
# three beats: a process, or all of Redis, is not there for whoever has heard nothing for so long
SILENCE_SECONDS: Final = 3.0
# a process that has said no goodbye and is not heard of may write all the same: for so long that is reckoned with
REMEMBERED_SECONDS: Final = 600.0
# most that have not said goodbye are dead, and what they wrote was found at the first looks at the database: after the
# first of these times one is made only each time that the second has passed, which is less than each goes back
CLOSELY_SECONDS: float = 60.0
SELDOM_SECONDS: float = 5.0
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 5.0
MOST_AT_ONCE: Final = 1024 * 1024
MOST_WAITING: Final = 16 * 1024 * 1024

_log = logging.getLogger(__name__)


class Address(Protocol):
    """Where Redis is."""

    @property
    def url(self) -> str: ...

    @property
    def password(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ForReaders:
    """A frame for the readers of these authorities, allowed at this size of the Register.

    An item also says which of which conversation it is; for everything else `sequence` is 0.
    """

    participants: Sequence[str]
    size: int
    text: str
    conversation: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class ForAccount:
    """A frame for the devices of one person, but for the one that knows it already."""

    account: str
    text: str
    besides_device: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody was cut off, or the Register has grown: look at the database now and not at the next beat."""


Event = ForReaders | ForAccount | Look


class BadRelay(ValueError):
    """What came is not what a process of this version sends."""


def encode(event: Event) -> str:
    """Two lines: who it is for, and the frame as it is; a frame is JSON and has no line break in it."""
    if isinstance(event, ForReaders):
        whom = ["readers", event.participants, event.size, event.conversation, event.sequence]
        return f"{json.dumps(whom)}\n{event.text}"
    if isinstance(event, ForAccount):
        return f"{json.dumps(['account', event.account, event.besides_device])}\n{event.text}"
    return '["look"]\n'


def decode(whom: str, text: str) -> Event:
    """Raises BadRelay."""
    try:
        kind, *rest = json.loads(whom)
        if kind == "readers":
            participants, size, conversation, sequence = rest
            return ForReaders(tuple(participants), size, text, conversation, sequence)
        if kind == "account":
            account, besides_device = rest
            return ForAccount(account, text, besides_device)
        if kind == "look":
            return Look()
    except (ValueError, TypeError) as error:
        raise BadRelay(str(error)) from error
    raise BadRelay(f"no kind {kind!r}")


@dataclass(slots=True)
class _Source:
    """Another process: the last number that was heard of it, when, and whether it should have spoken since."""

    number: int
    heard_at: float
    silent: bool = False


class Relay:
    """The way of one process to the others and back. Everything happens on the loop's thread."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        address: Address,
        heard: Callable[[Event], None],
        missed: Callable[[], None],
        fallen_silent: Callable[[], None],
    ) -> None:
        """`missed` is called when something was lost, `fallen_silent` when another process has perhaps died."""
        self._loop = loop
        self._heard = heard
        self._missed = missed
        self._fallen_silent = fallen_silent
        self._own = secrets.token_hex(8)
        self._number = 0
        self._waiting: deque[str] = deque()
        self._waiting_characters = 0
        self._sources: dict[str, _Source] = {}
        self._up = False
        self._heard_at = 0.0
        self._said_at = 0.0
        self._tried_at = self._begun_at = loop.time()
        self.lost = 0
        # a publisher that is not answered in time fails; a listener waits for as long as nothing is said
        self._publisher = _client(address, ANSWER_SECONDS)
        self._listener = _client(address, None)
        self._publishing: asyncio.Task[None] | None = None
        self._listening = loop.create_task(self._listen())
        self._beats = loop.call_later(BEAT_SECONDS, self._beat)

    @property
    def up(self) -> bool:
        """Whether what the others say arrives: something has within the last seconds, if only of this process."""
        return self._up

    @property
    def awaited(self) -> bool:
        """Whether what the others have written may still come: it does come, or has not had the time to."""
        return self._up or self._loop.time() - self._begun_at < SILENCE_SECONDS

    @property
    def whole(self) -> bool:
        """Whether nothing is written that is not said here: everybody who is known of is heard."""
        return self._up and not any(one.silent for one in self._sources.values())

    def look_is_due(self, since: float) -> bool:
        """Whether something may have been written that is not said here, `since` seconds after that was looked for."""
        if not self._up:
            return True
        now = self._loop.time()
        silences = [now - one.heard_at for one in self._sources.values() if one.silent]
        return bool(silences) and (min(silences) <= CLOSELY_SECONDS or since >= SELDOM_SECONDS)

    @property
    def waiting(self) -> int:
        """How many events wait for the last PUBLISH to be done."""
        return len(self._waiting)

    @property
    def others(self) -> int:
        """How many other processes are heard of."""
        return sum(not one.silent for one in self._sources.values())

    def tell(self, event: Event) -> None:
        """Tell the other processes, soon; never waits. What cannot be told is lost, and they notice."""
        counts.relayed_out += 1
        line = encode(event)
        self._waiting.append(line)
        self._waiting_characters += len(line)
        if self._waiting_characters > MOST_WAITING:
            self._drop()
        elif self._publishing is None:
            self._publishing = self._loop.create_task(self._publish())

    async def close(self) -> None:
        """Say goodbye, so that nobody looks for what this process had to say, and hear nothing more."""
        self._beats.cancel()
        self._listening.cancel()
        if self._publishing is not None:
            await asyncio.gather(self._publishing, return_exceptions=True)
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(BEAT_SECONDS):
                await self._publisher.publish(CHANNEL, self._header(goodbye=True))
        await asyncio.gather(self._listening, return_exceptions=True)
        for client in (self._publisher, self._listener):
            with suppress(RedisError, OSError):
                await client.aclose()

    # --- going out ---

    def _header(self, *, goodbye: bool = False) -> str:
        self._number += 1
        self._said_at = self._loop.time()
        return json.dumps([self._own, self._number, goodbye])

    def _take(self) -> tuple[str, int]:
        lines = [self._header()]
        size = 0
        while self._waiting and size < MOST_AT_ONCE:
            line = self._waiting.popleft()
            size += len(line)
            lines.append(line)
        self._waiting_characters -= size
        return "\n".join(lines), len(lines) - 1

    async def _publish(self) -> None:
        try:
            while self._waiting:
                await self._say(*self._take())
        finally:
            self._publishing = None

    async def _say(self, text: str, events: int = 0) -> None:
        try:
            await self._publisher.publish(CHANNEL, text)
        except (RedisError, OSError, TimeoutError) as error:
            if self._up:
                _log.warning("Redis does not take what is new: %s", type(error).__name__)
            self.lost += events
            self._drop()

    def _drop(self) -> None:
        """Give up what waits: the number that is skipped tells the others that something was lost."""
        self.lost += len(self._waiting)
        self._waiting.clear()
        self._waiting_characters = 0
        self._number += 1

    def _beat(self) -> None:
        self._beats = self._loop.call_later(BEAT_SECONDS, self._beat)
        now = self._loop.time()
        if self._publishing is None and now - self._said_at >= BEAT_SECONDS / 2:
            self._publishing = self._loop.create_task(self._say_nothing())
        # also where nothing has been heard yet: a line may swallow what is asked of it, and would never end
        if now - (self._heard_at if self._up else self._tried_at) > SILENCE_SECONDS:
            if self._up:
                _log.warning("Nothing is heard from Redis.")
            self._listening.cancel()
            self._tried_at = now
            self._listening = self._loop.create_task(self._listen())
            self._down()
        self._look_who_is_silent(now)

    def _look_who_is_silent(self, now: float) -> None:
        fallen_silent = False
        for name, one in list(self._sources.items()):
            if now - one.heard_at > REMEMBERED_SECONDS:
                del self._sources[name]
            elif not one.silent and now - one.heard_at > SILENCE_SECONDS:
                one.silent = fallen_silent = True
        if fallen_silent and self._up:
            self._fallen_silent()  # it may have died with something on its lips, or not be heard while it writes

    async def _say_nothing(self) -> None:
        try:
            await self._say(self._header())
        finally:
            self._publishing = None
        if self._waiting:
            self._publishing = self._loop.create_task(self._publish())

    # --- coming in ---

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._tried_at = self._loop.time()
            try:
                async with self._listener.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    if (
                        self._publishing is None
                    ):  # what is heard of this says at once that the channel is open
                        self._publishing = self._loop.create_task(self._say_nothing())
                    async for message in channel.listen():
                        if not self._up:
                            self._begin_again()
                        pause = FIRST_PAUSE_SECONDS
                        self._take_in(message["data"])
            except (RedisError, OSError, TimeoutError) as error:
                if self._up:
                    _log.warning("Redis is not there: %s", type(error).__name__)
            self._down()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _begin_again(self) -> None:
        """The first word since the channel was opened: what was said before it was missed."""
        _log.info("What other processes say is heard.")
        self._up = counts.relay_up = True
        for one in self._sources.values():  # what they have said meanwhile, their next number shows
            one.heard_at, one.silent = self._loop.time(), False
        self._missed()

    def _down(self) -> None:
        self._up = counts.relay_up = False

    def _take_in(self, data: bytes) -> None:
        self._heard_at = now = self._loop.time()
        try:
            header, *lines = data.decode().split("\n")
            name, number, goodbye = json.loads(header)
            if name == self._own:
                return
            self._follow(name, number, now, goodbye=goodbye)
            events = [decode(whom, text) for whom, text in zip(lines[::2], lines[1::2], strict=True)]
        except (ValueError, TypeError) as error:
            _log.error("What another process said cannot be read: %s", error)
            self._missed()
            return
        counts.relayed_in += len(events)
        for event in events:
            try:
                self._heard(event)
            except Exception:  # one event must not keep the others from being heard
                _log.exception("What another process said could not be told.")

    def _follow(self, name: str, number: int, now: float, *, goodbye: bool) -> None:
        source = self._sources.get(name)
        # also of one that is heard for the first time: what it has said before was not heard here
        if number != (0 if source is None else source.number) + 1:
            self._missed()
        if goodbye:
            self._sources.pop(name, None)
        else:
            self._sources[name] = _Source(number, now)


def _client(address: Address, timeout: float | None) -> Any:
    return Redis.from_url(
        address.url,
        password=address.password,
        socket_timeout=timeout,
        socket_connect_timeout=ANSWER_SECONDS,
        socket_keepalive=True,
        # what failed is not tried again in silence: the numbers say that it was lost
        retry=Retry(NoBackoff(), 0),
    )
