"""One message for a thousand people: how long until the last of them has it."""

from __future__ import annotations

import statistics

from network.bench.crew import Crew, circle
from network.bench.figures import Bar, Section
from network.bench.portal import Sites
from network.bench.sizes import Sizes
from network.cli import CommandError

COLUMNS = (
    "portal",
    "server",
    "receivers",
    "messages",
    "last delivery ms, median",
    "worst",
    "CPU ms per message",
)
MOST_MS = 150
PAUSE = 0.25


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("fanout", f"One message for {sizes.receivers:,} people", COLUMNS)
    for kind in sizes.single():
        for server in sizes.servers:
            with sites.get(kind).serving(server) as portal:
                people = circle(portal.site.crowd, sizes.receivers, senders=1)
                with Crew(portal, people, pause=PAUSE) as crew:
                    seen = crew.measure(sizes.rounds * PAUSE, sizes.warm_up)
            whole = [longest / 1e6 for copies, longest in seen.last.values() if copies == len(people) - 1]
            if not whole:
                raise CommandError(
                    "Not one message reached everybody: this computer is too busy to measure on."
                )
            typical = statistics.median(whole)
            section.rows.append(
                [kind, server, len(people) - 1, len(whole), typical, max(whole), seen.cpu_per_thousand]
            )
            what = f"last of {len(people) - 1:,} receivers, {kind}, {server}"
            section.bars.append(Bar(what, typical, MOST_MS, "ms"))
    return section
