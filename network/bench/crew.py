"""Conducts the load: several processes that begin and end to count at the same moment, and the sum of what they saw."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from network.bench.portal import Portal, allow_many_files
from network.cli import CommandError
from network.environment import BASE

PROCESSES: Final = 2
SOON: Final = 0.05


@dataclass
class Seen:
    """What came of one measurement; times are counted in steps of ten microseconds."""

    seconds: float
    acknowledged: int
    delivered: int
    cpu: Mapping[str, float]
    load_cpu: float
    delivery: Counter[int] = field(default_factory=Counter)
    answer: Counter[int] = field(default_factory=Counter)
    last: dict[str, tuple[int, int]] = field(default_factory=dict)
    noted: list[Any] = field(default_factory=list)

    @property
    def acknowledged_per_second(self) -> float:
        return self.acknowledged / self.seconds

    @property
    def delivered_per_second(self) -> float:
        return self.delivered / self.seconds

    @property
    def cpu_per_thousand(self) -> float:
        """Seconds of the processor per thousand messages: server, database and Redis."""
        return 1000 * sum(self.cpu.values()) / max(self.acknowledged, 1)

    def part_per_thousand(self, part: str) -> float:
        return 1000 * self.cpu.get(part, 0.0) / max(self.acknowledged, 1)

    @property
    def load_per_thousand(self) -> float:
        return 1000 * self.load_cpu / max(self.acknowledged, 1)

    def delivery_ms(self, share: float) -> float:
        """The time within which this share of the copies arrived."""
        return _quantile(self.delivery, share)

    def answer_ms(self, share: float) -> float:
        """The time within which this share of the messages was acknowledged."""
        return _quantile(self.answer, share)


def _quantile(steps: Counter[int], share: float) -> float:
    before, wanted = 0, share * steps.total()
    for step in sorted(steps):
        before += steps[step]
        if before >= wanted:
            return step / 100
    return float("nan")


class Crew:
    """Processes with all the sockets of one measurement, opened when the block begins."""

    def __init__(
        self,
        portal: Portal,
        people: Iterable[Mapping[str, Any]],
        *,
        pause: float = 0.0,
        until_cut: bool = False,
        processes: int = PROCESSES,
    ) -> None:
        """`people` have a `session`, and who sends has `conversations`; each goes to the next port of the portal."""
        self._portal = portal
        ports = portal.ports
        everybody = [{"port": ports[number % len(ports)], **who} for number, who in enumerate(people)]
        crowd = portal.site.crowd
        common = {name: crowd[name] for name in ("origin", "cookie", "network", "size", "root")}
        # neighbours, who may write to each other, go to different processes, and to different ports within each
        step = len(ports)
        self._plans = []
        for process in range(processes):
            mine = [who for number, who in enumerate(everybody) if number // step % processes == process]
            if mine:
                self._plans.append(common | {"people": mine, "pause": pause, "until_cut": until_cut})
        self._until_cut = until_cut
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Crew:
        for number, plan in enumerate(self._plans):
            file = self._portal.site.directory / f"plan{number}.json"
            file.write_text(json.dumps(plan), "utf-8")
            self._processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "network.bench.load", str(file)],
                    cwd=BASE,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    preexec_fn=allow_many_files,
                )
            )
        for process in self._processes:
            self._line(process)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def measure(self, seconds: float, warm_up: float) -> Seen:
        """Let them send, and count for some seconds after they have warmed up."""
        begin = time.monotonic() + SOON + warm_up
        end = begin + seconds
        self.begin(begin, end)
        _sleep_until(begin)
        before = self._portal.cpu()
        _sleep_until(end)
        after = self._portal.cpu()
        return self.finish(seconds, {part: after[part] - before[part] for part in after})

    def begin(self, begin: float, end: float) -> None:
        """Tell them between which times of the monotonic clock to count."""
        for process in self._processes:
            assert process.stdin
            # one that has ended says why when it is asked what it saw
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps({"begin": int(begin * 1e9), "end": int(end * 1e9)}) + "\n")
                process.stdin.flush()

    def finish(self, seconds: float, cpu: Mapping[str, float]) -> Seen:
        """What all of them saw, together."""
        seen = Seen(seconds, 0, 0, cpu, 0.0)
        for process in self._processes:
            found = json.loads(self._line(process))
            seen.acknowledged += found["acknowledged"]
            seen.delivered += found["delivered"]
            seen.load_cpu += found["cpu"]
            seen.noted += found["noted"]
            seen.delivery.update(_steps(found["delivery"]))
            seen.answer.update(_steps(found["answer"]))
            for message, (copies, longest) in found["last"].items():
                known = seen.last.get(message, (0, 0))
                seen.last[message] = (known[0] + copies, max(known[1], longest))
        return seen

    @staticmethod
    def _line(process: subprocess.Popen[str]) -> str:
        assert process.stdout
        assert process.stderr
        line = process.stdout.readline()
        if not line:
            said = process.stderr.read().strip().splitlines()
            raise CommandError(f"A load process failed: {(said or ['it said nothing'])[-1]}")
        return line


def _steps(found: Mapping[str, int]) -> Counter[int]:
    return Counter({int(step): times for step, times in found.items()})


def _sleep_until(at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))


def people_in(
    crowd: Mapping[str, Any], conversations: Sequence[Mapping[str, Any]], senders: Collection[int]
) -> list[dict[str, Any]]:
    """Everybody in these conversations; those with these numbers send, each to any of their own."""
    own: dict[int, list[Mapping[str, Any]]] = {}
    for conversation in conversations:
        for number in conversation["people"]:
            own.setdefault(number, []).append(conversation)
    return [
        crowd["people"][number] | ({"conversations": its} if number in senders else {})
        for number, its in own.items()
    ]


def circle(crowd: Mapping[str, Any], members: int, senders: int) -> list[dict[str, Any]]:
    """The people of the conversation with so many members, of whom so many send."""
    conversation = crowd["circles"][str(members)]
    return people_in(crowd, [conversation], conversation["people"][:senders])


def pairs(crowd: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The people of all conversations of two, one of whom sends."""
    return people_in(crowd, crowd["pairs"], {pair["people"][0] for pair in crowd["pairs"]})
