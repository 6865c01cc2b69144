"""Who is told what: the readers of a conversation's authorities, from when on they read, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field

from messaging.conversations.roster import Reader, Roster
from messaging.live.hub import MOST_OF_SESSION, Hub
from messaging.live.outlet import Frame


@dataclass(eq=False)
class FakeSocket:
    account: str
    hub: Hub
    device: str = ""
    session_key: str = ""
    ends_at: int = 0
    authority: str | None = None
    reads_from: int = 0
    most: int = 100
    got: list[str] = field(default_factory=list)

    def offer(self, frame: Frame) -> None:
        self.got.append(frame.text)
        if len(self.got) > self.most:
            self.close(4408)

    def close(self, code: int, last: str | None = None) -> None:
        self.hub.remove(self)


def roster(size: int, **readers: str) -> Roster:
    return Roster(
        "", size, "", {account: Reader(account, authority, 1, 0) for account, authority in readers.items()}
    )


def test_a_frame_goes_to_readers_of_the_participants_only() -> None:
    hub, now = Hub(), roster(5, ana="north", sol="south", eva="east")
    sockets = {name: FakeSocket(name, hub) for name in ("ana", "sol", "eva", "olga")}
    for socket in sockets.values():
        hub.add(socket, now)
    hub.publish(["north", "south"], "hello", size=5)
    assert {name for name, socket in sockets.items() if socket.got} == {"ana", "sol"}


def test_a_person_hears_on_every_socket_but_the_one_that_sent() -> None:
    hub, now = Hub(), roster(5, ana="north")
    sender, other = FakeSocket("ana", hub), FakeSocket("ana", hub)
    hub.add(sender, now)
    hub.add(other, now)
    hub.publish(["north"], "hello", size=5, besides=sender)
    assert (sender.got, other.got) == ([], ["hello"])


def test_who_reads_since_later_is_not_given_what_was_allowed_before() -> None:
    hub = Hub()
    socket = FakeSocket("ana", hub)
    hub.add(socket, roster(6, ana="north"))
    hub.publish(["north"], "old", size=5)
    hub.publish(["north"], "new", size=6)
    assert socket.got == ["new"]


def test_regrouping_moves_everybody_to_where_the_register_has_them() -> None:
    hub = Hub()
    ana, ben = FakeSocket("ana", hub), FakeSocket("ben", hub)
    hub.add(ana, roster(5, ana="north"))
    hub.add(ben, roster(5, ana="north"))
    assert hub.regroup(roster(6, ben="north")) == [ben]
    hub.publish(["north"], "hello", size=6)
    assert (ana.got, ben.got) == ([], ["hello"])
    assert hub.regroup(roster(7, ben="north")) == []
    assert ben.reads_from == 6


def test_who_leaves_while_being_told_does_not_disturb_the_others() -> None:
    hub, now = Hub(), roster(5, ana="north", ben="north", cleo="north")
    sockets = [FakeSocket(name, hub, most=0) for name in ("ana", "ben", "cleo")]
    for socket in sockets:
        hub.add(socket, now)
    hub.publish(["north"], "hello", size=5)
    assert [socket.got for socket in sockets] == [["hello"]] * 3
    assert len(hub) == 0
    hub.publish(["north"], "nobody", size=5)
    assert [socket.got for socket in sockets] == [["hello"]] * 3


def test_one_person_and_everybody_can_be_told() -> None:
    hub, now = Hub(), roster(5, ana="north")
    ana, olga = FakeSocket("ana", hub), FakeSocket("olga", hub)
    for socket in (ana, olga):
        hub.add(socket, now)
    hub.tell_account("olga", "for olga")
    hub.tell_all("for all")
    assert (ana.got, olga.got) == (["for all"], ["for olga", "for all"])
    hub.remove(ana)
    hub.remove(ana)
    hub.tell_all("again")
    assert ana.got == ["for all"]


def test_a_session_keeps_no_more_than_its_newest_sockets() -> None:
    hub, now = Hub(), roster(5, ana="north")
    elsewhere = FakeSocket("ana", hub, session_key="another")
    hub.add(elsewhere, now)
    sockets = [FakeSocket("ana", hub, session_key="one") for _ in range(MOST_OF_SESSION + 3)]
    for socket in sockets:
        hub.add(socket, now)
    assert [socket for socket in sockets if socket in set(hub)] == sockets[3:]
    assert elsewhere in set(hub)
