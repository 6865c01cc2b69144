"""Durable commits: a sender in each of 64 conversations of two, beside pgbench on the same database in the same run."""

from __future__ import annotations

from network.bench import pgbench
from network.bench.crew import Crew, pairs
from network.bench.figures import Bar, Section
from network.bench.portal import Sites
from network.bench.sizes import Sizes

COLUMNS = ("what", "clients", "commits/s", "p50 ms", "p99 ms", "CPU s/1000", "load CPU s/1000")
SHARE = 0.25


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("commits", f"Durable commits, {sizes.pairs} conversations of two", COLUMNS)
    physical = {}
    for clients in sizes.clients:
        found = pgbench.measure(sites.postgres(), clients, sizes.seconds)
        physical[clients] = found.per_second
        section.rows.append(
            [
                "pgbench: counter and insert",
                clients,
                round(found.per_second),
                "",
                "",
                found.cpu_per_thousand,
                "",
            ]
        )
    for kind in sizes.single():
        for server in sizes.servers:
            with sites.get(kind).serving(server) as portal, Crew(portal, pairs(portal.site.crowd)) as crew:
                seen = crew.measure(sizes.seconds, sizes.warm_up)
            acked = seen.acknowledged_per_second
            section.rows.append(
                [
                    f"{kind}, {server}",
                    sizes.pairs,
                    round(acked),
                    seen.answer_ms(0.5),
                    seen.answer_ms(0.99),
                    seen.cpu_per_thousand,
                    seen.load_per_thousand,
                ]
            )
            if kind == "postgresql" and server == "uvicorn":
                clients = max(sizes.clients)
                what = f"durable commits against pgbench with {clients} clients, {server}"
                section.bars.append(Bar(what, acked / physical[clients], SHARE, at_least=True))
    return section
