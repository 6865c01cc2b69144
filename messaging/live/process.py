"""What this process keeps for its sockets: the hub, the writer, and the watch on who has been cut off.

It comes into being with the first socket, on whatever loop the ASGI server runs, and listens there to what
the other layers say. Their events, and those of other processes by the relay, are the fast way; every half second
a look at the database is the sure one. While the relay is down, has lost something, or does not hear of a process
that has said no goodbye, that look also finds what other processes have written.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, connections

from members import clock, events
from members.accounts import revocations
from members.protocol.encoding import b64
from members.register import freshness
from members.register.freshness import Confirmed
from messaging.conversations import access, due, publishing, roster, writer
from messaging.conversations.growth import Grown, Growth
from messaging.conversations.messages import Noted
from messaging.conversations.publishing import Appended, Created, Drafted, Due, Event, Marked, Missing
from messaging.conversations.roster import Roster
from messaging.live import frames
from messaging.live.admission import NO_ACTIVE_DEVICE, NOT_SIGNED_IN, Welcome, welcome
from messaging.live.committer import Committer
from messaging.live.hub import Hub, Socket
from messaging.live.marks import Marks
from messaging.live.metrics import counts
from messaging.live.order import InOrder
from messaging.live.outlet import TOO_SLOW, Frame
from messaging.live.relay import Event as Relayed
from messaging.live.relay import ForAccount, ForReaders, Look, Relay
from messaging.restoration.witness import Witness

T = TypeVar("T")

# not 1012 of the standard: daphne refuses to send a code below 3000 other than 1000, and the socket would stay open
RESTART: Final = 4503
POLL_SECONDS: Final = 0.5
CONFIRM_SECONDS: Final = 60.0
WITNESS_SECONDS: Final = 5.0
MOST_NEW_AT_ONCE: Final = 500
REMEMBERED_PARTICIPANTS: Final = 20_000
REMEMBERED_HINTS: Final = 20_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Polled:
    """What one look at the database has found."""

    count: int
    roster: Roster
    ended: set[str]  # session keys, of those that were asked about, that stand no longer
    grown: Sequence[Grown] | None  # None when more has grown than can be told one by one


class Live:
    """The live side of one process. One per event loop; everything but the event handlers runs on its thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.hub = Hub()
        self.committer = Committer(loop)
        self.marks = Marks(loop, self.committer.submit, self.publish)
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="conversations-reader")
        self._participants: OrderedDict[str, Sequence[str]] = OrderedDict()
        self._revocations = -1
        self._roster: Roster | None = None
        self._restoring = False
        self._charter = 0
        self._witness = Witness()
        self._closed = False
        self._confirmed: int | None = None
        self._order = InOrder(loop)
        # where a conversation was found to stand by a look at the database, when that was more than was told of
        self._hinted: OrderedDict[str, int] = OrderedDict()
        # SQLite is for one process, which hears of everything that it writes itself
        self._growth = None if connection.vendor == "sqlite" else Growth()
        self._relay = (
            None
            if settings.REDIS is None
            else Relay(loop, settings.REDIS, self._heard, self._has_missed, self._look_for_items)
        )
        self._missed = True
        self._looked_at = 0.0
        self._polls: asyncio.TimerHandle | None = None
        self._look_again = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._welcoming = False
        self._welcome_again = False
        self._listeners: dict[str, Callable[..., None]] = {
            events.REGISTER_GROWN: self._register_grown,
            events.SESSION_ENDED: self._session_ended,
            events.DEVICE_INACTIVE: self._device_inactive,
            events.ACCOUNT_INACTIVE: self._account_inactive,
            events.INVITATION_WAITING: self._invitation_waiting,
        }

    @staticmethod
    def here() -> Live:
        """The one of the running loop, made when it is first asked for."""
        loop = asyncio.get_running_loop()
        live = _running.get(loop)
        if live is None:
            live = _running[loop] = Live(loop)
            live._begin()
        return live

    def _begin(self) -> None:
        for name, handler in self._listeners.items():
            events.on(name, handler)
        publishing.add_sink(self._published)
        writer.use(self.committer)
        if self._growth is not None:
            # before anybody is told where the conversations stand
            self.loop.run_in_executor(self._reader, _ask, self._growth.note, (self.loop.time(),))
        self._polls = self.loop.call_later(POLL_SECONDS, self._poll)
        self.loop.call_later(CONFIRM_SECONDS, self._confirm)
        self._remember()

    async def close(self) -> None:
        """Let go of everything, after what the writer has begun is done and has been told; then everybody leaves."""
        self._closed = True
        for name, handler in self._listeners.items():
            events.off(name, handler)
        publishing.remove_sink(self._published)
        if writer.in_use() is self.committer:
            writer.use(None)
        self.marks.close()
        self.committer.close()
        while self.committer.busy:
            await asyncio.sleep(0)
        self._order.close()
        if self._relay is not None:
            await self._relay.close()
        self._close_where(lambda _: True, RESTART)
        self._reader.submit(connections.close_all)
        self._reader.shutdown(wait=True)
        _running.pop(self.loop, None)

    @property
    def closed(self) -> bool:
        """Whether nothing is told or taken any more."""
        return self._closed

    def join(self, socket: Socket) -> None:
        """Let a socket hear everything from now on, placed by the newest Register that was heard of."""
        newest = roster.newest()
        if self._roster is None:
            self._roster, self._restoring, self._charter = newest, newest.restoring, newest.charter
        self.hub.add(socket, newest)

    async def read(self, query: Callable[..., T], *arguments: object) -> T:
        """Ask the database in the reader's thread, so that the loop does not wait."""
        return await self.loop.run_in_executor(self._reader, _ask, query, arguments)

    async def welcome(self, socket: Socket) -> Welcome | int:
        """What this socket is greeted with, or the code to close it with."""
        answer = await self.read(welcome, socket.session_key)
        if not isinstance(answer, int) and self._relay is not None:
            self._order.begin(answer.standing)
        return answer

    # --- what is told to the sockets ---

    def remember_participants(self, conversation: str, participants: Sequence[str]) -> None:
        """Keep at hand who takes part in a conversation; that does not change."""
        self._participants[conversation] = participants
        if len(self._participants) > REMEMBERED_PARTICIPANTS:
            self._participants.popitem(last=False)

    async def participants(self, conversation: str) -> Sequence[str]:
        """Who takes part in a conversation; nobody when there is none."""
        known = self._participants.get(conversation)
        if known is None:
            known = await self.read(access.participants, conversation)
            if known:
                self.remember_participants(conversation, known)
        return known

    def publish(
        self, participants: Iterable[str], text: str, *, size: int, besides: Socket | None = None
    ) -> None:
        """Queue a frame, here and in the other processes, for those who read for these authorities.

        They do so by the Register that it was allowed at, or a newer. What was written by a newer one may be heard of
        before that itself is: whoever was removed by it hears neither.
        """
        event = ForReaders(tuple(participants), size, text)
        self._to_others(event)
        self._publish_here(event, besides)

    def publish_item(
        self,
        item: ForReaders,
        *,
        besides: Socket | None = None,
        then: Callable[[], None] | None = None,
        repeated: bool = False,
    ) -> None:
        """Queue a new item for its readers, in the order of the sequence, and do `then` after it.

        One that was sent again may have been written by a process that has ended before anybody heard of it.
        """
        if not repeated or self._order.told(item.conversation) < item.sequence:
            self._to_others(item)
        elif then is not None:
            then()
            return

        def tell() -> None:
            self._publish_here(item, besides)
            if then is not None:
                then()

        self._give(item, tell)

    def _give(self, item: ForReaders, act: Callable[[], None]) -> None:
        """In the order of the sequence, as long as what was written before may still come by the relay."""
        relay = self._relay
        self._order.give(item.conversation, item.sequence, act, wait=relay is not None and relay.awaited)

    def _publish_here(self, event: ForReaders, besides: Socket | None = None) -> None:
        if self._roster is not None and event.size > self._roster.size:
            self._follow(roster.newest())
        self.hub.publish(event.participants, event.text, size=event.size, besides=besides)

    def _tell_account(self, event: ForAccount) -> None:
        self._to_others(event)
        self.hub.tell_account(event.account, event.text, besides_device=event.besides_device)

    def _to_others(self, event: Relayed) -> None:
        if self._relay is not None:
            self._relay.tell(event)

    # --- what other processes say, and what was missed of it ---

    def _heard(self, event: Relayed) -> None:
        if isinstance(event, ForReaders):
            if event.sequence:
                self._give(event, partial(self._publish_here, event))
            else:
                self._publish_here(event)
        elif isinstance(event, ForAccount):
            self.hub.tell_account(event.account, event.text, besides_device=event.besides_device)
        else:
            self._look_now()

    def _has_missed(self) -> None:
        """Something that another process said is lost: everybody here is welcomed anew, and asks for what they lack."""
        counts.relay_gaps += 1
        self._look_for_items()
        self._welcome_all()

    def _look_for_items(self) -> None:
        """What another process has written may not have been said here: the database knows."""
        self._missed = True
        self._look_now()

    def _tell_grown(self, grown: Sequence[Grown] | None) -> None:
        """Tell of what has been written without a word of it having come here."""
        if grown is None:
            self._welcome_all()
            return
        size = roster.newest().size
        for one in grown:
            # not as told: the items themselves may still come, and are given in their order
            known = max(self._order.told(one.identifier), self._hinted.get(one.identifier, 0))
            if known < one.sequence:
                self._hinted[one.identifier] = one.sequence
                self._hinted.move_to_end(one.identifier)
                self._publish_here(ForReaders(one.participants, size, frames.conversation(one.identifier)))
        while len(self._hinted) > REMEMBERED_HINTS:
            self._hinted.popitem(last=False)

    def _welcome_all(self) -> None:
        """Greet every socket again, one after the other; whoever asks meanwhile has it done once more."""
        self._welcome_again = True
        if not self._welcoming and not self._closed:
            self._welcoming = True
            self._start(self._welcome_each())

    async def _welcome_each(self) -> None:
        try:
            while self._welcome_again:
                self._welcome_again = False
                for socket in self.hub:
                    answer = await self.welcome(socket)
                    if isinstance(answer, int):
                        socket.close(answer)
                    else:
                        socket.offer(Frame(answer.text))
        except DatabaseError:
            self.loop.call_later(POLL_SECONDS, self._welcome_all)
        finally:
            self._welcoming = False

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _published(self, event: Event) -> None:
        """From the thread that has committed: tell the sockets, in the order of the commits."""
        self._on_loop(self._tell, event)

    def _tell(self, event: Event) -> None:
        publish = self.publish
        match event:
            case Drafted(account, slot, device):
                self._tell_account(ForAccount(account, frames.draft(slot), device))
            case Appended(conversation, participants, size, items):
                for one in items:
                    frame = frames.item(
                        conversation,
                        one.sequence,
                        one.head,
                        one.received_at,
                        b64(one.body),
                        b64(one.signature),
                    )
                    self.publish_item(
                        ForReaders(tuple(participants), size, frame, conversation, one.sequence)
                    )
            case Created(conversation, participants, size):
                publish(participants, frames.conversation(conversation), size=size)
            case Due(conversation, participants, size):
                publish(participants, frames.due(conversation), size=size)
            case Missing(conversation, participants, size):
                publish(participants, frames.missing(conversation), size=size)
            case Marked(conversation, participants, size, account, received, read):
                self.marks.tell(conversation, account, Noted(participants, size, received, read))

    # --- what the other layers say, from whatever thread ---

    def _on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        if not self._closed:
            self.loop.call_soon_threadsafe(call, *arguments)

    def _register_grown(self, **_: object) -> None:
        self._on_loop(self._follow, due.settled_roster())
        self._on_loop(self._to_others, Look())

    def _session_ended(self, *, session_key: str) -> None:
        self._on_loop(self._to_others, Look())
        self._on_loop(self._close_where, lambda socket: socket.session_key == session_key, NOT_SIGNED_IN)

    def _device_inactive(self, *, device: str) -> None:
        self._on_loop(self._to_others, Look())
        self._on_loop(self._close_where, lambda socket: socket.device == device, NO_ACTIVE_DEVICE)

    def _account_inactive(self, *, account: str) -> None:
        self._on_loop(self._to_others, Look())
        self._on_loop(self._close_where, lambda socket: socket.account == account, NOT_SIGNED_IN)

    def _invitation_waiting(self, *, account: str) -> None:
        self._on_loop(self._tell_account, ForAccount(account, frames.INVITATION))

    # --- who may still listen ---

    def _close_where(self, ends: Callable[[Socket], bool], code: int) -> None:
        for socket in self.hub:
            if ends(socket):
                socket.close(code)

    def _follow(self, newest: Roster) -> None:
        """Bring every socket to where the newest Register has its person."""
        before, self._restoring = self._restoring, newest.restoring
        if before != newest.restoring:
            self.hub.tell_all(frames.restoring(newest.restoring))
        if newest.charter != self._charter:
            self._charter = newest.charter
            self.hub.tell_all(frames.CHARTER)
        if (
            self._roster is not None
            and self._roster.network == newest.network
            and newest.size <= self._roster.size
        ):
            return  # heard of already, or by now older than what was heard
        self._roster = newest
        self._close_where(
            lambda socket: newest.active_device(socket.device, socket.account) is None, NO_ACTIVE_DEVICE
        )
        begun = self.hub.regroup(newest)
        self.hub.tell_all(frames.register(newest.size, newest.root))
        for socket in begun:
            self._start(self._introduce(socket))

    async def _introduce(self, socket: Socket) -> None:
        """Tell somebody who has just begun to read for an authority which conversations it is in."""
        try:
            found = await self.read(access.identifiers, socket.account, MOST_NEW_AT_ONCE + 1)
        except DatabaseError:
            socket.close(RESTART)  # the welcome after the next hello has them all
            return
        if len(found) > MOST_NEW_AT_ONCE:
            socket.close(TOO_SLOW)  # the welcome after the next hello has them all
            return
        for identifier in found:
            socket.offer(Frame(frames.conversation(identifier)))

    def _remember(self) -> None:
        """Write down outside the database how far it is: an older copy of it shows by that."""
        if self._closed:
            return
        self.loop.call_later(WITNESS_SECONDS, self._remember)
        looked = self.loop.run_in_executor(self._reader, _ask, self._witness.look, ())
        looked.add_done_callback(_log_failed_witness)

    # --- how fresh the Register is ---

    def _confirm(self) -> None:
        """See to it that whoever listens hears of each new time under the checkpoint."""
        if self._closed:
            return
        self.loop.call_later(CONFIRM_SECONDS, self._confirm)
        if len(self.hub):
            asked = self.loop.run_in_executor(self._reader, _ask, freshness.newest, ())
            asked.add_done_callback(self._tell_confirmed)

    def _tell_confirmed(self, asked: asyncio.Future[Confirmed | None]) -> None:
        if self._closed or asked.cancelled():
            return
        error = asked.exception()
        if error is not None:
            _log.error("The checkpoint could not be renewed: %r", error)
            return
        newest = asked.result()
        if newest is None or newest.seconds == self._confirmed:
            return
        heard_before, self._confirmed = self._confirmed is not None, newest.seconds
        if heard_before:
            self.hub.tell_all(frames.register(newest.size, newest.root))

    def _look_now(self) -> None:
        """Look at the database as soon as it is not being looked at."""
        if self._polls is None:
            self._look_again = True
        else:
            self._polls.cancel()
            self._poll()

    def _poll(self) -> None:
        self._polls = None
        if self._closed:
            return
        if not len(self.hub) and self._growth is None:
            self._polls = self.loop.call_later(POLL_SECONDS, self._poll)
            return
        relay, growth = self._relay, self._growth
        now = self.loop.time()
        blind = relay is None or self._missed or relay.look_is_due(now - self._looked_at)
        if blind:
            self._looked_at = now
        self._missed = False
        looked = self.loop.run_in_executor(
            self._reader,
            _ask,
            _look,
            (self._revocations, self.hub.session_keys(), growth, blind, now),
        )
        looked.add_done_callback(self._polled)

    def _polled(self, looked: asyncio.Future[_Polled]) -> None:
        if self._closed or looked.cancelled():
            return
        again, self._look_again = self._look_again, False
        self._polls = self.loop.call_later(0 if again else POLL_SECONDS, self._poll)
        error = looked.exception()
        if error is not None:
            self._missed = True
            _log.error("The database could not be asked who was cut off: %s", type(error).__name__)
            return
        found, now = looked.result(), clock.now()
        self._revocations = found.count
        self._close_where(lambda socket: socket.session_key in found.ended, NOT_SIGNED_IN)
        self._close_where(lambda socket: socket.ends_at <= now, NOT_SIGNED_IN)
        self._follow(found.roster)
        self._tell_grown(found.grown)


async def close_here() -> None:
    """Close the one of the running loop for good, if any socket has ever been opened on it."""
    live = _running.get(asyncio.get_running_loop())
    if live is not None:
        await live.close()
        _running[live.loop] = live  # whoever comes now is sent away by it


def _log_failed_witness(looked: asyncio.Future[None]) -> None:
    error = None if looked.cancelled() else looked.exception()
    if error is not None:
        _log.error("How far the database is could not be written down: %r", error)


_running: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Live] = weakref.WeakKeyDictionary()


def _ask(query: Callable[..., T], arguments: Sequence[object]) -> T:
    try:
        return query(*arguments)
    except OperationalError:
        connections.close_all()  # the database may have been restarted since the last question
        return query(*arguments)
    except DatabaseError:
        connections.close_all()
        raise


def _look(
    known_count: int, session_keys: set[str], growth: Growth | None, blind: bool, moment: float
) -> _Polled:
    count = revocations.count()
    ended = session_keys - revocations.still_signed_in(session_keys) if count != known_count else set()
    grown: Sequence[Grown] | None = ()
    if growth is not None:
        if blind:
            grown = growth.lately(moment)
        else:
            growth.note(moment)
    return _Polled(count, due.settled_roster(), ended, grown)
