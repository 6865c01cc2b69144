"""Thousands of idle sockets on one process: what each costs in memory, what all cost while nothing is said."""

from __future__ import annotations

import time

from network.bench.crew import Crew
from network.bench.figures import Bar, Section
from network.bench.portal import Sites
from network.bench.processes import memory_bytes
from network.bench.sizes import Sizes

COLUMNS = ("portal", "server", "connections", "KiB each", "opened/s", "CPU s per second, all idle")
MOST_KIB = 40
WATCHED_SECONDS = 3.0
FIRST = 50


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("idle", f"{sizes.idle:,} idle connections on one process", COLUMNS)
    for kind in sizes.single():
        for server in sizes.servers:
            site = sites.get(kind)
            people = [{"session": session} | _NOBODY for session in site.crowd["idle"]]
            with site.serving(server) as portal, Crew(portal, people[:FIRST]):
                # the first ones bring what all share into memory, and stay open
                process = portal.processes[0].pid
                before, began = memory_bytes(process), time.monotonic()
                with Crew(portal, people[FIRST:]):
                    took = time.monotonic() - began
                    held = memory_bytes(process) - before
                    cpu = portal.cpu()
                    time.sleep(min(WATCHED_SECONDS, sizes.seconds))
                    spent = sum(portal.cpu().values()) - sum(cpu.values())
            opened = max(len(people) - FIRST, 1)
            each = held / opened / 1024
            section.rows.append(
                [
                    kind,
                    server,
                    len(people),
                    each,
                    round(opened / took),
                    spent / min(WATCHED_SECONDS, sizes.seconds),
                ]
            )
            section.bars.append(Bar(f"{len(people):,} idle, {kind}, {server}", each, MOST_KIB, "KiB each"))
    return section


_NOBODY = {"account": "", "device": "", "device_seed": ""}
"""An idle socket signs nothing."""
