"""A draft that changes is told to the other devices of the same person, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field

from messaging.conversations.roster import Roster
from messaging.live import frames
from messaging.live.hub import Hub
from messaging.live.outlet import Frame


@dataclass(eq=False)
class FakeSocket:
    account: str
    device: str
    session_key: str = ""
    ends_at: int = 0
    authority: str | None = None
    reads_from: int = 0
    got: list[str] = field(default_factory=list)

    def offer(self, frame: Frame) -> None:
        self.got.append(frame.text)

    def close(self, code: int, last: str | None = None) -> None:
        """Nothing here closes."""


def test_the_device_that_wrote_and_other_people_hear_nothing() -> None:
    hub, nobody = Hub(), Roster("", 1, "", {})
    sockets = [FakeSocket("ana", "desk"), FakeSocket("ana", "desk"), FakeSocket("ana", "phone")]
    sockets.append(FakeSocket("ben", "other"))
    for socket in sockets:
        hub.add(socket, nobody)
    hub.tell_account("ana", frames.draft("new"), besides_device="desk")
    assert [socket.got for socket in sockets] == [[], [], ['{"type":"draft","slot":"new"}'], []]
