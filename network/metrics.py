"""What whoever watches may know of this process, in the words of Prometheus: numbers, and nothing about anybody.

Each process answers for itself. The numbers are read when somebody asks; nothing is counted twice for them. The
address is there only for who knows the token: to everybody else it does not exist.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from messaging.conversations import roster
from messaging.live import metrics
from messaging.live.metrics import Histogram, counts
from network.web import not_found

COUNTERS: Final = {
    "acknowledged": ("entente_messages_acknowledged", "Messages that were written and acknowledged."),
    "repeated": ("entente_messages_repeated", "Messages that had been written before, acknowledged again."),
    "unwritten": (
        "entente_messages_unwritten",
        "Messages that the database did not take; their sockets were closed.",
    ),
    "frames": ("entente_frames_offered", "Frames for sockets of this process, one for each socket."),
    "greeted": ("entente_hellos", "Sockets that have said hello."),
    "resumed": ("entente_hellos_resumed", "Those of them that held something already and ask for the rest."),
    "left": ("entente_connections_left", "Sockets that the other side closed, or that broke."),
    "unclosed": (
        "entente_connections_cut_off",
        "Sockets that could not be closed from here, and were cut off.",
    ),
    "marks": ("entente_marks_written", "Marks of what was received and read that have moved forward."),
    "commits_failed": ("entente_commits_failed", "Groups that the database did not take."),
    "relayed_out": ("entente_relay_sent", "Events that were handed to the other processes."),
    "relayed_in": ("entente_relay_received", "Events that came from the other processes."),
    "relay_gaps": (
        "entente_relay_gaps",
        "Times that events of other processes were missed, and looked up instead.",
    ),
}
"""Of each plain count: its name, to which `_total` is added, and what it means."""


class _Counted(Collector):
    """Reads the counts of the live side at the moment when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        for attribute, (name, meaning) in COUNTERS.items():
            yield CounterMetricFamily(name, meaning, value=getattr(counts, attribute))
        yield _by_code("entente_messages_refused", "Messages that were refused, by reason.", counts.refused)
        yield _by_code(
            "entente_connections_closed", "Sockets that were closed from here, by code.", counts.closed
        )
        yield _histogram(
            "entente_commit_messages", "Messages in one group for the database.", counts.commit_sizes
        )
        yield _histogram("entente_commit_seconds", "Time to write one group.", counts.commit_seconds)
        yield _connections()
        yield GaugeMetricFamily(
            "entente_relay_up", "1 while the other processes can be reached.", int(counts.relay_up)
        )
        for gauge in metrics.gauges.values():
            yield GaugeMetricFamily(gauge.name, gauge.meaning, gauge.read())


def _by_code(name: str, meaning: str, numbers: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=["code"])
    for code, number in numbers.items():
        family.add_metric([code], number)
    return family


def _connections() -> Metric:
    """Sockets that are open, by whether their welcome has gone out."""
    held = sum(one.held for one in metrics.outgoing)
    family = GaugeMetricFamily("entente_connections", "Sockets that are open.", labels=["state"])
    family.add_metric(["arriving"], held)
    family.add_metric(["listening"], len(metrics.outgoing) - held)
    return family


def _histogram(name: str, meaning: str, read: Histogram) -> Metric:
    so_far, buckets = 0, []
    for bound, number in zip((*read.bounds, "+Inf"), read.numbers, strict=True):
        so_far += number
        buckets.append((str(bound), float(so_far)))
    return HistogramMetricFamily(name, meaning, buckets=buckets, sum_value=read.total)


metrics.gauge(
    "entente_register_size",
    "Entries of the Register that this process has heard of.",
    lambda: max(roster.newest().size, 0),
)

registry: Final = CollectorRegistry()
registry.register(_Counted())
ProcessCollector(registry=registry)
GCCollector(registry=registry)


async def give(request: HttpRequest) -> HttpResponse:
    """All numbers of this process, for who shows the token."""
    if not _may_read(request.headers.get("Authorization", "")):
        return not_found(request)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read(shown: str) -> bool:
    token: str | None = settings.METRICS_TOKEN
    if not token:
        return False
    # as bytes: text that is not ASCII cannot be compared in constant time
    return hmac.compare_digest(shown.encode(errors="replace"), f"Bearer {token}".encode())
