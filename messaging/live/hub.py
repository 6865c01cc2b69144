"""Who in this process is told what: one encoded frame goes to every socket that may see it, and to no other.

A conversation belongs to authorities, and what a person may see follows from the authority they read for. So
the hub holds one set of sockets per authority and no list per conversation: who is appointed, removed or held
moves between two sets and with that in or out of every conversation at once. Everything here happens on the
loop's thread; nothing waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from messaging.conversations.roster import Roster
from messaging.live.outlet import Frame

TOO_MANY: Final = 4429
# the tabs of a browser share one; those that a proxy has cut off may stand until they are missed
MOST_OF_SESSION: Final = 16


class Socket(Protocol):
    """One open socket of a session that is bound to a device."""

    account: str
    device: str
    session_key: str
    ends_at: int
    # the authority this person reads for, and since which size of the Register; what came before is not theirs
    authority: str | None
    reads_from: int

    def offer(self, frame: Frame) -> None: ...

    def close(self, code: int, last: str | None = None) -> None: ...


class Hub:
    """The sockets of this process. What other processes hold will be reached from `publish`, and nowhere else."""

    def __init__(self) -> None:
        self._all: set[Socket] = set()
        self._readers: dict[str, set[Socket]] = defaultdict(set)
        # in the order in which they came
        self._accounts: dict[str, dict[Socket, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Socket]:
        return iter(tuple(self._all))

    def add(self, socket: Socket, roster: Roster) -> None:
        """Let a socket hear everything from now on; the oldest of its session goes where there are too many."""
        self._all.add(socket)
        own = self._accounts[socket.account]
        own[socket] = None
        same = [other for other in own if other.session_key == socket.session_key]
        for other in same[:-MOST_OF_SESSION]:
            other.close(TOO_MANY)
        self._place(socket, roster.authority_read_by(socket.account), roster.size)

    def remove(self, socket: Socket) -> None:
        """Let a socket hear nothing more; harmless when it never did."""
        self._all.discard(socket)
        own = self._accounts.get(socket.account)
        if own is not None:
            own.pop(socket, None)
            if not own:
                del self._accounts[socket.account]
        self._place(socket, None, 0)

    def publish(
        self, participants: Iterable[str], text: str, *, size: int, besides: Socket | None = None
    ) -> None:
        """Queue a frame for the readers of these authorities; `size` is that of the Register it was allowed at."""
        frame = Frame(text)
        for authority in participants:
            for socket in tuple(self._readers.get(authority, ())):  # who is too slow leaves
                if socket is not besides and socket.reads_from <= size:
                    socket.offer(frame)

    def tell_account(self, account: str, text: str, *, besides_device: str | None = None) -> None:
        """Queue a frame for the sockets of one person, but not for a device that knows it already."""
        frame = Frame(text)
        for socket in tuple(self._accounts.get(account, ())):
            if socket.device != besides_device:
                socket.offer(frame)

    def tell_all(self, text: str) -> None:
        """Queue a frame for every socket."""
        frame = Frame(text)
        for socket in tuple(self._all):
            socket.offer(frame)

    def regroup(self, roster: Roster) -> list[Socket]:
        """Place every socket by the newest Register; returns those that have begun to read for an authority."""
        begun: list[Socket] = []
        for socket in self._all:
            authority = roster.authority_read_by(socket.account)
            if authority != socket.authority:
                self._place(socket, authority, roster.size)
                if authority is not None:
                    begun.append(socket)
        return begun

    def session_keys(self) -> set[str]:
        return {socket.session_key for socket in self._all}

    def _place(self, socket: Socket, authority: str | None, size: int) -> None:
        if socket.authority is not None:
            _discard(self._readers, socket.authority, socket)
        socket.authority, socket.reads_from = authority, size
        if authority is not None:
            self._readers[authority].add(socket)


def _discard(sets: dict[str, set[Socket]], key: str, socket: Socket) -> None:
    """Take a socket out of one of the sets, and the set away with its last socket."""
    found = sets.get(key)
    if found is not None:
        found.discard(socket)
        if not found:
            del sets[key]
